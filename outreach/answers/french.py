"""French, as customers write it."""

from outreach.answers.words import Words

FRENCH = Words(
    language="fr",
    numbers="zéro/zero - deux trois quatre cinq six sept huit neuf dix",
    ordinary="nul null one ten want die",
    never_bare="neuf",
    greetings="bonjour, bonsoir, salut, coucou, hello, cher, chère, chers, madame, monsieur",
    openers="""
        oui, ouais, ok, okay, bon, ben, bah, bof, hm, hmm, euh, alors, donc, eh bien, merci, désolé, désolée, pardon,
        volontiers
    """,
    scoring="""
        mets met mettrais mettrai mettre donne donnerais donnerai donnerait donner dirais dirai dis note notes noter
        noterais score évaluation appréciation attribue attribuerais mérite méritent méritez accorde accorderais évalue
        vaut mis donnons mettons
    """,
    past="donnais mis donné mettais",
    before_scores="un bon grand beau petit gros solide joli franc plein gentil bel large minimum honnête",
    introductions="""
        pour moi, de ma part, je pense, je pense un, je crois, je crois un, ma réponse, réponse, ma réponse est,
        selon moi, à mon avis, moi, perso, personnellement, sans hésiter, sans hésitation, sans aucun doute, disons,
        on va dire, moi c'est, je voulais dire, je voulais dire un, je veux dire, correction, oups
    """,
    leading="""
        je j ai ma mon notre nous on c ce est était serait sera ça cela vous leur lui te la le une de du d l pour moi
        part un avec plaisir que qu sans hésiter hésitation service équipe société globale générale globalement au et
        voilà finale dirait y avez malheureusement satisfaction très vraiment
    """,
    not_leading="donne moi, donnez moi, donne nous, donnez nous, mets moi, mettez moi, il y",
    scale="sur une échelle, sur l échelle, échelle, sur échelle",
    out_of="sur, sur les",
    points="points point pts",
    because="""
        parce que, parce qu, puisque, vu que, mais, même si, bien que, et je, car tout, car le, car la, car les, car l,
        car vous, car je, car j, car c, car il, car elle, car ils, car on, car nous, car un, car une, car votre,
        car vos, car très, car trop, car bon, car bonne, car pas, car rapide, car service, car rien, car toujours,
        car jamais, car ça, car ce, car personne, car satisfait, car satisfaite, car mon, car ma, car mes, car problème
    """,
    saying="""
        merci, de ma part, pour moi, selon moi, à mon avis, je dirais, je pense, cordialement, bonne continuation,
        continuez, continuez comme ça, bravo, bien mérité, sans hésiter, sans hésitation, et merci, mérité,
        félicitations, on va dire, sans aucun doute
    """,
    following="""
        vous, votre, vos, il, elle, ils, elles, ce, le, les, tout, toujours, rien, aucun problème, aucun souci,
        pas de problème, pas de souci, jamais, était, est, pour le, pour la, pour l, pour les, pour votre, pour vos,
        pour vous, pour tout, vraiment, absolument, au top, service, équipe, accueil, grâce, malgré, a améliorer,
        peut mieux faire, bon service, dommage, à améliorer, ras, rien à redire, rien à dire, pas mal, je, j, nous,
        la qualité, la livraison, la dame, la personne, la prise en charge, la communication, la prestation,
        la conseillère, la seule, la commande, la technicienne, la réparation, la rapidité, pas, ok, moyen, moyenne,
        correct, trop cher, à cause, vu, on m a, on est, on ne, on vous, on nous, on n, c est, c était, l équipe,
        l accueil, l intervention, l attente, l installateur, l installation, personne ne, personne n, travail soigné,
        travail impeccable, travail sérieux, délai trop, délais trop
    """,
    not_following="""
        le matin, le soir, la nuit, l heure, la semaine, le mois, tout rond, pour le prix, c est ça, on y, il y a,
        ce matin, ce soir, ce mois, ce jour, ce week
    """,
    praise="""
        bon bonne bons bonnes super excellent excellente parfait parfaite parfaitement génial géniale top rapide rapides
        efficace efficaces sympa sympas sympathique sympathiques aimable aimables agréable agréables satisfait
        satisfaite satisfaits ravi ravie ravis content contente contents professionnel professionnelle professionnels
        impeccable formidable magnifique nickel bien chaleureux chaleureuse gentil gentille gentils compétent compétente
        compétents ponctuel ponctuelle sérieux sérieuse soigné soignée merveilleux merveilleuse extraordinaire bravo
        adoré adore aime aimé recommande recommander félicitations souriant souriante serviable fiable meilleur beau
        belle
    """,
    blame="""
        lent lente lents mauvais mauvaise mauvaises nul nulle nuls médiocre médiocres décevant décevante déçu déçue
        déçus cher chère long longue impoli impolie désagréable désagréables horrible horribles affreux affreuse
        incompétent incompétente incompétents mécontent mécontente inadmissible inacceptable honteux catastrophique
        catastrophe scandaleux désastreux insupportable froid pénible
    """,
    very="""
        très trop vraiment tellement si assez super un une plutôt hyper extrêmement tout bien toujours absolument
        particulièrement fort
    """,
    counted="""
        fois personnes clients client cas jours jour semaines semaine mois ans an années année heures heure h minutes
        minute min mn secondes étoiles étoile euros euro pourcent pièces choses raisons hommes femmes messieurs dames
        enfants collègues employés techniciens vendeurs vendeuses chauffeurs livreurs conseillers conseillères visites
        mails courriers messages lettres appels commandes colis tentatives nuits mètres kilomètres km kilos reprises
        gens chambres questions réponses produits articles rendez livraisons expériences points couverts étages pannes
        interlocuteurs chances amis amies
    """,
    not_plural="""
        très toujours jamais vous nous dans sans mais plus pas temps dès les des mes ses vos nos ces suis étais tous
        puis alors ailleurs français accès bras prix sous moins
    """,
    conditions="si sauf",
    clock="à vers h depuis jusqu dès le",
    before_others="""
        à vers jusqu avant après depuis dès le du au chambre numéro n no nr ligne bus quai page appartement rue environ
        seulement que plus moins sur taille niveau bâtiment étage âge x version par entre encore classe tous toutes les
        aux des porte groupe semaine jour avenue bd boulevard cedex autre autres de en rendez rdv date commande
        livraison visite
    """,
    months="""
        janvier février mars avril mai juin juillet août septembre octobre novembre décembre janv févr fév avr juil sept
        oct nov déc
    """,
    polite="svp, stp, merci, s il vous plaît, s il te plaît, maintenant, please",
    messages="""
        sms, textos, texto, messages, message, mail, mails, e mail, e mails, emails, email, courriels, courriel,
        enquêtes, enquête, sondages, sondage, questionnaires, questionnaire, publicité, publicités, newsletter,
        newsletters, relances, courriers, sollicitations
    """,
    stop_messages="""
        désabonnez moi, désabonne moi, désinscrivez moi, désinscris moi, plus de {message}, plus aucun {message},
        plus aucune {message}, plus d {message}, pas de {message} svp, pas de {message} merci,
        pas de {message} s il vous plaît, merci pas de {message}, svp pas de {message}, aucun {message} svp,
        aucun {message} merci, ne m envoyez plus, ne m envoie plus, ne m envoyer plus, n envoyez plus, n envoie plus,
        ne plus m envoyer, ne plus envoyer, ne plus me contacter, ne plus me déranger, ne plus m écrire,
        ne plus me solliciter, ne plus recevoir, ne plus être contacté, ne plus être contactée, ne plus être sollicité,
        ne plus être dérangé, ne plus être sollicitée, ne me contactez plus, ne me contacte plus, ne me contactez pas,
        ne m écrivez plus, ne m écris plus, ne me sollicitez plus, ne me relancez plus, ne me textez plus,
        ne m importunez plus, m envoyez plus, me contactez plus, m écrivez plus, veux plus de {message},
        veux plus recevoir, veux plus vos {message}, veux plus aucun {message}, souhaite plus recevoir,
        souhaite plus être contacté, souhaite plus être contactée, souhaite plus de {message}, désire plus recevoir,
        veux pas de {message}, veux pas recevoir, souhaite pas recevoir, souhaite pas de {message},
        veux plus rien recevoir, veux plus être contacté, veux plus être contactée, veux plus être dérangé,
        veux plus être dérangée, souhaite plus être dérangé, arrêtez de m envoyer, arrête de m envoyer,
        arrêtez d envoyer, arrêtez de me contacter, arrêtez de m écrire, arrêtez de m appeler, arrêtez de me déranger,
        arrêtez de me harceler, arrêtez de m embêter, arrêtez de me solliciter, arrêtez de me spammer,
        arrêtez ces {message}, arrêtez les {message}, arrêtez vos {message}, arrêter de m envoyer,
        arrêter de me contacter, arrêter de m écrire, arrêter les {message}, arrêter ces {message},
        arrêter vos {message}, arrêter d envoyer, arrêt des {message}, arrêt de ces {message}, arrêt {message},
        stop {message}, stop aux {message}, stop à vos {message}, stop pub, cessez de m envoyer, cessez de me contacter,
        cessez de m écrire, cessez ces {message}, cessez vos {message}, cesser de m envoyer, cesser tout envoi,
        cessez tout envoi, retirez mon numéro, retirez mon nom, retirez mon adresse, enlevez mon numéro,
        supprimez mon numéro, supprimez mon adresse, supprimez mon mail, effacez mon numéro, retirer mon numéro,
        supprimer mon numéro, je retire mon consentement, retire mon consentement, résilier mon abonnement,
        annuler mon abonnement, ne veux plus entendre parler, ne me contactez plus jamais, ne m écrivez plus jamais,
        ne m envoyez plus jamais, ne me recontactez plus, ne me recontactez jamais, plus jamais de {message},
        retirez moi de votre liste, retirez moi de la liste, enlevez moi de votre liste, enlevez moi de la liste,
        supprimez moi de votre liste, supprimez moi de la liste, rayez moi de votre liste, retirez moi de vos listes,
        plus de spam, stop spam, plus de contact, plus de pub, plus de pubs, veux plus de pub, veux pas de pub,
        pas de pub svp, arrêtez la pub
    """,
    stop="""
        se désabonner, me désabonner, désabonner, désabonnement, désabonne, désinscrire, me désinscrire, se désinscrire,
        désinscription, se désabonner de la liste de diffusion, laissez moi tranquille, laisse moi tranquille,
        laissez moi en paix, laissez nous tranquilles, laissez moi tranquil, fichez moi la paix, foutez moi la paix,
        fiche moi la paix, oubliez moi, oubliez mon numéro, retirez moi, retire moi, enlevez moi, enlève moi,
        supprimez moi, effacez moi, rayez moi, me retirer, m enlever, me supprimer, arrêtez tout, arrêtez ça,
        cessez tout, ne plus m appeler, ne m appelez plus, ne m appelle plus, m appelez plus, je m oppose à,
        je m y oppose, ne me dérangez plus, ne m appelez plus jamais, ne me dérangez plus jamais, lâchez moi,
        laissez moi, j ai dit stop, je veux que ça s arrête
    """,
    stop_words="stop, arrêt, arrêter, arrêtez, arrête, arrett, arretter, stoppez, stopper, stoppe, cessez, ça suffit",
    stop_alone="""
        annuler, résilier, quitter, supprimer, terminer, retirer, basta, révoquer, pas de {message}, aucun {message},
        pas de pub, pas de spam
    """,
    stop_perhaps="""
        spam, harcèlement, harceler, harcelez, arrêter, arrêtez, arrête, arrêt, mes données, rgpd, cnil, avocat, dégage,
        dégagez, foutez le camp, casse toi, cassez vous, va te faire, trop de {message}, ras le bol, marre de,
        comment avez vous eu mon numéro, d où avez vous mon numéro, désabonné, désabonnée, pourquoi je reçois,
        je ne veux plus, fichez le camp, que ça s arrête
    """,
    no_messages="pas de {message}, aucun {message}, aucune {message}, jamais de {message}",
    received="reçu reçue reçus reçois recevoir reçoit arrivé encore depuis eu vu envoyé lu venu",
    stop_fillers="""
        le la les l un une de des du d ces ce cet cette ça cela tous toutes tout vos votre me m moi mon ma mes je j nous
        on vous tu te envoyer envoi envois recevoir écrire contacter sms textos texto message messages mail mails e
        emails email courriels courriel enquêtes enquête sondages sondage questionnaires pub publicité pubs publicités
        newsletter liste listes numéro téléphone portable diffusion voudrais veux voulais souhaite aimerais désire
        demande peux pouvez pourriez pouvons merci bonjour bonsoir salut oui ok désolé svp stp s il plaît mais et par
        sur pour rien immédiatement suite désormais dorénavant plus genre ici maintenant enfin donc bien vouloir
        veuillez prière être y en base fichier fichiers contacts adresse déjà sortes sorte relances jour jours ni appels
        appeler appel commerciaux part spam spams contact sollicitations courriers ne
    """,
    not_after_stop="pas jamais point maladie cardiaque bus travail tram train court signalisation sign panneau de",
    only_partly="mais sauf plutôt uniquement seulement si préfère jusqu",
    help="""
        aide, à l aide, qui est ce, c est qui, qui êtes vous, qui es tu, vous êtes qui, t es qui, c est quoi,
        c est quoi ce message, qu est ce que c est, de quoi s agit il, de la part de qui, qui m écrit, qui écrit,
        qui me contacte, plus d info, plus d infos, plus d informations, infos, information, informations
    """,
    later="""
        pas maintenant, plus tard, peut être plus tard, une autre fois, autre fois, pas le temps, pas de temps,
        pas aujourd hui, trop occupé, trop occupée, non merci, pas intéressé, pas intéressée, ça ne m intéresse pas,
        cela ne m intéresse pas, pas envie, pas pour le moment, pas pour l instant, pas tout de suite, pas disponible,
        pas dispo, à un autre moment, un autre moment, dans quelques jours, dans quelques semaines, dans quelques mois,
        après les vacances, après mes vacances, après le week end, après les fêtes, après l été, lundi prochain,
        mardi prochain, mercredi prochain, jeudi prochain, vendredi prochain, samedi prochain, dimanche prochain,
        demandez moi en, redemandez moi, quand j aurai le temps, tout à l heure, ultérieurement
    """,
    later_fillers="""
        je j ai suis n ne désolé désolée pardon demandez demande redemandez redemande reposez repose recontactez
        recontacte relancez interrogez question moi me m la le l en ce moment de du vous vos pouvez pourriez peux peut
        être svp stp s il plaît te bonjour bonsoir salut merci mais et on est là à un une au oui ok d accord réessayez
        réessayer reviens revenez vers pour répondre répondrai réponds réponse actuellement maintenant trop très
        vraiment travail boulot réunion route encore janvier février mars avril mai juin juillet août septembre octobre
        novembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche matin soir midi début fin non ça cela y
        plutôt les que car parce redemander demander reposer
    """,
    ask_again="""
        demandez demande redemandez redemande reposez repose recontactez recontacte relancez interrogez réessayez
        redemander demander reposer
    """,
    when="""
        demain 1, après demain 2, la semaine prochaine 7, semaine prochaine 7, le mois prochain 30, mois prochain 30,
        l année prochaine 365, année prochaine 365, l an prochain 365, trimestre prochain 91, dans douze mois 365,
        dans une semaine ou deux 14, d ici une semaine 7, d ici un mois 30, dans quinze jours 15, d ici quinze jours 15,
        sous quinzaine 15, dans une quinzaine 15, dans une quinzaine de jours 15
    """,
    ahead="dans, après, d ici",
    afterwards="plus tard, après",
    one="un une",
    units="jour 1, jours 1, semaine 7, semaines 7, mois 30, an 365, ans 365, année 365, années 365",
    wrong_person="""
        mauvais numéro, mauvais numero de téléphone, faux numéro, mauvaise personne, mauvaise adresse mail,
        mauvais destinataire, mauvais client, mauvais interlocuteur, mauvais contact, erreur de numéro,
        erreur de personne, erreur de destinataire, erreur de destinataires, trompé de numéro, trompée de numéro,
        trompé de personne, trompez de numéro, trompez de personne, trompés de numéro, trompe de numéro,
        pas le bon numéro, pas la bonne personne, pas le bon destinataire, pas le bon interlocuteur, pas mon numéro,
        connais pas votre société, connais pas votre entreprise, vous connais pas, vous connait pas,
        connais pas du tout votre entreprise, te connais pas, suis pas client, suis pas cliente, suis pas un client,
        suis pas une cliente, pas client chez vous, pas cliente chez vous, suis pas votre client,
        suis pas votre cliente, jamais été client, jamais été cliente, jamais entendu parler de vous,
        jamais rien acheté chez vous, jamais rien commandé, jamais rien commandé chez vous, jamais rien acheté,
        sais pas qui vous êtes, sais pas qui c est, sais pas qui tu es, aucune idée de qui vous êtes,
        vous vous trompez de, vous vous êtes trompé, vous vous êtes trompés, vous faites erreur, vous avez le mauvais,
        pas destiné, pas destinée, ne m est pas destiné
    """,
    wrong_fillers="""
        désolé désolée pardon bonjour bonsoir salut je j n ne vous avez c ce est un une le la il s agit d y a de du
        crois pense que qu là non merci mais et ici mon ma message sms mail numéro personne êtes être doit dû devez
        faites envoyez envoyé à pour moi me m suis chez entreprise société votre client cliente peut sûrement en fait
        erreur tous car aucun compte jamais ai
    """,
    automatic="""
        je suis * absent du, je suis * absente du, je suis * absent jusqu, je suis * absente jusqu, je suis absent,
        je suis absente, je suis actuellement absent, je suis actuellement absente, je suis * en congé,
        je suis * en congés, je suis * en vacances jusqu, je suis * en vacances du, je suis * en arrêt maladie,
        je suis * en congé maternité, je serai absent, je serai absente, je serai * de retour le,
        je suis * de retour le, je serai de retour, de retour au bureau, actuellement en congé, actuellement en congés,
        actuellement en déplacement, absent jusqu au, absente jusqu au, absent du bureau, absente du bureau,
        je ne suis pas au bureau, à mon retour, dès mon retour, accès limité à * mails, accès limité à * messagerie,
        accès limité à * mail, nous avons bien reçu votre message, nous avons bien reçu votre demande,
        nous avons bien reçu votre mail, votre message a bien été reçu, ne pas répondre à ce message,
        ne pas répondre à cet, généré automatiquement, envoyé automatiquement
    """,
    automatic_titles="""
        réponse automatique, message automatique, réponse automatisée, message automatisé, absence du bureau,
        message d absence, notification d absence, accusé de réception, ceci est un message automatique,
        ceci est une réponse automatique, ceci est une réponse, absent du bureau, absente du bureau, absence
    """,
    acknowledgements="""
        oui non ok okay merci bonjour bonsoir salut coucou d accord dac ouais nan ben bah hm hmm quoi pourquoi comment
        peut être je ne sais pas aucune idée de rien bien sûr un une voilà au revoir hello svp
    """,
)
