# ruff: noqa: E501  # tables of words read better with one row a line
"""The sections that documents and presentations are made of, and which kinds of them are made of which sections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from overten.agent.author.prose.words import LANGUAGES

Shape = Literal[
    "text", "list", "steps", "milestones", "money", "people", "risks", "figures", "actions", "table", "compare", "quote"
]


@dataclass(frozen=True)
class Section:
    """A section: its heading in each language, the words of a statement that belongs in it, what it is shown as, and
    what a user is asked to fill in, as pairs of a head and a hint."""

    key: str
    headings: tuple[str, str, str, str]
    takes: str
    shape: Shape
    hints: tuple[tuple[str, str], ...]
    layout: str = "content"

    def heading(self, language: str) -> str:
        return self.headings[LANGUAGES.index(language)]


def _hints(text: str) -> tuple[tuple[str, str], ...]:
    pairs = [part.split(": ", 1) for part in text.split("; ")]
    return tuple((head, hint) for head, hint in pairs)


def _section(key: str, headings: str, takes: str, shape: Shape, layout: str, hints: str) -> Section:
    first, second, third, fourth = headings.split(" | ")
    return Section(key, (first, second, third, fourth), takes, shape, _hints(hints), layout)


_ALL = (
    _section("summary", "Summary | Zusammenfassung | Synthèse | Resumen", r"summary|in short|overall|zusammenfass|synth|resum", "text", "key_messages",
             "Result: the most important result in one sentence; Reason: the figure or fact that shows it; Decision: what the reader should decide or do"),
    _section("background", "Background | Ausgangslage | Contexte | Contexto", r"background|context|currently|today|situation|since|ausgangslage|derzeit|bisher|contexte|actuel|contexto", "text", "content",
             "Today: how things stand now; Cause: what led to it; Why now: why it has to be dealt with at this time"),
    _section("goals", "Goals | Ziele | Objectifs | Objetivos", r"goals?\b|aims?\b|objectives?|target|want to|ziele?\b|erreichen|objecti|objetivo", "list", "cards",
             "First goal: what will be different; Second goal: what will be different; Measure: how success is measured"),
    _section("approach", "Approach | Vorgehen | Démarche | Enfoque", r"approach|method|how we|steps?\b|vorgehen|methode|d[ée]marche|enfoque|phases?\b", "steps", "process",
             "Prepare: what is clarified first, and with whom; Carry out: the main work; Check: how the result is tested; Hand over: who takes it on"),
    _section("findings", "Findings | Ergebnisse | Résultats | Resultados", r"findings?|results?\b|found|shows?\b|survey|study|won\b|launched|grew|rose|fell|increased|ergebnis|befund|r[ée]sultat|hallazgo|resultado", "list", "cards",
             "First finding: what was found, with its figure; Second finding: what was found, with its figure; Third finding: what was found, with its figure"),
    _section("figures", "Key figures | Kennzahlen | Chiffres clés | Cifras clave", r"kpis?\b|figures?\b|metrics?\b|numbers\b|kennzahl|chiffres|cifras|indicador", "figures", "metrics",
             "First figure: value, unit and period; Second figure: value, unit and period; Third figure: value, unit and period"),
    _section("analysis", "Analysis | Analyse | Analyse | Análisis", r"analy[sz]|because|due to|driver|weil|wegen|grund|car\b|parce que|porque|debido", "text", "content",
             "What changed: compared with which period or plan; Why: the main causes; What it means: the consequence for the reader"),
    _section("recommendations", "Recommendations | Empfehlungen | Recommandations | Recomendaciones", r"recommend|should|suggest|advise|empfehl|sollt|recommand|recomend", "list", "key_messages",
             "First recommendation: what to do, and who does it; Second recommendation: what to do, and who does it; Effect: what it brings"),
    _section("scope", "Scope of work | Leistungsumfang | Périmètre | Alcance", r"scope|deliver|includes?\b|services?\b|leistung|umfang|livrable|p[ée]rim[èe]tre|alcance|entregable", "list", "columns",
             "Included: work and deliverables; Not included: what is left to others; Needed from you: data, people and decisions"),
    _section("timeline", "Timeline | Zeitplan | Calendrier | Calendario", r"timeline|schedule|weeks?\b|months?\b|deadline|due|start|launch|by \w+ \d|kick-?off|zeitplan|wochen|monate|frist|termin|calendrier|semaines|d[ée]lai|calendario|semanas|plazo", "milestones", "timeline",
             "Start: date; First result: date; Completion: date"),
    _section("costs", "Budget and costs | Budget und Kosten | Budget et coûts | Presupuesto y costes", r"budget|costs?\b|price|fees?\b|invest|spend|funding|kosten|preis|honorar|co[uû]t|prix|presupuesto|coste|precio|[$€£]", "money", "table",
             "First item: amount; Second item: amount; Total: amount"),
    _section("team", "Team | Team | Équipe | Equipo", r"team\b|lead\b|manager|responsible|people|staff|founder|equipe|[ée]quipe|equipo|leitung|verantwortlich", "people", "team",
             "Name: role and what the person brings; Name: role and what the person brings; Name: role and what the person brings"),
    _section("risks", "Risks | Risiken | Risques | Riesgos", r"risks?\b|issue|problem|delay|concern|threat|risik|problem|verz[öo]ger|risque|retard|riesgo|retraso", "risks", "table",
             "First risk: how likely, what it would do, what is done about it; Second risk: how likely, what it would do, what is done about it; Third risk: how likely, what it would do, what is done about it"),
    _section("next_steps", "Next steps | Nächste Schritte | Prochaines étapes | Próximos pasos", r"next steps?|action|to do|follow[- ]up|will\b|n[äa]chste|aufgabe|prochain|pr[óo]xim|acci[óo]n", "actions", "process",
             "First step: who does what by when; Second step: who does what by when; Third step: who does what by when"),
    _section("decisions", "Decisions | Entscheidungen | Décisions | Decisiones", r"decid|decision|agreed|approved|entschied|beschl|d[ée]cid|d[ée]cision|decidi|acord", "list", "key_messages",
             "First decision: what was decided; Second decision: what was decided; Open: what is still to be decided"),
    _section("attendees", "Attendees | Teilnehmende | Participants | Asistentes", r"attend|present\b|participants?|absent|apolog|teilnehm|anwesend|participant|asistent", "people", "team",
             "Name: function; Name: function; Excused: names"),
    _section("topics", "Agenda items | Tagesordnung | Ordre du jour | Orden del día", r"agenda|topics?\b|items?\b|discuss|tagesordnung|thema|themen|besproch|ordre du jour|sujet|orden del d|tema", "list", "agenda",
             "First item: what was said; Second item: what was said; Third item: what was said"),
    _section("actions", "Actions | Aufgaben | Actions | Tareas", r"actions?\b|to do|tasks?\b|will\b|owner|aufgabe|erledig|bis \w+tag|t[âa]che|tarea", "actions", "table",
             "First action: who does what by when; Second action: who does what by when; Third action: who does what by when"),
    _section("purpose", "Purpose | Zweck | Objet | Objeto", r"purpose|why|reason|in order|zweck|damit|objet\b|afin|objeto|para que", "text", "statement",
             "Purpose: why this document exists; Outcome: what it ensures"),
    _section("applies_to", "Who it applies to | Geltungsbereich | Champ d’application | Ámbito de aplicación", r"applies|apply to|employees|everyone|all staff|gilt f|mitarbeit|s[’']applique|se aplica", "text", "content",
             "People: which employees or partners; Places: which sites and countries; Exceptions: who is exempt, and who grants it"),
    _section("rules", "Rules | Regeln | Règles | Reglas", r"must|may not|allowed|shall|required|rule|d[üu]rfen|m[üu]ssen|erlaubt|verboten|doit|doivent|interdit|debe|permitid|prohibid", "list", "cards",
             "Allowed: what is permitted without asking; Needs approval: what needs whose consent; Not allowed: what is forbidden"),
    _section("responsibilities", "Responsibilities | Zuständigkeiten | Responsabilités | Responsabilidades", r"responsib|owner|in charge|zust[äa]ndig|verantwort|responsab", "people", "columns",
             "Function: what it is responsible for; Function: what it is responsible for; Function: what it is responsible for"),
    _section("review", "Review and changes | Überprüfung und Änderungen | Révision | Revisión", r"review|revision|effective|comes into|g[üu]ltig|in kraft|r[ée]vis|vigor", "text", "content",
             "In force from: date; Reviewed: how often, and by whom; Contact: name"),
    _section("procedure", "Procedure | Ablauf | Procédure | Procedimiento", r"procedure|process|step|first|then|finally|ablauf|schritt|zuerst|dann|proc[ée]d|[ée]tape|paso|primero", "steps", "process",
             "Step one: what is done, with what; Step two: what is done, with what; Step three: what is done, with what; Check: how one sees that it is right"),
    _section("problem", "The problem | Das Problem | Le problème | El problema", r"problem|pain|struggle|waste|difficult|lose|problem|probl[èe]me|problema|perd", "list", "cards",
             "Who is affected: which people or companies, and how many; What it costs: time or money today; So far: how they cope without you"),
    _section("solution", "The solution | Die Lösung | La solution | La solución", r"solution|solves?|product|app\b|platform|helps?\b|we (?:build|make|offer)|l[öo]sung|hilft|solution|soluci[óo]n|plataforma", "list", "content",
             "What it is: the product in one sentence; What changes: what the customer can do now; Why it works: what nobody else has"),
    _section("product", "How it works | So funktioniert es | Fonctionnement | Cómo funciona", r"works?\b|feature|technology|using|funktion|technik|fonctionn|funciona|tecnolog", "steps", "process",
             "Start: what the customer does first; Use: what the product does; Result: what the customer gets"),
    _section("market", "Market | Markt | Marché | Mercado", r"market|customers?\b|segment|industry|tam\b|sam\b|markt|kunden|march[ée]|clients?\b|mercado|clientes", "figures", "content",
             "Size: customers and yearly spending, with the source; Segment: who buys first; Trend: what makes it grow, with the source"),
    _section("business_model", "Business model | Geschäftsmodell | Modèle économique | Modelo de negocio", r"pricing|subscription|per month|per user|revenue model|margin|abo\b|preismodell|abonnement|suscripci|margen", "text", "columns",
             "Who pays: customer and budget; For what: price and unit; Margin: what is left of it"),
    _section("traction", "Traction | Bisherige Erfolge | Traction | Tracción", r"traction|growth|users\b|customers\b|revenue|mrr|arr\b|pilots?\b|wachstum|umsatz|nutzer|croissance|utilisateurs|crecimiento|usuarios|ingresos", "figures", "metrics",
             "Customers: number and date; Revenue: amount and period; Growth: rate and period"),
    _section("competition", "Competition | Wettbewerb | Concurrence | Competencia", r"compet|rival|alternative|versus|wettbewerb|konkurren|concurren|competencia", "compare", "comparison",
             "What others offer: their strengths; What we offer: where we are better, and how it shows"),
    _section("ask", "The ask | Unser Anliegen | Notre demande | Nuestra petición", r"rais(?:e|ing)|seed|series [a-d]|invest|round|funding|ask\b|suchen|finanzierung|lev[ée]e|financement|ronda|inversi[óo]n", "figures", "big_number",
             "Amount: how much is asked for; Use: what it pays for; Milestone: what it reaches, by when"),
    _section("highlights", "Highlights | Höhepunkte | Points forts | Aspectos destacados", r"highlight|achiev|won\b|success|launched|completed|grew|rose|erfolg|gewonn|erreicht|gestiegen|succ[èe]s|gagn|lanc[ée]|[ée]xito|logr|creci", "list", "key_messages",
             "First highlight: what was achieved, with its figure; Second highlight: what was achieved, with its figure; Third highlight: what was achieved, with its figure"),
    _section("performance", "Performance | Entwicklung | Performance | Evolución", r"performance|revenue|sales|profit|margin|umsatz|gewinn|chiffre d|ventes|b[ée]n[ée]fice|ventas|beneficio", "figures", "content",
             "Against plan: figure and deviation; Against last period: figure and change; Cause: what explains the difference"),
    _section("challenges", "Challenges | Herausforderungen | Difficultés | Retos", r"challeng|issue|behind|missed|fell|dropped|lost|churn|herausforder|verfehlt|gesunken|verlor|difficult|baiss|perdu|reto\b|dificult|cay[óo]|perdi", "list", "cards",
             "First challenge: what it is, and its effect; Second challenge: what it is, and its effect; Response: what is being done"),
    _section("outlook", "Outlook | Ausblick | Perspectives | Perspectivas", r"outlook|next (?:quarter|year|month)|forecast|expect|plan(?:ned)?\b|ausblick|erwart|n[äa]chste[sn]? (?:quartal|jahr)|perspective|pr[ée]vo|perspectiva|previs", "text", "content",
             "Target: figure for the next period; Priorities: what comes first; Assumption: what it depends on"),
    _section("status", "Status | Stand | État d’avancement | Estado", r"status|progress|on track|complete|% done|behind|ahead|green|amber|red\b|stand\b|fortschritt|im plan|avancement|en retard|estado|avance", "text", "key_messages",
             "Overall: on track, at risk or late; Done: what was finished since the last report; Open: what is next"),
    _section("dependencies", "Decisions needed | Benötigte Entscheidungen | Décisions attendues | Decisiones necesarias", r"need(?:s|ed)? (?:a )?(?:decision|approval|support)|depend|blocked|ben[öo]tig|blockiert|besoin|bloqu|necesit", "list", "content",
             "Decision: what has to be decided, by whom, by when; Support: what the project needs; Dependency: what it waits for"),
    _section("learning", "Learning objectives | Lernziele | Objectifs pédagogiques | Objetivos de aprendizaje", r"learn|objective|will be able|understand|lernziel|k[öo]nnen|objectif|apprendre|aprender|objetivo", "list", "cards",
             "Know: what participants know afterwards; Do: what they can do on their own; Decide: which situations they can judge"),
    _section("concepts", "Key concepts | Grundbegriffe | Notions clés | Conceptos clave", r"concept|definition|term|basics?|means|begriff|grundlage|bedeutet|notion|d[ée]finition|concepto|definici", "list", "columns",
             "First concept: what it means, in plain words; Second concept: what it means, in plain words; Third concept: what it means, in plain words"),
    _section("example", "Example | Beispiel | Exemple | Ejemplo", r"example|case|for instance|beispiel|fall\b|exemple|cas\b|ejemplo|caso", "steps", "process",
             "Situation: what somebody wants to do; Action: what they do, step by step; Result: what comes of it"),
    _section("exercise", "Exercise | Übung | Exercice | Ejercicio", r"exercise|practice|practise|try|hands-on|[üu]bung|ausprobieren|exercice|pratique|ejercicio|pr[áa]ctica", "list", "content",
             "Task: what each group does; Time: how long; Debrief: what is discussed afterwards"),
    _section("mistakes", "Do and do not | So und so nicht | À faire, à éviter | Qué hacer y qué evitar", r"mistake|avoid|never|do not|don't|fehler|vermeide|niemals|erreur|[ée]viter|jamais|error|evitar|nunca", "compare", "comparison",
             "Do: what works; Do not: what goes wrong, and why"),
    _section("quiz", "Check your knowledge | Wissen prüfen | Testez-vous | Comprueba lo aprendido", r"quiz|test\b|question|frage|pr[üu]f|question|pregunta", "list", "content",
             "Question 1: question and answers; Question 2: question and answers; Question 3: question and answers"),
    _section("benefits", "Benefits | Nutzen | Bénéfices | Beneficios", r"benefit|saves?\b|faster|better|cheaper|improve|nutzen|spart|schneller|besser|b[ée]n[ée]fice|gain|[ée]conomis|beneficio|ahorra|mejora", "list", "cards",
             "For customers: what they gain, with a figure; For the team: what becomes easier; For the company: what it earns or saves"),
    _section("options", "Options | Optionen | Options | Opciones", r"options?\b|alternativ|either|or\b|entweder|variante|soit|o bien|opci", "compare", "comparison",
             "Option A: advantages and cost; Option B: advantages and cost"),
    _section("resources", "Resources | Ressourcen | Ressources | Recursos", r"resource|people|staff|hours|equipment|tools?\b|ressource|personal|stunden|personnel|heures|recurso|personal|horas", "table", "columns",
             "People: who, and how much of their time; Money: amount and source; Tools: what has to be bought or made"),
    _section("customers", "Customers and market | Kunden und Markt | Clients et marché | Clientes y mercado", r"market|customers?|segment|demand|kunden|markt|nachfrage|clients?\b|march[ée]|clientes|mercado|demanda", "text", "content",
             "Customers: who they are and what they need; Market: size and growth, with the source; Competitors: who they are"),
    _section("marketing", "Marketing and sales | Marketing und Vertrieb | Marketing et ventes | Marketing y ventas", r"marketing|campaign|channel|advertis|sales|social|kampagne|werbung|vertrieb|canal|publicit|campa[ñn]a|ventas", "list", "columns",
             "Channels: where customers are reached; Message: what they are told; Conversion: how interest becomes a sale"),
    _section("operations", "Operations | Betrieb | Exploitation | Operaciones", r"operation|supplier|location|production|logistic|betrieb|lieferant|standort|produktion|exploitation|fournisseur|operaci|proveedor", "text", "content",
             "Place: where the work is done; Suppliers: what is bought from whom; Capacity: how much can be delivered"),
    _section("financials", "Financial plan | Finanzplan | Plan financier | Plan financiero", r"revenue|profit|cash|financ|break-?even|forecast|umsatz|gewinn|finanz|liquidit|chiffre d|tr[ée]sorerie|ingresos|financier", "money", "table",
             "Revenue: amount and period; Costs: amount and period; Result: amount and period"),
    _section("references", "References | Referenzen | Références | Referencias", r"reference|experience|clients include|certif|referenz|erfahrung|zertifi|r[ée]f[ée]rence|exp[ée]rience|referencia|experiencia", "list", "content",
             "Comparable project: customer, year and result; Qualification: certificate or award"),
    _section("terms", "Terms | Bedingungen | Conditions | Condiciones", r"terms|payment|valid|warranty|vat\b|zahlung|g[üu]ltig|gew[äa]hr|paiement|valable|garantie|pago|v[áa]lid|garant", "list", "content",
             "Payment: when, and in how many parts; Validity: until when the offer stands; Changes: how additional work is agreed"),
    _section("profile", "Profile | Profil | Profil | Perfil", r"profile|i am|years of|specialis|profil|ich bin|jahre|je suis|ans d|soy\b|a[ñn]os de", "text", "statement",
             "In two sentences: profession, years of experience and what you are sought for"),
    _section("experience", "Experience | Berufserfahrung | Expérience | Experiencia", r"work(?:ed|ing)? (?:at|for|as)|experience|manager at|engineer at|intern|gearbeitet|t[äa]tig|berufs|travaill|exp[ée]rience|trabaj|experiencia|\b(?:19|20)\d\d\s*[-–]", "list", "timeline",
             "Period, employer, position: tasks and results, with figures; Period, employer, position: tasks and results, with figures"),
    _section("education", "Education | Ausbildung | Formation | Formación", r"degree|universit|bachelor|master|studied|school|diploma|bsc|msc|mba|phd|studium|abschluss|ausbildung|universit[äé]|dipl[ôo]me|t[íi]tulo|estudi", "list", "content",
             "Degree, school, year: subject and grade"),
    _section("skills", "Skills | Kenntnisse | Compétences | Competencias", r"skills?|python|excel|sql|java|software|kenntnis|f[äa]higkeit|comp[ée]tence|ma[îi]trise|habilidad|competencia", "list", "cards",
             "Professional: methods and tools; Software: programs and level; Languages: language and level"),
    _section("languages", "Languages | Sprachen | Langues | Idiomas", r"language|english|german|french|spanish|fluent|native|sprache|deutsch|englisch|flie[ßs]|langue|anglais|idioma|ingl[ée]s", "list", "content",
             "Language: level"),
    _section("tasks", "Your tasks | Ihre Aufgaben | Vos missions | Funciones", r"tasks?|duties|responsib|you will|aufgaben|sie werden|mission|vous|funciones|tareas", "list", "content",
             "Main task: what the person does every week; Further task: what else belongs to it; Goal: what is reached in the first year"),
    _section("requirements", "What you bring | Ihr Profil | Votre profil | Requisitos", r"require|must have|experience|degree|you have|profil|voraussetz|erfahrung|profil|exigence|requisit|experiencia", "list", "content",
             "Experience: field and years; Knowledge: methods, tools, languages; Person: how the person works"),
    _section("offer", "What we offer | Wir bieten | Nous offrons | Ofrecemos", r"offer|salary|benefit|remote|vacation|bieten|gehalt|urlaub|offrons|salaire|ofrecemos|salario|vacaciones", "list", "cards",
             "Pay: range and extras; Time: hours, holidays, place of work; Growth: training and prospects"),
    _section("content", "Contents | Inhalt | Contenu | Contenido", r"$^", "text", "content",
             "Main point: in one or two sentences; Evidence: figure, example or source; Consequence: what follows from it"),
)  # fmt: skip

SECTIONS: dict[str, Section] = {section.key: section for section in _ALL}
_NAMES: dict[str, str] = {
    **{heading.lower(): section.key for section in reversed(_ALL) for heading in section.headings},
    "introduction": "background", "overview": "summary", "executive summary": "summary", "management summary": "summary", "conclusion": "summary",
    "conclusions": "summary", "key takeaways": "summary", "situation": "background", "objectives": "goals", "objective": "goals", "scope": "scope", "deliverables": "scope",
    "schedule": "timeline", "milestones": "timeline", "roadmap": "timeline", "phases": "timeline", "budget": "costs", "costs": "costs", "cost": "costs", "pricing": "costs", "price": "costs",
    "investment": "costs", "kpis": "figures", "metrics": "figures", "numbers": "figures", "results": "findings", "methodology": "approach", "method": "approach",
    "solution": "solution", "problem": "problem", "product": "product", "how it works": "product", "traction": "traction", "competitors": "competition", "ask": "ask", "funding": "ask",
    "action items": "actions", "actions": "actions", "to-dos": "actions", "tasks": "actions", "participants": "attendees", "present": "attendees", "people": "team", "roles": "responsibilities",
    "wins": "highlights", "achievements": "highlights", "issues": "challenges", "problems": "challenges", "blockers": "challenges", "risk": "risks", "next quarter": "outlook", "forecast": "outlook",
    "einleitung": "background", "überblick": "summary", "fazit": "summary", "kosten": "costs", "budget und zeitplan": "costs", "meilensteine": "timeline", "ziel": "goals", "maßnahmen": "actions",
    "introducción": "background", "conclusión": "summary", "presupuesto": "costs", "cronograma": "timeline", "hitos": "timeline", "introduction générale": "background", "coûts": "costs",
    "planning": "timeline", "échéancier": "timeline", "équipe": "team",
}  # fmt: skip


def section_named(name: str) -> Section | None:
    """The known section that goes by this name in any of the languages; None for a name of the user's own."""
    words = name.strip(" .:").lower()
    key = _NAMES.get(words) or _NAMES.get(words.removeprefix("the ").removeprefix("our "))
    return SECTIONS[key] if key else None


WORD_KINDS: dict[str, tuple[str, ...]] = {
    "report": ("summary", "background", "figures", "findings", "analysis", "recommendations", "next_steps"),
    "proposal": (
        "summary",
        "background",
        "goals",
        "approach",
        "scope",
        "timeline",
        "team",
        "costs",
        "terms",
        "next_steps",
    ),
    "plan": ("summary", "goals", "approach", "timeline", "responsibilities", "costs", "risks", "next_steps"),
    "business_plan": (
        "summary",
        "solution",
        "customers",
        "business_model",
        "marketing",
        "operations",
        "team",
        "financials",
        "risks",
    ),
    "policy": ("purpose", "applies_to", "rules", "responsibilities", "procedure", "review"),
    "manual": ("purpose", "resources", "procedure", "mistakes", "responsibilities"),
    "minutes": ("attendees", "topics", "decisions", "actions"),
    "job": ("tasks", "requirements", "offer"),
    "cv": ("profile", "experience", "education", "skills", "languages"),
    "document": ("summary", "background", "content", "next_steps"),
}
"""What of a kind is asked for without naming sections. Letters, memos, agendas and contracts have forms of their own."""

SLIDE_KINDS: dict[str, tuple[str, ...]] = {
    "pitch": (
        "problem",
        "solution",
        "product",
        "market",
        "business_model",
        "traction",
        "competition",
        "team",
        "timeline",
        "ask",
    ),
    "review": ("highlights", "figures", "performance", "challenges", "risks", "outlook", "next_steps"),
    "status": ("status", "figures", "timeline", "challenges", "risks", "costs", "dependencies", "next_steps"),
    "training": ("learning", "concepts", "procedure", "example", "mistakes", "exercise", "quiz", "summary"),
    "plan": ("goals", "background", "approach", "timeline", "resources", "costs", "risks", "next_steps"),
    "proposal": ("background", "goals", "solution", "approach", "scope", "timeline", "costs", "benefits", "next_steps"),
    "report": ("summary", "figures", "findings", "analysis", "recommendations", "next_steps"),
    "deck": ("background", "goals", "approach", "benefits", "risks", "next_steps"),
}

FIRST_OF_SLIDES: dict[str, tuple[str, ...]] = {
    "pitch": ("problem", "solution", "ask", "traction", "market", "business_model", "team"),
    "review": ("highlights", "figures", "performance", "next_steps", "challenges", "outlook"),
    "status": ("status", "timeline", "risks", "next_steps"),
    "training": ("learning", "concepts", "exercise", "summary", "procedure"),
    "plan": ("goals", "timeline", "next_steps", "approach"),
    "proposal": ("background", "solution", "next_steps", "costs", "timeline"),
    "report": ("summary", "findings", "recommendations"),
    "deck": ("goals", "approach", "next_steps"),
}
"""What is kept first where there are fewer slides than sections."""
