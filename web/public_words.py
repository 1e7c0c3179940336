"""What the customers' pages say, by the language of the customer: (English, Dutch, German, French)."""

from collections.abc import Mapping

LANGUAGES = {"en": "English", "nl": "Nederlands", "de": "Deutsch", "fr": "Français"}

SURVEY: Mapping[str, tuple[str, str, str, str]] = {
    "question_from": (
        "One question from {organisation}",
        "Eén vraag van {organisation}",
        "Eine Frage von {organisation}",
        "Une question de {organisation}",
    ),
    "in_your_words": (
        "Why? In your own words, if you like",
        "Waarom? In je eigen woorden, als je wilt",
        "Warum? In Ihren eigenen Worten, wenn Sie möchten",
        "Pourquoi ? Avec vos mots, si vous le souhaitez",
    ),
    "send": ("Send", "Versturen", "Senden", "Envoyer"),
    "so_far": (
        "Your answer so far is {score}. You can still change it.",
        "Je antwoord is nu {score}. Je kunt het nog veranderen.",
        "Ihre Antwort ist bisher {score}. Sie können sie noch ändern.",
        "Votre réponse pour l’instant : {score}. Vous pouvez encore la changer.",
    ),
    "say_something": (
        "Choose a number or write something first.",
        "Kies eerst een cijfer, of schrijf iets.",
        "Wählen Sie zuerst eine Zahl oder schreiben Sie etwas.",
        "Choisissez d’abord un chiffre, ou écrivez quelque chose.",
    ),
    "thank_you": ("Thank you", "Dank je wel", "Vielen Dank", "Merci"),
    "your_answer": (
        "You answered {score}.",
        "Je antwoordde {score}.",
        "Sie haben {score} geantwortet.",
        "Vous avez répondu {score}.",
    ),
    "is_read": (
        "A person reads what you wrote.",
        "Een mens leest wat je schreef.",
        "Ein Mensch liest, was Sie geschrieben haben.",
        "Une personne lit ce que vous avez écrit.",
    ),
    "change_answer": ("Change your answer", "Je antwoord veranderen", "Antwort ändern", "Changer votre réponse"),
    "nothing_to_add": (
        "Nothing to add? Then you are done.",
        "Niets toe te voegen? Dan ben je klaar.",
        "Nichts hinzuzufügen? Dann sind Sie fertig.",
        "Rien à ajouter ? Alors c’est tout.",
    ),
    "closed": (
        "This question is closed",
        "Deze vraag is gesloten",
        "Diese Frage ist geschlossen",
        "Cette question est close",
    ),
    "closed_why": (
        "It was asked a while ago, and takes no answer any more. Thank you for coming by.",
        "Ze is een tijd geleden gesteld en neemt geen antwoord meer aan. Dank dat je langskwam.",
        "Sie wurde vor längerer Zeit gestellt und nimmt keine Antwort mehr an. Danke, dass Sie vorbeigeschaut haben.",
        "Elle a été posée il y a longtemps et n’accepte plus de réponse. Merci d’être passé.",
    ),
}

STOPPING: Mapping[str, tuple[str, str, str, str]] = {
    "stop_all": (
        "No more messages from {organisation}?",
        "Geen berichten meer van {organisation}?",
        "Keine Nachrichten mehr von {organisation}?",
        "Plus aucun message de {organisation} ?",
    ),
    "stop_means": (
        "Press the button, and we send you nothing more: no question and no tip, by no channel.",
        "Druk op de knop en we sturen je niets meer: geen vraag en geen tip, langs geen enkele weg.",
        "Mit diesem Knopf senden wir Ihnen nichts mehr: keine Frage und keinen Hinweis, auf keinem Weg.",
        "Appuyez sur le bouton et nous ne vous envoyons plus rien : ni question ni conseil, par aucun moyen.",
    ),
    "stop_button": (
        "Stop all messages",
        "Stop alle berichten",
        "Alle Nachrichten stoppen",
        "Arrêter tous les messages",
    ),
    "rather_less": (
        "Rather less than nothing at all?",
        "Liever minder dan helemaal niets?",
        "Lieber weniger als gar nichts?",
        "Plutôt moins que rien du tout ?",
    ),
    "choose_here": (
        "Choose what you get",
        "Kies wat je krijgt",
        "Wählen Sie, was Sie bekommen",
        "Choisissez ce que vous recevez",
    ),
    "stopped": (
        "We send you nothing more",
        "We sturen je niets meer",
        "Wir senden Ihnen nichts mehr",
        "Nous ne vous envoyons plus rien",
    ),
    "stopped_means": (
        "It holds from now on. Only what is under way this very minute may still arrive.",
        "Dat geldt vanaf nu. Alleen wat op dit moment onderweg is, kan nog aankomen.",
        "Das gilt ab jetzt. Nur was in dieser Minute unterwegs ist, kann noch ankommen.",
        "C’est valable dès maintenant. Seul ce qui est en route à cette minute peut encore arriver.",
    ),
}

COMPLIMENTS: Mapping[str, tuple[str, str, str, str]] = {
    "something_nice": (
        "Something nice to say to {organisation}?",
        "Iets aardigs te zeggen tegen {organisation}?",
        "Etwas Nettes für {organisation}?",
        "Quelque chose de gentil à dire à {organisation} ?",
    ),
    "reaches_them": (
        "A person reads it, and passes it on to whom it is about.",
        "Een mens leest het, en geeft het door aan wie het aangaat.",
        "Ein Mensch liest es und gibt es an die weiter, um die es geht.",
        "Une personne le lit et le transmet à ceux que cela concerne.",
    ),
    "what_was_good": ("What was good?", "Wat was er goed?", "Was war gut?", "Qu’est-ce qui était bien ?"),
    "your_name": (
        "Your name, if you like",
        "Je naam, als je wilt",
        "Ihr Name, wenn Sie möchten",
        "Votre nom, si vous le souhaitez",
    ),
    "your_email": (
        "Your e-mail address, if you like",
        "Je e-mailadres, als je wilt",
        "Ihre E-Mail-Adresse, wenn Sie möchten",
        "Votre adresse e-mail, si vous le souhaitez",
    ),
    "leave_empty": (
        "Please leave this empty",
        "Laat dit leeg",
        "Bitte leer lassen",
        "Laissez ceci vide",
    ),
    "write_first": (
        "Write something first, at most {longest} characters.",
        "Schrijf eerst iets, hoogstens {longest} tekens.",
        "Schreiben Sie zuerst etwas, höchstens {longest} Zeichen.",
        "Écrivez d’abord quelque chose, {longest} caractères au plus.",
    ),
    "passed_on": (
        "We pass it on.",
        "We geven het door.",
        "Wir geben es weiter.",
        "Nous le transmettons.",
    ),
}
