"""The typed operations by which a deck is written and edited.

One call writes whole slides: each is a layout with its slots. The docstring of an operation is all the manual a model
gets. Text is plain; `**words**` are bold, `\\*` is an asterisk, and a line of a list that begins with "- " is a
sub-point of the one before.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat, StringConstraints

from overten.documents import operations
from overten.documents.operations import HexColor
from overten.documents.text.spaces import held_together

Title = Annotated[str, StringConstraints(min_length=1, max_length=180, strip_whitespace=True)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=600, strip_whitespace=True)]
Points = Annotated[list[Text], Field(min_length=1, max_length=14)]
SlideNumber = Annotated[int, Field(ge=1, le=1000)]
Image = Annotated[str, Field(min_length=1, max_length=200, description="Id of an image of the task")]
AltText = Annotated[str, Field(max_length=300, description="What the image shows, for who cannot see it")]
Icon = Annotated[str, Field(max_length=30, description="Lucide icon name: target, users, trending-up, shield-check…")]
Design = Literal["executive", "evergreen", "editorial", "graphite", "indigo", "coastal"]
ChartKind = Literal[
    "column", "stacked_column", "percent_column", "bar", "stacked_bar", "percent_bar", "line", "area", "stacked_area",
    "pie", "doughnut", "scatter", "combo", "waterfall",
]  # fmt: skip
Status = Literal["good", "bad", "neutral"]


class Operation(operations.Operation):
    """Base of all operations on slides. Keeps together what must not be torn apart at the end of a line."""

    @classmethod
    def clean(cls, text: str) -> str:
        return held_together(super().clean(text))


class ChartSeries(Operation):
    name: Short
    values: list[FiniteFloat | None] = Field(min_length=1, max_length=120)
    x: list[FiniteFloat] | None = Field(None, description="scatter only")
    as_line: bool = Field(False, description="combo only: a line on a second axis")


class Chart(Operation):
    """A native chart. Percentages are fractions (0.12) with number_format 0%."""

    kind: ChartKind
    categories: list[Short] = Field(default_factory=list, max_length=120, description="All kinds but scatter")
    series: list[ChartSeries] = Field(min_length=1, max_length=8)
    number_format: str | None = Field(
        None, max_length=40, pattern=r"^[^<>&]+$", description='Excel code: 0%, #,##0.0, "€"0.0"m"'
    )
    line_format: str | None = Field(
        None, max_length=40, pattern=r"^[^<>&]+$", description="combo: code of the line's axis"
    )
    highlight: list[Short] = Field(
        default_factory=list, max_length=8, description="Categories or series that stand out; the rest turn grey"
    )
    totals: list[Short] = Field(
        default_factory=list, max_length=12, description="waterfall: categories whose value is a level, not a step"
    )
    labels: bool | None = Field(None, description="Values at the marks; left out, wherever they fit")
    x_title: Short | None = None
    y_title: Short | None = None


class Table(Operation):
    """A native table. Numbers as text the way they shall be read; columns of numbers align right by themselves."""

    columns: list[Annotated[str, StringConstraints(max_length=80)]] = Field(min_length=1, max_length=12)
    rows: list[list[Annotated[str, StringConstraints(max_length=300)]]] = Field(min_length=1, max_length=24)
    total_row: bool = Field(False, description="The last row is a total")
    highlight_column: int | None = Field(None, ge=1, le=12)


class Headed(Operation):
    heading: Short
    points: Points


class Item(Operation):
    """A titled item. `label` is its date, period or short mark, where the layout shows one."""

    title: Short
    text: Text | None = None
    label: Annotated[str, StringConstraints(max_length=24)] | None = None
    icon: Icon | None = None


class Metric(Operation):
    value: Annotated[str, StringConstraints(min_length=1, max_length=14)]
    label: Short
    change: Annotated[str, StringConstraints(max_length=40)] | None = Field(None, description="+12% vs 2025")
    status: Status = "neutral"
    icon: Icon | None = None


class Person(Operation):
    name: Short
    role: Short
    text: Text | None = None
    image: Image | None = None


class Bar(Operation):
    """Periods are counted from 1."""

    title: Short
    first: int = Field(ge=1, le=24)
    last: int = Field(ge=1, le=24)


class Lane(Operation):
    name: Short
    bars: list[Bar] = Field(min_length=1, max_length=6)


class Picture(Operation):
    image: Image
    alt_text: AltText | None = None
    caption: Short | None = None


class Placement(Operation):
    """What goes into a placeholder of a layout, found by its index, name or type (title, body, pic, chart, tbl)."""

    placeholder: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    text: Text | None = None
    points: Points | None = None
    image: Image | None = None
    alt_text: AltText | None = None
    chart: Chart | None = None
    table: Table | None = None


class _Slide(Operation):
    """Members of every slide."""

    notes: Annotated[str, StringConstraints(max_length=4000)] | None = Field(None, description="What the speaker says")


class _Titled(_Slide):
    title: Title
    source: Annotated[str, StringConstraints(max_length=200)] | None = None


class Cover(_Slide):
    layout: Literal["cover"]
    title: Title
    subtitle: Text | None = None
    byline: Short | None = Field(None, description="Date, author")
    image: Image | None = None
    alt_text: AltText | None = None


class Section(_Slide):
    layout: Literal["section"]
    title: Title
    number: Annotated[str, StringConstraints(max_length=4)] | None = None
    subtitle: Text | None = None


class Agenda(_Slide):
    layout: Literal["agenda"]
    title: Title
    items: list[Short] = Field(min_length=2, max_length=9)


class Statement(_Titled):
    """One sentence, large."""

    layout: Literal["statement"]
    detail: Text | None = None


class BigNumber(_Titled):
    layout: Literal["big_number"]
    number: Annotated[str, StringConstraints(min_length=1, max_length=10)]
    label: Text
    points: Points | None = None


class Content(_Titled):
    layout: Literal["content"]
    points: Points


class Columns(_Titled):
    layout: Literal["columns"]
    columns: list[Headed] = Field(min_length=2, max_length=3)


class Comparison(_Titled):
    """Two options side by side as panels; `preferred` is marked."""

    layout: Literal["comparison"]
    options: list[Headed] = Field(min_length=2, max_length=2)
    preferred: Literal[1, 2] | None = None
    verdict: Text | None = None


class KeyMessages(_Titled):
    """An executive summary: numbered messages, each with its evidence."""

    layout: Literal["key_messages"]
    items: list[Item] = Field(min_length=2, max_length=6)


class Cards(_Titled):
    layout: Literal["cards"]
    items: list[Item] = Field(min_length=2, max_length=8)


class Timeline(_Titled):
    layout: Literal["timeline"]
    items: list[Item] = Field(min_length=2, max_length=7)


class Process(_Titled):
    layout: Literal["process"]
    items: list[Item] = Field(min_length=2, max_length=6)


class Funnel(_Titled):
    """Stages that narrow; `label` is each stage's figure."""

    layout: Literal["funnel"]
    items: list[Item] = Field(min_length=3, max_length=6)


class Metrics(_Titled):
    layout: Literal["metrics"]
    metrics: list[Metric] = Field(min_length=2, max_length=8)
    takeaway: Text | None = None


class MetricsChart(_Titled):
    layout: Literal["metrics_chart"]
    metrics: list[Metric] = Field(min_length=2, max_length=4)
    chart: Chart


class Quote(_Slide):
    layout: Literal["quote"]
    quote: Text
    name: Short
    role: Short | None = None


class ImageSlide(_Slide):
    """A picture with `points` beside it or over the whole slide, and a small `caption` beneath the text."""

    layout: Literal["image"]
    title: Title
    image: Image
    alt_text: AltText | None = None
    position: Literal["left", "right", "full"] = "right"
    points: Points | None = None
    caption: Text | None = None


class ImageGrid(_Titled):
    layout: Literal["image_grid"]
    images: list[Picture] = Field(min_length=2, max_length=6)


class TableSlide(_Titled):
    layout: Literal["table"]
    table: Table


class ChartSlide(_Titled):
    """A chart; with `points`, what it means beside it."""

    layout: Literal["chart"]
    chart: Chart
    points: Points | None = None


class TwoCharts(_Titled):
    layout: Literal["two_charts"]
    headings: list[Short] = Field(min_length=2, max_length=2)
    charts: list[Chart] = Field(min_length=2, max_length=2)


class Team(_Titled):
    layout: Literal["team"]
    people: list[Person] = Field(min_length=2, max_length=8)


class Matrix(_Titled):
    """Two by two: quadrants top left, top right, bottom left, bottom right."""

    layout: Literal["matrix"]
    x_axis: Short
    y_axis: Short
    quadrants: list[Headed] = Field(min_length=4, max_length=4)
    highlight: Literal[1, 2, 3, 4] | None = None


class Roadmap(_Titled):
    layout: Literal["roadmap"]
    periods: list[Annotated[str, StringConstraints(min_length=1, max_length=16)]] = Field(min_length=2, max_length=12)
    lanes: list[Lane] = Field(min_length=1, max_length=7)


class Closing(_Slide):
    layout: Literal["closing"]
    title: Title
    lines: list[Short] = Field(default_factory=list, max_length=6)


class FromLayout(_Slide):
    """A slide of a layout of the deck's template, by its name as `inspect` shows it."""

    layout: Literal["named"]
    name: Short
    fill: list[Placement] = Field(min_length=1, max_length=12)


SlideContent = Annotated[
    Cover | Section | Agenda | Statement | BigNumber | Content | Columns | Comparison | KeyMessages | Cards | Timeline
    | Process | Funnel | Metrics | MetricsChart | Quote | ImageSlide | ImageGrid | TableSlide | ChartSlide | TwoCharts
    | Team | Matrix | Roadmap | Closing | FromLayout,
    Field(discriminator="layout"),
]  # fmt: skip


class WriteSlides(Operation):
    """Writes 1 to 10 whole slides, at the end or before slide `at`; with `replace`, in the place of slide `at` (one
    slide only). A title is a full sentence that says what the slide proves, at most two lines. Vary the layouts: no
    two neighbours alike. Text that does not fit is refused with how much to cut."""

    op: Literal["write_slides"] = "write_slides"
    slides: list[SlideContent] = Field(min_length=1, max_length=10)
    at: SlideNumber | None = None
    replace: bool = False


class SetText(Operation):
    """New text of an element; a paragraph for each line. Fonts, sizes and colours stay. For a table's cell give row
    and column (from 1)."""

    change: Literal["text"]
    element: int
    lines: list[Annotated[str, StringConstraints(max_length=1000)]] = Field(min_length=1, max_length=30)
    row: int | None = Field(None, ge=1)
    column: int | None = Field(None, ge=1)


class SetChart(Operation):
    """New data of a chart; its looks stay."""

    change: Literal["chart"]
    element: int
    categories: list[Short] = Field(min_length=1, max_length=120)
    series: list[ChartSeries] = Field(min_length=1, max_length=12)


class SetImage(Operation):
    change: Literal["image"]
    element: int
    image: Image
    alt_text: AltText | None = None


class SetPlace(Operation):
    """Place and size in points from the slide's top left."""

    change: Literal["place"]
    element: int
    left: float
    top: float
    width: float = Field(gt=0)
    height: float = Field(gt=0)


class SetAlt(Operation):
    change: Literal["alt_text"]
    element: int
    text: Text


class DeleteElement(Operation):
    change: Literal["delete"]
    element: int


ElementChange = Annotated[
    SetText | SetChart | SetImage | SetPlace | SetAlt | DeleteElement, Field(discriminator="change")
]


class EditSlide(Operation):
    """Changes elements of one slide, of this deck or of a file somebody else made. Ids are those `inspect` shows. All
    changes apply or none. To give a slide another layout, use write_slides with `replace`."""

    op: Literal["edit_slide"] = "edit_slide"
    slide: SlideNumber
    changes: list[ElementChange] = Field(min_length=1, max_length=40)


class ReplaceText(Operation):
    """Replaces a word or phrase wherever it stands, in text, tables and notes; formatting stays."""

    op: Literal["replace_text"] = "replace_text"
    find: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    replace: Annotated[str, StringConstraints(max_length=300)]
    slides: list[SlideNumber] | None = Field(None, description="All slides if left out")


class ArrangeSlides(Operation):
    """Moves, duplicates or deletes slides. `move` puts them before slide `to` (or last); `duplicate` puts each copy
    after its original."""

    op: Literal["arrange_slides"] = "arrange_slides"
    action: Literal["move", "duplicate", "delete"]
    slides: list[SlideNumber] = Field(min_length=1, max_length=100)
    to: SlideNumber | None = None


class SetNotes(Operation):
    """Sets the speaker's notes of a slide; an empty text removes them."""

    op: Literal["set_notes"] = "set_notes"
    slide: SlideNumber
    text: Annotated[str, StringConstraints(max_length=6000)]


class SetDeck(Operation):
    """Title of the file, footer on every slide, slide numbers, and the language of what is written from here on (en-US
    unless set)."""

    op: Literal["set_deck"] = "set_deck"
    title: Annotated[str, StringConstraints(min_length=1, max_length=120)] | None = None
    footer: Annotated[str, StringConstraints(max_length=100)] | None = None
    slide_numbers: bool | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")] | None = None


class RestyleDeck(Operation):
    """Changes colours and fonts of the whole deck by its theme: a design chosen for the subject, or the brand's."""

    op: Literal["restyle_deck"] = "restyle_deck"
    design: Design | None = None
    primary_color: HexColor | None = None
    secondary_color: HexColor | None = None
    font: Annotated[str, StringConstraints(min_length=1, max_length=60)] | None = None
    heading_font: Annotated[str, StringConstraints(min_length=1, max_length=60)] | None = None


SlidesOperation = Annotated[
    WriteSlides | EditSlide | ReplaceText | ArrangeSlides | SetNotes | SetDeck | RestyleDeck,
    Field(discriminator="op"),
]
