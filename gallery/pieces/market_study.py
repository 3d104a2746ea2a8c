# ruff: noqa: E501 - texts as their author wrote them
"""A market study for an investment committee: cover, contents, charts, a landscape comparison, risks, references."""

from __future__ import annotations

from typing import Any

from gallery.piece import Piece
from overten.documents.engine import Look

_YEARS = ["2025", "2026e", "2027e", "2028e", "2029e", "2030e", "2031e", "2032e"]
_CAPACITY = {
    "Sweden": [1050, 1450, 1900, 2380, 2860, 3330, 3770, 4200],
    "Finland": [480, 760, 1130, 1560, 2000, 2450, 2880, 3300],
    "Baltics": [340, 560, 820, 1090, 1380, 1670, 1960, 2250],
    "Denmark": [190, 270, 410, 590, 780, 1000, 1240, 1500],
    "Norway": [40, 60, 90, 130, 180, 250, 300, 350],
}


def _p(text: str, style: str = "body") -> dict[str, Any]:
    return {"type": "paragraph", "text": text, "style": style}


def _h(text: str, level: int = 2) -> dict[str, Any]:
    return {"type": "heading", "text": text, "level": level}


def _bullets(*items: str) -> dict[str, Any]:
    return {"type": "list", "kind": "bullet", "items": list(items)}


_SOURCE = "Source: Halden & Roth capacity model, base case; connection registers of the system operators"

OPERATIONS: list[dict[str, Any]] = [
    {"op": "set_document", "title": "Grid-scale battery storage in Northern Europe", "subject": "Market study 2026–2032",
     "author": "Halden & Roth", "company": "Halden & Roth", "language": "en-GB"},
    {"op": "set_cover", "kicker": "Market study · November 2026", "title": "Grid-scale battery storage in Northern Europe",
     "subtitle": "Market size, revenue pools and returns in the Nordics and Baltics to 2032, with a recommendation on a first commitment of €120 million",
     "details": ["**Prepared for the investment committee of Nordhavn Infrastructure Partners**",
                 "Halden & Roth · Energy practice, Copenhagen", "16 November 2026 · Strictly confidential"]},
    {"op": "set_header_footer",
     "header": {"left": "Grid-scale battery storage in Northern Europe", "right": "Market study 2026–2032"},
     "footer": {"left": "Halden & Roth · Strictly confidential", "right": "{page} / {pages}"}},
    {"op": "write", "heading": "Executive summary", "label": "summary", "blocks": [
        _p("Battery storage in the Nordics and Baltics will grow more than fivefold by 2032. The easy money of the first wave is gone; what remains is a larger, more disciplined market that rewards cheap grid access, two-hour systems and a trading desk that stacks revenues.", "lead"),
        {"type": "metrics", "items": [
            {"value": "11.6 GW", "label": "Installed capacity in 2032", "note": "2.1 GW at the end of 2025"},
            {"value": "27.7%", "label": "Growth a year", "note": "2025 to 2032, base case"},
            {"value": "€1.07bn", "label": "Revenue pool in 2032", "note": "€336m in 2025"},
            {"value": "11.4%", "label": "Project IRR, unlevered", "note": "two-hour system, Finland"}]},
        _p("Four findings carry our recommendation:"),
        {"type": "list", "kind": "number", "items": [
            "**The market shifts east and south.** Sweden holds half of today's capacity and a third of what will be added. Finland, the Baltics and southern Denmark add more than they have by a factor of five to seven ({ref:capacity}).",
            "**Ancillary services no longer carry a project alone.** Prices for frequency reserves fell by 62% in two years as supply outgrew need. Arbitrage and intraday trading become the largest source of revenue from 2028 on ({ref:pools}).",
            "**Returns hold where capital cost fell faster than revenue.** A two-hour system ordered today costs 41% less than in 2022. At that price the base case returns 11.4% without debt, and 8.1% if reserve prices halve again ({ref:sensitivity}).",
            "**Grid connection is the scarce good.** Projects with a firm connection before 2028 make up a fifth of the announced pipeline and change hands at €45,000–70,000 per megawatt."]},
        {"type": "callout", "tone": "note", "title": "Recommendation",
         "text": "Commit €120 million in two tranches: €75 million now for three Finnish and Baltic projects with firm connections (270 MW), and €45 million in 2028, released only if merchant revenue reaches €78,000 per megawatt and year."},
    ]},
    {"op": "write", "heading": "Market size and growth", "label": "market", "blocks": [
        _p("At the end of 2025 the eight countries had 2,100 MW of batteries of more than one megawatt connected to the grid, up from 310 MW three years earlier.^[Batteries behind the meter of an industrial site are counted where they are prequalified for at least one reserve market. Home storage is not counted.] Nine tenths of that capacity was built for one purpose: to sell frequency reserves to the system operators."),
        _p("We expect 11,600 MW in 2032. The forecast rests on 31 GW of connection requests, of which we take 38% as likely to be built, weighted by the state of permit, land and connection of every project above 10 MW."),
        {"type": "chart", "kind": "stacked_column", "categories": _YEARS, "number_format": "#,##0", "y_title": "MW at year end",
         "series": [{"name": name, "values": values} for name, values in _CAPACITY.items()],
         "alt_text": "Stacked columns of installed battery capacity by country, rising from 2,100 MW in 2025 to 11,600 MW in 2032",
         "height_cm": 8.2, "caption": "Installed battery capacity by country, 2025 to 2032", "label": "capacity", "source": _SOURCE},
        _p("Growth is spread unevenly. {ref:countries} shows why we look east: Sweden was first and is saturated in reserves, while Finland and the Baltics combine rising price volatility with connection queues that still move."),
        {"type": "table", "columns": [{"header": "Country", "width": 20}, {"header": "2025, MW", "width": 14}, {"header": "2032e, MW", "width": 14},
                                      {"header": "Added, MW", "width": 14}, {"header": "Growth a year", "width": 15}, {"header": "Share in 2032", "width": 15}],
         "rows": [["Sweden", "1,050", "4,200", "3,150", "21.9%", "36%"], ["Finland", "480", "3,300", "2,820", "31.7%", "28%"],
                  ["Baltics", "340", "2,250", "1,910", "31.0%", "19%"], ["Denmark", "190", "1,500", "1,310", "34.3%", "13%"],
                  ["Norway", "40", "350", "310", "36.3%", "3%"], ["Total", "2,100", "11,600", "9,500", "27.7%", "100%"]],
         "total_row": True, "caption": "Capacity and growth by country", "label": "countries", "source": _SOURCE + ". Shares are rounded and may not add up to 100%."},
        _h("What drives demand"),
        _p("Three forces lie behind the forecast, and they do not depend on each other:"),
        _bullets("**Wind and solar without storage.** The region adds 42 TWh of variable generation by 2032. Hours with prices below zero rose from 120 in 2020 to 690 in 2025 in southern Finland.",
                 "**Desynchronised Baltics.** Since February 2025 the Baltic system balances itself with the continental grid. The operators procure reserves that used to come from the east, and pay for them.",
                 "**Faster markets.** The move to 15-minute settlement and to common European platforms for balancing energy [@balancing] rewards assets that react in seconds."),
        _h("Three scenarios"),
        _p("The base case assumes that connection reform proceeds as legislated. In the high case Finland and Sweden introduce flexible connections by 2028; in the low case queues stay as they are and industrial demand grows by half of what is planned."),
        {"type": "chart", "kind": "line", "categories": _YEARS, "number_format": "#,##0", "y_title": "MW at year end",
         "series": [{"name": "High case", "values": [2100, 3250, 4800, 6750, 8900, 11100, 13300, 15400]},
                    {"name": "Base case", "values": [sum(column) for column in zip(*_CAPACITY.values(), strict=True)]},
                    {"name": "Low case", "values": [2100, 2900, 3700, 4550, 5400, 6250, 7050, 7800]}],
         "alt_text": "Lines of three scenarios: 15,400 MW, 11,600 MW and 7,800 MW in 2032", "height_cm": 6.8,
         "caption": "Installed capacity in three scenarios", "label": "scenarios", "source": "Source: Halden & Roth capacity model"},
    ]},
    {"op": "write", "heading": "Revenue pools", "label": "revenue", "blocks": [
        _p("A battery earns money in three places: it sells readiness to the system operator, it trades the difference between cheap and dear hours, and in some countries it is paid for capacity. In 2025 the first of these made 79% of revenue. By 2032 it makes 35%."),
        {"type": "chart", "kind": "stacked_column", "categories": _YEARS, "number_format": "#,##0", "y_title": "€ million",
         "series": [{"name": "Frequency reserves", "values": [265, 282, 296, 310, 326, 344, 360, 376]},
                    {"name": "Arbitrage and intraday", "values": [58, 96, 152, 224, 306, 392, 478, 562]},
                    {"name": "Capacity and grid services", "values": [13, 20, 32, 48, 68, 90, 112, 134]}],
         "alt_text": "Stacked columns of revenue pools, from 336 million euros in 2025 to 1,072 million in 2032", "height_cm": 7.6,
         "caption": "Revenue pools of battery storage, real 2026 prices", "label": "pools",
         "source": "Source: Halden & Roth revenue model; auction results of the system operators, first quarter 2022 to third quarter 2026"},
        _h("Frequency reserves: a shrinking share of a stable pool"),
        _p("The pool of frequency reserves grows slowly, from €265 million to €376 million, since the need for reserves is set by the largest unit that may fail. What falls is the price per megawatt. In Sweden's upward disturbance reserve it went from €38 per megawatt and hour in 2023 to €14 in 2025."),
        _h("Arbitrage: larger every year, and harder to earn"),
        _p("The average spread between the two dearest and the two cheapest hours of a day was €71 per megawatt-hour in southern Finland in 2025. A system that captures 80% of it on 320 days a year earns about €36,000 per megawatt from that alone. Traders that also follow the intraday market earn half as much again, those that do not pay for imbalance."),
        {"type": "quote", "text": "In 2022 we would have paid for any battery with a permit. Today we ask two things: when is it connected, and who trades it.",
         "attribution": "Head of flexibility at a Nordic utility, interview in September 2026"},
        {"type": "chart", "kind": "doughnut", "categories": ["Frequency reserves", "Arbitrage and intraday", "Capacity and grid services"],
         "series": [{"name": "Share of revenue", "values": [35, 52, 13]}], "data_labels": True, "number_format": '0"%"',
         "alt_text": "Doughnut of revenue in 2032: reserves 35, arbitrage 52, capacity 13 per cent", "height_cm": 4.8,
         "caption": "Revenue of the fleet in 2032 by source", "label": "mix", "source": "Source: Halden & Roth revenue model, base case"},
    ]},
    {"op": "write", "heading": "Cost and returns", "label": "returns", "blocks": [
        _p("Turnkey prices of two-hour systems fell from €560 to €330 per kilowatt-hour between 2022 and 2026. Cells make up 44% of that today. We expect a further 4% a year: cells have little left to give, while transformers and civil works become dearer."),
        {"type": "chart", "kind": "column", "categories": ["2022", "2023", "2024", "2025", "2026", "2028e", "2030e", "2032e"],
         "series": [{"name": "Turnkey price of a two-hour system", "values": [560, 505, 430, 365, 330, 304, 280, 258]}],
         "number_format": "#,##0", "y_title": "€ per kWh", "data_labels": True, "height_cm": 5.0,
         "alt_text": "Columns of the turnkey price, falling from 560 to 330 euros per kilowatt-hour in 2026 and 258 in 2032",
         "caption": "Turnkey price of a two-hour system, including grid connection", "label": "capex", "source": "Source: 23 contracts seen by Halden & Roth; forecast by component"},
        _h("Base case of a Finnish project"),
        _p("{ref:economics} shows a system of 100 MW and 200 MWh in southern Finland, ordered in the first quarter of 2027 and connected at the end of 2028. Revenue is what a fleet-average trader earns, after a fee of 12%."),
        {"type": "table", "columns": [{"header": "Per MW, real 2026 prices", "width": 46}, {"header": "2029", "width": 18}, {"header": "2032", "width": 18}, {"header": "2036", "width": 18}],
         "rows": [["Frequency reserves", "€41,000", "€31,000", "€27,000"], ["Arbitrage and intraday", "€44,000", "€52,000", "€55,000"],
                  ["Capacity and grid services", "€6,000", "€9,000", "€11,000"], ["Trader's fee, 12%", "–€10,900", "–€11,000", "–€11,200"],
                  ["Operation, insurance, lease", "–€13,500", "–€13,500", "–€14,100"], ["Grid fees and losses", "–€6,200", "–€6,400", "–€6,600"],
                  ["Operating cash flow", "€60,400", "€61,100", "€61,100"]],
         "total_row": True, "caption": "Cash flow of a two-hour system in southern Finland", "label": "economics",
         "source": "Source: Halden & Roth project model. Fees are rounded to €100; capital cost is €660,000 per MW, economic life 17 years with one augmentation in year 9."},
        _h("What moves the return"),
        _p("Two inputs decide: reserve prices in the first five years and the date of connection. Each year of delay costs 0.9 points of return, as the best reserve years lie first. Capital cost matters less than buyers think, and degradation hardly at all."),
        {"type": "table", "style": "banded", "columns": [{"header": "Change against the base case", "width": 52}, {"header": "Project IRR", "width": 16}, {"header": "Difference", "width": 16}, {"header": "Payback", "width": 16, "align": "right"}],
         "rows": [["Base case", "11.4%", "–", "8.4 years"], ["Reserve prices halve again", "8.1%", "–3.3 pp", "10.2 years"],
                  ["Connection two years late", "9.6%", "–1.8 pp", "9.5 years"], ["Capital cost 10% higher", "10.1%", "–1.3 pp", "9.1 years"],
                  ["Best-quartile trader", "13.2%", "+1.8 pp", "7.4 years"], ["Capacity payments from 2029", "12.3%", "+0.9 pp", "7.9 years"]],
         "caption": "Sensitivity of the project return", "label": "sensitivity", "source": "Source: Halden & Roth project model"},
    ]},
    {"op": "write", "heading": "Competition", "label": "competition", "blocks": [
        _p("Sixty developers hold projects in the region; eleven have built more than one. We see three kinds of competitor. **Utilities** build next to their own plants and trade themselves. **Specialists** live off early sites and sell most of what they develop. **Infrastructure funds**, our client's peers, arrived in 2024 and buy ready-to-build projects. {ref:players} compares the six that matter most for the recommended strategy; names are replaced by letters."),
        {"type": "table", "style": "banded", "columns": [
            {"header": "Player", "width": 15}, {"header": "Kind", "width": 11}, {"header": "Built, MW", "width": 8, "align": "right"}, {"header": "Pipeline, MW", "width": 9, "align": "right"},
            {"header": "Firm grid by 2028", "width": 9, "align": "right"}, {"header": "Trading", "width": 13}, {"header": "Strength", "width": 18}, {"header": "Weakness", "width": 17}],
         "rows": [
            ["A · Stockholm", "Specialist", "410", "1,900", "22%", "Own desk since 2023", "First in every reserve market; data of five years", "Nine tenths in Sweden, one-hour systems"],
            ["B · Helsinki", "Utility", "260", "1,150", "48%", "Own desk", "Sites at own substations, no connection queue", "Slow: 31 months from decision to power"],
            ["C · London", "Fund", "180", "2,400", "9%", "Two external traders", "Cost of capital below 7%", "Bought early at high prices; thin local team"],
            ["D · Vilnius", "Developer", "150", "620", "61%", "External, floor price", "Baltic connections and permits", "Balance sheet; sells at ready-to-build"],
            ["E · Oslo", "Fund", "95", "1,300", "17%", "External, tolling", "Long tolling contracts finance 65% debt", "Gives up two thirds of the upside"],
            ["F · Aarhus", "Utility", "70", "840", "35%", "Own desk", "Batteries at wind farms share one connection", "Export limits curb arbitrage in windy hours"]],
         "first_column": True, "caption": "Six players in the region at the end of the third quarter 2026", "label": "players",
         "source": "Source: company reports, registers of the system operators, 34 interviews"},
        _p("No player has more than a fifth of the market, and none combines firm connections in the east with a trading desk of its own. That is the gap. It closes by about 2029, when the projects now in the queue are built."),
    ]},
    {"op": "set_page", "anchor": "players", "orientation": "landscape"},
    {"op": "write", "heading": "Regulation and grid access", "label": "regulation", "blocks": [
        _p("European law treats storage as generation and consumption in one and forbids grid operators to own it, save for narrow exceptions [@directive]. Four rules differ between the countries and decide where a project pays."),
        {"type": "table", "columns": [{"header": "Rule", "width": 24}, {"header": "Sweden", "width": 19}, {"header": "Finland", "width": 19}, {"header": "Baltics", "width": 19}, {"header": "Denmark", "width": 19}],
         "rows": [["Double grid fees", "Abolished 2025", "Abolished", "Partly, in review", "Abolished"], ["Connection queue", "6–9 years", "2–4 years", "2–3 years", "4–6 years"],
                  ["Flexible connection", "Pilot since 2026", "From 2027", "In use", "Planned for 2028"], ["Capacity payment", "From 2027, auction", "Under study", "Lithuania from 2028", "None planned"]],
         "first_column": True, "caption": "Rules that decide where a project pays", "label": "rules", "source": "Source: national regulators, as of October 2026"},
        _p("Market rules are set in Brussels and change slowly [@market]. Grid fees and connection rules are national and change fast. We therefore advise to buy projects whose connection agreement is signed, and to treat capacity payments as upside."),
        {"type": "callout", "tone": "warning", "title": "Watch the Finnish connection reform",
         "text": "The draft of September 2026 lets the operator cancel reservations without a construction permit within 24 months. One of the three proposed projects holds its permit only since June; its reservation should be confirmed in writing before signing."},
    ]},
    {"op": "write", "heading": "Risks", "label": "risks", "blocks": [
        _p("The largest risk is shared by everybody in the market and cannot be diversified away: too many batteries for too few reserves. The others can be priced, insured or negotiated."),
        {"type": "table", "columns": [{"header": "Risk", "width": 23}, {"header": "Likelihood", "width": 13}, {"header": "Effect on IRR", "width": 14}, {"header": "What limits it", "width": 50}],
         "rows": [["Reserve prices collapse", "High", "–3.3 pp", "Two-hour systems from the start; second tranche only after proof of merchant revenue"],
                  ["Connection comes late", "Medium", "–0.9 pp a year", "Only signed agreements; liquidated damages from the seller until energisation"],
                  ["Trader underperforms", "Medium", "–1.5 pp", "Two traders, benchmarked monthly; right to change after twelve months"],
                  ["Import duties on cells", "Medium", "–0.8 pp", "Price fixed at order; European integrator with stock in the Union"],
                  ["Fire at a site", "Low", "–0.4 pp", "Container spacing by current standard; insurance with business interruption"],
                  ["Interest rates rise", "Medium", "Equity only", "No debt in the first tranche; refinance after 24 months of operation"]],
         "first_column": True, "caption": "Main risks and what limits them", "label": "risktable", "source": "Source: Halden & Roth; effects from the project model"},
    ]},
    {"op": "write", "heading": "Recommendation and next steps", "label": "recommendation", "blocks": [
        _p("Enter now, in the east, with two-hour systems and firm connections; keep the second half of the money until the merchant case is proven.", "lead"),
        {"type": "table", "columns": [{"header": "Project", "width": 22}, {"header": "Size", "width": 23}, {"header": "Connection", "width": 14}, {"header": "Equity, €m", "width": 13}, {"header": "Project IRR", "width": 13}, {"header": "State", "width": 15}],
         "rows": [["Kotka, Finland", "100 MW / 200 MWh", "Q4 2028", "29.0", "11.4%", "Exclusivity"], ["Panevėžys, Lithuania", "90 MW / 180 MWh", "Q2 2028", "24.5", "12.1%", "Exclusivity"],
                  ["Rakvere, Estonia", "80 MW / 160 MWh", "Q3 2028", "21.5", "11.7%", "Term sheet"], ["First tranche", "270 MW / 540 MWh", "", "75.0", "11.7%", ""],],
         "total_row": True, "caption": "The first tranche", "label": "tranche", "source": "Source: sellers' data rooms; returns from the Halden & Roth project model. Equity is 42% of capital cost, the remainder is a shareholder bridge repaid at refinancing."},
        _h("The next hundred days"),
        {"type": "list", "kind": "number", "items": [
            "**By 15 December:** committee decision on the first tranche and on the mandate for negotiation.",
            "**By 31 January:** confirm the three connection agreements with the operators in writing; technical due diligence of the sites.",
            "**By 28 February:** tender trading of 270 MW to five desks, with a floor of €45,000 per megawatt and year as an option.",
            "**By 15 March:** sign the share purchase agreements, conditional on the connection confirmations.",
            "**By 31 March:** order the systems for Panevėžys, the first to be connected."]},
        {"type": "callout", "tone": "tip", "title": "What releases the second tranche",
         "text": "Twelve months of operation in which the first two projects earn at least €78,000 per megawatt and year after the trader's fee, and at least 45% of it outside frequency reserves."},
        _h("How we worked"),
        _p("The capacity model covers 412 projects above 10 MW. Revenue was simulated hour by hour for 2026 to 2042 on three weather years. Thirty-four interviews with operators, traders, developers and lenders were held between July and October 2026. All figures are in real 2026 euros unless stated otherwise.", "small"),
    ]},
    {"op": "set_references", "sources": [
        {"key": "directive", "text": "Directive (EU) 2019/944 on common rules for the internal market for electricity, articles 36 and 54, *Official Journal* L 158, 14 June 2019."},
        {"key": "market", "text": "Regulation (EU) 2019/943 on the internal market for electricity, *Official Journal* L 158, 14 June 2019."},
        {"key": "balancing", "text": "Commission Regulation (EU) 2017/2195 establishing a guideline on electricity balancing, *Official Journal* L 312, 28 November 2017."}]},
    {"op": "add_toc", "levels": 2},
]  # fmt: skip

PIECE = Piece(
    name="market-study",
    format="word",
    title="Market study",
    prompt=(
        "Market study on grid-scale battery storage in the Nordics and Baltics for our investment committee: how large the "
        "market gets by 2032, where the revenue comes from, what a project returns, who we would compete with, the risks, "
        "and a clear recommendation on a €120m commitment. About twelve pages, with charts and a comparison of the players."
    ),
    native="Cover, contents with page numbers, charts with their data, captions and cross-references as fields, a landscape section, footnotes, citations.",
    operations=OPERATIONS,
    look=Look(primary_color="#0B4F4A", secondary_color="#E2A03F", font="Calibri"),
    width_px=700,
    across=3,
)
