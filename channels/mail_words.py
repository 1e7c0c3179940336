"""Words by which mail programs mark what their user did not write. A language more is a row more."""

from mailparser_reply.constants import MAIL_LANGUAGES

REPLY_ABOVE = {
    "en": "Please reply above this line",
    "nl": "Antwoord alstublieft boven deze regel",
    "de": "Bitte antworten Sie oberhalb dieser Zeile",
    "fr": "Merci de répondre au-dessus de cette ligne",
}
"""For the top of our own mails, by language: what stands below it in an answer is ours."""

WROTE = {  # how the line above a quote begins; and its verb, with what may stand between it and the colon
    "en": (r"On", r"wrote"),
    "nl": (r"Op", r"schreef\b.*|geschreven"),
    "de": (r"Am", r"schrieb\b.*|geschrieben"),
    "fr": (r"Le", r"a écrit"),
    "da": (r"Den|Man|Tir|Ons|Tor|Fre|Lør|Søn", r"skrev\b.*"),
    "sv": (r"Mån|Tis|Lör|Sön", r"skrev\b.*"),
    "es": (r"El", r"escribió"),
    "it": (r"Il", r"ha scritto"),
    "pl": (r"Dnia|W dniu", r"napisał(?:\(a\))?|pisze"),
    "pt": (r"Em", r"escreveu"),
    "cs": (r"Dne", r"napsal(?:\(a\))?"),
}

QUOTED_HEADER = {  # the fields above a quote: the sender's first
    "en": r"From Sent Date To Cc Subject",
    "nl": r"Van Verzonden Datum Aan Cc Onderwerp",
    "de": r"Von Gesendet Datum An Cc Betreff",
    "fr": r"De Envoyé Date À Cc Objet",
    "da": r"Fra Sendt Dato Til Cc Emne",
    "sv": r"Från Skickat Datum Till Kopia Ämne",
    "es": r"De Enviado Fecha Para CC Asunto",
    "it": r"Da Inviato Data A Cc Oggetto",
    "pl": r"Od Wysłano Data Do DW Temat",
    "pt": r"De Enviado Data Para Cc Assunto",
}

FORWARDED = (
    r"Begin forwarded message",
    r"Begin doorgestuurd bericht",
    r"Anfang der weitergeleiteten (?:E-?Mail|Nachricht)",
    r"Début du message (?:transféré|réexpédié)",
    r"Original Message processed by david",
)

# The shipped ones of the package hold for all its languages; these are the ones it lacks. Where the package matches
# how a line begins, only a line that holds nothing but them and a name is meant here.
SIGN_OFFS = (
    r"(?:(?:kind|best|warm|warmest|many thanks and|thanks (?:and|&)) )?regards",
    r"(?:yours )?(?:sincerely|truly|faithfully)",
    r"(?:with )?best wishes|cheers",
    r"(?:(?:met|hele) )?(?:(?:vriendelijke|hartelijke|warme) )?groet(?:en|jes)?|m\.?v\.?g\.?|gr\.?|hoogachtend",
    r"(?:(?:mit )?(?:freundliche[nm]?|beste[nm]?|liebe|viele|schöne|herzliche[nm]?) )?gr(?:ü|ue)(?:ß|ss)en?",
    r"gru(?:ß|ss)|mfg|lg|vg|hochachtungsvoll",
    r"(?:bien )?cordialement|bien à (?:vous|toi)|amicalement|(?:meilleures|sincères|cordiales) salutations",
    r"bonne (?:journée|soirée|réception)",
    *(each for row in MAIL_LANGUAGES.values() for each in row.get("signatures", ()) if each[0] != "/"),
)

SENT_FROM = (
    r"Sent (?:from|via|with) (?:my|Outlook|Yahoo|Mail|Gmail|Proton|Samsung)",
    r"(?:Verstuurd|Verzonden) (?:vanaf|vanuit|met)|(?:Download )?Outlook (?:voor|for|für|pour) (?:iOS|Android|Mac)",
    r"(?:Diese Nachricht wurde )?von meine[mr]|Gesendet (?:mit|über)|(?:Holen Sie sich|Laden Sie) Outlook",
    r"Envoyé (?:de mon|à partir d)|(?:Obtenez|Téléchargez|Télécharger) Outlook|Provenance : Courrier",
    *(row["sent_from"] for row in MAIL_LANGUAGES.values() if row.get("sent_from")),
)

AUTOMATIC_SUBJECTS = {  # how the subject of an automatic answer begins
    "en": (
        r"auto(?:mat(?:ic|ed))?[ -]?(?:reply|response|respons\w*)",
        r"(?:i am |i'm |currently )?(?:out of (?:the )?office|away from (?:my|the) (?:desk|mail|office)|away)",
        r"(?:i am |i'm )?on (?:vacation|holidays?|(?:annual |sick |parental )?leave)",
        r"vacation (?:reply|response|message|notice)",
    ),
    "nl": (
        r"automatische? (?:antwoord|beantwoording|reactie|e-?mail|bericht)",
        r"(?:ik ben )?(?:tijdelijk )?(?:afwezig|niet (?:aanwezig|op kantoor)|(?:met|op) vakantie|buiten kantoor)",
        r"afwezigheid\w*|out-of-office",
    ),
    "de": (
        r"automatische (?:antwort|beantwortung|rückmeldung|nachricht|e-?mail)|autoantwort",
        r"(?:ich bin )?(?:abwesend|nicht (?:im büro|im haus|erreichbar)|außer haus|im urlaub)",
        r"abwesenheit\w*(?: [\w. ]{1,40})?|urlaubs?(?:notiz|meldung|nachricht|abwesenheit)",
    ),
    "fr": (
        r"réponse automatique|message automatique|réponse d'absence",
        r"(?:je suis )?(?:absente?|en (?:congés?|vacances)|hors du bureau)(?: du bureau)?",
        r"(?:message d')?absence(?: du bureau)?",
    ),
}
