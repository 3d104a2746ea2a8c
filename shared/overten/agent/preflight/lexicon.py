"""How people speak of what they give with a request, by language: pieces of regular expressions.

The prompts they are matched with are in lower case, with straight apostrophes, a blank after each elision ("l' image"),
and without what stands in quotation marks.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lexicon:
    """The words of one language.

    `common`: words by which the language is told. `definite`: what stands before a certain thing. `given`: attached.
    `gave`: "that I uploaded". `here`: "see attached". `own`: my, our. `use`: imperatives that begin a clause, `source`:
    from, based on. `this` and `rework`: "translate this". `following`: announces that something follows. `brand` and
    `logo`: the user's own look is wanted. `unwanted`: directly before what is not wanted. `told`: that something is
    only to be said. `by_others`: directly before what somebody else gives. `later` and `topic`: whatever the sentence
    speaks of, it is not given now. `blank`: a form that the user will fill in.
    """

    common: str
    definite: str
    given: str
    gave: str
    here: str
    own: str
    use: str
    source: str
    this: str
    rework: str
    following: str
    pictures: str
    data: str
    documents: str
    brand: str
    logo: str
    unwanted: str
    told: str
    by_others: str
    later: str
    topic: str
    blank: str


_NEVER = r"(?!)"
_FILES = r"pdfs?|docx?|pptx?|powerpoint"
_TABLES = r"csv|tsv|xlsx?|excel|google[ -]sheets?"

ENGLISH = Lexicon(
    common=r"the|and|of|with|for|from|that|this|our|an?|in|to|is|are|make|create|write|use|on|please|my|into",
    definite=r"the|my|our|this|these|those|all|both|each|every|two|three|four|five|six|several|\d+|use|using|from"
    r"|per|see",
    given=r"attached|enclosed|uploaded|provided|supplied|appended|accompanying",
    gave=r"(?:(?:that|which) )?(?:i|we)(?: have|'ve|'m| am)? ?(?:just |already )?(?:attach(?:ed|ing)?|upload(?:ed"
    r"|ing)?"
    r"|sent|sending|provid(?:ed?|ing)|shar(?:ed?|ing)|enclos(?:ed?|ing)|suppl(?:ied|y)|includ(?:ed?|ing)|gave"
    r"|added|pasted)",
    here=r"see (?:the )?attach(?:ed|ment)s?|(?:i|we)(?: have|'ve| am|'m| are|'re)? ?(?:just "
    r"|already )?(?:attach(?:ed|ing)|upload(?:ed|ing)|enclos(?:ed|ing)|sending you|sent you)"
    r"|in the attachments?|(?:^|[.!?:] ?)(?:please )?(?:find )?(?:attached|enclosed)(?: you(?:'ll| will) find| is"
    r"| are|:)?"
    r"|as (?:an? )?attach(?:ed|ment)|the attachments?",
    own=r"my|our",
    use=r"use|analy[sz]e|visuali[sz]e|turn|take|import|plot|chart|graph|summari[sz]e|clean(?: up)?|convert|place"
    r"|put|insert|add"
    r"|include|embed|show|feature|compile|process|transform|consolidate|merge|explore|reconcile",
    source=r"from|using|based (?:up)?on|with|out of|built on|drawing on|fed by|by analy[sz]ing|according to",
    this=r"this|these|that|those",
    rework=r"summari[sz]e|rewrite|translate|turn|convert|update|edit|review|proofread|shorten|clean(?: up)?"
    r"|analy[sz]e|improve"
    r"|reformat|transform|revise|polish|condense|make|create|build|fix|correct|merge|visuali[sz]e|restructure"
    r"|simplify|redline",
    following=r"following|below",
    pictures=r"photos?|photographs?|pictures?|images?|pics?|screenshots?|illustrations?|renderings?|renders?"
    r"|headshots?",
    data=rf"data(?:sets?|base)?|{_TABLES}|spreadsheets?|workbooks?|figures|numbers|tables?|sheets?|exports?"
    rf"|time series"
    r"|transactions|survey results|ledger|log files?|bank statements?|readings",
    documents=rf"{_FILES}|documents?|docs?|files?|reports?|contracts?|agreements?|letters?|brief(?:ing)?s?"
    rf"|articles?|papers?"
    r"|memos?|transcripts?|notes?|minutes|handbooks?|manuals?|guidelines?|presentations?|decks?|slides?|cv"
    r"|resum[ée]s?|proposals?"
    r"|polic(?:y|ies)|invoices?|quotes?|offers?|rfps?|spec(?:ification)?s?|texts?|e-?mails?|thesis|stud(?:y|ies)"
    r"|whitepapers?"
    r"|catalog(?:ue)?s?|scripts?|templates?|materials?|content|outlines?|drafts?|essays?|chapters?|books?|forms?"
    r"|plans?|leases?"
    r"|interviews?|recordings?|job descriptions?|terms|statements?|tenders?|questionnaires?",
    brand=r"(?:in(?: line with)?|with|using|uses?|follow(?:s|ing)?|appl(?:y|ies|ying)|match(?:es|ing)?"
    r"|according to|stick(?:ing)? to"
    r"|styled?|adher\w+ to|per|respect(?:s|ing)?|wears?|wearing|on|to|keep)(?: \w+){0,2}? (?:our|my"
    r"|the company'?s?|company)"
    r"(?: \w+){0,2}? (?:branding|corporate (?:design|identity|style|colou?rs?|look|fonts?)|ci|house (?:style"
    r"|colou?rs)"
    r"|visual identity|style ?guide|brand (?:colou?rs?|guidelines?|guide|style|identity|fonts?|look|design|book"
    r"|kit|palette"
    r"|manual|assets|rules|standards|template))"
    r"|(?:apply|follow|match|use) (?:our|my) (?:company )?brand|on[- ]brand for us|in (?:our"
    r"|my) (?:company )?colou?rs",
    logo=r"(?:with|use|using|add|put|place|include|insert|carry|show|and|bearing|featuring|has|have"
    r"|incorporate)(?: \w+){0,2}? "
    r"(?:our|my|the company(?:'s)?|company) (?:\w+ )?logo",
    unwanted=r"(?:no|not|without|don't|do not|never|rather than|instead of|nor|ignore|skip|omit|exclude|avoid)"
    r"(?: (?:use|using|need|include|add|place|put|insert|show|any|have|of|apply|follow|require|rely on))*",
    told=r"(?:say(?:s|ing)?|mention(?:s|ing)?|stat(?:e|es|ing)|inform\w*|tell\w*|note|noting|confirm\w*"
    r"|explain\w*|announc\w*"
    r"|remind\w*|writ(?:e|es|ing)|indicat\w+)\b(?: \w+){0,5}? that|(?:say(?:s|ing)?|mention(?:s|ing)?|stat(?:es"
    r"|ing))",
    by_others=r"(?:upload|attach|submit|enter|complete|annex(?:es)? (?:for|with)|appendix (?:for|with)|list of"
    r"|field for|column for"
    r"|space for|section for|folder for|where)(?: the| an?| any| all)?",
    later=r"placeholders?|leave (?:some )?(?:room|space)|(?:space|room|slots?) for|later|afterwards|to be added"
    r"|(?:we|i)(?:'ll| will) (?:add|insert"
    r"|provide|send)",
    topic=r"how to|how we|polic(?:y|ies) (?:on|for|about)|guide (?:to|for|on)|guidelines (?:on|for)|who (?:will"
    r"|can|should)|instructions"
    r"|job description|procedure|best practices|why",
    blank=r"templates?|trackers?|forms?|checklists?",
)

GERMAN = Lexicon(
    common=r"der|die|das|und|mit|für|ein|eine|einer|einen|dem|den|im|in|aus|von|zu|auf|ist|sind|nach|über|bitte"
    r"|erstelle|mach|schreibe|wie|zum|zur|unser\w*",
    definite=r"der|die|das|den|dem|des|dies(?:e[nrms]?)|mein(?:e[nrms]?)?|unser(?:e[nrms]?)?|alle[nr]?|beide[nr]?"
    r"|zwei|drei|vier|fünf|sechs|\d+|vom|zum|zur|im|am",
    given=r"(?:angehängt|beigefügt|beiliegend|anliegend|hochgeladen|mitgeschickt|mitgeliefert|bereitgestellt"
    r"|übermittelt|angefügt|beigelegt|zugesandt|gesendet|geschickt)(?:e[nrms]?)?",
    gave=r"(?:(?:den|die|das|der|welche[ns]?) )?(?:ich|wir)(?: \w+){0,3}? (?:angehängt|beigefügt|hochgeladen"
    r"|geschickt|gesendet|mitgeschickt|bereitgestellt|übermittelt|angefügt|beigelegt)",
    here=r"anbei|(?:im|aus dem|den|der|die|das) anhang|(?:in|aus) der anlage|siehe (?:anhang|anlage)|(?:ich"
    r"|wir) (?:habe|haben|hänge|hängen|füge|lade|schicke)(?: \w+){0,5}? (?:angehängt|beigefügt|hochgeladen"
    r"|angefügt|mitgeschickt|an|bei|mit|hoch)",
    own=r"mein(?:e[nrms]?)?|unser(?:e[nrms]?)?",
    use=r"nutze?|verwende|nimm|analysiere|visualisiere|werte|importiere|setze?|füge?|platziere|zeige?|bereinige"
    r"|übernimm|verarbeite|binde|fasse|stelle|bereite|lies",
    source=r"aus|auf (?:der )?(?:basis|grundlage)(?: von)?|basierend auf|anhand(?: von)?|mit|mithilfe|gemäss|von",
    this=r"diese[nrms]?|dies",
    rework=r"fasse|übersetze|überarbeite|kürze|aktualisiere|korrigiere|prüfe|bearbeite|verbessere|mach\w*|wandle"
    r"|wandele|analysiere|erstelle|bereinige|formuliere|werte|vereinfache|lektoriere|konvertiere|forme",
    following=r"folgende[nrms]?|nachstehende[nrms]?|untenstehende[nrms]?",
    pictures=r"(?:\w*(?:fotos?|fotografien?)|(?:produkt|team|titel|firmen|kunden|beispiel)?bild(?:er|ern|es)?"
    r"|abbildung(?:en)?|screenshots?|aufnahmen)",
    data=rf"{_TABLES}|csv-\w+|excel-?\w*|\w*daten(?:satz|sätze|bank)?|\w*tabellen?|zahlen|\w*kennzahlen"
    rf"|arbeitsmappen?|messwerte?\w*|\w*buchungen|\w+listen?|kontoauszüge?",
    documents=rf"{_FILES}|\w*(?:dokument(?:e[ns]?|s)?|datei(?:en)?|bericht(?:e[ns]?|s)?|verträge?n?|vertrag(?:s"
    rf"|es)?|schreiben|briefe?s?|konzepte?s?|protokolle?n?|protokolls?|unterlagen"
    r"|handb(?:uch|ücher)s?|leitf[aä]den|leitlinien?|richtlinien?|präsentation(?:en)?|folien|lebenslauf"
    r"|angebote?s?|rechnung(?:en)?|texte?s?|artikels?|studien?|entw(?:urf|ürfe)\w*"
    r"|vorlagen?|materialien|skripte?|ausschreibung(?:en)?|lastenheft|notizen|gutachten|bescheid|stellenanzeige"
    r"|satzung|e-?mails?|exposé)",
    brand=r"(?:in|im|mit|nach|gemäss|entsprechend|nutze|verwende|an|auf|zu)(?: \w+){0,2}? (?:unser(?:e[nrms]?)?"
    r"|mein(?:e[nrms]?)?|firmeneigene[nrm]?)(?: \w+){0,2}? (?:corporate[ -](?:design|identity)"
    r"|ci|cd|marken(?:farben|design|auftritt|richtlinien?|handbuch|look|stil|identität|schrift)|haus(?:farben"
    r"|stil|schrift)|firmen(?:farben|design|look|schrift)|unternehmens(?:farben|design)|styleguide|brand(?:ing"
    r"| ?guide\w*| ?book)|design(?:vorgaben|richtlinien|handbuch))"
    r"|in unserem (?:firmen|unternehmens)?design|in unseren farben|(?:halte dich an|beachte|befolge"
    r"|folge) unser\w* (?:corporate[ -]\w+|ci|marken\w+|brand\w*|styleguide|design\w+)",
    logo=r"(?:mit|füge|setze|nutze|verwende|platziere|und|zeige)(?: \w+){0,2}? (?:unser(?:e[nrms]?)?"
    r"|mein(?:e[nrms]?)?|dem firmen)[ -]?(?:\w+ )?(?:firmen)?logo",
    unwanted=r"(?:kein(?:e[nrms]?)?|ohne|nicht|statt|anstatt|weder|und ohne)(?: (?:mit|die|das|den))*",
    told=r"(?:dass|erwähne|sage|schreibe|mitteil\w+|teile? mit|hinweis\w*|informier\w+)\b(?: \w+){0,6}? dass|dass"
    r"|dass die",
    by_others=r"(?:anlage (?:für|mit)|anhang (?:für|mit)|liste (?:der|von)|feld für|spalten? für|platz für"
    r"|abschnitt für)(?: die| alle)?",
    later=r"platzhaltern?|platz für|platz lassen|später|nachträglich|(?:liefern|reichen|fügen) wir|lass platz"
    r"|raum für",
    topic=r"wie (?:man|wir|kunden|sie)|richtlinie (?:zu\w*|für)|anleitung|leitfaden (?:zu\w*|für)"
    r"|stellenbeschreibung|umgang mit|warum",
    blank=r"vorlagen?|tracker|formulare?|checklisten?",
)

FRENCH = Lexicon(
    common=r"le|la|les|l'|d'|des|du|de|une?|et|avec|pour|dans|sur|en|aux?|est|nos|notre|crée|fais|par|qui|que",
    definite=r"les?|la|l'|du|des|aux?|ce|cet|cette|ces|mon|ma|mes|notre|nos|deux|trois|quatre|cinq|\d+",
    given=r"(?:ci-)?joint(?:e?s?)|ci-annexée?s?|annexée?s?|envoyée?s?|téléversée?s?|téléchargée?s?|fournie?s?"
    r"|importée?s?|transmis(?:e?s?)|ci-incluse?s?|en pièces? jointes?|en annexe",
    gave=r"que (?:je|j'|nous|t'|vous)?(?: \w+'?){0,4}? ?(?:envoyée?s?|jointe?s?|téléversée?s?|téléchargée?s?"
    r"|fournie?s?|transmise?s?|importée?s?|partagée?s?|chargée?s?|mise?s?)",
    here=r"en pièces? jointes?|voir (?:la )?pièces? jointes?|(?:je|nous) (?:te |vous )?(?:joins|joignons"
    r"|transmets|fournis|t'envoie)|j' ai (?:joint|téléversé|envoyé|ajouté|fourni|mis)|(?:^"
    r"|[.!?:] ?)ci-joint\w*|je t' envoie|je vous envoie",
    own=r"mon|ma|mes|notre|nos",
    use=r"utilise[zr]?|analyse[zr]?|visualise[zr]?|prends|prenez|importe[zr]?|place[zr]?|mets|mettez|insère"
    r"|insérez|ajoute[zr]?|intègre|intégrez|montre[zr]?|exploite[zr]?|transforme[zr]?|nettoie|nettoyez|reprends",
    source=r"à partir de|avec|en utilisant|sur la base de|basée?s? sur|d' après|depuis|selon|grâce à|de",
    this=r"ce|cet|cette|ces",
    rework=r"résume[zr]?|traduis(?:ez)?|transforme[zr]?|réécri\w+|corrige[zr]?|mets à jour|améliore[zr]?"
    r"|analyse[zr]?|convertis\w*|raccourci\w+|reformule[zr]?|relis|relisez|nettoie|nettoyez|simplifie[zr]?"
    r"|révise[zr]?|fais de|synthétise[zr]?|complète[zr]?",
    following=r"suivante?s?|ci-dessous",
    pictures=r"photos?|photographies?|images?|captures?(?: d' écran)?|illustrations?|visuels?|clichés?",
    data=rf"{_TABLES}|données|tableurs?|classeurs?|feuilles? de calcul|chiffres|tableaux?|jeux? de données"
    rf"|exports?|relevés?",
    documents=rf"{_FILES}|documents?|fichiers?|rapports?|contrats?|lettres?|courriers?|articles?|mémos?|notes?"
    rf"|manuels?|guides?|présentations?|diapositives|cv|devis|factures?|textes?|études?|procès-verbal"
    rf"|compte[- ]rendus?"
    r"|cahiers? des charges|brouillons?|modèles?|supports?|statuts|règlements?|mémoires?|propositions?"
    r"|politiques?|courriels?|transcriptions?|appels? d' offres?|bail",
    brand=r"(?:aux?|à|avec|selon|respect\w+|suiv\w+|dans|applique\w*|utilis\w+|conform\w+ à|en"
    r"|d' après)(?: \w+'?){0,4}? (?:notre|nos|mon|ma)(?: \w+){0,1}? (?:charte(?: graphique)?"
    r"|identité visuelle|marque|couleurs|polices? de marque|style maison|guide de marque|branding)",
    logo=r"(?:avec|utilis\w+|ajoute\w*|place\w*|mets|mettez|insère\w*|et|intègre\w*"
    r"|inclu\w+)(?: \w+){0,2}? (?:notre|mon|le) logo",
    unwanted=r"(?:sans|pas|n' utilise[zr]? pas|ne|aucune?|plutôt que|au lieu de|ni)(?: (?:de|d'|utilise[zr]?|mets"
    r"|mettez|pas|les?|ajoute[zr]?))*",
    told=r"(?:dire|dis|dit|disant|précise\w*|mentionn\w+|indiqu\w+|inform\w+|annonc\w+|signal\w+|explique\w*"
    r"|rappel\w+|écri\w+)\b(?: \w+'?){0,5}? (?:que|qu')",
    by_others=r"(?:annexes? (?:pour|avec)|liste (?:des|de)|champ pour|colonnes? pour|espace pour"
    r"|emplacements? pour|rubrique pour)(?: les?| la| l'| tous les)?",
    later=r"emplacements?|espaces? (?:pour|réservé)|plus tard|ultérieurement|(?:nous|je) (?:les "
    r"|l' )?(?:ajouter\w+|insérer\w+|fournir\w+)|laisse\w* (?:de la )?place|place pour",
    topic=r"comment|politique (?:de|d'|sur)|guide (?:de|pour|sur)|procédure|mode d' emploi|fiche de poste|pourquoi",
    blank=r"modèles?|formulaires?|trames?|suivi",
)

SPANISH = Lexicon(
    common=r"el|la|los|las|del|de|una?|y|con|para|en|por|que|es|nuestr[oa]s?|crea|haz|al|su|mi|lo",
    definite=r"el|la|los|las|del|al|est[eao]s?|mis?|nuestr[oa]s?|dos|tres|cuatro|cinco|\d+",
    given=r"adjunt(?:[oa]s?|ad[oa]s?)|anex(?:[oa]s?|ad[oa]s?)|subid[oa]s?|cargad[oa]s?|enviad[oa]s?"
    r"|proporcionad[oa]s?|facilitad[oa]s?|suministrad[oa]s?|compartid[oa]s?|aportad[oa]s?",
    gave=r"que (?:te |le |os )?(?:he |hemos )?(?:subid|enviad|adjunt|cargad|proporcionad|facilitad|compartid"
    r"|mandad|pasad|anexad)\w*|que (?:te |le )?(?:envié|subí|adjunté|mandé|adjuntamos|envío|paso|mando)",
    here=r"(?:te|le|os) (?:adjunto|envío|paso|mando)|(?:^|[.!?:] ?)adjunto(?: te)?|he (?:adjuntado|subido"
    r"|enviado)|en (?:el|los) (?:archivos? )?adjuntos?|ver adjunto|en anexo",
    own=r"mis?|nuestr[oa]s?",
    use=r"us[ae]|utili[zc][ae]|analiza|visualiza|toma|importa|coloca|pon|inserta|añade|incluye|integra|muestra"
    r"|procesa|convierte|limpia|agrega|aprovecha",
    source=r"a partir de|con|usando|utilizando|basad[oa]s? en|en base a|según|desde|de|partiendo de",
    this=r"est[eao]s?",
    rework=r"resume|resúm\w+|traduce|convierte|reescribe|corrige|actualiza|mejora|revisa|analiza|transforma"
    r"|reduce|acorta|simplifica|pasa|haz de|haz con|edita|limpia|completa",
    following=r"siguientes?|a continuación|de abajo",
    pictures=r"fotos?|fotografías?|im[aá]gen(?:es)?|capturas?(?: de pantalla)?|ilustraciones?",
    data=rf"{_TABLES}|datos|hojas?(?: de (?:cálculo|excel))?|libros? de excel|cifras|números|tablas?"
    rf"|base de datos|extractos?",
    documents=rf"{_FILES}|documentos?|archivos?|ficheros?|informes?|contratos?|cartas?|artículos?|manual(?:es)?"
    rf"|guías?|presentaci(?:ón|ones)|diapositivas|currículum|cv|ofertas?|facturas?|textos?|estudios?|actas?"
    rf"|borrador(?:es)?|plantillas?|material(?:es)?"
    r"|propuestas?|memorias?|correos?|pliegos?|políticas?|transcripci(?:ón|ones)|notas?|apuntes|reglamentos?"
    r"|estatutos",
    brand=r"(?:con|en|según|sig\w+|respet\w+|aplica\w*|us[ae]\w*|utiliza\w*|acorde (?:a|con)|conforme a"
    r"|de acuerdo con)(?: \w+){0,3}? (?:nuestr[oa]s?|mi)(?: \w+){0,1}? (?:manual de (?:marca|identidad"
    r"|estilo)|identidad (?:visual|corporativa)|imagen (?:corporativa|de marca)|marca"
    r"|colores(?: corporativos)?|guía de (?:marca|estilo)|tipografía|diseño corporativo)",
    logo=r"(?:con|us[ae]|utiliza|añade|pon|coloca|inserta|incluye|y|agrega|muestra)(?: \w+){0,2}? (?:nuestro|mi"
    r"|el) (?:logo(?:tipo)?)",
    unwanted=r"(?:sin|no|ningun[ao]?|en lugar de|en vez de|ni)(?: (?:us[ae]s?|utilices|añadas|pongas|incluyas|el"
    r"|la|los|las|necesit\w+|tengo))*",
    told=r"(?:diciendo|decir|di|diga|mencion\w+|indic\w+|inform\w+|comunic\w+|señal\w+|explic\w+|record\w+"
    r"|aclar\w+|avis\w+)\b(?: \w+){0,5}? que",
    by_others=r"(?:anexos? (?:para|con)|lista (?:de|con)|campo para|columnas? para|espacio para|huecos? para"
    r"|apartado para)(?: los?| las?| el| todos los)?",
    later=r"huecos?|espacios? (?:para|reservad)|más (?:tarde|adelante)|después|(?:los |las )?(?:añadiremos"
    r"|insertaremos|enviaré|pondremos)|deja (?:espacio|sitio)|marcador(?:es)? de posición",
    topic=r"cómo|política (?:de|sobre)|guía (?:de|para|sobre)|procedimiento|instrucciones|por qué"
    r"|descripción del? puesto",
    blank=r"plantillas?|formularios?|listas? de (?:control|comprobación)",
)


def _attachments_only(
    *,
    common: str,
    definite: str,
    given: str,
    here: str,
    pictures: str,
    data: str,
    documents: str,
    told: str,
    unwanted: str,
) -> Lexicon:
    """A language of which only the plainest words are known."""
    return Lexicon(
        common=common, definite=definite, given=given, gave=_NEVER, here=here, own=_NEVER, use=_NEVER, source=_NEVER,
        this=_NEVER, rework=_NEVER, following=_NEVER, pictures=pictures, data=data, documents=documents, brand=_NEVER,
        logo=_NEVER, unwanted=unwanted, told=told, by_others=_NEVER, later=_NEVER, topic=_NEVER, blank=_NEVER,
    )  # fmt: skip


ITALIAN = _attachments_only(
    common=r"il|lo|gli|della?|dei|delle|con|per|una?|di|che|è|e|nel|crea|del|le|dal|in",
    definite=r"il|lo|la|l'|i|gli|le|del|dello|della|dei|degli|delle|dal|dalla|questo|questa|queste|questi|mi[aeo]"
    r"|mie[i]?|nostr[oaie]",
    given=r"allegat[oaie]|caricat[oaie]|inviat[oaie]|fornit[oaie]",
    here=r"in allegato|(?:ti|vi) allego|ho allegato",
    pictures=r"fot(?:o|ografie)|immagin[ei]|schermate",
    data=rf"{_TABLES}|dati|fogli[oa]?(?: di calcolo)?|tabell[ae]|numeri",
    documents=rf"{_FILES}|document[oi]|file|rapport[oi]|relazion[ei]|contratt[oi]|letter[ae]|manual[ei]|test[oi]"
    rf"|articol[oi]|presentazion[ei]|offert[ae]|fattur[ae]|verbal[ei]",
    told=r"(?:dic\w+|dire|menzion\w+|specific\w+|inform\w+|comunic\w+)\b(?: \w+){0,5}? che|si dice",
    unwanted=r"(?:senza|non|nessun[ao]?)(?: (?:usare|le|la|il))*",
)
PORTUGUESE = _attachments_only(
    common=r"o|os|as|do|da|dos|das|com|para|uma?|de|que|é|e|em|no|na|crie|faça|ao",
    definite=r"o|a|os|as|do|da|dos|das|no|na|nos|nas|ao|este|esta|estes|estas|meus?|minhas?|nossos?|nossas?",
    given=r"(?:em )?anex(?:[oa]s?|ad[oa]s?)|enviad[oa]s?|carregad[oa]s?|fornecid[oa]s?",
    here=r"segue em anexo|em anexo|anexei|estou anexando",
    pictures=r"fotos?|fotografias?|imagens?|capturas?(?: de (?:tela|ecrã))?",
    data=rf"{_TABLES}|dados|planilhas?|folhas? de cálculo|tabelas?|números",
    documents=rf"{_FILES}|documentos?|arquivos?|ficheiros?|relatórios?|contratos?|cartas?|manuais|manual|textos?"
    rf"|artigos?|apresentaç(?:ão|ões)|propostas?|faturas?|atas?",
    told=r"(?:diz\w*|mencion\w+|inform\w+|indic\w+|avis\w+)\b(?: \w+){0,5}? que",
    unwanted=r"(?:sem|não|nenhuma?)(?: (?:use|usar|as?|os?))*",
)
DUTCH = _attachments_only(
    common=r"de|het|een|en|van|met|voor|over|in|op|te|dat|is|zijn|maak|schrijf|ons|onze|naar|uit",
    definite=r"de|het|deze|dit|mijn|onze?|alle|twee|drie|vier|vijf|\d+",
    given=r"bijgevoegde?|bijgesloten|meegestuurde?|geüploade?|aangeleverde?|toegevoegde?",
    here=r"in de bijlage|bijgevoegd (?:vind|is|zijn)|zie bijlage",
    pictures=r"\w*foto's?|\w*foto|afbeeldingen?|schermafbeeldingen?|beelden",
    data=rf"{_TABLES}|csv-\w+|excel-?\w*|\w*gegevens|spreadsheets?|tabel(?:len)?|cijfers|werkmap",
    documents=rf"{_FILES}|\w*document(?:en)?|bestand(?:en)?|\w*rapport(?:en)?|\w*verslag(?:en)?"
    rf"|\w*contract(?:en)?|\w*overeenkomst(?:en)?|brief|brieven|handleiding|presentatie|offerte|factuur"
    rf"|tekst(?:en)?|artikel(?:en)?|notulen|nota",
    told=r"(?:zegt|vermeld\w*|meld\w*|schrijf|informeer\w*|dat)\b(?: \w+){0,6}? dat",
    unwanted=r"(?:zonder|geen|niet)(?: (?:de|het))*",
)

LEXICONS: dict[str, Lexicon] = {
    "en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH, "it": ITALIAN, "pt": PORTUGUESE, "nl": DUTCH,
}  # fmt: skip
