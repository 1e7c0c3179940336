"""English, as customers write it."""

from outreach.answers.words import Words

ENGLISH = Words(
    language="en",
    numbers="zero one two three four five six seven eight nine ten",
    ordinary="null nul sept want car die das on da dus les door hat war",
    never_bare="one",
    greetings="hi, hello, hey, dear, good morning, good afternoon, good evening, hi there, hello there",
    openers="yes, yeah, yep, sure, ok, okay, well, hmm, hm, uh, er, thanks, thank you, thx, cheers, sorry",
    scoring="""
        give gave giving say score scores scored rate rated rating grade deserve deserves deserved nps satisfaction
    """,
    past="gave scored rated given",
    before_scores="a an solid strong easy good full perfect straight definitely overall",
    introductions="""
        for me, from me, i think, i think a, i think an, i guess, i guess a, i guess an, my answer, answer,
        my answer is, without a doubt, no doubt, hands down, let's say, lets say, i meant, i meant a, i meant an,
        i mean, i mean a, i mean an, correction, make that, make that a, make that an, oops
    """,
    leading="""
        i d ll we my our would will be it s is was you them the this that get gets for me just only so well deserved of
        company service team guys all unfortunately satisfaction easily
    """,
    not_leading="give me, give us, gave me, gave us, say no",
    scale="on a scale, on the scale, scale",
    out_of="out of, of, outta",
    points="points point pts",
    because="""
        because, cause, cos, coz, bc, but, though, although, however, keep it up, keep up, since you, since they,
        as you, as they, as always, as the, as it, as everything
    """,
    saying="""
        i guess, i think, i d say, i would say, i say, i suppose, i d give, i would give, thanks, thank you, thx,
        cheers, from me, from us, for me, for us, well done
    """,
    following="""
        you, your, they, he, she, it, the, this, always, everything, everyone, everybody, nothing, nobody, overall,
        never had, no complaints, no problems, no issues, no comment, all good, for your, for service, for the service,
        for the friendly, for the, for being, and i, and you, would recommend, would definitely, will recommend,
        definitely, absolutely, loved, love, highly, could be better, could have been, could improve, i, we, my, well,
        no one, never, ok, okay, average, decent, not, all ok, too expensive, same as always, is fine, due to,
        only because, only the, only downside, every time, each time, couldn t fault, could not fault
    """,
    textspeak="the this my you your it i me us u",
    not_following="""
        the time, the day, for the price, for the road, it is, it s, you guys are, only please, this week, this month,
        this year, this morning, this afternoon, this evening, this time, want their, want to, want the, want a,
        want more, want you, want your, want my, want it, want me, want us
    """,
    praise="""
        great fine good nice excellent perfect perfectly amazing awesome brilliant lovely fantastic wonderful super
        superb friendly helpful fast quick professional polite kind pleasant pleased happy satisfied impressed love
        loved loving recommend recommended outstanding smooth best top reliable knowledgeable efficient cheerful brill
        spot punctual thorough flawless exceptional incredible terrific delighted
    """,
    blame="""
        slow bad poor terrible awful disappointing disappointed rude dreadful horrible unhappy annoyed annoying useless
        worst unacceptable appalling unhelpful unfriendly unprofessional incompetent frustrating frustrated shocking
        mediocre pathetic rubbish ridiculous disgusting crap angry
    """,
    very="""
        very really so such extremely absolutely truly totally quite pretty rather too incredibly a an just simply
        always
    """,
    counted="""
        times time people persons customers clients cases calls call days day hours hour hrs hr minutes minute min mins
        seconds second weeks week months month years year am pm o stars star euro euros pounds pound dollars dollar quid
        bucks percent pieces items item things reasons men women guys ladies girls boys kids children colleagues
        employees technicians engineers mechanics drivers visits emails mails messages letters texts orders parcels
        packages attempts working nights night inches inch miles mile km kilometers metres meters seater bedroom kg ml
        gb mb members folks workers agents questions answers products deliveries experiences conversations staffmembers
        chances friends ways
    """,
    not_plural="""
        thanks always was is this us s as its yes business process address success progress access less unless because
        across perhaps towards besides does has news boss class press glass mess stress plus bus gas various serious
        previous obvious
    """,
    conditions="if unless provided assuming",
    clock="at around about from till until on",
    before_others="""
        at by until till til since before after from between room no nr number line bus floor page gate platform house
        flat unit aged age around about only just on apartment st street road extension ext the than x version windows
        iphone level last next to of chapter day week grade size for 's 'till under over another other waited ordered
        bought had got appointment date order delivery booking meeting visit
    """,
    months="""
        january february march april may june july august september october november december jan feb mar apr jun jul
        aug sep sept oct nov dec
    """,
    polite="please, pls, plz, plse, now, thanks, thank you, thx, ta, kindly",
    messages="""
        texts, text, messages, message, emails, email, e mails, e mail, mails, mail, sms, sms messages, smses,
        text messages, surveys, survey, questionnaires, newsletters, reminders, txts, txt, questionnaire, newsletter
    """,
    stop_messages="""
        opt me out, opt us out, opt myself out, remove my number, remove my email, remove my address, remove my name,
        remove my details, delete my number, delete my email, take my number off, take my name off, take my email off,
        do not contact, don t contact, dont contact, do not text, don t text, dont text, do not email, don t email,
        dont email, do not e mail, don t e mail, do not message, don t message, dont message, do not sms, don t sms,
        do not mail, don t mail, do not write to me, don t write to me, don t write me, never text, never email,
        never contact, never message, never send me, never write to me, no more {message}, no further {message},
        stop {message}, stop the {message}, stop these {message}, stop all {message}, stop your {message}, stop texting,
        stop messaging, stop emailing, stop e mailing, stop mailing, stop contacting, stop sending, stop surveying,
        stop spamming, stop writing to me, quit texting, quit messaging, quit emailing, quit sending, quit contacting,
        cease texting, cease sending, cease contacting, cease communication, cease communications,
        cease all communication, cease all communications, cease all contact, do not want {message},
        don t want {message},
        dont want {message}, do not want any {message}, don t want any {message}, dont want any {message},
        do not want any more {message}, don t want any more {message}, dont want any more {message},
        don t want these {message}, do not want these {message}, don t want your {message}, do not want your {message},
        don t want to receive, dont want to receive, do not want to receive, don t want to get, do not want to get,
        don t want to be contacted, do not want to be contacted, don t wish to be contacted,
        do not wish to be contacted, don t wish to receive, do not wish to receive, no longer want to receive,
        no longer wish to receive, no longer want to get, no longer want {message}, no longer want these {message},
        no longer want to be contacted, no longer wish to be contacted, do not want to hear from you,
        don t want to hear from you, never want to hear from you, withdraw my consent, revoke my consent,
        i revoke consent, take my consent back, end {message}, cancel {message}, end the {message},
        cancel the {message}, cancel all {message}, cancel these {message}, cancel your {message},
        want no more {message}, no {message} please, please no {message}, no texting please, stop receiving,
        rather not receive, rather not get, do not ever contact, don t ever contact, do not ever text, don t ever text,
        do not ever message, don t bother texting, don t bother emailing, don t bother contacting,
        desist from contacting, desist from texting, do not contact me by {message}, don t contact me by {message},
        don t contact me by phone, remove me from your list, remove me from the list, remove me from this list,
        remove me from your mailing list, remove me from your database, remove me from your lists,
        take me off your list, take me off the list, take me off this list, take me off your mailing list, stop txting,
        no more spam, stop spam, stop the spam, no more contact, no further contact, no more marketing, stop marketing,
        do not want contact, do not want any contact, don t want any contact, don t want contact
    """,
    stop="""
        unsubscribe, unsubscribed, unsub, unsubcribe, unsuscribe, unsubscibe, unsuscribed, opt out, opting out, optout,
        remove me, remove us, take me off, take us off, get me off, leave me alone, leave me be, leave us alone,
        lose my number, forget my number, count me out, cease and desist, do not bother me, don t bother me,
        do not call, don t call, dont call, delete me, do not send, don t send, dont send, stop bothering, stop bugging,
        stop harassing, stop pestering, quit bothering, stop calling, stop asking, quit asking, stop writing,
        unsubscribe from mailing list, like to be removed, desist, quit it, end this, un subscribe, i said stop,
        i asked you to stop,
        i told you to stop
    """,
    stop_words="stop, stopp, stopall, stop all, stop it, stop this, s t o p, stpo, sotp, stoping, stopping",
    stop_alone="""
        end, quit, cancel, revoke, remove, td, cease, go away, i want out, enough with the {message}, enough is enough,
        no more, no {message}, no spam,
        no marketing
    """,
    stop_perhaps="""
        cancel my subscription, spam, spamming, harassing, harassment, harass, bothering me, pestering, go away,
        piss off, fuck off, f off, bugger off, get lost, no more questions, delete my data, erase my data, my data,
        gdpr, lawyer, report you, reported you, reporting you, opting out, stopped asking, too many {message},
        enough of these, how did you get my number, where did you get my number, keep texting me, keep messaging me,
        keep emailing me, why do you keep, who gave you my number, leave me out of, opted out, never signed up,
        did not sign up, didn t sign up, why am i getting, why do i get, not receive, how do i stop
    """,
    no_messages="no {message}, not receive {message}, without {message}",
    received="""
        received receive got get getting came come arrived yet since ever had have sent answer reply response from
    """,
    stop_fillers="""
        the this these those all any it me us sending texting messaging emailing mailing contacting asking bothering
        spamming harassing pestering calling bugging writing surveying text texts message messages sms smses email
        emails mail mails survey surveys questionnaires questionnaire question questions newsletters spam from with of
        list lists number your i d m want to would like just ok okay yes hi hello hey sorry but and again ever anymore
        more further at my phone mobile cell here immediately right away once completely off database can could will be
        being contacted contact in future communications communication marketing reminders thing things so wish about
        feedback permanently forever for good dear sir madam team that already seriously damn bloody fucking crap stuff
        every day time system records consent
    """,
    not_after_stop="""
        by over at in off being making worrying joking kidding lying complaining smiling laughing talking working crying
        thinking believing trying light lights sign watch loss press gap short doing using buying going coming having
        improving changing pretending button and start
    """,
    only_partly="but unless except instead rather only prefer if until",
    help="""
        help, info, help me, who is this, who s this, whos this, who are you, who dis, what is this, what s this,
        whats this, who is that, who sent this, who is texting me, who is messaging me, who is asking, more info,
        more information, what is this about, what s this about
    """,
    later="""
        not now, later, later on, maybe later, not today, another time, some other time, no time, don t have time,
        dont have time, do not have time, haven t got time, too busy, no thanks, no thank you, no thankyou,
        not interested, not right now, not at the moment, not tonight, in a few days, in a few weeks, in a few months,
        in a couple of days, in a couple of weeks, in a couple of months, after the holidays, after my holiday,
        after the weekend, next monday, next tuesday, next wednesday, next thursday, next friday, next saturday,
        next sunday, after christmas, after the summer, ask me again, ask again, ask me in, ask me on, at a later time,
        at a later date, at another time, when i have time
    """,
    later_fillers="""
        sorry i m am maybe perhaps ask me again at the moment in a right just currently have is it s to you can could
        would will do please try back then still very quite really too busy so bit but and ok okay hi hello hey dear
        work meeting for about this that with asking january february march april may june july august september october
        november december monday tuesday wednesday thursday friday saturday sunday morning afternoon evening on early
        answer reply respond ll be d like better if my feedback some or today until after
    """,
    ask_again="ask asking",
    when="""
        tomorrow 1, day after tomorrow 2, in a fortnight 14, next week 7, next month 30, next year 365, next quarter 91,
        in half a year 182, in a day or two 2, a week from now 7, a month from now 30, in twelve months 365,
        in a week s time 7, in a month s time 30, in two weeks time 14
    """,
    ahead="in, after",
    afterwards="later, from now, time, s time",
    one="a an one another",
    units="day 1, days 1, week 7, weeks 7, wk 7, wks 7, month 30, months 30, year 365, years 365",
    wrong_person="""
        wrong number, wrong person, wrong phone number, wrong email, wrong email address, wrong mail address,
        wrong recipient, wrong guy, wrong customer, incorrect number, not the right person, not the right number,
        i don t know you, i dont know you, i do not know you, don t know who you are, dont know who you are,
        do not know who you are, don t know who this is, dont know who this is, don t know your company, not my number,
        this is not my account, not your customer, not a customer, no customer of yours, never been a customer,
        never been your customer, never been a client, not a client, never heard of you, never heard of your company,
        never bought anything, never ordered anything, never used your service, never used your services,
        never dealt with you, not who you think, not the person you, no idea who you are, no idea who this is,
        you have the wrong, you ve got the wrong, you got the wrong, not meant for me, not intended for me,
        no longer the owner of this number, new owner of this number, mistaken identity
    """,
    wrong_fillers="""
        sorry hi hello hey i m am think believe this is it s the a an mate pal you have ve got guys must re texting
        messaging emailing contacting reached sent to texted dear sir madam please no oops afraid but and are from with
        of your ours here was for message text sms email mail at all before there looking person number me dude bro
        buddy my name that company anything customer
    """,
    automatic="""
        this is an automated, this is an automatic, this is an auto, i am * out of office, i am * out of the office,
        i m * out of office, i m * out of the office, i will be * out of the office, i will be * out of office,
        i ll be out of the office, i ll be out of office, out of office until, out of the office until,
        out of office from, out of the office from, out of office till, out of the office till, currently out of office,
        currently out of the office, i am * on annual leave, i m * on annual leave, i am * on maternity leave,
        i am * on parental leave, i am * on paternity leave, i am * on sick leave, i am * on leave until,
        i m * on leave until, i am * on leave from, i am * on vacation until, i m * on vacation until,
        i am * on holiday until, i m * on holiday until, i will be on vacation * return, i am on vacation from,
        i am on holiday from, i am currently away, i m currently away, i am away until, i m away until,
        i am away from * until, i will be away until, i will be away from, limited access to * email,
        limited access to * mail, i will be returning on, i will be back in the office, will be back in the office,
        i am no longer with, no longer employed, mailbox is not monitored, mailbox is no longer monitored,
        mailbox is unattended, address is no longer in use, driving with * do not disturb, i m driving with,
        we have received your message, we have received your email, your message has been received,
        your email has been received, thank you for your email * will get back to you,
        thank you for your message * will get back to you, thank you for contacting us, thanks for contacting us,
        thank you for your email * will respond, do not reply to this, please do not reply to this,
        i am * away from my desk, i will * when i return, i will * upon my return, intermittent access to * email,
        intermittent access to * mail, no access to my email until, inbox * is no longer in use,
        mailbox * is no longer in use, inbox is no longer monitored, mailbox is no longer active,
        i will have limited access, i will be traveling * access to, i will be travelling * access to
    """,
    automatic_titles="""
        automatic reply, automatic response, automated reply, automated response, automated message, auto reply,
        autoreply, auto response, autoresponder, auto responder, out of office reply, out of office, out of the office,
        this is an automatic reply, autoreply from
    """,
    acknowledgements="""
        no ok okay k kk y n yep yup nope yeah thanks thank you thx ty cheers sure fine hi hello hey done what huh why
        maybe idk whatever hmm um re welcome right alright oh i see lol haha don t know nothing please yes
    """,
)
