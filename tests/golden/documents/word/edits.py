# ruff: noqa: E501 - texts as their author wrote them
"""Documents that are changed after they were written: by anchor, tracked and reviewed, commented, restyled."""

from __future__ import annotations

from typing import Any

from overten.documents.engine import Look
from tests.golden.documents.golden import Golden, Operation
from tests.golden.documents.word.anchored import block, on
from tests.golden.documents.word.kinds import chart, listed, paragraph, table, write


def _draft() -> list[Operation]:
    return [
        {"op": "set_document", "title": "Flood plan", "language": "en-GB"},
        write(
            "Alarm",
            paragraph("The **duty officer** calls the mayor when the gauge stands at 4.70 m."),
            paragraph("The siren sounds three times."),
            listed("number", "Close the gates", "Open the hall", "Count the boats"),
        ),
        write(
            "Evacuation",
            paragraph("People leave by the north road."),
            table(
                ["Street", "Bus", "Time"],
                ["Quay", "1", "06:00"],
                ["Mill Lane", "2", "06:20"],
                ["Dock Road", "3", "06:40"],
                caption="Buses",
            ),
        ),
        write("Costs", paragraph("The plan costs £40,000 a year."), chart("column", caption="Costs by year")),
        write("Afterwards", paragraph("The hall is cleaned."), paragraph("A report is written.")),
    ]


EDITED = Golden(
    steps=[
        *_draft(),
        on("duty officer", op="edit_text", text="The **duty officer** calls the mayor and the coast guard when the gauge stands at 4.90 m."),
        {"op": "find_replace", "find": "north road", "replace": "hill road", "whole_word": True},
        {"op": "find_replace", "find": "THE HALL", "replace": "the town hall", "match_case": False},
        on("siren", op="delete"),
        {"op": "move", "anchor": "Costs", "section": True, "before": "Evacuation"},
        on("A report is written", op="move", before="@is cleaned"),
        on("Dock Road", op="edit_table", action="add_rows", at=2, rows=[["Church Hill", "2", "06:10"]]),
        on("Dock Road", op="edit_table", action="add_column", at=3, rows=[["Seats"], ["52"], ["38"], ["38"], ["52"]]),
        on("Dock Road", op="edit_table", action="widths", widths=[4, 1, 2, 2]),
        on("Dock Road", op="edit_text", cell=[1, 0], text="Quay Street"),
        on("Dock Road", op="edit_table", action="delete_rows", at=3),
        on("Dock Road", op="edit_table", action="delete_column", at=1),
        on("Dock Road", op="edit_table", action="add_rows", rows=[["All buses leave from the church", None, None]]),
        on("Dock Road", op="edit_table", action="merge", at=4, column=0, columns_spanned=3),
        lambda document: write(None, paragraph("Written after the paragraph about cleaning."), after=block(document, "is cleaned")),
        lambda document: write(None, paragraph("Written in its place."), replace=block(document, "A report is written")),
        write("Before all", paragraph("An introduction."), before="Alarm"),
        write(None, paragraph("At the end of the section."), after_section="Alarm"),
    ],
    pages=2,
    says=("the coast guard when the gauge stands at 4.90 m", "hill road", "Open the town hall", "Church Hill", "Quay Street", "Written in its place.", "Before all", "All buses leave from the church"),
    holds={"headings": 5, "tables": 1, "charts": 1},
)  # fmt: skip

RESTYLED = Golden(
    steps=[
        *_draft(),
        {"op": "set_document", "primary_color": "#5B2A86", "secondary_color": "#00A676", "font": "Cambria", "heading_font": "Arial", "numbered_headings": True},
        *(
            (lambda document, sign=sign, members=members: {"op": "restyle", "anchors": [block(document, sign)], **members})
            for sign, members in (
                ("siren sounds", {"style": "quote", "align": "center"}), ("leave by", {"style": "lead", "align": "left"}), ("is cleaned", {"style": "small"}), ("A report", {"style": "caption", "align": "right"}),
                ("£40,000", {"style": "body", "align": "justify"}), ("duty officer", {"style": "code"}), ("Mill Lane", {"table_style": "grid"}), ("Count the boats", {"style_name": "Heading 3"}),
            )
        ),
        {"op": "restyle", "anchors": ["Costs"], "page_break_before": True},
        *(write(None, paragraph(f"Restyled as {style}.")) for style in ("title", "subtitle", "heading1", "heading2", "heading3", "heading4")),
        *(
            (lambda document, style=style: {"op": "restyle", "anchors": [block(document, f"Restyled as {style}.")], "style": style})
            for style in ("title", "subtitle", "heading1", "heading2", "heading3", "heading4")
        ),
        *(
            (lambda document, look=look: {"op": "restyle", "anchors": [block(document, "Mill Lane")], "table_style": look})
            for look in ("report", "plain", "banded")
        ),
    ],
    pages=2,
    says=("The siren sounds three times.", "Restyled as heading4."),
    holds={"headings": 9, "tables": 1, "charts": 1},
    warns=("heading_skipped",),
)  # fmt: skip

_TRACKED: list[Any] = [
    *_draft(),
    {"op": "track_changes", "on": True, "author": "Ann Lee"},
    on(
        "duty officer",
        op="edit_text",
        text="The **duty officer** calls the mayor and the coast guard when the gauge stands at 4.90 m.",
    ),
    {"op": "find_replace", "find": "40,000", "replace": "46,000"},
    on("siren", op="delete"),
    lambda document: write(None, paragraph("Boats are kept at the mill."), after=block(document, "leave by")),
    on("Dock Road", op="edit_table", action="add_rows", rows=[["Church Hill", "4", "07:00"]]),
    {"op": "track_changes", "on": False},
]

TRACKED = Golden(
    steps=[
        *_TRACKED,
        on("£4", op="comment", text="Who pays?", quote="a year", author="Bo Ek"),
        {"op": "comment", "reply_to": 0, "text": "The county.", "author": "Ann Lee"},
        on("is cleaned", op="comment", text="By whom?", author="Bo Ek"),
        {"op": "comment", "resolve": 2},
        on("A report", op="comment", text="A slip.", author="Bo Ek"),
        {"op": "comment", "delete": 3},
    ],
    pages=2,
    says=("and the coast guard", "Boats are kept at the mill.", "Church Hill"),
    holds={"headings": 4, "tables": 1, "charts": 1, "comments": 3, "insertions": 12, "deletions": 4},
)  # fmt: skip

ACCEPTED = Golden(
    steps=[*_TRACKED, None, {"op": "review_changes", "action": "accept", "author": "Ann Lee"}],
    pages=2,
    says=("calls the mayor and the coast guard when the gauge stands at 4.90 m.", "£46,000", "Boats are kept at the mill.", "Church Hill"),
    holds={"headings": 4, "tables": 1, "insertions": 0, "deletions": 0},
)  # fmt: skip

REJECTED = Golden(
    steps=[*_TRACKED, None, {"op": "review_changes", "action": "reject"}],
    pages=1,
    says=("calls the mayor when the gauge stands at 4.70 m.", "£40,000", "The siren sounds three times."),
    holds={"headings": 4, "tables": 1, "insertions": 0, "deletions": 0},
)  # fmt: skip

OPENED_AGAIN = Golden(
    look=Look("#0B6E4F", "#D9822B", "Arial"),
    steps=[
        *_draft(),
        None,
        {"op": "set_cover", "title": "Flood plan", "subtitle": "Second edition"},
        {"op": "add_toc", "before": "Alarm"},
        write("Added later", paragraph("In the styles that were there."), chart("line", caption="A chart of later")),
        {"op": "set_watermark", "text": "DRAFT"},
        None,
        {"op": "delete", "anchor": "Evacuation", "section": True},
        {"op": "set_watermark", "text": None},
        *({"op": "set_page", "size": size} for size in ("legal", "a4", "a3")),
        {"op": "set_page", "size": "a5", "margins_cm": 1.5},
        {"op": "add_toc"},
    ],
    pages=4,
    says=("Second edition", "Added later", "A chart of later"),
    holds={"headings": 4, "tables": 0, "charts": 2},
)  # fmt: skip
