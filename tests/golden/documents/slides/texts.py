# ruff: noqa: E501 - texts as their author wrote them
"""Long words, other scripts, texts that mean harm, and very many slides."""

from __future__ import annotations

from overten.documents.engine import Look
from tests.golden.documents.golden import Golden
from tests.golden.documents.slides.kinds import chart, slides

GERMAN = Golden(
    steps=[
        {"op": "set_deck", "title": "Werkserweiterung", "language": "de-DE", "footer": "Donaudampfschifffahrtsgesellschaft mbH", "slide_numbers": True},
        slides(
            {"layout": "cover", "title": "Werkserweiterung Niederösterreich: Genehmigungsverfahren und Finanzierungsplan", "byline": "Aufsichtsratssitzung vom 12. November 2026"},
            {"layout": "cards", "title": "Vier Voraussetzungen entscheiden über den Baubeginn", "items": [
                {"title": "Umweltverträglichkeitsprüfung", "text": "Sachverständigengutachten liegt vor.", "icon": "leaf"},
                {"title": "Netzanschlussvertrag", "text": "Hochspannungsanschluss ab Frühjahr.", "icon": "zap"},
                {"title": "Grundstücksübertragung", "text": "Notariatstermin im Dezember.", "icon": "map"},
                {"title": "Arbeitskräfteüberlassung", "text": "Rahmenvereinbarung unterzeichnet.", "icon": "users"}]},
            {"layout": "table", "title": "Die Investitionskosten verteilen sich auf drei Geschäftsjahre", "table": {
                "columns": ["Kostenart", "2027", "2028", "2029", "Gesamt"], "total_row": True,
                "rows": [["Grundstückserschließung", "1,2", "–", "–", "1,2"], ["Produktionsanlagen", "2,4", "6,8", "1,1", "10,3"], ["Automatisierungstechnik", "–", "1,9", "0,8", "2,7"], ["Summe (Mio. €)", "3,6", "8,7", "1,9", "14,2"]]}},
            {"layout": "process", "title": "Vom Aufsichtsratsbeschluss bis zur Inbetriebnahme vergehen dreißig Monate", "items": [
                {"title": "Beschluss", "text": "Gesellschafter und Aufsichtsrat", "icon": "check"},
                {"title": "Genehmigung", "text": "Immissionsschutzrechtliche Prüfung", "icon": "file-text"},
                {"title": "Inbetriebnahme", "text": "Probebetrieb ab Oktober", "icon": "rocket"}]},
            chart("bar", "Die Wertschöpfung je Mitarbeiterstunde steigt an allen Standorten", categories=["Klosterneuburg", "Wiener Neustadt", "Sankt Pölten"], series=[{"name": "Wertschöpfung", "values": [68.5, 74.2, 81.9]}], number_format='0.0 "€"'),
            {"layout": "closing", "title": "Beschlussvorlage: Freigabe der Planungskosten", "lines": ["1,2 Mio. € bis Jahresende"]},
        ),
    ],
    pages=6,
    says=("Umweltverträglichkeitsprüfung", "Immissionsschutzrechtliche", "Automatisierungstechnik", "Klosterneuburg"),
    holds={"slides": 6, "charts": 1, "tables": 1},
)  # fmt: skip

RIGHT_TO_LEFT = Golden(
    steps=[
        {"op": "set_deck", "title": "مراجعة", "language": "ar-SA"},
        slides(
            {"layout": "cover", "title": "مراجعة الربع الثالث", "subtitle": "نمو الإيرادات في جميع المناطق"},
            {"layout": "content", "title": "الإيرادات أعلى من الخطة", "points": ["نمت الخدمات بنسبة 21%", "الأجهزة مستقرة"]},
            chart("column", "המכירות בצפון גדלו השנה", series=[{"name": "צפון", "values": [3, 4, 5, 6]}]),
            {"layout": "table", "title": "תקציב לשנה הבאה", "table": {"columns": ["סעיף", "סכום"], "rows": [["שכר", "120"], ["שכירות", "45"]]}},
        ),
    ],
    pages=4,
    holds={"slides": 4, "charts": 1, "tables": 1},
    drawn=False,
)  # fmt: skip

EAST_ASIAN = Golden(
    steps=[
        {"op": "set_deck", "title": "第3四半期", "language": "ja-JP"},
        slides(
            {"layout": "cover", "title": "第3四半期の業績報告", "subtitle": "売上高は前年同期比12%増"},
            {"layout": "key_messages", "title": "三つの要点", "items": [{"title": "売上は計画を上回った", "text": "サービスが伸びた。"}, {"title": "利益率は低下した"}, {"title": "投資を提案する"}]},
            chart("column", "地区ごとの売上", series=[{"name": "东北", "values": [3, 4, 5, 6]}]),
            {"layout": "cards", "title": "제품별 성과를 한눈에 봅니다", "items": [{"title": "서비스", "text": "성장 24%"}, {"title": "하드웨어", "text": "보합"}]},
        ),
    ],
    pages=4,
    holds={"slides": 4, "charts": 1},
    drawn=False,
)  # fmt: skip

HOSTILE = Golden(
    steps=[
        {"op": "set_deck", "title": "<script>alert(1)</script> & more", "footer": "]]> <a:t>&amp;</a:t>"},
        slides(
            {"layout": "cover", "title": "Tom & Jerry <b>\"GmbH\"</b> 'Ltd'", "subtitle": "a\x00b\x07c\x1f\ufffe and =cmd|'/c calc'!A1"},
            {"layout": "content", "title": "Marks that are not closed ** stay as they are", "points": ["**", "* one * two", "- ", "{{template}} ${env} %s {0}", "C:\\path\\to\\file", "A tab\tin a line"]},
            {"layout": "table", "title": "Cells that look like formulas", "table": {"columns": ["=1+1", "@SUM(A1)"], "rows": [["+1", "-1"], ["=HYPERLINK(\"http://x\")", "<xml/>"]]}},
            chart("bar", "Names that look like markup", categories=["<a>", "&amp;", "\"'"], series=[{"name": "=A1 & <b>", "values": [1, 2, 3]}]),
            {"layout": "closing", "title": "Emoji 🎉 and a family 👩‍👩‍👧", "notes": "Notes with <tags> & \u2028 separators"},
        ),
    ],
    pages=5,
    says=("Tom & Jerry <b>\"GmbH\"</b> 'Ltd'", "{{template}} ${env} %s {0}", "C:\\path\\to\\file", "=1+1", "&amp;"),
    holds={"slides": 5, "charts": 1, "tables": 1, "notes": 1},
)  # fmt: skip

_REGIONS = ("Antrim", "Bristol", "Cardiff", "Derby", "Exeter", "Fife", "Glasgow", "Hull", "Inverness", "Jersey")
BIG = Golden(
    look=Look("#1B5E8A"),
    steps=[
        {"op": "set_deck", "title": "Forty slides", "footer": "Regional handbook", "slide_numbers": True},
        *(
            slides(
                {"layout": "section", "title": region, "number": str(number)},
                {"layout": "metrics", "title": f"{region} in three figures", "metrics": [{"value": f"{number * 13}%", "label": "Share"}, {"value": f"{number * 111}", "label": "Customers"}, {"value": f"£{number}.4m", "label": "Revenue"}]},
                chart("column", f"{region} grew in every quarter", series=[{"name": region, "values": [number, number + 1, number + 1.5, number + 3]}]),
                {"layout": "content", "title": f"What {region} asks for", "points": ["More vans", "A second shift", "- from March"], "notes": f"Ask the manager of {region}."},
            )
            for number, region in enumerate(_REGIONS, 1)
        ),
    ],
    pages=40,
    says=tuple(f"What {region} asks for" for region in _REGIONS),
    holds={"slides": 40, "charts": 10, "notes": 10},
)  # fmt: skip
