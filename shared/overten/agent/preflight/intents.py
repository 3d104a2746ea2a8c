"""What a request is about, in coarse words that a user interface can act on. Known by keywords."""

from __future__ import annotations

import re
from functools import cache

from overten.agent.preflight.models import Facts, Intent

_MANY_FIGURES = 12
_MANY_IMAGES = 3

_KEYWORDS: dict[Intent, str] = {
    "visual_first": r"photo\w*|pictures?|images?|brochure|portfolio|catalogue?|lookbook|mood ?board|visual\w*"
        r"|slideshow|poster|gallery"
    r"|\w*fotos?|bilder\w*|brosch[üu]re|brochure|affiche|diaporama|im[aá]gen\w*|folleto|cat[aá]logo",
    "data_heavy": r"csv|dataset|data ?base|pivot\w*|cohort\w*|regression|correlation|analy[sz]e\w*|analysis"
        r"|spreadsheet|statistics"
    r"|daten\w*|auswertung\w*|analysiere|werte|données|analyse[rz]?|datos|an[aá]li\w+|estad[ií]stica\w*",
    "financial_model": r"budget\w*|forecast\w*|p&l|profit and loss|cash ?flow|balance sheet|valuation|dcf|loan"
        r"|amorti[sz]ation|mortgage"
    r"|break-?even|unit economics|roi|npv|irr|haushaltsplan|finanzplan\w*|liquidit[aä]t\w*|kredit\w*|tilgung\w*"
    r"|bilanz\w*|guv"
    r"|trésorerie|prévisionnel|emprunt|bilan|presupuesto|flujo de caja|pr[eé]stamo|previsi[oó]n|amortizaci[oó]n",
    "dashboard": r"dashboards?|kpis?|scorecard|cockpit|kennzahlen|tableau de bord|indicateurs|panel"
        r"|cuadro de mando|indicadores",
    "planning": r"schedule|timeline|gantt|roadmap|project plan|tracker|calendar|checklist|milestones?|zeitplan"
        r"|projektplan"
    r"|meilensteine?|kalender|planning|calendrier|échéancier|jalons|cronograma|calendario|planificaci[oó]n",
    "report": r"report|whitepaper|study|analysis|review|minutes|bericht\w*|studie|protokoll|rapport|étude"
        r"|compte[- ]rendu|informe|estudio",
    "legal": r"contract|agreement|nda|terms|lease|policy|bylaws|vertrag\w*|\w+vertrag|agb|satzung|richtlinie"
        r"|contrat|bail|statuts|conditions"
    r"|contrato|acuerdo|estatutos|política",
    "correspondence": r"letter|e-?mail|reply|invitation|reminder|brief|schreiben|anschreiben|mahnung|einladung"
        r"|kündigung\w*|lettre"
    r"|courriel|courrier|carta|correo|invitaci[oó]n",
    "pitch": r"pitch\w*|investors?|fundrais\w+|seed|start-?up|sales deck|investoren|gründung\w*"
        r"|vertriebspräsentation|investisseurs|levée"
    r"|inversores|ronda",
    "training": r"training|lesson|course|workshop|onboarding|tutorial|students|schulung\w*|unterricht\w*|kurs"
        r"|formation|cours|élèves"
    r"|formaci[oó]n|curso|clase|alumnos",
    "brand_led": r"brand\w*|corporate (?:design|identity)|logo\w*|marken\w+|charte|marque|marca",
}  # fmt: skip


def intents_of(facts: Facts) -> list[Intent]:
    """The intents that show in the prompt and in what is given, in a fixed order."""
    text = facts.prompt.casefold()
    found: list[Intent] = [intent for intent in _KEYWORDS if _shows(intent, facts) or _pattern(intent).search(text)]
    if facts.is_further_turn or facts.has_init_file:
        found.append("edit")
    return found


def _shows(intent: Intent, facts: Facts) -> bool:
    if intent == "visual_first":
        return len(facts.image_tags) >= _MANY_IMAGES
    if intent == "data_heavy":
        return bool(facts.data_sources) or len(re.findall(r"\d[\d.,]*", facts.prompt)) >= _MANY_FIGURES
    return intent == "brand_led" and bool(facts.brand_parts)


@cache
def _pattern(intent: Intent) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_KEYWORDS[intent]})\b")
