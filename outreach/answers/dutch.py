"""Dutch, as customers write it."""

from outreach.answers.words import Words

DUTCH = Words(
    language="nl",
    numbers="nul één/eén/éen twee drie vier vijf zes zeven acht negen tien",
    ordinary="null die car",
    greetings="""
        hallo, hoi, beste, geachte, goedemorgen, goedemiddag, goedenavond, goeiemorgen, goeiemiddag, goeienavond,
        goedendag, hey, hé
    """,
    openers="""
        ja, jazeker, jep, nou, tja, ok, oké, oke, goed, hmm, eh, uh, ehm, dus, bedankt, dank, dankjewel, dank je,
        dank u, dank je wel, dank u wel, sorry, zeker, hm
    """,
    scoring="""
        geef gaf geven gegeven zeg zeggen cijfer cijfers score scoor beoordeling beoordeel waardering rapportcijfer
        verdient verdienen verdien krijgt krijgen krijg scoort tevredenheid
    """,
    past="gaf gaven gegeven",
    before_scores="""
        een n dikke vette ruime mooie nette goede goeie stevige solide welverdiende magere zwakke krappe kleine grote
        hele volle keurige zeker
    """,
    introductions="""
        voor mij, van mij, wat mij betreft, ik denk, ik denk een, ik denk aan een, mijn antwoord, antwoord,
        mijn antwoord is, ik vind, ik vind het, doe maar, zonder twijfel, zonder meer, met plezier, laten we zeggen,
        ik bedoel, ik bedoel een, ik bedoelde, ik bedoelde een, correctie, oeps
    """,
    leading="""
        ik wij we mijn ons onze zou zouden het is was wordt dit dat jullie je u voor mij van dan gewoon wel maar doe
        hele wat betreft graag hem haar service bedrijf monteur aan als in ieder geval toch de denk vind ook echt heel
        met plezier helaas nog net zeer
    """,
    not_leading="geef me, geef mij, geef ons, geef maar, als ik",
    scale="op een schaal, op de schaal, op schaal, schaal",
    out_of="op, op de, van de, uit, uit de, van, v d, v, op een schaal van, v.d., v/d",
    points="punten punt pnt",
    because="want, omdat, aangezien, maar, doordat, hoewel",
    saying="""
        bedankt, dank, dankjewel, dank u, dank je, van mij, van ons, voor mij, wat mij betreft, denk ik, vind ik,
        zeg ik, zou ik zeggen, zou ik geven, geef ik, gegeven, geven, hoor, dus, punt uit, met vriendelijke groet,
        groet, groetjes, als cijfer, als rapportcijfer, waard, met een griffel, met stip, met een plusje,
        zonder twijfel, ga zo door, zou ik zo zeggen, is mijn cijfer
    """,
    following="""
        jullie, u bent, u heeft, u hebt, u was, u doet, u werkt, het, dit, dat, alles, niets, niks, iedereen, niemand,
        altijd, nooit, zo, zou, voor de, voor jullie, voor het, voor service, voor deze, voor alles, voor hun,
        voor zijn, voor haar, voor je, en ik, en jullie, geen klachten, geen opmerkingen, geen problemen, wel, alleen,
        top service, service was, ruim voldoende, dankzij, gewoon, kon beter, kan beter, ik, wij, we, je bent, je hebt,
        ben tevreden, niet, ok, oké, redelijk, gemiddeld, te duur, voldoende, is prima, is goed, lijkt me, vanwege,
        wegens, mvg, gr, de service, de monteur, de medewerker, de medewerkers, de mensen, de hulp, de levering,
        de prijs, de communicatie, de installateur, de dame, de heer, de afhandeling, de wachttijd, de telefoniste,
        de klantenservice, de man, de vrouw, de planning, de uitleg, de afspraak, de reparatie, de kwaliteit,
        de website, de bezorger, de chauffeur, de monteurs, de bediening, de wachttijden, de ontvangst, door de,
        door het, door jullie, door een, door alles, door deze
    """,
    not_following="""
        de keer, de maal, de dag, de week, de maand, de keus, je jaar, het uur, zo n, zo veel, voor de helft,
        voor de prijs, dit jaar, dit weekend, dit seizoen, dit keer
    """,
    praise="""
        goed goede goeie prima fijn fijne top uitstekend uitstekende geweldig geweldige snel snelle vlot vlotte
        vriendelijk vriendelijke bedankt tevreden blij keurig keurige netjes nette klasse super perfect perfecte helder
        duidelijk duidelijke aardig aardige lief lieve behulpzaam behulpzame deskundig deskundige professioneel
        professionele correct correcte leuk leuke mooi mooie fantastisch fantastische grandioos toppie topservice
        heerlijk lekker lekkere betrouwbaar betrouwbare ontzettend prettig prettige attent attente zorgvuldig
        klantvriendelijk beste aanrader behulpzaamheid stipt vakkundig vakkundige kundig kundige compleet complimenten
        hulde
    """,
    blame="""
        traag trage slecht slechte matig matige ontevreden onvriendelijk onvriendelijke onduidelijk onduidelijke
        waardeloos waardeloze slordig slordige teleurstellend teleurstellende teleurgesteld duur dure vies vieze
        rommelig beroerd belabberd schandalig onbeschoft belachelijk boos irritant vervelend vervelende onprofessioneel
        drama dramatisch bagger ruk klote kut jammer
    """,
    very="""
        heel hele erg echt zeer ontzettend best zo te gewoon wel super een altijd bijzonder enorm verschrikkelijk
        behoorlijk redelijk vrij wat nogal helaas meestal
    """,
    counted="""
        keer keren maal mensen klanten gevallen dagen dag weken week maanden maand jaar jaren uur uren u kwartier
        minuten minuut min seconden sterren ster euro euros procent stuks dingen redenen mannen vrouwen heren dames
        jongens meisjes kinderen collega collegas medewerkers medewerksters monteurs technici chauffeurs bezorgers
        bezoeken mails mailtjes berichten berichtjes brieven smsjes bestellingen pakketten pakketjes pakjes pogingen
        telefoontjes afspraken nachten meter kilometer km kilo personen gasten punten producten vragen antwoorden
        artikelen kamers ervaringen gesprekken leveringen apparaten fouten klachten zitplaatsen werkdagen persoons
        kansen vrienden manieren
    """,
    not_plural="""
        alles niets dus als is was iets prijs reis huis thuis adres proces les bus soms eens anders ons telkens tijdens
        plus
    """,
    conditions="als indien mits tenzij mocht",
    clock="om rond vanaf tot omstreeks op",
    before_others="""
        om tot sinds vanaf voor na van op in met kamer nummer nr lijn bus tram pagina perron huisnummer straat ruim
        ongeveer rond circa ca slechts pas over de x versie per wel uur leeftijd nog al eerst ander andere binnen stuk
        elke iedere klas groep maat niveau week dag postbus toestel weg laan plein tussen afspraak datum bestelling
        levering bezoek
    """,
    months="""
        januari februari maart april mei juni juli augustus september oktober november december jan feb mrt apr jun jul
        aug sep sept okt nov dec
    """,
    polite="""
        aub, a u b, alstublieft, alsjeblieft, alsjeblief, asjeblieft, svp, s v p, graag, nu, bedankt, dank, dank u,
        dankjewel, dankuwel
    """,
    messages="""
        sms, sms jes, smsjes, sms en, smsen, berichten, bericht, berichtjes, mail, mails, mailtjes, e mail, e mails,
        emails, email, apps, appjes, enquêtes, enquête, vragenlijsten, vragenlijst, nieuwsbrief, nieuwsbrieven, reclame,
        tekstberichten, herinneringen, post, whatsapp, whatsapps, telefoontjes
    """,
    stop_messages="""
        schrijf me uit, schrijf mij uit, schrijf ons uit, schrijf me maar uit, meld me af, meld mij af, meld ons af,
        meld me maar af, geen {message} meer, geen {message} sturen, stuur geen {message}, geen {message} meer sturen,
        stuur me geen {message}, stuur mij geen {message}, stuur ons geen {message}, stuur me niets meer,
        stuur mij niets meer, stuur me niks meer, stuur mij niks meer, stuur niets meer, stuur niks meer,
        stuur me nooit meer, niets meer sturen, niks meer sturen, nooit meer {message}, niet meer mailen,
        niet meer sms en, niet meer smsen, niet meer sms'en, niet meer appen, niet meer contacten, niet meer benaderen,
        niet meer sturen, niet meer schrijven, niet meer lastigvallen, niet meer lastig vallen,
        niet meer benaderd worden, mail me niet meer, mail mij niet meer, sms me niet meer, sms mij niet meer,
        sms me nooit meer, sms mij nooit meer,
        app me niet meer, app mij niet meer, bel me niet meer, bel mij niet meer, benader me niet meer,
        benader mij niet meer, niet meer contact opnemen, neem geen contact meer op, geen contact meer opnemen,
        verwijder mijn nummer, verwijder mijn telefoonnummer, verwijder mijn e mailadres, verwijder mijn emailadres,
        verwijder mijn mailadres, verwijder mijn naam, haal me van de lijst, haal mij van de lijst,
        haal me van deze lijst, haal mij van deze lijst,
        haal me van de maillijst, haal mij van de maillijst, haal me uit het bestand, haal mij uit het bestand,
        van de lijst verwijderen, stop met {message}, stop met het sturen, stop met sturen, stop met mailen,
        stop met smsen, stop met appen, stop met berichten sturen, stoppen met sturen, stoppen met het sturen,
        stop {message}, stop de {message}, stop deze {message}, stop die {message}, stop dit soort {message},
        stoppen met {message}, wil deze {message} niet meer, wil jullie {message} niet, hoef geen {message},
        hoef deze {message} niet, wil geen {message}, wil ook geen {message}, wens geen {message},
        geen prijs op {message}, trek mijn toestemming in, toestemming intrekken, ik trek mijn toestemming in,
        wil niets meer van jullie horen, wil niks meer van jullie horen, wil niets meer ontvangen,
        wil niks meer ontvangen, hoef niets meer, hoef niks meer, wil geen {message} meer ontvangen,
        wil geen {message} meer krijgen, wil graag geen {message} meer ontvangen, graag geen {message} meer ontvangen,
        graag geen {message} meer, liever geen {message} meer ontvangen, wens geen {message} meer te ontvangen,
        geen {message} meer te ontvangen, geen {message} aub, geen {message} alstublieft, geen {message} alsjeblieft,
        geen {message} svp, geen {message} graag, graag geen {message}, wil geen enkele {message}, geen {message} a u b,
        liever geen {message}, van de lijst halen, van de maillijst halen, uit het bestand halen, meld ik mij af,
        meld ik me af, meld mij hierbij af, meld me hierbij af, wil dit soort {message} niet, contacteer mij niet,
        contacteer me niet, niet meer te contacteren, niet meer te benaderen, niet meer contacteren,
        stuur deze {message} niet meer, geen behoefte aan {message}, geen behoefte aan deze {message}, geen spam meer,
        stop spam, uitgeschreven worden, niet meer aan meedoen, geen contact meer, wil geen contact,
        wil geen contact meer, geen verder contact,
        wens geen contact meer
    """,
    stop="""
        afmelden, afmeldne, afmeldn, afmelding, uitschrijven, uitschrijving, uitschijven, uitschrijve,
        uitschrijven van mailinglijst, laat me met rust, laat mij met rust, laat ons met rust, laat me nou met rust,
        laat me nu met rust, laat mij nu met rust, wil met rust gelaten worden, val me niet meer lastig,
        val mij niet meer lastig, val me niet lastig, val mij niet lastig, verwijder mij, verwijder me, verwijder ons,
        haal me eraf, haal mij eraf, mij verwijderen, me verwijderen, schrap mij, schrap me, hou op, houd op,
        hou er mee op, hou ermee op, houd ermee op, ophouden, stop met bellen, niet meer bellen, niet meer vragen,
        ik wil hier vanaf, wil dit niet meer, niet meer storen, haal mijn nummer, hou nou eens op, houd nou eens op,
        hou eens op, houd eens op, ik zei stop, hou nou op
    """,
    stop_words="""
        stop, stoppen, stopzetten, stop ermee, stop er mee, stop hiermee, stop daarmee, kappen, kap hiermee, kap ermee,
        kap er mee, nokken, stop maar
    """,
    stop_alone="""
        einde, opzeggen, annuleren, opheffen, beëindigen, opgezegd, weg, intrekken, geen {message}, geen spam
    """,
    stop_perhaps="""
        lastigvallen, lastig vallen, lastig gevallen, spam, rot op, rot toch op, flikker op, donder op, sodemieter op,
        oprotten, opzouten, geen vragen meer, mijn gegevens, avg, hoe komen jullie aan mijn nummer,
        hoe komt u aan mijn nummer, klacht indienen, niet gediend van, moe van jullie, stopt, te veel {message},
        ongewenst, ongevraagd, wil dit niet, wil niet meer, afgemeld, uitgeschreven, meld ik me af,
        waarom krijg ik deze {message}, van deze {message} af, hou op met, houd op met, hou nou eens op, met rust,
        niet meer te, contacteer
    """,
    no_messages="geen {message}, geen enkele {message}, nooit {message}",
    received="""
        ontvangen ontving gekregen kreeg gehad gehoord gekomen kwam binnen nog sinds gezien gestuurd verstuurd
        teruggekregen gelezen krijg
    """,
    stop_fillers="""
        met het deze dit die dat alle sturen stuur sms en smsen smsjes mailen mail mails e bericht berichten berichtjes
        enquête enquêtes vragenlijst vragenlijsten vraag vragen mij me mijn ik wil wilt willen u jullie je uw hiermee
        ermee daarmee nee ja hallo hoi van voor de lijst nummer gelieve direct maar ons zou kunt kun kan alsnog eens
        keer meer s jes er mee is goed ok oke dan soort ook want echt gewoon definitief meteen onmiddellijk per dag
        beste sorry naar op bestand telefoon telefoonnummer mobiel adres mailadres emailadres nieuwsbrief nieuwsbrieven
        reclame app apps appjes appen bellen nou eindelijk verzoek vriendelijk hierbij a b hier vanaf stop uit systeem
        alles om te ophouden herinneringen toe alsjeblieft toekomst in kunnen af heb
    """,
    not_after_stop="niet nooit by bij contact licht lichten plaats teken gezet aan langs even toen tussen knop voor",
    only_partly="maar tenzij behalve liever alleen wel als mits",
    help="""
        hulp, wie is dit, wie is dat, wie bent u, wie ben je, wie ben jij, wie zijn jullie, wie zijn dit,
        van wie is dit, van wie is dit nummer, met wie spreek ik, met wie, wat is dit, wat is dit voor bericht,
        waar gaat dit over, waar is dit voor, wie stuurt dit, wie stuurt mij dit, van wie komt dit, informatie,
        meer info, meer informatie
    """,
    later="""
        nu niet, niet nu, straks, later, andere keer, ander keertje, andere dag, ander moment, geen tijd, te druk,
        vandaag niet, niet vandaag, nee bedankt, nee dank, nee dank je, nee dank u, nee dankjewel, liever niet,
        geen interesse, geen zin, geen behoefte, geen belangstelling, niet geïnteresseerd, even niet,
        op dit moment niet, momenteel niet, komt nu niet uit, komt niet uit, komt nu slecht uit, komt slecht uit,
        over een paar dagen, over een paar weken, over een paar maanden, over enkele weken, over een tijdje,
        na de vakantie, na mijn vakantie, na het weekend, na de feestdagen, na de zomer, volgende maandag,
        volgende dinsdag, volgende woensdag, volgende donderdag, volgende vrijdag, volgende zaterdag, volgende zondag,
        vraag het me in, vraag me in, vraag het in, vraag het me op, vraag het nog eens, vraag het later,
        als ik tijd heb
    """,
    later_fillers="""
        ik heb ben even misschien vraag vragen het me mij nog eens een in op dit moment daar er maar om helaas spijt
        sorry kan kunt kun je u jullie dan weer opnieuw wel zou willen wil doe graag stel de weet probeer proberen keer
        terug beter is nu hallo hoi beste goed dat voor bezig werk aan ook echt te heel erg zo n wat laat komt uit zit
        vergadering antwoorden antwoord reageren invullen doen tijd januari februari maart april mei juni juli augustus
        september oktober november december maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ochtend middag
        avond eind begin nee oke ok prima herinner herinneren aub want
    """,
    ask_again="vraag vragen stel probeer",
    when="""
        overmorgen 2, volgende week 7, komende week 7, volgende maand 30, komende maand 30, volgend jaar 365,
        volgend kwartaal 91, over een half jaar 182, over veertien dagen 14, over twaalf maanden 365,
        over een week of twee 14, over anderhalve maand 45, morgen weer 1, morgen nog eens 1, morgen graag 1,
        graag morgen 1, vraag het morgen 1, vraag me morgen 1, vraag het me morgen 1, vraag morgen 1, morgen vragen 1,
        morgen aub 1, morgen pas 1, liever morgen 1
    """,
    ahead="over, na, binnen",
    afterwards="later, verder, daarna",
    one="een één n",
    units="""
        dag 1, dagen 1, dagje 1, week 7, weken 7, weekje 7, weekjes 7, maand 30, maanden 30, maandje 30, jaar 365,
        jaren 365
    """,
    wrong_person="""
        verkeerd nummer, verkeerde nummer, verkeerd telefoonnummer, verkeerde persoon, verkeerd persoon,
        verkeerd verbonden, verkeerd e mailadres, verkeerd emailadres, verkeerd mailadres, verkeerde mailadres,
        verkeerde e mail, verkeerde klant, verkeerde ontvanger, foutief nummer, fout nummer, onjuist nummer,
        niet de juiste persoon, niet het juiste nummer, ken jullie niet, ken u niet, ken je niet, ken jou niet,
        ken jullie helemaal niet, ken dit bedrijf niet, ken uw bedrijf niet, ken jullie bedrijf niet,
        jullie ken ik niet, u ken ik niet, geen idee wie jullie zijn, geen idee wie u bent, geen idee wie dit is,
        weet niet wie jullie zijn, weet niet wie u bent, weet niet wie dit is, ben geen klant, geen klant van jullie,
        geen klant bij jullie, nooit klant geweest, nog nooit klant geweest, nooit van jullie gehoord,
        nooit van u gehoord, nooit iets gekocht, nooit iets besteld, nooit bij jullie gekocht, nooit bij jullie geweest,
        niet mijn nummer, niet voor mij bestemd, niet voor mij bedoeld, u heeft de verkeerde,
        jullie hebben de verkeerde, je hebt de verkeerde, u hebt de verkeerde, verkeerde voor,
        dit is niet het nummer van
    """,
    wrong_fillers="""
        sorry hallo hoi beste ik denk volgens mij u jullie je heb hebt heeft hebben dit dat is het de een er ben vrees
        helaas bericht sms mail van voor bij met en maar stuurt sturen gestuurd appt mailt naar nee iets nog ook
        helemaal hier was zijn niets wel wij kennen geen gekregen bel belt gebeld aan want echt nooit klant bedrijf mijn
        persoon nummer
    """,
    automatic="""
        automatisch gegenereerd, ik ben * afwezig, ben * afwezig tot, afwezig tot, afwezig van, afwezig t m,
        ben ik afwezig, ik ben * niet aanwezig tot, ik ben * niet op kantoor, ben ik niet op kantoor,
        ik ben * met vakantie tot, ik ben * op vakantie tot, ik ben * op vakantie van, ik ben * met vakantie van,
        ben ik * met vakantie tot, ik ben * met verlof tot, ik ben * met zwangerschapsverlof,
        ik ben * met ouderschapsverlof, met verlof tot, met vakantie tot en met, ik ben * op vakantie t m,
        ik ben * met vakantie t m, ik ben er niet tot, ik ben er weer op, ik ben * weer aanwezig op,
        ben ik weer aanwezig, ben ik weer bereikbaar, ben ik weer op kantoor, ik ben * weer bereikbaar op,
        ik ben * weer op kantoor, ik ben * niet bereikbaar tot, beperkt toegang tot * mail,
        wij hebben uw bericht ontvangen, we hebben je bericht ontvangen, wij hebben uw e mail ontvangen,
        we hebben uw bericht ontvangen, uw bericht is ontvangen, uw e mail is ontvangen,
        uw bericht is in goede orde ontvangen, niet op dit bericht te reageren, niet reageren op dit bericht,
        bij mijn terugkomst, na mijn terugkomst, na mijn terugkeer, bij mijn terugkeer, ik ben * beperkt bereikbaar
    """,
    automatic_titles="""
        automatisch antwoord, automatische reactie, automatisch bericht, automatische beantwoording,
        automatische e mail, automatische mail, afwezigheidsbericht, afwezigheidsmelding, afwezigheidsassistent,
        dit is een automatisch, dit is een automatische, afwezig, afwezigheid
    """,
    acknowledgements="""
        een ja nee jup jep yep nope ok oké oke okee k bedankt dank dankje dankjewel hoi hallo dag hey prima hmm nou tja
        wat hoezo waarom misschien weet ik niet geen idee je u wel danku doei goedemorgen goedemiddag goedenavond graag
        gedaan niks niets
    """,
)
