"""What the preference page says, by the language of the customer: (English, Dutch, German, French)."""

from collections.abc import Mapping

PREFERENCES: Mapping[str, tuple[str, str, str, str]] = {
    "what_you_get": (
        "What you get from {organisation}",
        "Wat je krijgt van {organisation}",
        "Was Sie von {organisation} bekommen",
        "Ce que vous recevez de {organisation}",
    ),
    "yours_alone": (
        "This page came with a message to you, and is yours alone. What you choose here holds at once.",
        "Deze pagina hoort bij een bericht aan jou en is alleen van jou. Wat je hier kiest, geldt meteen.",
        "Diese Seite gehört zu einer Nachricht an Sie und ist nur für Sie. Was Sie hier wählen, gilt sofort.",
        "Cette page accompagne un message pour vous et n’est qu’à vous. Votre choix vaut tout de suite.",
    ),
    "saved": (
        "Saved. It holds from now on.",
        "Opgeslagen. Het geldt vanaf nu.",
        "Gespeichert. Es gilt ab jetzt.",
        "Enregistré. C’est valable dès maintenant.",
    ),
    "reach_you": (
        "How may we reach you?",
        "Hoe mogen we je bereiken?",
        "Wie dürfen wir Sie erreichen?",
        "Comment pouvons-nous vous joindre ?",
    ),
    "by_email": (
        "By e-mail, {address}",
        "Per e-mail, {address}",
        "Per E-Mail, {address}",
        "Par e-mail, {address}",
    ),
    "by_sms": ("By SMS, {address}", "Per sms, {address}", "Per SMS, {address}", "Par SMS, {address}"),
    "blocked": (
        "Cannot be switched on here: nothing arrives there, or your provider told us to stop.",
        "Kan hier niet aan: er komt niets aan, of je provider vroeg ons te stoppen.",
        "Lässt sich hier nicht einschalten: Es kommt nichts an, oder Ihr Anbieter bat uns aufzuhören.",
        "Impossible à activer ici : rien n’y arrive, ou votre opérateur nous a demandé d’arrêter.",
    ),
    "no_way": (
        "We have no address of yours.",
        "We hebben geen adres van je.",
        "Wir haben keine Adresse von Ihnen.",
        "Nous n’avons aucune adresse de vous.",
    ),
    "may_ask": (
        "May we ask you something?",
        "Mogen we je iets vragen?",
        "Dürfen wir Sie etwas fragen?",
        "Pouvons-nous vous poser une question ?",
    ),
    "yes_ask": (
        "Yes, one question now and then",
        "Ja, af en toe één vraag",
        "Ja, ab und zu eine Frage",
        "Oui, une question de temps en temps",
    ),
    "only_useful": (
        "Without it you only get something useful, and no question.",
        "Zonder krijg je alleen iets nuttigs, en geen vraag.",
        "Ohne bekommen Sie nur Nützliches, und keine Frage.",
        "Sinon vous ne recevez que de l’utile, et aucune question.",
    ),
    "a_pause": ("A pause", "Een pauze", "Eine Pause", "Une pause"),
    "no_pause": ("No pause", "Geen pauze", "Keine Pause", "Pas de pause"),
    "paused_until": (
        "Until {day}, as it is",
        "Tot {day}, zoals nu",
        "Bis {day}, wie jetzt",
        "Jusqu’au {day}, comme prévu",
    ),
    "pause_1": ("1 month", "1 maand", "1 Monat", "1 mois"),
    "pause_3": ("3 months", "3 maanden", "3 Monate", "3 mois"),
    "pause_6": ("6 months", "6 maanden", "6 Monate", "6 mois"),
    "which_language": ("In which language?", "In welke taal?", "In welcher Sprache?", "Dans quelle langue ?"),
    "save": ("Save", "Opslaan", "Speichern", "Enregistrer"),
    "stop_everything": ("Stop everything", "Stop alles", "Alles stoppen", "Tout arrêter"),
    "why_asked": (
        "Why did you ask me?",
        "Waarom vroegen jullie mij iets?",
        "Warum haben Sie mich gefragt?",
        "Pourquoi m’avez-vous demandé cela ?",
    ),
    "never_asked": (
        "We have not asked you anything yet.",
        "We hebben je nog niets gevraagd.",
        "Wir haben Sie noch nichts gefragt.",
        "Nous ne vous avons encore rien demandé.",
    ),
    "asked_on": (
        "On {day} we asked you something by {channel}.",
        "Op {day} vroegen we je iets per {channel}.",
        "Am {day} haben wir Sie per {channel} etwas gefragt.",
        "Le {day}, nous vous avons posé une question par {channel}.",
    ),
    "channel_email": ("e-mail", "e-mail", "E-Mail", "e-mail"),
    "channel_sms": ("SMS", "sms", "SMS", "SMS"),
    "about_contact": (
        "It was about your contact with us on {day}: {kind}, {touchpoint}.",
        "Het ging over je contact met ons op {day}: {kind}, {touchpoint}.",
        "Es ging um Ihren Kontakt mit uns am {day}: {kind}, {touchpoint}.",
        "Il s’agissait de votre contact avec nous le {day} : {kind}, {touchpoint}.",
    ),
    "about_rhythm": (
        "It was not about one contact: everybody gets their turn now and then.",
        "Het ging niet over één contact: iedereen komt af en toe aan de beurt.",
        "Es ging nicht um einen bestimmten Kontakt: Alle kommen ab und zu an die Reihe.",
        "Il ne s’agissait pas d’un contact précis : chacun a son tour, de temps en temps.",
    ),
    "what_was_weighed": (
        "What was weighed before we asked",
        "Wat er is afgewogen voor we iets vroegen",
        "Was vor der Frage abgewogen wurde",
        "Ce qui a été pesé avant la question",
    ),
    "your_data": (
        "What we hold about you",
        "Wat we over je bewaren",
        "Was wir über Sie speichern",
        "Ce que nous conservons sur vous",
    ),
    "take_it": (
        "All of it, to take with you:",
        "Alles, om mee te nemen:",
        "Alles, zum Mitnehmen:",
        "Le tout, à emporter :",
    ),
    "as_json": ("as JSON", "als JSON", "als JSON", "en JSON"),
    "as_table": ("as a table (CSV)", "als tabel (CSV)", "als Tabelle (CSV)", "en tableau (CSV)"),
    "erase": ("Erase my data", "Wis mijn gegevens", "Meine Daten löschen", "Effacer mes données"),
    "erase_sure": ("Erase your data?", "Je gegevens wissen?", "Ihre Daten löschen?", "Effacer vos données ?"),
    "erase_means": (
        "Your name, your addresses, what you wrote and what we sent you are overwritten, for good. What stays are "
        "scores without a name, and a code that nobody can read back: by it we know to send you nothing more.",
        "Je naam, je adressen, wat je schreef en wat wij je stuurden worden voorgoed overschreven. Wat blijft zijn "
        "cijfers zonder naam, en een code die niemand terug kan lezen: daaraan zien we dat we je niets meer sturen.",
        "Ihr Name, Ihre Adressen, was Sie geschrieben und was wir Ihnen gesendet haben, werden endgültig überschrieben."
        " Was bleibt, sind Zahlen ohne Namen und ein Code, den niemand zurücklesen kann: An ihm erkennen wir, dass wir "
        "Ihnen nichts mehr senden dürfen.",
        "Votre nom, vos adresses, ce que vous avez écrit et ce que nous vous avons envoyé sont écrasés, pour de bon. "
        "Il reste des chiffres sans nom, et un code que personne ne peut relire : il nous dit de ne plus rien vous "
        "envoyer.",
    ),
    "erase_button": ("Erase everything", "Wis alles", "Alles löschen", "Tout effacer"),
    "go_back": ("No, back", "Nee, terug", "Nein, zurück", "Non, retour"),
    "erased": (
        "Your data are erased",
        "Je gegevens zijn gewist",
        "Ihre Daten sind gelöscht",
        "Vos données sont effacées",
    ),
    "erased_means": (
        "Nothing here says any more who you are, and nothing more is sent to you.",
        "Niets hier zegt nog wie je bent, en je krijgt niets meer van ons.",
        "Nichts sagt hier mehr, wer Sie sind, und Sie bekommen nichts mehr von uns.",
        "Rien ne dit plus ici qui vous êtes, et nous ne vous envoyons plus rien.",
    ),
}
