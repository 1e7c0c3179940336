"""German, as customers write it."""

from outreach.answers.words import Words

GERMAN = Words(
    language="de",
    numbers="null eins zwei/zwo drei vier fünf/fuenf/funf sechs sieben acht neun zehn",
    ordinary="nul one ten six want car",
    greetings="""
        hallo, hi, hey, moin, servus, guten tag, guten morgen, guten abend, liebe, lieber, liebes, sehr geehrte,
        sehr geehrter, grüezi, grüß gott
    """,
    openers="""
        ja, jep, jo, joa, naja, na ja, ok, okay, gut, hm, hmm, äh, ähm, also, nun, danke, dankeschön, vielen dank,
        sorry, klar, gerne
    """,
    scoring="""
        gebe geb gebt gib gab vergebe vergeb würde sage sag bewertung bewerte wertung note schulnote punktzahl punkte
        score verdient verdienen bekommt kriegt bekommen kriegen gibt gibts schätzung skala urteil geben zufriedenheit
    """,
    past="gab gaben gegeben hatte",
    before_scores="""
        eine ne einen nen ein glatte glatter klare klarer solide gute guter gutes starke starker volle voller dicke
        dicker fette runde schwache knappe satte satter stolze sichere definitiv eindeutig ganz mindere
    """,
    introductions="""
        für mich, von mir, von mir aus, ich denke, ich denke eine, ich würde sagen, ich glaube, meine antwort, antwort,
        meine antwort ist, meine antwort lautet, ich finde, ohne zu zögern, ohne zweifel, zweifellos, sagen wir,
        sagen wir mal, ich meine, ich meine eine, ich meinte, ich meinte eine, korrektur, ups
    """,
    leading="""
        ich wir meine mein unsere unser es das ist war wäre wird dies dieser ihr euch ihnen sie dir dem der die für mich
        von mir uns eure ihre als da hier s einfach nur wohl mal gern gerne auf jeden fall insgesamt den service firma
        team leider doch schon lautet mit sagen klar dafür
    """,
    not_leading="gib mir, gebt mir, geben sie mir, gibt es, es gibt, gib ihm, gebt ihm",
    scale="auf einer skala, auf der skala, auf skala, skala",
    out_of="von, von den, von max, von maximal, von möglichen, aus, auf",
    points="punkte punkt punkten pkt pkte",
    because="""
        weil, denn, aber, obwohl, allerdings, jedoch, und ich, da ich, da die, da der, da das, da es, da alles, da wir,
        da sie, da ihr, da man, da nichts, da immer, da kein, da keine, da niemand, da mein, da meine
    """,
    saying="""
        danke, vielen dank, herzlichen dank, von mir, von uns, für mich, denke ich, finde ich, sage ich, gebe ich,
        würde ich sagen, würde ich geben, weiter so, nur weiter so, mit freundlichen grüßen, lg, mfg, gruß, viele grüße,
        mit sternchen, mit stern, ohne wenn und aber, wert, ohne zweifel, und danke, sag ich mal, sage ich mal,
        würd ich sagen
    """,
    following="""
        ihr, euer, eure, ihre, sie, es, alles, immer, nichts, niemand, jeder, keine beschwerden, keine probleme,
        keine beanstandungen, keiner, ist, wirklich, echt, für den, für die, für das, für euch, für sie, für ihren,
        für ihre, für euren, für eure, für alles, für service, mega, absolut, einfach, rundum, jederzeit, könnte besser,
        leider, gerne wieder, kann ich, würde, hatte, meine, mein, dank, dank des, dank der, insgesamt, schon,
        top service, service, trotz, ich, wir, geben, vergeben, nicht, ok, okay, durchschnittlich, mittelmäßig,
        zu teuer, wegen, ist gut, ist ok, aufgrund, der service, der techniker, der monteur, der mitarbeiter, der herr,
        der preis, der ablauf, der kundendienst, der kundenservice, der fahrer, der termin, die beratung,
        die mitarbeiter, die mitarbeiterin, die monteure, die firma, die dame, die lieferung, die ware, die hotline,
        die abwicklung, die reparatur, die wartezeit, die leute, die jungs, die techniker, die qualität,
        die kommunikation, das team, das personal, das war, das ging, das essen, das hat, hat alles, hat gut, hat super,
        hat mir, hat prima, hat toll, war super, war gut, war alles, war ok, war sehr, war top, war nett, war toll,
        war in ordnung, war schnell, war prima, war zufrieden, war schlecht, war leider, war okay, geht so, besser geht
    """,
    not_following="die uhr, das mal, die woche, der tag, es ist, für die katz, immer noch nicht, sie sind",
    praise="""
        gut gute guter gutes toll tolle toller tolles super prima klasse spitze spitzen top freundlich freundliche
        freundlicher freundliches nett nette netter nettes schnell schnelle schneller schnelles pünktlich pünktliche
        zuverlässig zuverlässige zuverlässiger perfekt perfekte perfekter perfektes ausgezeichnet ausgezeichnete
        hervorragend hervorragende hervorragender großartig großartige wunderbar wunderbare zufrieden begeistert
        hilfsbereit hilfsbereite hilfsbereiter kompetent kompetente kompetenter kompetentes professionell professionelle
        sauber saubere angenehm angenehme genial geniale fantastisch fantastische bestens einwandfrei tadellos
        reibungslos empfehlenswert schön schöne schöner klar hilfreich beste bester höflich höfliche fair faire liebe
        empfehle empfehlen geliebt mag ordentlich
    """,
    blame="""
        langsam langsame langsamer schlecht schlechte schlechter schlechtes mäßig mäßige mies miese mieser miserabel
        miserable unfreundlich unfreundliche unfreundlicher unpünktlich unpünktliche enttäuscht enttäuschend
        enttäuschende teuer teure furchtbar furchtbare schrecklich schreckliche unzufrieden unzuverlässig unverschämt
        katastrophe katastrophal katastrophale frech lahm lahme nervig unprofessionell inkompetent schlampig schlampige
        ärgerlich frustrierend unmöglich
    """,
    very="""
        sehr so wirklich echt ganz total absolut extrem richtig besonders äußerst eher ziemlich recht einfach ein eine
        einen mega super immer überaus durchaus leider meist zu
    """,
    counted="""
        mal male leute menschen kunden personen fällen fälle tage tagen tag wochen woche monate monaten monat jahre
        jahren jahr stunden stunde std minuten minute min sekunden uhr sterne sternen stern euro euros prozent stück
        dinge gründe männer frauen herren damen jungs mädchen kinder kollegen kolleginnen mitarbeiter mitarbeitern
        mitarbeiterinnen techniker technikern monteure handwerker fahrer besuche mails nachrichten briefe anrufe anruf
        anrufen bestellungen pakete paketen versuche versuchen termine lieferungen nächte meter kilometer km kilo gäste
        anläufe werktage werktagen arbeitstage fragen antworten produkte artikel zimmer gespräche erfahrungen teile
        geräte fehler leuten malen chancen freunde
    """,
    not_plural="""
        alles nichts es das was aus uns bis als etwas stets bereits besonders falls dies preis haus anders rechts links
    """,
    numbered="""
        bestellung termin besuch lieferung anlauf stock etage klasse platz mahnung rechnung reparatur punkt monteur
        mitarbeiterin kollege kollegin reklamation beschwerde liga advent weihnachtstag geburtstag quartal halbjahr
        versuch
    """,
    conditions="wenn falls sofern vorausgesetzt außer",
    clock="um gegen ab bis seit am",
    before_others="""
        um bis seit vor nach von ab am in im zu zimmer nummer nr linie bus gleis seite hausnummer etwa ungefähr rund
        circa ca gegen erst noch über der den x version pro alter andere nächste letzte klasse stufe gruppe größe level
        woche tag haus straße str weg platz postfach unter zwischen auf nochmal wieder je mindestens höchstens knapp
        termin datum bestellung lieferung besuch
    """,
    months="""
        januar februar märz april mai juni juli august september oktober november dezember jan feb mär apr jun jul aug
        sep sept okt nov dez jänner
    """,
    grades="note noten schulnote schulnoten glatte glatter",
    polite="bitte, bitte schön, bitteschön, danke, danke schön, dankeschön, jetzt, dringend, gerne",
    messages="""
        sms, smsen, sms'en, nachrichten, nachricht, mail, mails, e mail, e mails, emails, email, umfragen, umfrage,
        newsletter, werbung, werbe sms, fragebögen, befragungen, anfragen, textnachrichten, anrufe, benachrichtigungen,
        erinnerungen, post
    """,
    stop_messages="""
        melden sie mich ab, meldet mich ab, melde mich ab, melde mich hiermit ab, melden sie mich bitte ab,
        meldet mich bitte ab, tragen sie mich aus, tragt mich aus, trage mich aus, keine {message} mehr,
        keine weiteren {message}, keine {message} bitte, bitte keine {message}, keine {message} schicken,
        keine {message} senden, keine {message} mehr schicken, keine {message} mehr senden, kein {message} mehr,
        keinen {message} mehr, bitte kein {message}, bitte keinen {message}, kein {message} bitte,
        keinen {message} bitte, möchte keine {message}, will keine {message}, wünsche keine {message},
        wünsche keinen {message}, möchte keinen {message}, will keinen {message}, möchte keine {message} mehr erhalten,
        möchte keine {message} mehr bekommen, will keine {message} mehr bekommen, will keine {message} mehr erhalten,
        möchte keine {message} erhalten, möchte keine {message} bekommen, möchte keine weiteren {message} erhalten,
        möchte keine weiteren {message} bekommen, möchte diese {message} nicht mehr, will diese {message} nicht mehr,
        möchte diese {message} nicht mehr erhalten, will diese {message} nicht mehr bekommen, schicken sie mir keine,
        schickt mir keine, schick mir keine, senden sie mir keine, sendet mir keine, schreiben sie mir keine,
        schreibt mir keine, schicken sie keine {message}, schickt keine {message}, senden sie keine {message},
        schicken sie mir nichts mehr, schickt mir nichts mehr, senden sie mir nichts mehr, sendet mir nichts mehr,
        nichts mehr schicken, nichts mehr senden, nichts mehr zusenden, nicht mehr schreiben, nicht mehr anschreiben,
        nicht mehr kontaktieren, nicht mehr belästigen, nicht mehr zusenden, nicht mehr befragen,
        nicht mehr kontaktiert werden, nicht mehr angeschrieben werden, nicht mehr befragt werden,
        nicht mehr belästigt werden, nicht weiter kontaktieren, nicht weiter belästigen, schreiben sie mir nicht mehr,
        schreibt mir nicht mehr, schreib mir nicht mehr, kontaktieren sie mich nicht mehr, kontaktiert mich nicht mehr,
        kontaktieren sie mich nicht, kontaktiert mich nicht, rufen sie mich nicht mehr an, ruft mich nicht mehr an,
        belästigen sie mich nicht, belästigt mich nicht, belästigen sie mich nicht mehr, belästigt mich nicht mehr,
        nie wieder schreiben, nie wieder kontaktieren, nie mehr schreiben, nie mehr kontaktieren, nie wieder {message},
        löschen sie meine nummer, löscht meine nummer, löschen sie meine telefonnummer, löschen sie meine e mail,
        löschen sie meine mailadresse, meine nummer löschen, entfernen sie meine nummer, aus dem verteiler nehmen,
        aus dem verteiler löschen, aus dem verteiler streichen, aus dem verteiler entfernen, aus der liste löschen,
        aus der liste streichen, von der liste streichen, von der liste nehmen, von der liste löschen, stop {message},
        stopp {message}, stoppt die {message}, stoppen sie die {message}, stoppen sie diese {message},
        stoppt diese {message}, widerrufe meine einwilligung, einwilligung widerrufen,
        widerrufe hiermit meine einwilligung, will nichts mehr von euch hören, will nichts mehr von ihnen hören,
        möchte nichts mehr von ihnen hören, möchte nichts mehr von euch hören, möchte nichts mehr erhalten,
        möchte nicht mehr teilnehmen, will nicht mehr teilnehmen, melden sie mich vom newsletter ab,
        meldet mich vom newsletter ab, abgemeldet werden, wünsche keine weiteren {message},
        möchte keine weiteren {message}, will keine weiteren {message}, rufen sie nicht mehr an,
        ruft mich nie wieder an, rufen sie mich nie wieder an, schreiben sie mir nie wieder, schreibt mir nie wieder,
        schreibt mir bitte nicht mehr, schreiben sie mir bitte nicht mehr, kontaktieren sie mich bitte nicht mehr,
        kontaktiert mich bitte nicht mehr, kontaktieren sie mich nie wieder, kontaktiert mich nie wieder,
        kontaktieren sie mich nicht per {message}, will von euch nichts mehr hören, will von ihnen nichts mehr hören,
        möchte von ihnen nichts mehr hören, kein spam mehr, keinen spam mehr, stop spam, stopp spam, kein kontakt mehr,
        keinen kontakt mehr, wünsche keinen kontakt, möchte keinen kontakt, will keinen kontakt,
        möchte keinen kontakt mehr, bitte kein kontakt mehr, bitte keinen kontakt mehr, keine weitere kontaktaufnahme
    """,
    stop="""
        abmelden, abmeldung, abmeldne, abmedlen, austragen, abbestellen, abbestellung, lasst mich in ruhe,
        lassen sie mich in ruhe, lass mich in ruhe, laßt mich in ruhe, lasst mich bitte in ruhe,
        lassen sie mich bitte in ruhe, lasst uns in ruhe, lasst mich endlich in ruhe, lassen sie mich endlich in ruhe,
        möchte meine ruhe, will meine ruhe, hören sie auf, hört auf, hör auf, hören sie bitte auf, hört bitte auf,
        hören sie damit auf, hört damit auf, hört endlich auf, aufhören, bitte aufhören, unterlassen sie,
        unterlassen sie das, streichen sie mich, streicht mich, löschen sie mich, löscht mich, entfernen sie mich,
        entfernt mich, nehmen sie mich aus, nehmt mich aus, nehmen sie mich von, nehmt mich von,
        nehmen sie mich bitte aus, nehmt mich bitte aus, widerspreche, ich widerspreche, bestelle ab, bestelle das ab,
        nicht mehr anrufen, nicht mehr fragen, nicht mehr stören, meine nummer aus, nehmen sie meine nummer,
        stoppen sie das, in ruhe lassen, lasst mich einfach in ruhe, lassen sie mich doch in ruhe,
        lassen sie mich einfach in ruhe, will das nicht mehr, will ich nicht mehr, möchte das nicht mehr,
        möchte das nicht mehr bekommen, möchte das nicht mehr erhalten, lassen sie das, lasst das sein, nicht stören
    """,
    stop_words="stop, stopp, stoppen, stoppt, schluss, schluss damit, stoppen sie, stop bitte, stopp das",
    stop_alone="""
        ende, beenden, kündigen, widerruf, widerrufen, widerrufe, stornieren, raus, einstellen, löschen, abbrechen,
        stop it, keine {message}, kein {message}, keinen {message}, kein spam
    """,
    stop_perhaps="""
        spam, belästigung, belästigen, belästigt, nervt, nerven, genervt, hau ab, haut ab, verpiss dich, verpisst euch,
        meine daten, dsgvo, datenschutz, anwalt, abmahnung, woher haben sie meine nummer, woher habt ihr meine nummer,
        abmelden, unerwünscht, unerwünschte, zu viele {message}, hört nicht auf, hören sie nicht auf, hör nicht auf,
        hört nie auf, hört niemals auf, will das nicht, abgemeldet, melde ich mich ab, es reicht, in ruhe,
        warum bekomme ich, nie wieder {message}
    """,
    no_messages="keine {message}, keinen {message}, nie {message}",
    received="""
        bekommen erhalten gekriegt angekommen gekommen kam noch seit gesehen geschickt gehabt gehört empfangen gelesen
        bekam bekomme
    """,
    stop_fillers="""
        die der das den dem des diese dieses diesen dieser alle mir mich uns meine mein meiner ich wir sie ihr euch
        ihnen eure euer senden schicken zusenden schreiben sms smsen e mail mails emails email nachrichten nachricht
        umfragen umfrage fragen frage newsletter werbung spam kontakt mehr weitere weiteren weiterhin möchte will würde
        wollen möchten bitte hallo hi hey guten tag liebes team damen herren und sehr geehrte ja nein ok okay sorry aber
        von aus vom zu zum mit auf an in liste verteiler nummer nr handy handynummer telefonnummer hiermit sofort
        endlich doch ab umgehend einfach gerne können könnt könnten kannst damit mal schon jetzt künftig zukunft
        zukünftig davon daran nochmal noch ihrer eurer ihrem eurem system datenbank mailadresse adresse emailadresse
        mailingliste befragungen befragung fragebögen anfragen anrufe dafür erwünscht erinnerungen für immer per auch so
        zeug danke was soll es
    """,
    not_after_stop="nicht nie kein keine mal uhr schild licht zeichen straße vom von",
    only_partly="aber außer sondern lieber nur falls wenn bis stattdessen sei",
    help="""
        hilfe, wer ist das, wer ist da, wer sind sie, wer bist du, wer seid ihr, wer schreibt da, wer schreibt mir,
        was ist das, was soll das sein, von wem ist das, von wem kommt das, worum geht es, worum geht s, um was geht es,
        wer sendet das, wer ist dort, mehr info, mehr infos, mehr informationen, infos, information
    """,
    later="""
        jetzt nicht, nicht jetzt, später, vielleicht später, ein andermal, ein anderes mal, ein ander mal, andermal,
        anderes mal, keine zeit, zu beschäftigt, heute nicht, nicht heute, nein danke, lieber nicht, kein interesse,
        nicht interessiert, kein bedarf, keine lust, im moment nicht, gerade nicht, grad nicht, momentan nicht,
        zurzeit nicht, zur zeit nicht, derzeit nicht, gerade schlecht, passt gerade nicht, passt jetzt nicht,
        passt nicht, gerade keine zeit, in ein paar tagen, in ein paar wochen, in ein paar monaten, in einigen tagen,
        in einigen wochen, in einigen monaten, nach den ferien, nach dem urlaub, nach meinem urlaub,
        nach dem wochenende, nach weihnachten, nach den feiertagen, nach dem sommer, nächsten montag, nächsten dienstag,
        nächsten mittwoch, nächsten donnerstag, nächsten freitag, nächsten samstag, nächsten sonntag, am montag,
        am dienstag, am mittwoch, am donnerstag, am freitag, am samstag, fragen sie mich im, frag mich im,
        fragt mich im, fragen sie mich nochmal, frag mich nochmal, fragt nochmal, wenn ich zeit habe
    """,
    later_fillers="""
        ich habe hab bin bitte vielleicht fragen frag fragt sie mich mir uns nochmal noch mal nochmals wieder erneut im
        in am an moment gerade grad momentan leider entschuldigung entschuldigen tut leid sorry kann können könnt
        könnten ihr du dann einmal würde möchte gern gerne melden meldet sich melde es das ist besser jetzt hallo hi hey
        guten tag ja ok okay gut zu viel sehr so bei der arbeit auf auch wirklich doch aber und antworten antworte
        später schaffe geht passt stress unterwegs besprechung meeting beantworten ausfüllen für dafür zeit die den
        daran mache versuchen versucht bis um januar februar märz april mai juni juli august september oktober november
        dezember montag dienstag mittwoch donnerstag freitag samstag sonntag abend morgen mittag anfang ende mitte danke
        nein erinnern erinnere erinnert was wegen denn da weil einer einem einen eine
    """,
    ask_again="fragen frag fragt melden meldet versuchen versucht",
    when="""
        übermorgen 2, nächste woche 7, kommende woche 7, nächsten monat 30, nächster monat 30, kommenden monat 30,
        nächstes jahr 365, kommendes jahr 365, nächstes quartal 91, in einem halben jahr 182, in nem halben jahr 182,
        in vierzehn tagen 14, in zwölf monaten 365, die nächste woche 7, im nächsten monat 30, in der nächsten woche 7,
        im nächsten jahr 365, in anderthalb monaten 45, morgen wieder 1, morgen nochmal 1, morgen nochmals 1,
        morgen noch einmal 1, morgen bitte 1, bitte morgen 1, frag mich morgen 1, fragt mich morgen 1,
        fragen sie mich morgen 1, erst morgen 1, lieber morgen 1
    """,
    ahead="in, nach",
    afterwards="später",
    one="ein eine einem einer einen nem ner",
    units="""
        tag 1, tage 1, tagen 1, woche 7, wochen 7, monat 30, monate 30, monaten 30, jahr 365, jahre 365, jahren 365
    """,
    wrong_person="""
        falsche nummer, falsche telefonnummer, falsche handynummer, falsche person, falscher empfänger,
        falschen empfänger, falsche mailadresse, falsche e mail adresse, falsche e mail, falsche email, falscher kunde,
        falscher ansprechpartner, falsch verbunden, verwählt, nicht die richtige nummer, nicht die richtige person,
        nicht der richtige, nicht die richtige, kenne sie nicht, kenne euch nicht, kenne dich nicht,
        kenne ihre firma nicht, kenne eure firma nicht, kenn euch nicht, kenn sie nicht, kenne sie gar nicht,
        kenne euch gar nicht, kenne diese firma nicht, sie kenne ich nicht, euch kenne ich nicht, bin kein kunde,
        bin kein kunde von ihnen, bin kein kunde von euch, bin keine kundin, kein kunde bei ihnen, kein kunde bei euch,
        kein kunde von euch, kein kunde von ihnen, nie kunde gewesen, war nie kunde, war noch nie kunde,
        nie kunde bei ihnen, nie von euch gehört, nie von ihnen gehört, noch nie von euch gehört,
        noch nie von ihnen gehört, nie etwas gekauft, nie was gekauft, nie etwas bestellt, nie was bestellt,
        nichts bei ihnen bestellt, nichts bei euch bestellt, nichts bei ihnen gekauft, nichts bei euch gekauft,
        nicht meine nummer, nicht für mich bestimmt, nicht für mich gedacht, weiß nicht wer sie sind,
        weiß nicht wer ihr seid, weiß nicht wer das ist, keine ahnung wer sie sind, keine ahnung wer ihr seid,
        keine ahnung wer das ist, sie haben die falsche, ihr habt die falsche, du hast die falsche,
        den falschen erwischt, die falsche erwischt, den falschen angeschrieben, die falsche angeschrieben,
        die falsche person angeschrieben
    """,
    wrong_fillers="""
        sorry entschuldigung entschuldigen hallo hi hey guten tag ich glaube denke das ist die der den eine ein sie
        haben habt hast ihr du da hier wohl leider bin es war nein von für bei mit und aber nachricht sms mail an
        geschickt geschrieben schreiben schreibt sich vertan verwechslung muss nummer person mich mir gar noch überhaupt
        danke bitte nicht im vertippt angeschrieben erwischt jemanden anderen firma kunde kundin ja hab habe kein wir
        denn euch ihnen diese dieser
    """,
    automatic="""
        automatisch generierte, automatisch erstellt, automatisch generiert, ich bin * nicht im büro,
        bin ich * nicht im büro, ich bin * nicht im haus, bin ich * nicht im haus, ich bin * außer haus,
        bin ich * außer haus, ich bin * abwesend, bin ich * abwesend, abwesend bis, abwesend vom,
        ich bin * im urlaub bis, ich bin * bis * im urlaub, ich bin bis * im urlaub, ich bin vom * im urlaub,
        bin ich bis * im urlaub, ich bin ab dem * wieder, ich bin * wieder erreichbar, bin ich wieder erreichbar,
        ich bin * wieder für sie da, bin ich wieder für sie da, ich bin ab * wieder im büro, bin ich wieder im büro,
        ich bin * wieder im büro, ich bin * bis * nicht erreichbar, ich bin bis * nicht erreichbar,
        bin ich nicht erreichbar, ich bin derzeit nicht erreichbar, ich bin zurzeit nicht erreichbar,
        ich bin momentan nicht erreichbar, ich bin * in elternzeit, ich bin * in mutterschutz,
        ich bin * im mutterschutz, befinde mich * im urlaub, befinde mich * in elternzeit,
        ihre e mail wird nicht weitergeleitet, ihre nachricht wird nicht weitergeleitet,
        e mails werden nicht weitergeleitet, keinen zugriff auf meine * mails, nicht mehr im unternehmen,
        ihre nachricht ist * bei uns eingegangen, wir haben ihre nachricht erhalten, wir haben ihre e mail erhalten,
        vielen dank für ihre nachricht * in kürze, vielen dank für ihre e mail * in kürze, vielen dank für ihre anfrage,
        antworten sie nicht auf diese, nach meiner rückkehr
    """,
    automatic_titles="""
        automatische antwort, automatische nachricht, automatische rückantwort, automatische e mail, automatische mail,
        automatische abwesenheit, abwesenheitsnotiz, abwesenheitsmeldung, abwesenheitsnachricht, abwesenheitsassistent,
        dies ist eine automatische, das ist eine automatische, dies ist eine automatisch, abwesend, abwesenheit,
        außer haus, nicht im büro
    """,
    acknowledgements="""
        ja nein ok okay danke dankeschön vielen dank hallo hi hey moin jo jep nö ne nee klar eins hm hmm was wie bitte
        warum wieso vielleicht weiß nicht keine ahnung gerne tschüss servus guten tag morgen abend eine ein alles
    """,
)
