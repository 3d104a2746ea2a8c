# ruff: noqa: E501  # tables of words read better with one row a line
"""The words by which the built-in author recognises what is asked for. English first, then German, French and Spanish."""

from __future__ import annotations

# Each kind with its patterns and what a hit weighs. A pattern that names the document outweighs one that names a topic;
# the first kind wins a tie, so the specific kinds stand before the general ones.
KINDS: tuple[tuple[str, str, int], ...] = (
    ("loan", r"amorti[sz]ation|mortgage|borrow(?!er)|% down\b|loan\b|repayment|tilgung|kredit|darlehen|hypothek|pr[êe]t\b|emprunt|hipoteca|pr[ée]stamo", 5),
    ("break_even", r"break[- ]?even|gewinnschwelle|seuil de rentabilit[ée]|punto de equilibrio", 7),
    ("unit_economics", r"unit economics|ltv|cac\b|lifetime value|deckungsbeitrag", 5),
    ("saas", r"\bsaas\b|subscription (?:business|model|revenue)|\bmrr\b|\barr\b|recurring revenue|\babo-", 6),
    ("cash_flow", r"cash[- ]?flow|liquidit[äa]t\w*|flux de tr[ée]sorerie|tr[ée]sorerie|flujo de (?:caja|efectivo)|runway|cash forecast", 6),
    ("profit_loss", r"financial (?:model|plan|projection|forecast)|p&l|profit (?:and|&) loss|income statement|revenue forecast|pro[- ]forma|(?:profit|revenue|business|pricing) model|"
     r"finanz(?:plan|modell)|gewinn- und verlust|guv\b|businessplan|business plan|compte de r[ée]sultat|plan financi\w+|mod[èe]le financier|"
     r"p[ée]rdidas y ganancias|modelo financiero|sales forecast|projections?\b", 5),
    ("profit_loss", r"forecast|outlook", 3),
    ("invoice", r"invoice|bill for\b|quotation|\bquote\b|rechnung|angebot\b|facture|devis\b|factura|presupuesto de venta|pro forma invoice", 6),
    ("expense_report", r"expense (?:report|claim|sheet|reimbursement)|travel expenses?|reisekosten\w*|spesen\w*|note de frais|"
     r"informe de gastos|rendici[óo]n de gastos|hoja de gastos|reimbursement", 6),
    ("event_budget", r"(?:event|wedding|party|conference|trip|vacation|holiday|travel|renovation|construction|offsite)(?: \w+)? budget|cost estimate|budget estimate|kostensch[äa]tzung|"
     r"budget (?:for|of) (?:an? |our |my |the )?(?:\w+ ){0,2}(?:event|wedding|party|conference|trip|vacation|renovation|offsite)|"
     r"hochzeitsbudget|eventbudget|budget (?:de |du )?mariage|presupuesto (?:de|para) (?:la |una )?boda", 7),
    ("event_budget", r"wedding|hochzeit|mariage|boda|birthday|party for|trip to|vacation in|holiday in", 5),
    ("budget", r"(?:hiring|staffing|headcount) plan|personalplan", 6),
    ("household_budget", r"(?:household|family|personal|home|monthly|student) budget|haushalts?(?:buch|plan|budget)|budget (?:familial|personnel|mensuel)|"
     r"presupuesto (?:familiar|personal|mensual)|monatsbudget", 6),
    ("budget", r"\w*budget\w*|presupuesto|haushaltsplan|kostenplan", 4),
    ("roster", r"roster|rota\b|shift (?:plan|schedule)|shifts\b|staff schedule|employee schedule|work schedule|dienstplan|schichtplan|planning (?:du|de) personnel|"
     r"turnos|cuadrante", 6),
    ("timesheet", r"time ?sheet|time tracking|hours? tracker|stundenzettel|arbeitszeit\w*|zeiterfassung|feuille de temps|hoja de horas|control horario", 6),
    ("gantt", r"gantt|project (?:plan|schedule|timeline|roadmap)|road ?map|timeline|projektplan|zeitplan|plan(?:ning)? de projet|cronograma|plan de proyecto|launch plan", 6),
    ("content_calendar", r"(?:content|editorial|social media|marketing|publishing) (?:calendar|plan|schedule)|redaktionsplan|calendrier (?:[ée]ditorial|de contenu)|"
     r"calendario (?:editorial|de contenidos?)", 7),
    ("habits", r"habits?\b|gewohnheit\w*|habitudes?|h[áa]bitos?", 6),
    ("inventory", r"inventory|stock (?:list|tracker|sheet|control|level)|warehouse|lager(?:liste|bestand)?\b|bestandsliste|inventar\w*|inventaire|stocks?\b|inventario|existencias", 5),
    ("crm", r"\bcrm\b|leads?\b|sales pipeline|pipeline|prospects?\b|customer tracker|client tracker|kundenliste|vertriebs?\w*|suivi (?:des )?clients?|"
     r"clientes potenciales|job applications?|applicants?\b|candidates?\b|recruit\w+|bewerb\w+", 5),
    ("issues", r"(?:bug|issue|defect|incident|risk|ticket)s? (?:tracker|log|list|register|tracking)|risk register|fehlerliste|registre des risques|registro de (?:incidencias|riesgos)", 7),
    ("tasks", r"task|to-?do|action (?:items?|log)|project tracker|checklist|aufgaben\w*|t[âa]ches?|tareas?|suivi de projet|milestones?", 5),
    ("scorecard", r"kpis?\b|scorecard|okrs?\b|kennzahlen\w*|tableau de bord|indicadores|cuadro de mando|performance metrics", 5),
    ("comparison", r"(?:compare|decision matrix|choose between|versus|vs\.?|vergleiche?)\b", 4),
    ("comparison", r"compar(?:e|ison|ing)|decision matrix|versus|\bvs\.?\b|vergleich\w*|entscheidungsmatrix|nutzwertanalyse|comparatif|comparaison|"
     r"matrice de d[ée]cision|comparar|comparativ\w+|weighted scor\w+|vendor selection|evaluat\w+", 5),
    ("gradebook", r"grade ?book|grade ?sheet|grades?\b|student marks|notenliste|noten\b|carnet de notes|bulletin|calificaciones|notas de (?:los )?alumnos", 6),
    ("workout", r"work-?out|training plan|fitness|gym\b|exercise (?:plan|log|tracker)|trainingsplan|programme (?:d'|de )?(?:entra[îi]nement|sport)|rutina|entrenamiento", 6),
    ("meals", r"meals?\b|menu plan|essensplan|speiseplan|ern[äa]hrungsplan|repas|comidas|men[úu] semanal|diet plan", 6),
    ("sales", r"sales\b|revenue (?:report|dashboard|by)|umsatz\w*|verkauf\w*|ventes|ventas|orders? (?:report|dashboard|tracker|log)|dashboard", 4),
)  # fmt: skip

TITLES: dict[str, dict[str, str]] = {
    "loan": {"en": "Loan amortisation schedule", "de": "Tilgungsplan", "fr": "Tableau d’amortissement", "es": "Tabla de amortización"},
    "break_even": {"en": "Break-even analysis", "de": "Break-even-Analyse", "fr": "Seuil de rentabilité", "es": "Punto de equilibrio"},
    "unit_economics": {"en": "Unit economics", "de": "Unit Economics", "fr": "Économie unitaire", "es": "Economía unitaria"},
    "saas": {"en": "SaaS financial model", "de": "SaaS-Finanzmodell", "fr": "Modèle financier SaaS", "es": "Modelo financiero SaaS"},
    "cash_flow": {"en": "Cash flow forecast", "de": "Liquiditätsplanung", "fr": "Plan de trésorerie", "es": "Flujo de caja"},
    "profit_loss": {"en": "Financial model", "de": "Finanzplan", "fr": "Modèle financier", "es": "Modelo financiero"},
    "invoice": {"en": "Invoice", "de": "Rechnung", "fr": "Facture", "es": "Factura"},
    "quote": {"en": "Quotation", "de": "Angebot", "fr": "Devis", "es": "Presupuesto"},
    "expense_report": {"en": "Expense report", "de": "Spesenabrechnung", "fr": "Note de frais", "es": "Informe de gastos"},
    "event_budget": {"en": "Event budget", "de": "Veranstaltungsbudget", "fr": "Budget de l’événement", "es": "Presupuesto del evento"},
    "estimate": {"en": "Cost estimate", "de": "Kostenschätzung", "fr": "Estimation des coûts", "es": "Estimación de costes"},
    "household_budget": {"en": "Household budget", "de": "Haushaltsbudget", "fr": "Budget familial", "es": "Presupuesto familiar"},
    "budget": {"en": "Budget", "de": "Budget", "fr": "Budget", "es": "Presupuesto"},
    "roster": {"en": "Shift roster", "de": "Dienstplan", "fr": "Planning du personnel", "es": "Cuadrante de turnos"},
    "timesheet": {"en": "Timesheet", "de": "Stundenzettel", "fr": "Feuille de temps", "es": "Hoja de horas"},
    "gantt": {"en": "Project plan", "de": "Projektplan", "fr": "Plan de projet", "es": "Plan de proyecto"},
    "content_calendar": {"en": "Content calendar", "de": "Redaktionsplan", "fr": "Calendrier éditorial", "es": "Calendario editorial"},
    "habits": {"en": "Habit tracker", "de": "Gewohnheitstracker", "fr": "Suivi des habitudes", "es": "Registro de hábitos"},
    "inventory": {"en": "Inventory", "de": "Inventarliste", "fr": "Inventaire", "es": "Inventario"},
    "crm": {"en": "Sales pipeline", "de": "Vertriebspipeline", "fr": "Suivi des prospects", "es": "Seguimiento de clientes"},
    "hiring": {"en": "Application tracker", "de": "Bewerbungsübersicht", "fr": "Suivi des candidatures", "es": "Seguimiento de candidaturas"},
    "issues": {"en": "Issue log", "de": "Problemliste", "fr": "Journal des incidents", "es": "Registro de incidencias"},
    "risks": {"en": "Risk register", "de": "Risikoregister", "fr": "Registre des risques", "es": "Registro de riesgos"},
    "tasks": {"en": "Task tracker", "de": "Aufgabenliste", "fr": "Suivi des tâches", "es": "Seguimiento de tareas"},
    "scorecard": {"en": "KPI scorecard", "de": "Kennzahlenübersicht", "fr": "Tableau de bord", "es": "Cuadro de mando"},
    "comparison": {"en": "Decision matrix", "de": "Entscheidungsmatrix", "fr": "Matrice de décision", "es": "Matriz de decisión"},
    "gradebook": {"en": "Gradebook", "de": "Notenliste", "fr": "Carnet de notes", "es": "Calificaciones"},
    "workout": {"en": "Workout plan", "de": "Trainingsplan", "fr": "Programme d’entraînement", "es": "Plan de entrenamiento"},
    "meals": {"en": "Meal plan", "de": "Essensplan", "fr": "Menu de la semaine", "es": "Plan de comidas"},
    "sales": {"en": "Sales report", "de": "Umsatzbericht", "fr": "Rapport des ventes", "es": "Informe de ventas"},
    "shared_expenses": {"en": "Shared expenses", "de": "Gemeinsame Ausgaben", "fr": "Dépenses partagées", "es": "Gastos compartidos"},
    "table": {"en": "Table", "de": "Tabelle", "fr": "Tableau", "es": "Tabla"},
}  # fmt: skip

LANGUAGE_WORDS: dict[str, frozenset[str]] = {
    "de": frozenset(["der", "die", "schreibe", "schreib", "bericht", "präsentation", "folien", "angebot", "verfasse", "zur", "protokoll", "vertrag", "brief", "wir", "das", "den", "dem", "ein", "eine", "einen", "einer", "für", "mit", "und", "von", "im", "zum", "pro", "jahr", "monat", "erstelle", "mach", "bitte", "zu", "je", "an", "miete", "stunden", "rechnung", "mwst", "umsatz", "darlehen", "tage", "haushaltsplan", "finanzplan", "versicherung", "strom", "ich", "meine", "unser", "unsere", "über"]),
    "fr": frozenset(["le", "la", "rédige", "rédigez", "écris", "écrivez", "prépare", "rapport", "présentation", "diapositives", "lettre", "compte", "rendu", "nous", "au", "aux", "les", "des", "du", "un", "une", "pour", "avec", "et", "dans", "sur", "par", "mois", "crée", "créer", "faire", "mon", "ma", "mes", "notre", "nos", "an", "de", "mensuel", "loyer", "salaire", "salaires", "chacun", "facture", "heures", "tva", "personnes", "cotisations", "subvention", "membres", "mariage"]),
    "es": frozenset(["el", "la", "escribe", "redacta", "prepara", "informe", "presentación", "diapositivas", "carta", "sobre", "ventas", "acta", "nosotros", "al", "los", "las", "del", "un", "una", "para", "con", "y", "en", "por", "mes", "crea", "crear", "haz", "hacer", "mi", "mis", "nuestro", "nuestra", "año", "de", "factura", "horas", "iva", "alquiler", "sueldos", "mensual", "personas", "cada"]),
    "en": frozenset(["the", "a", "an", "for", "with", "and", "of", "in", "on", "per", "month", "create", "make", "build", "my", "our", "please", "track", "at", "is", "each", "to", "from", "hours", "invoice", "monthly"]),
}  # fmt: skip

CURRENCIES: dict[str, str] = {
    "us$": "$", "$": "$", "usd": "$", "dollar": "$", "dollars": "$", "bucks": "$", "€": "€", "eur": "€", "euro": "€", "euros": "€",
    "£": "£", "gbp": "£", "pound": "£", "pounds": "£", "quid": "£", "¥": "¥", "jpy": "¥", "yen": "¥", "chf": "CHF", "franken": "CHF",
    "₹": "₹", "inr": "₹", "rupees": "₹", "r$": "R$", "brl": "R$", "reais": "R$", "sek": "kr", "nok": "kr", "dkk": "kr", "zł": "zł", "pln": "zł",
    "a$": "A$", "aud": "A$", "c$": "C$", "cad": "C$", "zar": "R", "mxn": "$", "pesos": "$",
}  # fmt: skip

MAGNITUDES: dict[str, int] = {
    "k": 1_000, "thousand": 1_000, "tausend": 1_000, "mille": 1_000, "mil": 1_000, "m": 1_000_000, "mn": 1_000_000, "mio": 1_000_000, "mio.": 1_000_000,
    "million": 1_000_000, "millions": 1_000_000, "millionen": 1_000_000, "millones": 1_000_000, "bn": 1_000_000_000, "billion": 1_000_000_000,
}  # fmt: skip

NUMBER_WORDS: dict[str, int] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
    "twenty": 20, "thirty": 30, "fifty": 50, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "zehn": 10, "zwölf": 12, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "dix": 10, "douze": 12,
    "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "diez": 10, "doce": 12,
}  # fmt: skip

MONTHS: dict[str, int] = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9, "october": 10,
    "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10,
    "nov": 11, "dec": 12, "januar": 1, "februar": 2, "märz": 3, "mai": 5, "juni": 6, "juli": 7, "oktober": 10, "dezember": 12,
    "janvier": 1, "février": 2, "mars": 3, "avril": 4, "juin": 6, "juillet": 7, "août": 8, "septembre": 9, "octobre": 10, "novembre": 11,
    "décembre": 12, "enero": 1, "febrero": 2, "marzo": 3, "abril": 4, "mayo": 5, "junio": 6, "julio": 7, "agosto": 8, "septiembre": 9,
    "octubre": 10, "noviembre": 11, "diciembre": 12,
}  # fmt: skip

PERIOD_UNITS: dict[str, str] = {
    "day": "day", "days": "day", "tag": "day", "tage": "day", "jours": "day", "días": "day", "week": "week", "weeks": "week", "woche": "week",
    "wochen": "week", "semaines": "week", "semaine": "week", "semana": "week", "semanas": "week", "month": "month", "months": "month",
    "monat": "month", "monate": "month", "monaten": "month", "mois": "month", "mes": "month", "meses": "month", "quarter": "quarter",
    "quarters": "quarter", "quartale": "quarter", "trimestres": "quarter", "year": "year", "years": "year", "yr": "year", "yrs": "year",
    "jahr": "year", "jahre": "year", "jahren": "year", "an": "year", "ans": "year", "années": "year", "año": "year", "años": "year",
    "daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "annual": "year", "annually": "year", "yearly": "year",
    "annum": "year", "wöchentlich": "week", "monatlich": "month", "jährlich": "year", "mensuel": "month", "mensual": "month", "annuel": "year", "anual": "year",
}  # fmt: skip

# Nouns that introduce a list ("criteria: price, weight and battery life") and the list they mean.
LIST_NOUNS: dict[str, str] = {
    "columns": "columns", "column": "columns", "fields": "columns", "headers": "columns", "headings": "columns", "spalten": "columns", "colonnes": "columns",
    "columnas": "columns", "campos": "columns", "champs": "columns", "felder": "columns",
    "criteria": "criteria", "kriterien": "criteria", "critères": "criteria", "criterios": "criteria", "factors": "criteria",
    "options": "options", "vendors": "options", "suppliers": "options", "tools": "options", "optionen": "options", "opciones": "options",
    "products": "products", "product": "products", "produkte": "products", "produits": "products", "productos": "products", "plans": "products", "services": "products",
    "tasks": "tasks", "aufgaben": "tasks", "tâches": "tasks", "tareas": "tasks", "steps": "tasks", "activities": "tasks",
    "phases": "phases", "phasen": "phases", "stages": "stages", "fases": "phases", "statuses": "statuses", "categories": "categories", "kategorien": "categories",
    "catégories": "categories", "categorías": "categories", "departments": "departments", "abteilungen": "departments", "teams": "departments",
    "employees": "people", "people": "people", "staff": "people", "members": "people", "mitarbeiter": "people", "empleados": "people", "employés": "people",
    "students": "people", "schüler": "people", "élèves": "people", "alumnos": "people", "players": "people",
    "subjects": "assessments", "assignments": "assessments", "exams": "assessments", "tests": "assessments", "exercises": "exercises", "übungen": "exercises",
    "habits": "habits", "gewohnheiten": "habits", "habitudes": "habits", "hábitos": "habits", "shifts": "shifts", "regions": "regions", "region": "regions", "regionen": "regions",
    "régions": "regions", "regiones": "regions", "kpis": "kpis", "metrics": "kpis", "kennzahlen": "kpis", "indicators": "kpis", "channels": "channels",
    "items": "items", "expenses": "items", "costs": "items", "meals": "meals", "projects": "projects", "clients": "clients", "customers": "clients",
    "locations": "locations",
}  # fmt: skip

# Words that never make part of the label of a figure or the name of an item.
STOP_WORDS = frozenset(
    ["a", "an", "the", "my", "our", "your", "their", "his", "her", "its", "this", "that", "these", "those", "of", "for", "with", "and", "or", "to", "in", "on", "at", "by", "from", "as", "is", "are", "was", "be", "been", "being", "has", "have", "had", "we", "i", "you", "it", "they", "will", "would", "should", "can", "could", "please", "create", "make", "build", "give", "write", "generate", "prepare", "produce", "want", "need", "me", "us", "some", "each", "per", "about", "around", "approximately", "roughly", "including", "include", "includes", "plus", "which", "where", "who", "then", "than", "so", "into", "over", "under", "up", "only", "between", "among", "split", "i'm", "we're", "below", "above", "until", "till", "criteria", "kriterien", "critères", "criterios", "weights", "just", "also", "all", "any", "both", "costing", "paying", "pays", "spend", "spends", "spending", "worth", "amounting", "totaling", "totalling", "assume", "assuming", "starting", "start", "starts", "begin", "beginning", "show", "showing", "track", "tracking", "there", "using", "use", "uses", "set", "currently", "current", "new", "sheet", "workbook", "spreadsheet", "excel", "file", "table", "template", "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "für", "mit", "und", "oder", "von", "im", "in", "zu", "zum", "zur", "auf", "pro", "je", "bitte", "erstelle", "erstellen", "mach", "mir", "uns", "ich", "wir", "le", "la", "les", "l", "un", "une", "des", "du", "de", "d", "et", "ou", "pour", "avec", "dans", "sur", "par", "au", "aux", "en", "mon", "ma", "mes", "notre", "nos", "crée", "créer", "fais", "faire", "el", "los", "las", "una", "unos", "unas", "del", "al", "y", "o", "para", "con", "por", "mi", "mis", "nuestro", "nuestra", "crea", "crear", "haz", "hacer"]
)  # fmt: skip

# Words that describe a workbook without saying what it is about.
PLAIN_ADJECTIVES = frozenset(
    [
        "simple",
        "basic",
        "detailed",
        "professional",
        "quick",
        "nice",
        "full",
        "complete",
        "good",
        "great",
        "monthly",
        "weekly",
        "daily",
        "yearly",
        "annual",
        "quarterly",
        "my",
        "own",
        "small",
        "big",
        "best",
        "proper",
        "clean",
        "pretty",
        "beautiful",
        "editable",
        "printable",
        "interactive",
        "dynamic",
        "blank",
        "empty",
        "standard",
    ]
)

# Nouns that are counted in heads: "3 employees", "team of 5", "3-person". Singular stems; see `people_noun`.
PEOPLE_STEMS = frozenset(
    ["person", "people", "head", "employee", "staff", "worker", "member", "teammate", "colleague", "dev", "developer", "engineer", "designer", "programmer", "barista", "waiter", "cook", "chef", "baker", "teacher", "tutor", "trainer", "coach", "instructor", "nurse", "doctor", "driver", "technician", "mechanic", "cleaner", "assistant", "manager", "consultant", "analyst", "accountant", "intern", "apprentice", "contractor", "freelancer", "founder", "cofounder", "co-founder", "partner", "hire", "rep", "salesperson", "salespeople", "agent", "guest", "attendee", "participant", "visitor", "pax", "invitee", "student", "pupil", "kid", "child", "children", "adult", "player", "volunteer", "speaker", "seller", "recruiter", "tester", "carpenter", "electrician", "hairdresser", "stylist", "therapist",
     "dentist", "lawyer", "photographer", "musician", "patient", "customer", "client", "subscriber", "user", "mitarbeiter", "mitarbeitern", "mitarbeiterin", "lehrer", "mitglied", "mitglieder", "mitgliedern", "kunde", "kunden", "trainer", "angestellte", "angestellten", "leute", "personen", "köpfe", "kopf", "gast", "gäste", "gästen", "schüler", "teilnehmer", "entwickler", "kollegen",
     "membre", "client", "personne", "employé", "salarié", "collaborateur", "développeur", "invité", "élève", "tête", "vendeur",
     "persona", "empleado", "trabajador", "invitado", "alumno", "camarero", "desarrollador", "diseñador"]
)  # fmt: skip

# People who pay: a price for each of them is income.
PAYER_STEMS = frozenset(
    ["member", "student", "pupil", "customer", "client", "subscriber", "user", "patient", "attendee", "participant", "visitor", "guest", "mitglied", "mitglieder", "mitgliedern", "kunde", "kunden", "schüler", "teilnehmer", "membre", "élève", "alumno"]
)  # fmt: skip

# People who are paid: the cost of a headcount is a salary.
STAFF_STEMS = PEOPLE_STEMS - PAYER_STEMS - {
    "guest", "attendee", "participant", "visitor", "pax", "invitee", "student", "pupil", "kid", "child", "children", "adult", "player", "head", "member", "partner", "gast", "gäste", "gästen", "schüler", "teilnehmer",
    "invité", "élève", "invitado", "alumno",
}  # fmt: skip

# Groups that are counted in heads by what follows them: "team of 5".
GROUP_NOUNS = frozenset(
    ["team", "staff", "family", "crew", "group", "class", "party", "household", "workforce", "headcount", "studio", "agency", "company", "startup", "equipo", "familia", "équipe", "famille", "familie"]
)  # fmt: skip

# Nouns that measure: a number before them is a quantity, even where another noun stands before it ("hotel 3 nights").
MEASURE_STEMS = frozenset(
    ["hour", "hr", "day", "night", "week", "unit", "piece", "pcs", "item", "box", "kg", "km", "mile", "sqm", "session", "episode", "ticket", "order", "trip", "stay", "class", "lesson", "month", "year", "quarter",
     "stunde", "stunden", "std", "tag", "tage", "nacht", "nächte", "stück", "einheit", "einheiten", "monat", "monate", "heure", "jour", "nuit", "unité", "pièce", "hora", "día", "noche", "unidad", "unidade", "pieza"]
)  # fmt: skip

# What a rate is paid for, besides the periods of PERIOD_UNITS.
RATE_UNITS: dict[str, str] = {
    "mo": "month", "mth": "month", "wk": "week", "yr": "year", "hour": "hour", "hours": "hour", "hr": "hour", "h": "hour", "stunde": "hour", "std": "hour", "heure": "hour", "hora": "hour",
    "semester": "semester", "semestre": "semester", "term": "semester", "fortnight": "fortnight",
}  # fmt: skip

# Words that end the name of a figure and let it begin anew.
BREAK_WORDS = frozenset(["with", "mit", "avec", "con", "plus", "sowie", "including", "incl", "inkl", "spending"])
AND_WORDS = frozenset(["and", "und", "et", "y", "&", "or", "oder", "ou"])
# Words that may stand inside a name.
GLUE_WORDS = frozenset(["of", "de", "du", "des", "del", "la", "von", "für", "and", "und", "et", "y", "&", "d", "l"])
# Words between a name and its number: "rent is 1.2k", "loan of 250k", "around 300".
LINK_WORDS = frozenset(
    ["is", "are", "was", "be", "of", "at", "to", "than", "around", "about", "approximately", "approx", "roughly", "ca", "circa", "currently", "only", "just", "up", "below", "above", "under", "over", "for", "a", "an", "the", "my", "our", "we", "have", "at", "@",
     "von", "zu", "je", "ist", "sind", "etwa", "rund", "über", "de", "à", "est", "sont", "environ", "es", "son", "unos", "unas", "por", "que", "will", "by", "with", "from", "costing"]
)  # fmt: skip
COPULAS = frozenset(
    [
        "is",
        "are",
        "was",
        "be",
        "ist",
        "sind",
        "est",
        "sont",
        "es",
        "son",
        "around",
        "about",
        "approx",
        "ca",
        "currently",
        "up",
    ]
)
# Prepositions by which a number names its purpose: "$40,000 for ads".
OWNING_WORDS = frozenset(["for", "on", "of", "für", "pour", "para", "de", "in", "from"])
# Verbs of earning; what stands before them is who earns.
EARNING = r"earns?|earning|makes?|brings? in|gets?|bill|charge|invoice|receives?|verdien\w*|gagne|gano|gana"

# Money that comes in, whoever keeps the budget; `PAY_WORDS` come in only where a household does.
INCOME_WORDS = (
    r"income|revenue|sales\b|turnover|funding|grants?\b|donations?|sponsor\w*|ticket (?:price|sales|revenue)|admissions?|(?:\w+ )?revenue|membership|memberships|tuition|scholarship|pension|dividends?|subsid\w+|fees? income|price per|client payments?|allowance|"
    r"fundrais\w*|subscri\w+ revenue|stipend|\w*einkommen|einnahmen|umsatz|spenden|f[öo]rderung|kindergeld|revenus?\b|chiffre d|ventes|recettes|subvention|ingresos?|ventas|facturaci[óo]n|donaciones|beca\b|bourse"
)  # fmt: skip
PAY_WORDS = r"salar\w+|wages?|pay\b|paycheck|net pay|earn\w*|(?:take-home|net|gross) pay|bonus|\w*gehalt|\w*lohn|salaires?|paie\b|sueldos?|n[oó]mina"

# Whoever keeps such a budget is no household.
BUSINESS_WORDS = (
    r"studio|agency|bakery|caf[ée]|coffee shop|shop|store|restaurant|bar\b|food truck|startup|start-up|company|business|firm|team|department|clinic|practice|school|gym|salon|nonprofit|non-profit|charity|ngo|"
    r"freelanc\w+|podcast|office|workshop|factory|hotel|farm|club|association|employees?|staff|developers?|devs|baristas?|b[äa]ckerei|laden|firma|unternehmen|agentur|b[üu]ro|mitarbeiter\w*|verein|abteilung|gmbh|"
    r"agence|boulangerie|entreprise|soci[ée]t[ée]|magasin|[ée]quipe|employ[ée]s|estudio|agencia|panader[íi]a|tienda|empresa|negocio|taller|empleados"
)  # fmt: skip
HOUSEHOLD_WORDS = r"household|family|personal|home|student|haushalt\w*|famil\w+|personnel|personal|hogar"

# Words that speak of the number after them, so that they never name the one before.
FORWARD_WORDS = frozenset(
    [
        "growing",
        "increasing",
        "rising",
        "shrinking",
        "wachsend",
        "starting",
        "from",
        "due",
        "flat",
        "net",
        "gross",
        "total",
        "max",
        "maximum",
        "minimum",
        "x",
        "×",
    ]
)
GROWTH_WORDS = "inflation|growth|growing|increas|grow|rising|wachs|steiger|croissance|crecimiento|creciendo"
COST_CENTRES = r"department|team\b|division|marketing|it\b|hr\b|training|travel|advertising|project|campaign|abteilung|projekt|projet|proyecto|d[ée]partement|departamento"
SALARIES = {"en": "Salaries", "de": "Gehälter", "fr": "Salaires", "es": "Sueldos"}
REVENUE = {"en": "Revenue", "de": "Umsatz", "fr": "Chiffre d’affaires", "es": "Ingresos"}
INCOME = {"en": "Income", "de": "Einkommen", "fr": "Revenus", "es": "Ingresos"}
PER = {"en": "per", "de": "je", "fr": "par", "es": "por"}
# Any staff, without a trade: their line is called salaries.
PLAIN_STAFF = r"employees?|people|persons?|staff|workers?|team members?|mitarbeiter\w*|angestellte\w*|leute|personen|employ[ée]s?|salari[ée]s|personnes|empleados?|personas"
NUMBER = {"en": "number", "de": "Anzahl", "fr": "nombre", "es": "número"}
EACH_OF_THEM = {"en": "each", "de": "je", "fr": "chacun", "es": "cada uno"}

# Kinds of workbook that are lists of records or tasks, so that a list of properties names their columns.
COLUMN_KINDS = frozenset(["gantt", "tasks", "issues", "crm", "inventory", "content_calendar", "sales", "table", "workout", "event_budget", "roster", "timesheet"])  # fmt: skip
# Of these, kinds with a form of their own, which gives way to a table of the columns that were asked for.
FORM_KINDS = frozenset(["workout", "event_budget", "roster", "timesheet"])

# Nouns that name a property of a record rather than a record. Singular stems.
COLUMN_NOUNS = frozenset(
    ["task", "action", "owner", "assignee", "assigned", "responsible", "person", "date", "deadline", "due", "start", "end", "finish", "begin", "status", "state", "priority", "stage", "step", "next step", "note", "comment", "amount", "category", "progress", "hour", "budget", "cost", "price", "phone", "mobile", "email", "e-mail", "mail", "address", "name", "title", "description", "quantity", "qty", "supplier", "vendor", "location", "sku", "unit", "value", "type", "department", "role", "position", "contact", "company", "customer", "client", "lead", "source", "channel", "topic", "format", "link", "url", "duration", "id", "number", "rating", "score", "likelihood", "probability", "impact", "mitigation", "severity", "reporter", "resolution", "milestone", "phase", "dependency", "effort", "estimate", "completion", "complete", "done", "time", "day", "month", "year", "author", "genre", "isbn", "publisher", "platform", "caption", "hashtag", "level", "stock", "expiry", "expiration", "warranty", "condition", "manager", "salary", "birthday", "website", "country", "city", "currency", "rate", "total", "balance", "payment", "reference", "tag", "label", "risk", "issue", "outcome", "result", "attendee", "room", "speaker", "session", "product", "item", "region", "follow-up", "followup", "interviewer", "trainer", "course", "mileage", "service", "renewal", "brand", "model", "colour", "color", "size", "weight", "barcode", "job", "team", "project", "activity", "candidate", "employee", "rep", "salesperson", "signature", "quarter", "feature", "goal", "objective", "deliverable", "funder", "allergy", "borrower", "device", "equipment", "remark", "reason", "frequency", "method", "paid", "approved", "approval", "approver",
     "aufgabe", "aufgaben", "verantwortlich", "verantwortliche", "verantwortlichen", "verantwortlicher", "zuständig", "besitzer", "datum", "startdatum", "enddatum", "frist", "fälligkeit", "termin", "beginn", "ende", "priorität", "phase", "phasen", "schritt", "nächster schritt", "notiz", "notizen", "bemerkung", "bemerkungen", "betrag", "kategorie", "fortschritt", "stunden", "kosten", "preis", "telefon", "adresse", "beschreibung", "menge", "anzahl", "lieferant", "lagerort", "ort", "standort", "artikel", "artikelnummer", "bestand", "mindestbestand", "wert", "typ", "abteilung", "rolle", "ansprechpartner", "firma", "kunde", "kunden", "quelle", "kanal", "thema", "dauer", "bewertung", "autor", "kontakt", "gerät",
     "tâche", "responsable", "propriétaire", "début", "fin", "échéance", "statut", "état", "priorité", "étape", "prochaine étape", "remarque", "montant", "catégorie", "avancement", "heure", "coût", "prix", "téléphone", "courriel", "adresse", "nom", "titre", "quantité", "fournisseur", "emplacement", "lieu", "valeur", "service", "rôle", "entreprise", "client", "canal", "sujet", "durée", "référence", "auteur",
     "tarea", "propietario", "encargado", "fecha", "inicio", "plazo", "vencimiento", "estado", "prioridad", "etapa", "fase", "próximo paso", "paso", "nota", "comentario", "importe", "monto", "categoría", "progreso", "avance", "hora", "presupuesto", "coste", "costo", "precio", "teléfono", "correo", "dirección", "nombre", "título", "descripción", "cantidad", "proveedor", "ubicación", "lugar", "valor", "tipo", "departamento", "puesto", "empresa", "cliente", "tema", "duración", "referencia"]
)  # fmt: skip
# Plurals that head a column as they are.
PLURAL_COLUMNS = frozenset(["notes", "comments", "remarks", "hours", "days", "units", "sales", "points", "status", "hashtags", "tags", "attendees", "address", "progress", "details"])  # fmt: skip

# What a list is a list of: a number before one of these says how many rows it needs.
RECORD_NOUNS = frozenset(
    ["leads", "deals", "prospects", "opportunities", "contacts", "customers", "clients", "accounts", "employees", "people", "members", "volunteers", "students", "guests", "candidates", "applicants", "applications", "tasks", "to-dos", "todos", "action items", "issues", "bugs", "tickets", "incidents", "risks", "items", "products", "articles", "assets", "devices", "vehicles", "cars", "machines", "properties", "projects", "contracts", "subscriptions", "licences", "licenses", "suppliers", "vendors", "orders", "invoices", "payments", "books", "films", "movies", "recipes", "posts", "topics", "events", "meetings", "courses", "companies", "partners", "policies", "documents", "complaints", "requests", "parts", "rows", "records", "entries", "lines",
     "aufgaben", "kontakte", "kontakten", "kunden", "mitarbeiter", "mitarbeitern", "artikel", "artikeln", "produkte", "produkten", "bewerber", "bewerbern", "projekte", "projekten", "zeilen", "gäste", "gästen", "bücher", "büchern", "fahrzeuge", "fahrzeugen", "lieferanten", "risiken",
     "tâches", "contacts", "clients", "employés", "salariés", "articles", "produits", "candidats", "projets", "lignes", "livres", "véhicules", "fournisseurs", "risques",
     "tareas", "contactos", "clientes", "empleados", "artículos", "productos", "candidatos", "proyectos", "filas", "libros", "vehículos", "proveedores", "riesgos"]
)  # fmt: skip
