"""What findings say, by their code: (English, Dutch). In braces a number of the finding, and how to tell it."""

from collections.abc import Mapping

LANGUAGES = ("en", "nl")

SENTENCES: Mapping[str, tuple[str, str]] = {
    # who
    "no_address": ("no usable address for {channel:channel}", "geen bruikbaar adres voor {channel:channel}"),
    "has_address": ("reachable by {channel:channel}", "bereikbaar per {channel:channel}"),
    "consent_given": ("consent for {channel:channel} was given", "toestemming voor {channel:channel} is gegeven"),
    "consent_unknown": (
        "we do not know of consent for {channel:channel}, which means no",
        "toestemming voor {channel:channel} is niet bekend, en dat betekent nee",
    ),
    "consent_refused": (
        "consent for {channel:channel} was refused or withdrawn",
        "toestemming voor {channel:channel} is geweigerd of ingetrokken",
    ),
    "suppressed": (
        "we were asked to stop writing to this address, or it bounced",
        "er is gevraagd dit adres niet meer te gebruiken, of berichten komen er niet aan",
    ),
    "not_suppressed": ("this address is not suppressed", "dit adres is niet geblokkeerd"),
    "no_surveys": ("does not want surveys", "wil geen vragen ontvangen"),
    "surveys_welcome": ("has not opted out of surveys", "heeft zich niet afgemeld voor vragen"),
    "not_paused": ("not paused", "niet gepauzeerd"),
    "paused": ("paused until {until:moment}", "gepauzeerd tot {until:moment}"),
    "pause_over": ("was paused until {until:moment}", "was gepauzeerd tot {until:moment}"),
    "audience_all": ("this policy is for everybody", "dit beleid is voor iedereen"),
    "audience_match": ("belongs to the audience", "hoort bij de doelgroep"),
    "audience_other": (
        "does not belong to the audience: {field} is {value}",
        "hoort niet bij de doelgroep: {field} is {value}",
    ),
    "audience_unknown": (
        "we do not know whether this is somebody of the audience: {field} tells us nothing",
        "niet bekend is of dit iemand van de doelgroep is: {field} zegt niets",
    ),
    "new_customer": (
        "customer since {since:day}; new customers are left alone for {rest:for}, until {until:moment}",
        "klant sinds {since:day}; nieuwe klanten krijgen {rest:for} rust, tot {until:moment}",
    ),
    "new_customer_over": (
        "customer since {since:day}; the {rest:for} of rest for new customers are over",
        "klant sinds {since:day}; de {rest:for} rust voor nieuwe klanten zijn voorbij",
    ),
    "may_be_asked": (
        "not in the group of {share:percent} that is never asked",
        "niet in de groep van {share:percent} die nooit iets gevraagd wordt",
    ),
    "never_asked": (
        "in the group of {share:percent} that is never asked, so that we can see what asking does",
        "in de groep van {share:percent} die nooit iets gevraagd wordt, om te zien wat vragen doet",
    ),
    "sampled": ("drawn: {share:percent} are asked", "ingeloot: {share:percent} krijgt een vraag"),
    "not_sampled": (
        "not drawn: only {share:percent} are asked",
        "niet ingeloot: slechts {share:percent} krijgt een vraag",
    ),
    # what about
    "by_rhythm": ("by rhythm, not because of one contact", "volgens ritme, niet vanwege één contact"),
    "no_contact": ("there is no contact to ask about", "er is geen contact om iets over te vragen"),
    "after_contact": ("because of a contact, not by rhythm", "vanwege een contact, niet volgens ritme"),
    "right_kind": ("a contact of the kind {kind}", "een contact van het soort {kind}"),
    "other_kind": (
        "contacts of the kind {kind} are not asked about, only those of the kind {kinds:list}",
        "over contacten van het soort {kind} wordt niets gevraagd, alleen over het soort {kinds:list}",
    ),
    "worth_it": (
        "the contact was worth {value:number}; at least {least:number} is needed",
        "het contact was {value:number} waard; minstens {least:number} is nodig",
    ),
    "not_worth_it": (
        "the contact was worth {value:number}, less than the {least:number} that is needed",
        "het contact was {value:number} waard, minder dan de {least:number} die nodig is",
    ),
    "contact_settles": (
        "the contact of {since:moment} settles for {rest:for}, until {until:moment}",
        "het contact van {since:moment} bezinkt {rest:for}, tot {until:moment}",
    ),
    "contact_settles_over": (
        "the contact of {since:moment} has settled ({rest:for})",
        "het contact van {since:moment} is bezonken ({rest:for})",
    ),
    "still_fresh": ("the contact is fresh until {until:moment}", "het contact is vers tot {until:moment}"),
    "expired": (
        "the contact of {since:day} was worth asking about for {rest:for}, until {until:moment}",
        "over het contact van {since:day} kon {rest:for} iets gevraagd worden, tot {until:moment}",
    ),
    "rhythm": (
        "last on {since:day}; once in {rest:for} or a little longer, so again from {until:moment}",
        "laatst op {since:day}; eens per {rest:for} of iets langer, dus weer vanaf {until:moment}",
    ),
    "rhythm_over": (
        "last on {since:day}, at least {rest:for} ago",
        "laatst op {since:day}, minstens {rest:for} geleden",
    ),
    "rhythm_none": ("for the first time", "voor de eerste keer"),
    "rhythm_turn": (
        "turns are spread over time; this one begins on {until:moment}",
        "de beurten zijn gespreid; deze begint op {until:moment}",
    ),
    "no_reminder": (
        "there is no ask that this policy would remind of",
        "er is geen vraag waar dit beleid aan zou herinneren",
    ),
    "heard_from": (
        "something was heard since the ask of {since:day}, so there is nothing to be reminded of",
        "sinds de vraag van {since:day} is er iets gehoord, dus er valt aan niets te herinneren",
    ),
    "asked_since": (
        "something was asked since the ask of {since:day}; one reminder is all there ever is",
        "sinds de vraag van {since:day} is er iets gevraagd; meer dan één herinnering komt er nooit",
    ),
    "reminder": (
        "was asked on {since:day}; a reminder comes {rest:for} later, from {until:moment}",
        "gevraagd op {since:day}; een herinnering komt {rest:for} later, vanaf {until:moment}",
    ),
    "reminder_over": (
        "no answer to the ask of {since:day} in {rest:for}: time for the one reminder",
        "geen antwoord op de vraag van {since:day} in {rest:for}: tijd voor de ene herinnering",
    ),
    "reminder_late": (
        "a reminder of the ask of {since:day} could come for {rest:for}, until {until:moment}",
        "een herinnering aan de vraag van {since:day} kon {rest:for} komen, tot {until:moment}",
    ),
    # how often
    "floor": (
        "24 hours between any two messages; the last was on {since:moment}, so until {until:moment}",
        "24 uur tussen twee berichten; het laatste was op {since:moment}, dus tot {until:moment}",
    ),
    "floor_over": ("the last message was on {since:moment}", "het laatste bericht was op {since:moment}"),
    "floor_none": ("nothing was sent before", "er is nog niet eerder iets gestuurd"),
    "rest_between_asks": (
        "was asked on {since:day}; at least {rest:for} of rest between any two asks, here until {until:moment}",
        "gevraagd op {since:day}; minstens {rest:for} rust tussen twee vragen, hier tot {until:moment}",
    ),
    "rest_between_asks_over": (
        "was last asked anything on {since:day}; at least {rest:for} of rest, which are over",
        "laatst iets gevraagd op {since:day}; minstens {rest:for} rust, en die zijn voorbij",
    ),
    "rest_between_asks_none": ("was not asked anything before", "is nog niet eerder iets gevraagd"),
    "rest_after_ask": (
        "was asked this on {since:day}; at least {rest:for} of rest, here until {until:moment}",
        "dit is gevraagd op {since:day}; minstens {rest:for} rust, hier tot {until:moment}",
    ),
    "rest_after_ask_over": (
        "was last asked this on {since:day}; at least {rest:for} of rest, which are over",
        "dit is laatst gevraagd op {since:day}; minstens {rest:for} rust, en die zijn voorbij",
    ),
    "rest_after_ask_none": ("was not asked this before", "dit is nog niet eerder gevraagd"),
    "rest_after_answer": (
        "answered on {since:day}; at least {rest:for} of rest, here until {until:moment}",
        "antwoord gegeven op {since:day}; minstens {rest:for} rust, hier tot {until:moment}",
    ),
    "rest_after_answer_over": (
        "last answered this on {since:day}; at least {rest:for} of rest, which are over",
        "hier laatst op geantwoord op {since:day}; minstens {rest:for} rust, en die zijn voorbij",
    ),
    "rest_after_answer_none": ("has not answered this before", "heeft hier nog niet eerder op geantwoord"),
    "rest_after_not_now": (
        'said "not now" on {since:day}; at least {rest:for} of rest, here until {until:moment}',
        "zei op {since:day} “nu niet”; minstens {rest:for} rust, hier tot {until:moment}",
    ),
    "rest_after_not_now_over": (
        'last said "not now" on {since:day}; at least {rest:for} of rest, which are over',
        "zei laatst “nu niet” op {since:day}; minstens {rest:for} rust, en die zijn voorbij",
    ),
    "rest_after_not_now_none": ('never said "not now"', "zei nog nooit “nu niet”"),
    "rest_after_silence": (
        "no answer to the ask of {since:day} (silences in a row: {silences}); {first:for} of rest, doubled with each "
        "after the first: at least {rest:for}, here until {until:moment}",
        "geen antwoord op de vraag van {since:day} (stiltes op rij: {silences}); {first:for} rust, verdubbeld met elke "
        "na de eerste: minstens {rest:for}, hier tot {until:moment}",
    ),
    "rest_after_silence_over": (
        "no answer to the ask of {since:day} (silences in a row: {silences}); at least {rest:for} of rest, which are "
        "over",
        "geen antwoord op de vraag van {since:day} (stiltes op rij: {silences}); minstens {rest:for} rust, en die zijn "
        "voorbij",
    ),
    "rest_after_silence_none": ("left no ask unanswered", "liet geen vraag onbeantwoord"),
    "given_up": (
        "asks in a row that stayed unanswered: {silences}; after {most} we stop asking this",
        "vragen op rij die onbeantwoord bleven: {silences}; na {most} wordt dit niet meer gevraagd",
    ),
    "no_cap": ("no cap on this kind of message", "geen maximum voor dit soort bericht"),
    "caps_free": (
        "{of:messages}{channel:by} in {window:for}: {count} of at most {at_most}",
        "{of:messages}{channel:by} in {window:for}: {count} van hoogstens {at_most}",
    ),
    "caps_full": (
        "{of:messages}{channel:by} in {window:for}: {count} of at most {at_most}; room again from {until:moment}",
        "{of:messages}{channel:by} in {window:for}: {count} van hoogstens {at_most}; weer ruimte vanaf {until:moment}",
    ),
    "not_tired": ("fatigue is not counted, or there is none", "vermoeidheid wordt niet geteld, of is er niet"),
    "not_tired_yet": (
        "fatigue {stock:number}, at most {threshold:number}",
        "vermoeidheid {stock:number}, hoogstens {threshold:number}",
    ),
    "tired": (
        "fatigue {stock:number} is above {threshold:number}; low enough from {until:moment}",
        "vermoeidheid {stock:number} is hoger dan {threshold:number}; laag genoeg vanaf {until:moment}",
    ),
    "case_open": ("a case is open: the follow-up comes first", "er loopt nog een opvolging, en die gaat voor"),
    "no_case": ("no case is open", "er loopt geen opvolging"),
    "open_case": (
        "a case was closed on {since:day}; at least {rest:for} of rest, here until {until:moment}",
        "een opvolging is afgesloten op {since:day}; minstens {rest:for} rust, hier tot {until:moment}",
    ),
    "open_case_over": (
        "the last case was closed on {since:day}; at least {rest:for} of rest, which are over",
        "de laatste opvolging is afgesloten op {since:day}; minstens {rest:for} rust, en die zijn voorbij",
    ),
    "account_cap_free": (
        "colleagues asked in {window:for}: {count} of at most {at_most}",
        "collega's gevraagd in {window:for}: {count} van hoogstens {at_most}",
    ),
    "account_cap_full": (
        "colleagues asked in {window:for}: {count} of at most {at_most}; room again from {until:moment}",
        "collega's gevraagd in {window:for}: {count} van hoogstens {at_most}; ruimte vanaf {until:moment}",
    ),
    # something useful first
    "no_value_needed": ("nothing has to be given first", "er hoeft niet eerst iets gegeven te worden"),
    "value_missing": (
        "something useful first: {given} given since the last ask ({pieces} needed), {used} used ({needed} needed)",
        "eerst iets nuttigs: {given} gegeven sinds de laatste vraag ({pieces} nodig), {used} gebruikt ({needed} nodig)",
    ),
    "value_settles": (
        "useful things since the last ask: {given} given, {used} used; settling {settle:for}, until {until:moment}",
        "nuttigs sinds de laatste vraag: {given} gegeven, {used} gebruikt; bezinkt {settle:for}, tot {until:moment}",
    ),
    "value_settled": (
        "useful things since the last ask: {given} given, {used} used, and settled",
        "nuttigs sinds de laatste vraag: {given} gegeven, {used} gebruikt, en bezonken",
    ),
    "content_rest": (
        "something useful was given on {since:day}; at least {rest:for} until the next, here until {until:moment}",
        "iets nuttigs gegeven op {since:day}; minstens {rest:for} tot het volgende, hier tot {until:moment}",
    ),
    "content_rest_over": (
        "something useful was last given on {since:day}; at least {rest:for} until the next, which are over",
        "laatst iets nuttigs gegeven op {since:day}; minstens {rest:for} tot het volgende, en die zijn voorbij",
    ),
    "content_rest_none": ("nothing useful was given before", "nog niet eerder iets nuttigs gegeven"),
    "no_content": (
        "there is nothing useful left to give by {channel:channel} in this language: write some",
        "er is niets nuttigs meer te geven per {channel:channel} in deze taal: schrijf iets",
    ),
    "content_left": (
        "useful things left to give by {channel:channel}: {left}",
        "nuttige dingen die nog te geven zijn per {channel:channel}: {left}",
    ),
    # hours
    "open_hours": ("within the hours for {channel:channel}", "binnen de uren voor {channel:channel}"),
    "quiet_hours": (
        "{wanted:moment} is outside the hours for {channel:channel}: not from {quiet_from:clock} to {quiet_until:clock}"
        "{weekdays:closed}{holidays:feasts}, in {zones:list}; the next open moment is {until:moment}",
        "{wanted:moment} valt buiten de uren voor {channel:channel}: niet van {quiet_from:clock} tot "
        "{quiet_until:clock}{weekdays:closed}{holidays:feasts}, in {zones:list}; het eerste open moment is "
        "{until:moment}",
    ),
    "no_open_hours": (
        "in more than a year there is no hour for {channel:channel} that is fine in {zones:list} at once: not from "
        "{quiet_from:clock} to {quiet_until:clock}{weekdays:closed}{holidays:feasts}",
        "in meer dan een jaar is er voor {channel:channel} geen uur dat in {zones:list} tegelijk schikt: niet van "
        "{quiet_from:clock} tot {quiet_until:clock}{weekdays:closed}{holidays:feasts}",
    ),
    "zone_unknown": (
        "the time zone is not known at all, so no hour is sure to be fine",
        "de tijdzone is helemaal niet bekend, dus van geen enkel uur is zeker dat het schikt",
    ),
}
