"""The typed operations by which a Word document is written and edited.

One vocabulary serves the agent's tools and the tests. Operations are coarse: one call writes a whole section. The
docstring of an operation is all the manual a model gets.

Text is plain text with a few marks (see `inline`): `**bold**`, `*italic*`, `` `code` ``, `[text](https://…)`,
`^[footnote]`, `{endnote:…}`, `{ref:label}`, `[@key]`, `{math:…}`, `{sup:…}`, `{sub:…}`. A backslash before a mark
makes it a plain character.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, FiniteFloat, StringConstraints, model_validator

from overten.documents.operations import HexColor, Operation

Anchor = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Label = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,35}$")]
Text = Annotated[str, StringConstraints(max_length=20_000)]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Align = Literal["left", "center", "right", "justify"]
ParagraphStyle = Literal[
    "body", "lead", "quote", "caption", "code", "small", "title", "subtitle",
    "heading1", "heading2", "heading3", "heading4",
]  # fmt: skip
TableStyle = Literal["report", "banded", "grid", "plain"]


class Paragraph(Operation):
    """`title` and `subtitle` head a document that has no cover (letter, contract, CV); `lead` opens a document or
    chapter in larger type; `small` is for sources and legal notes."""

    type: Literal["paragraph"] = "paragraph"
    text: Text
    style: Literal["body", "lead", "small", "title", "subtitle"] = "body"
    align: Align | None = None


class Heading(Operation):
    type: Literal["heading"] = "heading"
    text: ShortText
    level: int = Field(2, ge=1, le=4)
    label: Label | None = None


class ListItem(Operation):
    text: Text
    level: int = Field(0, ge=0, le=3)
    checked: bool = False


class ListBlock(Operation):
    """`clause` numbers contract clauses under the numbered headings: 2.1, (a), (i)."""

    type: Literal["list"] = "list"
    kind: Literal["bullet", "number", "check", "clause"] = "bullet"
    items: list[str | ListItem] = Field(min_length=1, max_length=500)


class TableColumn(Operation):
    header: str = Field("", max_length=200)
    width: float | None = Field(None, gt=0, le=100, description="Relative; fitted to the content if left out")
    align: Literal["left", "center", "right"] | None = Field(None, description="Numbers stand right by themselves")


class Merge(Operation):
    """Merges cells; row 0 is the header. The first cell's text stays, the others must be empty."""

    row: int = Field(ge=0)
    column: int = Field(ge=0)
    rows: int = Field(1, ge=1, le=500)
    columns: int = Field(1, ge=1, le=60)


class Table(Operation):
    """Cells are texts. The header row repeats on every page unless all headers are empty."""

    type: Literal["table"] = "table"
    columns: list[TableColumn] = Field(min_length=1, max_length=30)
    rows: list[list[str | float | int | None]] = Field(min_length=1, max_length=2000)
    style: TableStyle = "report"
    total_row: bool = Field(False, description="The last row is a total")
    first_column: bool = Field(False, description="The first column holds row headings")
    merges: list[Merge] = Field(default_factory=list, max_length=200)
    caption: str | None = Field(None, max_length=500)
    label: Label | None = None
    source: str | None = Field(None, max_length=500)

    @model_validator(mode="after")
    def _hold_rows_that_fit(self) -> Self:
        for number, row in enumerate(self.rows, start=1):
            if len(row) > len(self.columns):
                raise ValueError(f"row {number} has {len(row)} cells, there are {len(self.columns)} columns")
        return self


class Series(Operation):
    name: ShortText
    values: list[FiniteFloat | None] = Field(min_length=1, max_length=500)
    x: list[FiniteFloat] | None = Field(None, max_length=500, description="Scatter charts only")
    kind: Literal["column", "line"] | None = Field(None, description="Draws this series otherwise (combo chart)")


class Chart(Operation):
    """A native chart, editable in Word with its data."""

    type: Literal["chart"] = "chart"
    kind: Literal[
        "column", "stacked_column", "bar", "stacked_bar", "line", "area", "stacked_area", "pie", "doughnut", "scatter"
    ]
    categories: list[str] = Field(default_factory=list, max_length=500)
    series: list[Series] = Field(min_length=1, max_length=12)
    title: str | None = Field(None, max_length=200)
    x_title: str | None = Field(None, max_length=80)
    y_title: str | None = Field(None, max_length=80)
    number_format: str = Field("General", min_length=1, max_length=60, description='As in Excel: #,##0, 0.0%, "€"#,##0')
    data_labels: bool = False
    y_min: float | None = None
    y_max: float | None = None
    height_cm: float = Field(7.5, ge=3, le=22)
    alt_text: ShortText
    caption: str | None = Field(None, max_length=500)
    label: Label | None = None
    source: str | None = Field(None, max_length=500)

    @model_validator(mode="after")
    def _hold_values_for_categories(self) -> Self:
        for series in self.series:
            expected = len(series.x or []) if self.kind == "scatter" else len(self.categories)
            if len(series.values) != expected:
                of = "x values" if self.kind == "scatter" else "categories"
                raise ValueError(f"series {series.name!r} has {len(series.values)} values for {expected} {of}")
        if self.kind in {"pie", "doughnut"} and len(self.series) > 1:
            raise ValueError(f"a {self.kind} chart shows one series")
        return self


class Image(Operation):
    """A PNG or JPEG asset in the text."""

    type: Literal["image"] = "image"
    asset: ShortText
    alt_text: ShortText
    width_cm: float | None = Field(None, ge=0.5, le=50)
    align: Literal["left", "center", "right"] = "center"
    caption: str | None = Field(None, max_length=500)
    label: Label | None = None
    source: str | None = Field(None, max_length=500)


class Quote(Operation):
    type: Literal["quote"] = "quote"
    text: Text
    attribution: str | None = Field(None, max_length=200)


class Callout(Operation):
    """A tinted box."""

    type: Literal["callout"] = "callout"
    text: Text
    title: str | None = Field(None, max_length=200)
    tone: Literal["note", "tip", "warning"] = "note"


class Code(Operation):
    type: Literal["code"] = "code"
    text: Text


class Equation(Operation):
    """A display equation from LaTeX; numbered if it has a label."""

    type: Literal["equation"] = "equation"
    latex: str = Field(min_length=1, max_length=2000)
    label: Label | None = None


class Metric(Operation):
    value: str = Field(min_length=1, max_length=20)
    label: str = Field(min_length=1, max_length=80)
    note: str | None = Field(None, max_length=80)


class Metrics(Operation):
    """A band of 2 to 5 key figures."""

    type: Literal["metrics"] = "metrics"
    items: list[Metric] = Field(min_length=2, max_length=5)


class Party(Operation):
    party: ShortText
    name: str = Field("", max_length=120)
    role: str = Field("", max_length=120)


class Signatures(Operation):
    """Lines to sign on, two beside each other."""

    type: Literal["signatures"] = "signatures"
    parties: list[Party] = Field(min_length=1, max_length=8)


class PageBreak(Operation):
    type: Literal["page_break"] = "page_break"


Block = Annotated[
    Paragraph
    | Heading
    | ListBlock
    | Table
    | Chart
    | Image
    | Quote
    | Callout
    | Code
    | Equation
    | Metrics
    | Signatures
    | PageBreak,
    Field(discriminator="type"),
]


class SetDocument(Operation):
    """Sets properties, language and look of the whole document. Colours and fonts go into the theme, so everything
    follows them. `numbered_headings` numbers headings 1, 1.1, 1.1.1."""

    op: Literal["set_document"] = "set_document"
    title: str | None = Field(None, min_length=1, max_length=200)
    subject: str | None = Field(None, max_length=250)
    author: str | None = Field(None, max_length=120)
    company: str | None = Field(None, max_length=120)
    keywords: str | None = Field(None, max_length=250)
    language: str | None = Field(None, pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$", description="Of the text: en-GB, de-DE")
    primary_color: HexColor | None = None
    secondary_color: HexColor | None = None
    font: str | None = Field(None, min_length=1, max_length=60)
    heading_font: str | None = Field(None, min_length=1, max_length=60)
    numbered_headings: bool | None = None


class Write(Operation):
    """Writes a section: a heading, if given, and blocks; at the end of the document, or `before` or `after` a block,
    or in place of the blocks `replace` to `through`. After a heading given as `after_section`, at the end of its
    section. Write a chapter per call.

    In every text: **bold**, *italic*, `code`, [text](https://…), ^[footnote], {endnote:…}, {sup:…}, {sub:…},
    {math:LaTeX}, {ref:label} (a live reference to a labelled heading, table, chart, image or equation: "Table 2"; of a
    numbered heading the number, so write "section {ref:costs}"), [@key] (a citation, see set_references); a backslash
    makes a mark plain. Captions are numbered by Word: write no "Figure 1". An anchor is an id from `inspect`, a
    label, or the exact text of a heading."""

    op: Literal["write"] = "write"
    heading: str | None = Field(None, min_length=1, max_length=300)
    level: int = Field(1, ge=1, le=4)
    label: Label | None = Field(None, description="Of the heading, for {ref:label}")
    blocks: list[Block] = Field(default_factory=list, max_length=300)
    after: Anchor | None = None
    after_section: Anchor | None = None
    before: Anchor | None = None
    replace: Anchor | None = None
    through: Anchor | None = None

    @model_validator(mode="after")
    def _hold_one_place(self) -> Self:
        places = [self.after, self.after_section, self.before, self.replace]
        if sum(place is not None for place in places) > 1:
            raise ValueError("give one of after, after_section, before and replace")
        if self.through and not self.replace:
            raise ValueError("through needs replace")
        if not self.heading and not self.blocks:
            raise ValueError("give a heading or blocks")
        return self


class EditText(Operation):
    """Gives one paragraph, or one cell of a table, a new text. Words that stay keep their formatting, notes and
    comments. `cell` is [row, column], from 0."""

    op: Literal["edit_text"] = "edit_text"
    anchor: Anchor
    text: Text
    cell: tuple[int, int] | None = None


class FindReplace(Operation):
    """Replaces a text everywhere: body, tables, text boxes, WordArt, headers, footers, notes. The formatting around
    stays, also where a word is split over differently formatted runs. Both texts are plain. With `whole_word`, 4.7
    leaves 14.7 and 4.7m as they are."""

    op: Literal["find_replace"] = "find_replace"
    find: str = Field(min_length=1, max_length=500)
    replace: str = Field(max_length=2000)
    match_case: bool = True
    whole_word: bool = False


class Delete(Operation):
    """Deletes the block `anchor`, or all from it `through` another; with `section`, a heading and all beneath it."""

    op: Literal["delete"] = "delete"
    anchor: Anchor
    through: Anchor | None = None
    section: bool = False


class Move(Operation):
    """Moves the blocks `anchor` to `through`, or with `section` a heading and all beneath it, to `after` or `before`
    another block."""

    op: Literal["move"] = "move"
    anchor: Anchor
    through: Anchor | None = None
    section: bool = False
    after: Anchor | None = None
    before: Anchor | None = None

    @model_validator(mode="after")
    def _hold_one_place(self) -> Self:
        if (self.after is None) == (self.before is None):
            raise ValueError("give after or before")
        return self


class Restyle(Operation):
    """Gives blocks another style: paragraphs a paragraph style, tables a table style; `style_name` names any style of
    the document."""

    op: Literal["restyle"] = "restyle"
    anchors: list[Anchor] = Field(min_length=1, max_length=200)
    style: ParagraphStyle | None = None
    table_style: TableStyle | None = None
    style_name: str | None = Field(None, max_length=100)
    align: Align | None = None
    page_break_before: bool | None = None


class EditTable(Operation):
    """Changes rows or columns of a table. `add_rows` puts `rows` before the row `at` (at the end if left out), looking
    like their neighbour; `add_column` puts `rows` (one cell each, header first) before the column `at`; `delete_rows`
    and `delete_column` take `count` away at `at`; `merge` merges `rows_spanned` x `columns_spanned` cells at
    (`at`, `column`); `widths` sets relative widths. Row 0 is the first row of the table."""

    op: Literal["edit_table"] = "edit_table"
    anchor: Anchor
    action: Literal["add_rows", "add_column", "delete_rows", "delete_column", "merge", "widths"]
    at: int | None = Field(None, ge=0)
    column: int = Field(0, ge=0)
    rows: list[list[str | float | int | None]] = Field(default_factory=list, max_length=1000)
    count: int = Field(1, ge=1, le=1000)
    rows_spanned: int = Field(1, ge=1, le=500)
    columns_spanned: int = Field(1, ge=1, le=60)
    widths: list[float] = Field(default_factory=list, max_length=60)


class SetPage(Operation):
    """Sets the page: of the whole document, or of the blocks `anchor` to `through` alone, which become a section of
    their own (a landscape table, a text in columns)."""

    op: Literal["set_page"] = "set_page"
    anchor: Anchor | None = None
    through: Anchor | None = None
    size: Literal["a4", "a3", "a5", "letter", "legal"] | None = None
    orientation: Literal["portrait", "landscape"] | None = None
    margins_cm: float | None = Field(None, ge=0.5, le=8)
    columns: int | None = Field(None, ge=1, le=4)


class Bar(Operation):
    """`{page}`, `{pages}` and `{title}` are fields."""

    left: str = Field("", max_length=300)
    center: str = Field("", max_length=300)
    right: str = Field("", max_length=300)
    logo: str | None = Field(None, max_length=300, description="An image asset, or `brand` for the brand's logo")


class SetHeaderFooter(Operation):
    """Sets the header and the footer of every page; on a cover page there is none. What is left out stays."""

    op: Literal["set_header_footer"] = "set_header_footer"
    header: Bar | None = None
    footer: Bar | None = None


class SetCover(Operation):
    """Puts a cover page in front, or replaces the one there is."""

    op: Literal["set_cover"] = "set_cover"
    title: ShortText
    subtitle: str | None = Field(None, max_length=300)
    kicker: str | None = Field(None, max_length=100, description="A line above the title: the kind of document")
    details: list[str] = Field(default_factory=list, max_length=8, description="Author, client, date, version …")
    logo: str | None = Field(None, max_length=300, description="An image asset, or `brand`")


class AddToc(Operation):
    """Adds a table of contents with page numbers, or brings the one there is up to date. `figures` and `tables` list
    the captions. Without a place it goes after the cover."""

    op: Literal["add_toc"] = "add_toc"
    kind: Literal["headings", "figures", "tables"] = "headings"
    title: str = Field("Contents", max_length=100)
    levels: int = Field(3, ge=1, le=4)
    after: Anchor | None = None
    before: Anchor | None = None


class Source(Operation):
    """`text` is the whole entry as it is to stand in the list."""

    key: Label
    text: str = Field(min_length=1, max_length=1000)
    author: str | None = Field(None, max_length=120, description="Short, for author_year: Smith et al.")
    year: str | None = Field(None, max_length=20)


class SetReferences(Operation):
    """Writes the list of sources that [@key] refers to, at the end of the document or in place of the one there is:
    numbered [1], or by author and year."""

    op: Literal["set_references"] = "set_references"
    sources: list[Source] = Field(min_length=1, max_length=300)
    style: Literal["numbered", "author_year"] = "numbered"
    heading: str = Field("References", max_length=100)


class SetWatermark(Operation):
    """A pale text across every page, such as DRAFT; null takes it away."""

    op: Literal["set_watermark"] = "set_watermark"
    text: str | None = Field(max_length=40)


class Comment(Operation):
    """Comments on a block, or on the words `quote` in it; or answers the comment `reply_to`; or, with `resolve` or
    `delete`, settles or removes that comment."""

    op: Literal["comment"] = "comment"
    anchor: Anchor | None = None
    text: str | None = Field(None, min_length=1, max_length=4000)
    quote: str | None = Field(None, max_length=500)
    reply_to: int | None = None
    resolve: int | None = None
    delete: int | None = None
    author: str | None = Field(None, max_length=80)


class TrackChanges(Operation):
    """From here on, changes of text are tracked as the author's, for somebody to accept or reject; or no more."""

    op: Literal["track_changes"] = "track_changes"
    on: bool
    author: str = Field("Overten", min_length=1, max_length=80)


class ReviewChanges(Operation):
    """Accepts or rejects tracked changes: the given ids, those of an author, or all."""

    op: Literal["review_changes"] = "review_changes"
    action: Literal["accept", "reject"]
    ids: list[int] | None = Field(None, max_length=1000)
    author: str | None = None


WordOperation = Annotated[
    SetDocument
    | Write
    | EditText
    | FindReplace
    | Delete
    | Move
    | Restyle
    | EditTable
    | SetPage
    | SetHeaderFooter
    | SetCover
    | AddToc
    | SetReferences
    | SetWatermark
    | Comment
    | TrackChanges
    | ReviewChanges,
    Field(discriminator="op"),
]
