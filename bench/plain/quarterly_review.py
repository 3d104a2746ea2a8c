from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

BRAND, PALE, TEXT, GREY = (RGBColor.from_string(color) for color in ("7A1F2B", "F6ECED", "262626", "8C8C8C"))
SOFT, GOOD, BAD = (RGBColor.from_string(color) for color in ("D3B4B8", "2E7D4F", "B3261E"))
WHITE = RGBColor(255, 255, 255)
prs = Presentation()
prs.slide_width, prs.slide_height = Inches(13.333), Inches(7.5)
prs.core_properties.title = "Castellan Software: quarterly business review Q3 2026"


def write(frame, text, size=16, bold=False, color=TEXT, align=PP_ALIGN.LEFT, first=True):
    paragraph = frame.paragraphs[0] if first else frame.add_paragraph()
    paragraph.alignment = align
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.color.rgb, run.font.name = Pt(size), bold, color, "Calibri"
    return paragraph


def box(slide, x, y, w, h, fill=None, kind=MSO_SHAPE.RECTANGLE, anchor=MSO_ANCHOR.TOP):
    shape = slide.shapes.add_shape(kind, Inches(x), Inches(y), Inches(w), Inches(h))
    shape.line.fill.background()
    shape.shadow.inherit = False
    if fill is None:
        shape.fill.background()
    else:
        shape.fill.solid()
        shape.fill.fore_color.rgb = fill
    shape.text_frame.word_wrap = True
    shape.text_frame.vertical_anchor = anchor
    return shape.text_frame


def new_slide(title, notes, source=None):
    slide = prs.slides.add_slide(prs.slide_layouts[5])
    holder = slide.shapes.title
    holder.left, holder.top, holder.width, holder.height = Inches(0.6), Inches(0.4), Inches(12.1), Inches(1.1)
    holder.text_frame.word_wrap = True
    write(holder.text_frame, title, 28, True, BRAND)
    write(box(slide, 0.6, 7.0, 9, 0.35), "Castellan Software | Q3 2026 business review", 10, color=GREY)
    write(box(slide, 11.9, 7.0, 0.8, 0.35), str(len(prs.slides)), 10, color=GREY, align=PP_ALIGN.RIGHT)
    if source:
        write(box(slide, 0.6, 6.6, 12, 0.35), f"Source: {source}", 10, color=GREY)
    slide.notes_slide.notes_text_frame.text = notes
    return slide


def bullets(frame, points, heading=None):
    if heading:
        write(frame, heading, 20, True, BRAND)
    for i, point in enumerate(points):
        write(frame, "• " + point, 16, first=not heading and i == 0).space_before = Pt(8)


def chart(slide, place, kind, categories, series, number_format, highlight=None):
    """Columns or bars without a legend, in one colour; where some are highlighted, the others are pale."""
    data = CategoryChartData()
    data.categories = categories
    for name, values in series.items():
        data.add_series(name, values)
    made = slide.shapes.add_chart(kind, *(Inches(n) for n in place), data).chart
    made.has_title = made.has_legend = False
    made.font.size, made.font.name = Pt(12), "Calibri"
    plot = made.plots[0]
    plot.gap_width = 60
    plot.has_data_labels = True
    plot.data_labels.number_format, plot.data_labels.number_format_is_linked = number_format, False
    made.value_axis.visible = made.value_axis.has_major_gridlines = False
    made.value_axis.minimum_scale = 0
    made.category_axis.format.line.color.rgb = GREY
    if kind == XL_CHART_TYPE.BAR_CLUSTERED:
        made.category_axis.reverse_order = True
    for i, name in enumerate(categories):
        fill = plot.series[0].points[i].format.fill
        fill.solid()
        fill.fore_color.rgb = BRAND if highlight is None or name in highlight else SOFT
    return made


def metric(slide, x, y, w, value, label, change=None, color=BRAND):
    frame = box(slide, x, y, w, 2.2, PALE, anchor=MSO_ANCHOR.MIDDLE)
    write(frame, value, 40, True, BRAND)
    write(frame, label, 16, first=False)
    if change:
        write(frame, change, 14, True, color, first=False)


COLUMN, BAR = XL_CHART_TYPE.COLUMN_CLUSTERED, XL_CHART_TYPE.BAR_CLUSTERED

cover = prs.slides.add_slide(prs.slide_layouts[0])
cover.background.fill.solid()
cover.background.fill.fore_color.rgb = BRAND
holders = cover.shapes.title, cover.placeholders[1]
for holder, y, h in zip(holders, (2.2, 3.9), (1.5, 2), strict=True):
    holder.left, holder.top, holder.width, holder.height = Inches(0.9), Inches(y), Inches(11.5), Inches(h)
write(holders[0].text_frame, "Quarterly business review Q3 2026", 44, True, WHITE)
write(holders[1].text_frame, "ARR grows 29% to EUR 24.6m, while churn needs a decision", 24, color=WHITE)
write(holders[1].text_frame, "Castellan Software leadership | 22 November 2026", 16, color=PALE, first=False)

slide = new_slide(
    "Growth holds, but rising churn and a late API put the Q4 target at risk",
    "Open with the result: growth is intact. Then say plainly that churn is the issue and that both decisions address it.",
)
messages = [
    ("ARR reached EUR 24.6m", "Up 29% on Q3 2025; EUR 1.9m to go to the Q4 target of 26.5m."),
    ("Churn rose to 1.9% a month", "From 1.5%; net revenue retention fell from 111% to 108%."),
    ("Missing integrations drive it", "42% of churn names them, and API v3 slipped to November."),
    ("Two decisions are needed today", "EUR 0.35m for an integrations team, and a 6% price rise."),
]
for i, (heading, text) in enumerate(messages):
    y = 1.8 + i * 1.2
    number = box(slide, 0.6, y, 0.7, 0.7, BRAND, MSO_SHAPE.OVAL, MSO_ANCHOR.MIDDLE)
    write(number, str(i + 1), 18, True, WHITE, PP_ALIGN.CENTER)
    frame = box(slide, 1.5, y - 0.1, 11.2, 1.1)
    write(frame, heading, 20, True, BRAND)
    write(frame, text, 16, first=False)

slide = new_slide(
    "ARR grew every quarter and stands EUR 1.9m below the Q4 target",
    "Each quarter added more than the one before. The Q4 target asks for a further step up.",
    "Castellan Software, ARR at quarter end, EUR m",
)
chart(
    slide,
    (0.6, 1.7, 8.3, 4.8),
    COLUMN,
    ["Q3 2025", "Q4 2025", "Q1 2026", "Q2 2026", "Q3 2026", "Q4 target"],
    {"ARR": [19.1, 20.3, 21.5, 23.0, 24.6, 26.5]},
    '"€"0.0"m"',
    {"Q3 2026"},
)
bullets(
    box(slide, 9.2, 2.2, 3.6, 3.5),
    [
        "Up 29% on Q3 2025",
        "Up EUR 1.6m on Q2, the largest step of the year",
        "The Q4 target asks for EUR 1.9m more",
    ],
)

slide = new_slide(
    "New and expansion ARR of EUR 3.2m was half consumed by churn and contraction",
    "Of EUR 3.2m won, 1.6m was lost again. Halving the loss is worth as much as a third more new business.",
    "Castellan Software, EUR m",
)
steps = [23.0, 2.3, 0.9, -0.4, -1.2, 24.6]
bases, level = [], 0.0
for i, step in enumerate(steps):
    if i in (0, 5):
        bases.append(0)
        level = step
    else:
        bases.append(round(min(level, level + step), 1))
        level += step
made = chart(
    slide,
    (0.6, 1.7, 12.1, 4.8),
    XL_CHART_TYPE.COLUMN_STACKED,
    ["Q2 2026", "New", "Expansion", "Contraction", "Churn", "Q3 2026"],
    {"Base": bases, "ARR": [abs(step) for step in steps]},
    "0.0",
)
plot = made.plots[0]
plot.has_data_labels = False
plot.overlap = 100
base, bars = plot.series
for i, step in enumerate(steps):
    base.points[i].format.fill.background()
    fill = bars.points[i].format.fill
    fill.solid()
    fill.fore_color.rgb = BRAND if i in (0, 5) else GOOD if step > 0 else BAD
    label = bars.points[i].data_label
    label.has_text_frame = True
    write(label.text_frame, f"{step:.1f}" if i in (0, 5) else f"{step:+.1f}", 12, True, WHITE if i in (0, 5) else TEXT)
    label.position = XL_LABEL_POSITION.INSIDE_END

slide = new_slide(
    "DACH carries almost half of ARR, and integrations are the main reason to leave",
    "DACH is 46% of ARR. Missing integrations and price together explain 69% of churn.",
    "Castellan Software, Q3 2026",
)
write(box(slide, 0.6, 1.6, 5.9, 0.5), "ARR by region, EUR m", 18, True, BRAND)
write(box(slide, 6.8, 1.6, 5.9, 0.5), "Reasons for churn", 18, True, BRAND)
chart(
    slide,
    (0.6, 2.1, 5.9, 4.4),
    BAR,
    ["DACH", "Benelux", "Nordics", "UK"],
    {"ARR": [11.2, 6.1, 4.4, 2.9]},
    "0.0",
    {"DACH"},
)
data = CategoryChartData()
data.categories = ["Missing integrations", "Price", "Acquired or closed", "Other"]
data.add_series("Share", [0.42, 0.27, 0.18, 0.13])
place = Inches(6.8), Inches(2.1), Inches(5.9), Inches(4.4)
made = slide.shapes.add_chart(XL_CHART_TYPE.DOUGHNUT, *place, data).chart
made.has_title = False
made.has_legend = True
made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.RIGHT, False
made.font.size, made.font.name = Pt(12), "Calibri"
plot = made.plots[0]
plot.has_data_labels = True
plot.data_labels.number_format, plot.data_labels.number_format_is_linked = "0%", False
plot.data_labels.font.color.rgb = WHITE
for i, color in enumerate(("7A1F2B", "A8616A", "6B6B6B", "A3A3A3")):
    fill = plot.series[0].points[i].format.fill
    fill.solid()
    fill.fore_color.rgb = RGBColor.from_string(color)

slide = new_slide(
    "Customers are happier and served faster, yet more of them leave",
    "Service improved on both measures. The retention figures went the other way.",
    "Castellan Software, Q3 2026",
)
for i, (value, label, change, color) in enumerate(
    (
        ("41", "Net promoter score", "from 37", GOOD),
        ("3.1 h", "First reply of support", "from 4.6 h", GOOD),
        ("108%", "Net revenue retention", "from 111%", BAD),
        ("1.9%", "Gross churn a month", "from 1.5%", BAD),
    )
):
    metric(slide, 0.6 + i * 3.07, 2.1, 2.9, value, label, change, color)
takeaway = box(slide, 0.6, 5.0, 12.1, 0.9, BRAND, anchor=MSO_ANCHOR.MIDDLE)
write(takeaway, "Service is not the problem: what customers lack are integrations.", 20, True, WHITE)

slide = new_slide(
    "Costs of EUR 4.8m leave 22 months of runway",
    "R&D is 44% of operating costs. The decisions on the last slide have to fit in this runway.",
    "Castellan Software, operating costs Q3 2026",
)
for i, (value, label) in enumerate((("78%", "Gross margin"), ("€9.4m", "Cash"), ("22", "Months of runway"))):
    frame = box(slide, 0.6, 1.8 + i * 1.6, 3.8, 1.45, PALE, anchor=MSO_ANCHOR.MIDDLE)
    write(frame, value, 32, True, BRAND)
    write(frame, label, 16, first=False)
chart(
    slide,
    (4.8, 1.7, 7.9, 4.8),
    BAR,
    ["R&D", "Sales & marketing", "G&A"],
    {"Operating costs": [2.1, 1.9, 0.8]},
    '"€"0.0"m"',
)

slide = new_slide(
    "The Q4 pipeline of 412 leads should yield 24 wins",
    "The step from lead to qualified loses most. Sales expects to win 24 of 61 proposals.",
    "Castellan Software, pipeline for Q4 2026",
)
stages = [
    ("Leads", "412", "", 8.0),
    ("Qualified", "138", "33% of leads", 6.4),
    ("Proposals", "61", "44% of qualified leads", 4.8),
    ("Expected wins", "24", "39% of proposals", 3.2),
]
for i, (stage, count, share, width) in enumerate(stages):
    y = 1.8 + i * 1.18
    frame = box(slide, 0.6 + (8 - width) / 2, y, width, 1.05, BRAND, anchor=MSO_ANCHOR.MIDDLE)
    write(frame, count, 24, True, WHITE, PP_ALIGN.CENTER)
    frame = box(slide, 9.0, y, 3.8, 1.05, anchor=MSO_ANCHOR.MIDDLE)
    write(frame, stage, 18, True, BRAND)
    if share:
        write(frame, share, 14, first=False)


def two_boxes(slide, left, right):
    for x, (heading, points) in ((0.6, left), (6.8, right)):
        bullets(box(slide, x, 1.9, 5.9, 4.4, PALE), points, heading)


two_boxes(
    new_slide(
        "The mobile app has landed; API v3 slipped two months",
        "The app shows that we can deliver. API v3 is the one that decides on churn.",
    ),
    ("Mobile app: delivered", ["Launched in August", "38% weekly active users"]),
    (
        "API v3: late",
        ["Moved from September to November", "Integrations depend on it, the main reason for churn"],
    ),
)
two_boxes(
    new_slide(
        "We ask for two decisions to reach EUR 26.5m in Q4",
        "Ask for both decisions explicitly. Then go through the priorities with their owners.",
    ),
    ("Decide today", ["EUR 0.35m budget for an integrations team", "Price rise of 6% from January"]),
    (
        "Priorities for Q4",
        ["Ship API v3", "Start the win-back programme", "Introduce pricing tiers", "Hire 4 engineers"],
    ),
)

prs.save("quarterly_review.pptx")
