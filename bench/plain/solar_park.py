from PIL import Image
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

GREEN, AMBER = RGBColor(0x0B, 0x6E, 0x4F), RGBColor(0xF2, 0xA9, 0x00)
PALE, SOFT, TEXT, GREY = (RGBColor.from_string(color) for color in ("E8F3EF", "A9CFC1", "222B26", "7A827E"))
WHITE = RGBColor(255, 255, 255)
ALT = {
    "img_1": "The gravel pit site seen from the south, with hills behind",
    "img_2": "Rows of panels at our plant in Memmingen, from above",
    "img_3": "Sheep grazing between panels at dusk",
}
prs = Presentation()
prs.slide_width, prs.slide_height = Inches(13.333), Inches(7.5)
prs.core_properties.title = "Sonnenfeld West: community solar for Lindau"


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


def photo(slide, name, x, y, w, h):
    """Fills the rectangle; what stands over is cropped evenly."""
    picture = slide.shapes.add_picture(f"{name}.png", Inches(x), Inches(y), Inches(w), Inches(h))
    with Image.open(f"{name}.png") as image:
        ratio = image.width / image.height / (w / h)
    if ratio > 1:
        picture.crop_left = picture.crop_right = (1 - 1 / ratio) / 2
    else:
        picture.crop_top = picture.crop_bottom = (1 - ratio) / 2
    picture._element.nvPicPr.cNvPr.set("descr", ALT[name])


def logo(slide):
    slide.shapes.add_picture("logo.png", Inches(12.0), Inches(0.3), height=Inches(0.5)).name = "Logo"


def new_slide(title, notes, source=None):
    slide = prs.slides.add_slide(prs.slide_layouts[5])
    holder = slide.shapes.title
    holder.left, holder.top, holder.width, holder.height = Inches(0.6), Inches(0.4), Inches(11.2), Inches(1.1)
    holder.text_frame.word_wrap = True
    write(holder.text_frame, title, 28, True, GREEN)
    write(box(slide, 0.6, 7.0, 9, 0.35), "Helio Kommunal | Sonnenfeld West", 10, color=GREY)
    write(box(slide, 11.9, 7.0, 0.8, 0.35), str(len(prs.slides)), 10, color=GREY, align=PP_ALIGN.RIGHT)
    if source:
        write(box(slide, 0.6, 6.6, 12, 0.35), f"Source: {source}", 10, color=GREY)
    logo(slide)
    slide.notes_slide.notes_text_frame.text = notes
    return slide


def bullets(frame, points, heading=None):
    if heading:
        write(frame, heading, 20, True, GREEN)
    for i, point in enumerate(points):
        write(frame, "• " + point, 16, first=not heading and i == 0).space_before = Pt(8)


cover = prs.slides.add_slide(prs.slide_layouts[0])
photo(cover, "img_1", 6.9, 0, 6.433, 7.5)
holders = cover.shapes.title, cover.placeholders[1]
for holder, y, h in zip(holders, (1.6, 4.2), (2.4, 2), strict=True):
    holder.left, holder.top, holder.width, holder.height = Inches(0.6), Inches(y), Inches(5.9), Inches(h)
write(holders[0].text_frame, "Sonnenfeld West: a community solar park for Lindau", 40, True, GREEN)
write(holders[1].text_frame, "Proposal to the town council to draft a land-use plan", 22)
write(holders[1].text_frame, "Helio Kommunal, November 2026", 16, color=GREY, first=False)
cover.shapes.add_picture("logo.png", Inches(0.6), Inches(0.5), height=Inches(0.7)).name = "Logo"

slide = new_slide(
    "Sonnenfeld West supplies power for about 3,600 households from a former gravel pit",
    "The park makes 12.6 GWh a year, enough for about 3,600 households. It stands on a former gravel pit of 11 hectares.",
)
for i, (value, label, icon) in enumerate(
    (
        ("12 MWp", "from 22,400 solar panels", MSO_SHAPE.SUN),
        ("12.6 GWh", "of electricity a year", MSO_SHAPE.LIGHTNING_BOLT),
        ("3,600", "households supplied, about", MSO_SHAPE.REGULAR_PENTAGON),
        ("11 ha", "of former gravel pit", MSO_SHAPE.FOLDED_CORNER),
    )
):
    x = 0.6 + i * 3.07
    box(slide, x, 1.9, 2.9, 3.0, PALE)
    box(slide, x + 0.2, 2.1, 0.7, 0.7, AMBER, icon)
    frame = box(slide, x, 2.9, 2.9, 1.9)
    write(frame, value, 36, True, GREEN)
    write(frame, label, 16, first=False)
takeaway = box(slide, 0.6, 5.3, 12.1, 0.9, GREEN, anchor=MSO_ANCHOR.MIDDLE)
write(takeaway, "One council decision in January 2027 lets power flow from June 2028.", 20, True, WHITE)

slide = new_slide(
    "We build on a former gravel pit that is already shaped by extraction",
    "The site was used for gravel. Building here means no other land has to be given up for the park.",
)
bullets(
    box(slide, 0.6, 2.2, 5.2, 3.5),
    ["11 hectares of former gravel pit", "Room for 22,400 panels with 12 MWp", "No other land is needed"],
)
photo(slide, "img_1", 6.2, 1.8, 6.5, 4.4)
write(box(slide, 6.2, 6.25, 6.5, 0.4), "The gravel pit seen from the south", 12, color=GREY)

slide = new_slide(
    "Panels and civil works make up two thirds of the €9.8 million investment",
    "Panels cost 4.1 and mounting and civil works 2.3 of 9.8 million euros. Batteries are part of the budget.",
    "Helio Kommunal; € million, 9.8 in total",
)
data = CategoryChartData()
data.categories = ["Panels", "Mounting and civil works", "Grid connection", "Batteries", "Planning and permits"]
data.add_series("Investment (€ million)", [4.1, 2.3, 1.6, 1.1, 0.7])
place = Inches(0.6), Inches(1.7), Inches(7.9), Inches(4.8)
chart = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *place, data).chart
chart.has_title = chart.has_legend = False
chart.font.size, chart.font.name = Pt(13), "Calibri"
chart.category_axis.reverse_order = True
chart.value_axis.visible = chart.value_axis.has_major_gridlines = False
chart.value_axis.minimum_scale = 0
plot = chart.plots[0]
plot.gap_width = 60
plot.has_data_labels = True
plot.data_labels.number_format, plot.data_labels.number_format_is_linked = "0.0", False
for i in range(5):
    fill = plot.series[0].points[i].format.fill
    fill.solid()
    fill.fore_color.rgb = GREEN if i < 2 else SOFT
bullets(
    box(slide, 8.8, 2.2, 4.0, 3.5),
    [
        "€6.4 million, 65%, for panels, mounting and civil works",
        "€1.6 million for the grid connection",
        "€1.1 million for batteries",
    ],
)

slide = new_slide(
    "Citizens can own 30% and the town earns on every kilowatt-hour",
    "0.2 cent on 12.6 million kWh is 25,200 euros a year. The cooperative's 30% of 9.8 million is 2.94 million euros.",
    "Assumptions: 30% refers to the investment; the town itself does not invest",
)
bullets(
    box(slide, 0.6, 1.8, 5.9, 3.3, PALE),
    ["Up to 30% of the park", "About €2.9 million of €9.8 million", "Details in the land-use procedure"],
    "Citizens: a share as a cooperative",
)
bullets(
    box(slide, 6.8, 1.8, 5.9, 3.3, PALE),
    ["0.2 cent per kWh produced", "About €25,200 a year at 12.6 GWh", "No investment by the town"],
    "Town: a payment for each kWh",
)
verdict = box(slide, 0.6, 5.4, 12.1, 0.9, GREEN, anchor=MSO_ANCHOR.MIDDLE)
write(verdict, "Lindau takes part twice: as owners and as a town.", 20, True, WHITE)

slide = new_slide(
    "Our plant in Memmingen shows what is planned, and that grazing fits beneath it",
    "We run a plant in Memmingen. Sheep between the rows keep the grass short.",
)
for x, name, caption in (
    (0.6, "img_2", "Rows of panels at our plant in Memmingen"),
    (6.8, "img_3", "Sheep grazing between panels at dusk"),
):
    photo(slide, name, x, 1.8, 5.9, 4.4)
    write(box(slide, x, 6.25, 5.9, 0.4), caption, 12, color=GREY)

slide = new_slide(
    "A vote in January 2027 brings power to the grid in June 2028",
    "The vote in January is the step that everything else waits for.",
)
box(slide, 0.6, 3.12, 12.1, 0.06, GREEN)
for i, (label, heading, text) in enumerate(
    (
        ("Jan 2027", "Council vote", "Decision to draft a land-use plan"),
        ("until Sep 2027", "Permits", "Land-use plan and building permit"),
        ("Oct 2027 – May 2028", "Construction", "Civil works, panels and batteries"),
        ("June 2028", "Grid connection", "First power for Lindau"),
    )
):
    x = 0.6 + i * 3.07
    write(box(slide, x, 2.3, 2.9, 0.5), label, 14, True, GREEN)
    box(slide, x + 0.1, 3.0, 0.3, 0.3, AMBER, MSO_SHAPE.OVAL)
    frame = box(slide, x, 3.5, 2.9, 2.0)
    write(frame, heading, 20, True, GREEN)
    write(frame, text, 16, first=False)

closing = prs.slides.add_slide(prs.slide_layouts[5])
closing.background.fill.solid()
closing.background.fill.fore_color.rgb = GREEN
holder = closing.shapes.title
holder.left, holder.top, holder.width, holder.height = Inches(0.9), Inches(1.6), Inches(11.5), Inches(1.9)
holder.text_frame.word_wrap = True
ask = "We ask the council to decide to draft a land-use plan for Sonnenfeld West"
write(holder.text_frame, ask, 36, True, WHITE)
frame = box(closing, 0.9, 3.8, 11.5, 2)
for i, line in enumerate(("Decision in January 2027", "Permits until September 2027", "Power from June 2028")):
    write(frame, line, 22, color=WHITE, first=i == 0)
logo(closing)
closing.notes_slide.notes_text_frame.text = "Ask for the decision and offer to answer questions."

prs.save("solar_park.pptx")
