# ruff: noqa: E501 - operations as a model gives them
"""Operations on documents: what they write, what they keep, what they refuse."""

from __future__ import annotations

import re
from zipfile import ZipFile

import pytest
from lxml import etree

from overten.documents.errors import OperationError
from overten.documents.word.anchors import anchor_of, blocks, plain_text
from overten.documents.word.document import Document
from overten.documents.word.inspect import describe
from overten.documents.word.revisions import revisions
from overten.documents.word.verify import verify
from overten.documents.word.xml import NAMESPACES, elements, find, findall, local, path_value, q
from tests.unit.documents.word.conftest import NOW, do, reopened


def texts(document: Document) -> list[str]:
    return [plain_text(block) for block in blocks(document.body()) if local(block) == "p" and plain_text(block)]


def anchors(document: Document) -> dict[str, str]:
    """The anchors of paragraphs by their text."""
    return {plain_text(b): anchor_of(b) for b in elements(document.body(), "w:p") if plain_text(b)}


def table_anchor(document: Document) -> str:
    return next(anchor_of(block) for block in blocks(document.body()) if local(block) == "tbl")


def paragraph(text: str) -> dict[str, str]:
    return {"type": "paragraph", "text": text}


def errors(document: Document) -> list[str]:
    return [finding.message for finding in verify(document.to_bytes()) if finding.severity == "error"]


def right_stop(document: Document, relationship: str | None) -> int:
    """Where the right tab stop of a header or footer is, in twips."""
    relation = document.package.relationships(document.main).get(relationship or "")
    assert relation is not None
    tabs = elements(document.package.tree(relation.target), "w:tab")
    return next(int(tab.get(q("w:pos"), "0")) for tab in tabs if tab.get(q("w:val")) == "right")


def xml_of(document: Document, part: str = "word/document.xml") -> str:
    document.to_bytes()
    return document.package.read(part).decode()


class TestWrite:
    def test_a_section_is_a_heading_and_its_blocks_in_real_styles(self, document: Document) -> None:
        do(document, "write", heading="Aims", blocks=[paragraph("One **bold** word"), {"type": "quote", "text": "Q"}])
        styles = [path_value(p, "w:pPr/w:pStyle") for p in blocks(document.body())]
        assert styles == ["Heading1", None, "Quote"]
        assert "**bold**" in describe(document)
        assert errors(document) == []

    def test_goes_after_a_section_by_the_text_of_its_heading(self, document: Document) -> None:
        do(document, "write", heading="A", blocks=[paragraph("a1")])
        do(document, "write", heading="B", blocks=[paragraph("b1")])
        do(document, "write", blocks=[paragraph("a2")], after_section="A")
        do(document, "write", blocks=[paragraph("zero")], before="A")
        assert texts(document) == ["zero", "A", "a1", "a2", "B", "b1"]

    def test_replaces_a_range_and_may_use_its_labels_again(self, document: Document) -> None:
        do(document, "write", heading="A", label="a", blocks=[paragraph("old"), paragraph("See {ref:a}")])
        do(document, "write", heading="New", label="a", replace="A", through=anchors(document)["old"])
        document.to_bytes()
        assert texts(document) == ["New", "See New"]

    def test_a_label_is_given_once(self, document: Document) -> None:
        do(document, "write", heading="A", label="a")
        before = document.to_bytes()
        with pytest.raises(OperationError, match="label 'a' is taken"):
            do(document, "write", heading="B", label="a", blocks=[{"type": "image", "asset": "photo", "alt_text": "x"}])
        assert document.to_bytes() == before

    def test_an_unknown_place_is_told_with_what_there_is(self, document: Document) -> None:
        do(document, "write", heading="Aims")
        with pytest.raises(OperationError, match=r"Headings are: .*'Aims'"):
            do(document, "write", blocks=[paragraph("x")], after="Nowhere")

    def test_captions_count_and_references_follow_them(self, document: Document) -> None:
        table = {"type": "table", "columns": [{"header": "A"}], "rows": [["1"]], "caption": "Second", "label": "second"}
        do(document, "write", heading="H", blocks=[paragraph("See {ref:second}."), table])
        do(document, "write", blocks=[{**table, "caption": "First", "label": "first"}], before="H")
        document.to_bytes()
        assert "See Table 2." in texts(document)
        assert "Table 1.  First" in texts(document)

    def test_a_reference_to_nothing_is_an_error(self, document: Document) -> None:
        do(document, "write", blocks=[paragraph("See {ref:nothing}.")])
        assert errors(document) == ["A reference leads to 'nothing', which is not there"]

    def test_every_numbered_list_counts_from_one(self, document: Document) -> None:
        items = {"type": "list", "kind": "number", "items": ["x", {"text": "y", "level": 1}, "z"]}
        do(document, "write", blocks=[items, paragraph("between"), items])
        shown = [line for line in describe(document).splitlines() if "List Number" in line]
        assert [line.split("] ")[1] for line in shown] == ["1. x", "a. y", "2. z"] * 2

    def test_a_check_list_can_be_ticked(self, document: Document) -> None:
        do(
            document,
            "write",
            blocks=[{"type": "list", "kind": "check", "items": [{"text": "done", "checked": True}, "open"]}],
        )
        boxes = [box.get(q("w14:val")) for box in elements(document.body(), "w14:checked")]
        assert boxes == ["1", "0"]

    def test_a_table_has_a_repeated_header_numbers_at_the_right_and_merged_cells(self, document: Document) -> None:
        columns = [{"header": "Region"}, {"header": "Sales"}, {"header": ""}]
        rows = [["North", "1,200", "x"], ["", "900", "y"]]
        merges = [{"row": 0, "column": 1, "columns": 2}, {"row": 1, "column": 0, "rows": 2}]
        do(document, "write", blocks=[{"type": "table", "columns": columns, "rows": rows, "merges": merges}])
        table = next(elements(document.body(), "w:tbl"))
        assert find(findall(table, "w:tr")[0], "w:trPr/w:tblHeader") is not None
        assert path_value(findall(table, "w:tr/w:tc")[0], "w:tcPr/w:gridSpan") is None
        assert [path_value(cell, "w:tcPr/w:gridSpan") for cell in findall(findall(table, "w:tr")[0], "w:tc")] == [
            None,
            "2",
        ]
        assert path_value(findall(findall(table, "w:tr")[1], "w:tc")[1], "w:p/w:pPr/w:jc") == "right"
        assert sum(int(c.get(q("w:w"), "0")) for c in findall(table, "w:tblGrid/w:gridCol")) == 9184
        assert errors(document) == []

    def test_merging_over_text_is_refused(self, document: Document) -> None:
        block = {"type": "table", "columns": [{"header": "A"}, {"header": "B"}], "rows": [["1", "2"]],
                 "merges": [{"row": 1, "column": 0, "columns": 2}]}  # fmt: skip
        with pytest.raises(OperationError, match="merged cell has text"):
            do(document, "write", blocks=[block])

    def test_a_chart_is_native_and_holds_its_data(self, document: Document) -> None:
        do(document, "write", blocks=[{"type": "chart", "kind": "bar", "categories": ["a", "b"], "alt_text": "Bars",
                                       "series": [{"name": "S", "values": [1, None]}]}])  # fmt: skip
        names = reopened(document).package.names()
        assert "word/charts/chart1.xml" in names
        assert "word/embeddings/Microsoft_Excel_Sheet1.xlsx" in names
        assert errors(document) == []

    @pytest.mark.parametrize(
        "kind", ["column", "stacked_column", "bar", "stacked_bar", "line", "area", "stacked_area", "pie", "doughnut"]
    )
    def test_every_kind_of_chart_is_valid(self, document: Document, kind: str) -> None:
        do(document, "write", blocks=[{"type": "chart", "kind": kind, "categories": ["a & b", "c"], "alt_text": "Chart",
                                       "title": "T", "data_labels": True, "x_title": "x", "y_title": "y",
                                       "number_format": '"€"#,##0', "series": [{"name": "<S>", "values": [1, 2.5]}]}])  # fmt: skip
        assert errors(document) == []

    def test_a_scatter_chart_has_x_values(self, document: Document) -> None:
        do(document, "write", blocks=[{"type": "chart", "kind": "scatter", "alt_text": "Dots",
                                       "series": [{"name": "S", "values": [1, 2], "x": [0.5, 0.7]}]}])  # fmt: skip
        assert errors(document) == []

    def test_an_image_keeps_its_proportions_and_its_description(self, document: Document) -> None:
        do(document, "write", blocks=[{"type": "image", "asset": "photo", "alt_text": "A photo", "width_cm": 8}] * 2)
        extents = [(e.get("cx"), e.get("cy")) for e in elements(document.body(), "wp:extent")]
        assert extents == [("2880000", "1440000")] * 2
        assert len([name for name in document.package.names() if "/media/" in name]) == 1
        assert {d.get("descr") for d in elements(document.body(), "wp:docPr")} == {"A photo"}

    def test_an_image_that_is_not_there_is_refused(self, document: Document) -> None:
        with pytest.raises(OperationError, match="no image 'ghost'"):
            do(document, "write", blocks=[{"type": "image", "asset": "ghost", "alt_text": "x"}])

    def test_notes_links_and_formulas_stand_in_the_text(self, document: Document) -> None:
        text = "A^[Note *one*] b{endnote:End} [site](https://example.com) {math:\\frac{a}{b}} x{sup:2}"
        do(
            document,
            "write",
            blocks=[paragraph(text), {"type": "equation", "latex": "\\sum_{i=1}^n x_i", "label": "sum"}],
        )
        assert errors(document) == []
        line = describe(document).splitlines()[2]
        assert "A^[Note one]" in line
        assert "[site](https://example.com)" in line

    def test_all_other_blocks_are_valid(self, document: Document) -> None:
        do(document, "write", blocks=[
            {"type": "callout", "tone": "tip", "text": "a\nb"}, {"type": "code", "text": "def f():\n\treturn 1"},
            {"type": "metrics", "items": [{"value": "1", "label": "x"}, {"value": "2", "label": "y", "note": "n"}]},
            {"type": "signatures", "parties": [{"party": "A"}, {"party": "B", "name": "N", "role": "R"}, {"party": "C"}]},
            {"type": "list", "kind": "clause", "items": ["x", {"text": "y", "level": 1}]}, {"type": "page_break"},
            {"type": "paragraph", "text": "s", "style": "small"}])  # fmt: skip
        assert errors(document) == []

    def test_the_same_operations_make_the_same_bytes(self) -> None:
        def made() -> bytes:
            document = Document.new(now=NOW)
            chart = {
                "type": "chart",
                "kind": "line",
                "categories": ["a"],
                "alt_text": "c",
                "series": [{"name": "S", "values": [1]}],
            }
            do(document, "write", heading="A", blocks=[paragraph("x^[n]"), chart])
            do(document, "add_toc")
            return document.to_bytes()

        assert made() == made()


class TestEditing:
    def test_words_that_stay_keep_their_formatting_and_notes(self, document: Document) -> None:
        do(document, "write", blocks=[paragraph("The **quick** brown fox^[Vulpes] jumps")])
        anchor = anchor_of(next(blocks(document.body())))
        do(document, "edit_text", anchor=anchor, text="The quick red fox jumps *high*")
        assert describe(document).splitlines()[-1] == f"{anchor} The **quick** red fox^[Vulpes] jumps *high*"

    def test_a_cell_is_edited_by_row_and_column(self, document: Document) -> None:
        do(
            document,
            "write",
            blocks=[{"type": "table", "columns": [{"header": "A"}, {"header": "B"}], "rows": [["1", "2"]]}],
        )
        do(document, "edit_text", anchor=table_anchor(document), cell=[1, 1], text="20")
        assert "1: 1 | 20" in describe(document)
        with pytest.raises(OperationError, match=r"no cell \[5, 0\]"):
            do(document, "edit_text", anchor=table_anchor(document), cell=[5, 0], text="x")

    def test_find_and_replace_keeps_formatting_over_split_runs(self, document: Document) -> None:
        do(
            document,
            "write",
            blocks=[
                paragraph("Acme **Cor**p and ACME"),
                {"type": "table", "columns": [{"header": "Acme Corp"}], "rows": [["x"]]},
            ],
        )
        assert "Replaced 2" in do(document, "find_replace", find="Acme Corp", replace="Globex Corp")
        assert texts(document)[0] == "Globex Corp and ACME"
        assert "**Cor**" in describe(document)
        with pytest.raises(OperationError, match="does not read 'Zed'"):
            do(document, "find_replace", find="Zed", replace="x")

    def test_rows_and_columns_are_added_and_deleted(self, document: Document) -> None:
        do(
            document,
            "write",
            blocks=[{"type": "table", "columns": [{"header": "A"}, {"header": "B"}], "rows": [["1", "2"], ["3", "4"]]}],
        )
        anchor = table_anchor(document)
        do(document, "edit_table", anchor=anchor, action="add_rows", at=2, rows=[["new", 5]])
        do(document, "edit_table", anchor=anchor, action="add_column", rows=[["C"], ["c1"]])
        do(document, "edit_table", anchor=anchor, action="delete_rows", at=1)
        do(document, "edit_table", anchor=anchor, action="widths", widths=[1, 1, 2])
        assert describe(document).splitlines()[-3:] == ["  0: A | B | C", "  1: new | 5 | ", "  2: 3 | 4 | "]
        do(document, "edit_table", anchor=anchor, action="delete_column", at=1)
        assert errors(document) == []

    def test_a_section_moves_as_a_whole(self, document: Document) -> None:
        for name in "ABC":
            do(document, "write", heading=name, blocks=[paragraph(name.lower())])
        do(document, "move", anchor="C", section=True, before="A")
        assert texts(document) == ["C", "c", "A", "a", "B", "b"]
        do(document, "delete", anchor="A", section=True)
        assert texts(document) == ["C", "c", "B", "b"]

    def test_what_hangs_on_a_deleted_block_goes_with_it(self, document: Document) -> None:
        do(document, "write", blocks=[paragraph("keep"), paragraph("gone^[note]")])
        do(document, "comment", anchor=anchors(document)["gone"], text="Why?")
        do(document, "delete", anchor=anchors(document)["gone"])
        assert "note" not in document.package.read("word/footnotes.xml").decode().replace("footnote", "")
        assert "Why?" not in document.package.read("word/comments.xml").decode()
        assert errors(document) == []

    def test_restyle_changes_the_style_only(self, document: Document) -> None:
        do(
            document,
            "write",
            blocks=[paragraph("**x** y"), {"type": "table", "columns": [{"header": "A"}], "rows": [["1"]]}],
        )
        do(document, "restyle", anchors=[anchors(document)["x y"]], style="heading2")
        do(document, "restyle", anchors=[table_anchor(document)], table_style="banded")
        assert "## **x** y" in describe(document)
        assert "[Report Table Banded]" in describe(document)

    def test_anchors_outlive_edits_of_everything_else(self, document: Document) -> None:
        do(document, "write", blocks=[paragraph("one"), paragraph("two"), paragraph("three")])
        before = anchors(document)
        do(document, "delete", anchor=before["one"])
        do(document, "write", blocks=[paragraph("zero")], before=before["two"])
        after = anchors(reopened(document))
        assert (after["two"], after["three"]) == (before["two"], before["three"])
        assert len(set(after.values())) == 3


class TestPages:
    def test_a_landscape_table_is_a_section_of_its_own(self, document: Document) -> None:
        table = {"type": "table", "columns": [{"header": "A"}], "rows": [["1"]]}
        do(document, "set_header_footer", footer={"right": "{page}"})
        do(document, "write", blocks=[paragraph("before"), table, paragraph("after")])
        do(document, "set_page", anchor=table_anchor(document), orientation="landscape")
        orientations = [path_value(s, "w:pgSz", "w:orient") for s in document.sections()]
        assert orientations == [None, "landscape", None]
        width = sum(int(c.get(q("w:w"), "0")) for c in elements(document.body(), "w:gridCol"))
        assert width == 16838 - 2 * 1361
        footers = [path_value(s, "w:footerReference", "r:id") for s in document.sections()]
        assert footers[0] == footers[2] != footers[1]
        assert [right_stop(document, footer) for footer in footers[:2]] == [9184, 16838 - 2 * 1361]
        assert errors(document) == []

    def test_a_new_footer_fits_the_landscape_pages_too(self, document: Document) -> None:
        do(document, "write", blocks=[paragraph("before"), paragraph("wide"), paragraph("after")])
        do(document, "set_page", anchor=anchors(document)["wide"], orientation="landscape")
        do(document, "set_header_footer", footer={"left": "A long name of a company " * 3, "right": "{page}"})
        footers = [path_value(s, "w:footerReference", "r:id") for s in document.sections()]
        assert [right_stop(document, footer) for footer in footers] == [9184, 16838 - 2 * 1361, 9184]
        assert errors(document) == []

    def test_the_whole_documents_new_page_takes_header_and_footer_with_it(self, document: Document) -> None:
        do(document, "write", blocks=[paragraph("text")])
        do(document, "set_header_footer", footer={"right": "{page}"})
        do(document, "set_page", orientation="landscape")
        footer = path_value(document.sections()[0], "w:footerReference", "r:id")
        assert right_stop(document, footer) == 16838 - 2 * 1361

    def test_a_label_names_its_table_with_caption_and_source(self, document: Document) -> None:
        table = {"type": "table", "columns": [{"header": "A"}], "rows": [["1"]], "caption": "Wide", "label": "wide"}
        do(document, "write", blocks=[paragraph("before"), table | {"source": "Source: us"}, paragraph("after")])
        do(document, "set_page", anchor="wide", orientation="landscape")
        body = [block for block in document.body() if local(block) in {"p", "tbl"}]
        ends = [index for index, block in enumerate(body) if find(block, "w:pPr/w:sectPr") is not None]
        assert [plain_text(body[index]) for index in ends] == ["before", "Source: us"]
        do(document, "restyle", anchors=["wide"], table_style="banded")
        assert "Report Table Banded" in describe(document)

    def test_columns_are_continuous(self, document: Document) -> None:
        do(document, "write", blocks=[paragraph("a"), paragraph("b"), paragraph("c")])
        do(document, "set_page", anchor=anchors(document)["b"], columns=2)
        kinds = [(path_value(s, "w:type"), path_value(s, "w:cols", "w:num")) for s in document.sections()]
        assert kinds == [(None, None), ("continuous", "2"), ("continuous", None)]

    def test_header_footer_watermark_and_cover(self, document: Document) -> None:
        do(document, "write", heading="H", blocks=[paragraph("x")])
        do(document, "set_header_footer", header={"left": "L", "logo": "brand"}, footer={"center": "{page}/{pages}"})
        do(document, "set_watermark", text="DRAFT & <x>")
        do(document, "set_cover", title="Title", subtitle="S", kicker="K", details=["d1", "d2"], logo="brand")
        do(document, "set_cover", title="Other title")
        do(document, "set_header_footer", header={"left": "New"})
        shown = describe(document)
        assert "watermark 'DRAFT & <x>'" in shown
        assert "[cover] Other title" in shown
        assert errors(document) == []
        do(document, "set_watermark", text=None)
        assert "watermark" not in describe(document)

    def test_a_contents_list_follows_the_headings(self, document: Document) -> None:
        do(document, "add_toc")
        do(document, "write", heading="First", blocks=[paragraph("x"), {"type": "page_break"}])
        do(document, "write", heading="Second", blocks=[{"type": "heading", "text": "Deep", "level": 2}])
        document.to_bytes()
        entries = [text for text in texts(document) if "\t" in text]
        assert entries == ["First\t1", "Second\t2", "Deep\t2"]
        assert errors(document) == []
        assert "updateFields" not in document.package.read("word/settings.xml").decode()

    def test_lists_of_tables(self, document: Document) -> None:
        do(
            document,
            "write",
            heading="H",
            blocks=[{"type": "table", "columns": [{"header": "A"}], "rows": [["1"]], "caption": "Cap"}],
        )
        do(document, "add_toc", kind="tables", title="Tables")
        document.to_bytes()
        assert "Table 1. Cap\t1" in texts(document)


class TestReferences:
    SOURCES = (
        {"key": "b", "text": "Beta, 2020.", "author": "Beta", "year": "2020"},
        {"key": "a", "text": "Alpha, 2021."},
    )

    def test_numbered_sources_stand_in_the_order_of_their_citation(self, document: Document) -> None:
        do(document, "write", blocks=[paragraph("First [@a], then [@b; @a].")])
        do(document, "set_references", sources=self.SOURCES)
        document.to_bytes()
        assert texts(document) == ["First [1], then [2], [1].", "References", "Alpha, 2021.", "Beta, 2020."]
        assert errors(document) == []

    def test_author_and_year(self, document: Document) -> None:
        do(document, "write", blocks=[paragraph("As [@b] says.")])
        do(document, "set_references", sources=self.SOURCES)
        do(document, "set_references", sources=self.SOURCES, style="author_year")
        do(document, "write", blocks=[paragraph("Again [@b].")], before="References")
        document.to_bytes()
        assert texts(document) == [
            "As (Beta, 2020) says.",
            "Again (Beta, 2020).",
            "References",
            "Alpha, 2021.",
            "Beta, 2020.",
        ]
        assert errors(document) == []


class TestReview:
    def test_comments_are_written_answered_settled_and_removed(self, document: Document) -> None:
        do(document, "write", blocks=[paragraph("The quick fox")])
        anchor = anchors(document)["The quick fox"]
        do(document, "comment", anchor=anchor, text="Sure?", quote="quick", author="Ann Lee")
        do(document, "comment", reply_to=0, text="Yes")
        do(document, "comment", resolve=0)
        assert errors(document) == []
        assert describe(reopened(document), show="comments").splitlines() == [
            f"Comment 0 by Ann Lee on {anchor}, settled: Sure?",
            f"Comment 1 by Overten on {anchor}, answer to 0: Yes",
        ]
        do(document, "comment", delete=0)
        assert describe(document, show="comments") == "There are no comments"
        assert errors(document) == []

    def tracked(self, document: Document) -> None:
        do(
            document,
            "write",
            blocks=[
                paragraph("The quick fox"),
                paragraph("Gone"),
                {"type": "table", "columns": [{"header": "A"}], "rows": [["1"]]},
            ],
        )
        do(document, "track_changes", on=True, author="Ann")
        do(document, "edit_text", anchor=anchors(document)["The quick fox"], text="The slow fox")
        do(document, "delete", anchor=anchors(document)["Gone"])
        do(document, "write", blocks=[paragraph("Added")])
        do(document, "edit_table", anchor=table_anchor(document), action="add_rows", rows=[["2"]])
        do(document, "find_replace", find="fox", replace="dog")
        do(document, "restyle", anchors=[anchors(document)["The slow dog"]], style="quote")

    def test_changes_are_tracked_with_their_author(self, document: Document) -> None:
        self.tracked(document)
        found = revisions(document)
        assert {revision.author for revision in found} == {"Ann"}
        assert {"inserted", "deleted", "formatted"} == {revision.kind for revision in found}
        assert errors(document) == []
        assert reopened(document).tracking is not None

    def test_accepting_all_gives_the_new_text(self, document: Document) -> None:
        self.tracked(document)
        do(document, "review_changes", action="accept")
        assert texts(document) == ["The slow dog", "Added"]
        assert len(list(elements(document.body(), "w:tr"))) == 3
        assert revisions(document) == []
        assert errors(document) == []

    def test_rejecting_all_gives_the_old_text(self, document: Document) -> None:
        self.tracked(document)
        do(document, "review_changes", action="reject")
        assert texts(document) == ["The quick fox", "Gone"]
        assert len(list(elements(document.body(), "w:tr"))) == 2
        assert revisions(document) == []
        assert "Quote" not in re.sub("(?s)<w:style .*", "", xml_of(document))

    def test_one_change_is_reviewed_by_its_id(self, document: Document) -> None:
        do(document, "write", blocks=[paragraph("one two")])
        do(document, "track_changes", on=True, author="Ann")
        do(document, "edit_text", anchor=anchors(document)["one two"], text="one three")
        added = next(r.id for r in revisions(document) if r.kind == "inserted")
        do(document, "review_changes", action="accept", ids=[added])
        assert [r.kind for r in revisions(document)] == ["deleted"]
        with pytest.raises(OperationError, match="no such change"):
            do(document, "review_changes", action="accept", author="Bob")


class TestDocument:
    def test_properties_language_and_look(self, document: Document) -> None:
        do(document, "set_document", title="T", author="A", company="C", language="de-DE", primary_color="#AA0000",
           font="Georgia", numbered_headings=True)  # fmt: skip
        do(document, "write", heading="Eins", blocks=[{"type": "heading", "text": "Zwei", "level": 2},
           {"type": "table", "columns": [{"header": "A"}], "rows": [["1"]], "caption": "Titel"}])  # fmt: skip
        opened = reopened(document)
        shown = describe(opened)
        assert "# 1 Eins" in shown
        assert "## 1.1 Zwei" in shown
        assert "Tabelle" in shown
        assert opened.colors()["accent1"] == "AA0000"
        assert errors(document) == []

    def test_a_template_lends_its_design_and_nothing_else(self, document: Document) -> None:
        do(document, "set_header_footer", header={"left": "House"})
        do(
            document,
            "write",
            heading="Old",
            blocks=[paragraph("x^[n]"), {"type": "image", "asset": "photo", "alt_text": "p"}],
        )
        made = Document.from_template(document.to_bytes(), now=NOW)
        assert texts(made) == []
        do(made, "write", heading="New")
        with ZipFile(__import__("io").BytesIO(made.to_bytes())) as archive:
            names = archive.namelist()
        assert not [name for name in names if "media" in name]
        assert "House" in describe(made)
        assert errors(made) == []


def test_a_numbered_heading_is_referred_to_by_its_number(document: Document) -> None:
    do(document, "write", heading="Scope", blocks=[paragraph("See section {ref:costs} and {ref:tab}.")])
    do(document, "write", heading="Costs", label="costs", blocks=[
        {"type": "table", "columns": [{"header": "A"}], "rows": [["1"]], "label": "tab", "caption": "All costs"},
    ])  # fmt: skip
    assert "See section Costs and Table 1." in texts(reopened(document))
    do(document, "set_document", numbered_headings=True)
    assert "See section 2 and Table 1." in texts(reopened(document))
    assert any("REF ref_costs \\r" in (code.text or "") for code in elements(document.body(), "w:instrText"))
    do(document, "set_document", numbered_headings=False)
    assert "See section Costs and Table 1." in texts(reopened(document))


def test_a_document_without_a_cover_begins_with_its_title(document: Document) -> None:
    do(document, "write", blocks=[{"type": "paragraph", "text": "Contract of employment", "style": "title"}])
    assert "[Title] Contract of employment" in describe(document)
    assert errors(document) == []


def test_what_is_written_is_told_with_the_numbers_of_its_captions(document: Document) -> None:
    table = {"type": "table", "columns": [{"header": "A"}], "rows": [["1"]], "caption": "All"}
    told = do(document, "write", blocks=[table, table])
    assert "'Table 1. All'" in told
    assert "'Table 2. All'" in told


def test_replacing_whole_words_tells_of_longer_ones(document: Document) -> None:
    do(document, "write", blocks=[paragraph("It costs 14.2 million (€14.2m).")])
    told = do(document, "find_replace", find="14.2", replace="14.7", whole_word=True)
    assert told.endswith("left as parts of longer words: 14.2m")
    assert texts(document) == ["It costs 14.7 million (€14.2m)."]


def test_a_low_table_stays_on_one_page(document: Document) -> None:
    columns = [{"header": "Risk"}, {"header": "EUR"}, {"header": "What we do"}]
    for count in (4, 60):
        do(
            document,
            "write",
            blocks=[{"type": "table", "columns": columns, "rows": [["Fire", "1.5", "Insure"]] * count}],
        )
    low, high = (block for block in blocks(document.body()) if local(block) == "tbl")

    def kept(table: object) -> list[bool]:
        rows = findall(table, "w:tr")
        return [find(row, "w:tc/w:p/w:pPr/w:keepNext") is not None for row in rows]

    assert kept(low) == [True] * 4 + [False]
    assert kept(high) == [True] + [False] * 60


def test_text_stands_off_from_the_numbers_beside_it(document: Document) -> None:
    rows = [["Loan", "8.5", "fixed"], ["Cash", "5.7", "at once"]]
    columns = [{"header": "Source"}, {"header": "EUR"}, {"header": "Terms"}]
    do(document, "write", blocks=[{"type": "table", "columns": columns, "rows": rows}])
    last = findall(next(elements(document.body(), "w:tbl")), "w:tr")[-1]
    assert [path_value(cell, "w:p/w:pPr/w:ind", "w:left") for cell in findall(last, "w:tc")] == [None, None, "200"]


def test_the_title_in_a_header_is_stored_as_it_will_be_shown(document: Document) -> None:
    do(document, "set_document", title="Annual report")
    do(document, "set_header_footer", header={"left": "Halden", "right": "{title}"})
    do(document, "write", blocks=[paragraph("Text")])
    assert "header 'Halden Annual report'" in describe(reopened(document))


def test_the_cover_stands_on_the_brands_colour(document: Document) -> None:
    do(document, "set_cover", title="Title", subtitle="Sub", kicker="K", details=["d"])
    body = document.body()
    shape = next(elements(body, "wps:wsp"))
    assert [color.get("val") for color in elements(shape, "a:schemeClr")] == ["tx2"]
    styles = [path_value(p, "w:pPr/w:pStyle") for p in blocks(body) if plain_text(p).strip()]
    assert styles == ["CoverKickerOnColor", "CoverTitle", "CoverSubtitle", "CoverDetail"]
    bottom = int(next(elements(body, "wp:extent")).get("cy", "0")) / 635
    top = int(path_value(next(blocks(body)), "w:pPr/w:spacing", "w:before") or 0)
    assert 0.5 < bottom / 16838 < 0.7
    assert 0 < top < bottom
    assert errors(document) == []


def test_the_cover_of_a_template_wears_the_templates_styles(document: Document) -> None:
    for style in list(findall(document.package.edit("word/styles.xml"), "w:style")):
        if (style.get(q("w:styleId")) or "").startswith("Cover"):
            style.getparent().remove(style)
    do(document, "set_cover", title="Title", subtitle="Sub")
    assert [path_value(p, "w:pPr/w:pStyle") for p in blocks(document.body()) if plain_text(p).strip()] == [
        "Title",
        "Subtitle",
    ]
    assert not list(elements(document.body(), "wps:wsp"))


def test_what_comes_before_the_signatures_stays_with_them(document: Document) -> None:
    signatures = {"type": "signatures", "parties": [{"party": "A"}, {"party": "B"}]}
    do(document, "write", heading="Acceptance", blocks=[paragraph("We accept."), signatures])
    accepted = next(p for p in blocks(document.body()) if plain_text(p) == "We accept.")
    assert find(accepted, "w:pPr/w:keepNext") is not None


def test_long_key_figures_are_set_smaller(document: Document) -> None:
    figures = [{"value": "1.234.567.890 €", "label": "Umsatz"}] + [{"value": "1", "label": "x"}] * 4
    do(document, "write", blocks=[{"type": "metrics", "items": figures}])
    sizes = {int(size.get(q("w:val"), "0")) for size in elements(document.body(), "w:sz")}
    assert len(sizes) == 1
    assert 26 <= sizes.pop() < 44


def test_citations_in_one_place_share_their_parentheses(document: Document) -> None:
    do(document, "write", blocks=[paragraph("Shown twice [@a; @b].")])
    sources = [
        {"key": "a", "text": "Alpha", "author": "Alpha", "year": "2020"},
        {"key": "b", "text": "Beta", "author": "Beta", "year": "2021"},
    ]
    do(document, "set_references", style="author_year", sources=sources)
    assert texts(document)[0] == "Shown twice (Alpha, 2020; Beta, 2021)."
    do(document, "write", blocks=[paragraph("And once [@b].")], before="References")
    assert texts(document)[1] == "And once (Beta, 2021)."
    do(document, "set_references", style="numbered", sources=sources)
    document.to_bytes()
    assert texts(document)[0] == "Shown twice [1], [2]."


def chart_xml(document: Document, **members: object) -> str:
    chart = {
        "type": "chart",
        "kind": "column",
        "categories": ["a", "b"],
        "alt_text": "c",
        "series": [{"name": "s", "values": [1, 2]}],
    }
    do(document, "write", blocks=[chart | members])
    return document.package.read("word/charts/chart1.xml").decode()


def test_bars_with_their_values_need_no_axis(document: Document) -> None:
    xml = chart_xml(document, data_labels=True)
    assert "majorGridlines" not in xml
    assert '<c:delete val="1"/>' in xml


def test_labels_in_a_fill_can_be_read_on_it(document: Document) -> None:
    do(document, "set_document", primary_color="#0B2545", secondary_color="#F4D35E")
    xml = chart_xml(document, kind="doughnut", data_labels=True)
    labels = re.findall(r"<c:dLbl>.*?</c:dLbl>", xml)
    assert ["FFFFFF" in label for label in labels] == [True, False]
    assert errors(document) == []


def test_numbers_of_charts_are_written_as_in_the_documents_language(document: Document) -> None:
    do(document, "set_document", language="de-DE")
    assert 'formatCode="[$-407]0.0;[$-407]-0.0"' in chart_xml(document, number_format="0.0;-0.0")
    assert errors(document) == []


def test_an_axis_begins_and_ends_where_it_is_asked_to(document: Document) -> None:
    xml = chart_xml(document, kind="line", y_min=0.5, y_max=1)
    assert re.search(r'<c:max val="1(\.0)?"/><c:min val="0.5"/>', xml)
    assert errors(document) == []


def test_bars_begin_at_zero_in_every_program(document: Document) -> None:
    for values in ([96, 98], [-1, 2]):
        series = [{"name": "S", "values": values}]
        chart = {"type": "chart", "kind": "column", "categories": ["A", "B"], "series": series, "alt_text": "Bars"}
        do(document, "write", blocks=[chart])
    charts = sorted(name for name in document.package.names() if name.startswith("word/charts/chart"))
    assert [b'<c:min val="0"/>' in document.package.read(name) for name in charts] == [True, False]


@pytest.mark.parametrize(
    ("text", "is_one"), [("[owner]", True), ("[Name des Kunden]", True), ("[sic]", False), ("[1]", False)]
)
def test_placeholders_in_brackets_are_told(document: Document, text: str, is_one: bool) -> None:
    do(document, "write", blocks=[paragraph(f"Signed by {text}.")])
    assert ("placeholder" in {finding.code for finding in verify(document.to_bytes())}) is is_one


def without_ids() -> Document:
    """A file of another program, whose paragraphs have no ids."""
    body = "<w:p><w:r><w:t xml:space='preserve'>A  word\u00a0from the chair</w:t></w:r></w:p><w:p><w:r><w:t>Two</w:t></w:r></w:p>"
    art = '<w:p><w:r><w:pict><v:shape><v:textpath on="t" string="No 01"/></v:shape></w:pict></w:r></w:p>'
    package = Document.new(now=NOW).package
    root = etree.fromstring(
        f'<w:document xmlns:w="{NAMESPACES["w"]}" xmlns:v="{NAMESPACES["v"]}"><w:body>{body}{art}<w:sectPr/></w:body></w:document>'
    )
    package.put(package.main_part(), root)
    return Document.open(package.save(), now=NOW)


def test_anchors_stay_when_an_operation_is_refused() -> None:
    document = without_ids()
    before = anchors(document)

    for _ in range(2):
        with pytest.raises(OperationError):
            do(document, "find_replace", find="Nowhere", replace="x")

    assert anchors(document) == before
    do(document, "edit_text", anchor=before["Two"], text="Three")
    assert "Three" in texts(document)


def test_a_text_is_found_whatever_blanks_stand_in_it() -> None:
    document = without_ids()

    assert "Replaced 1" in do(document, "find_replace", find="A word from", replace="A message from")
    assert texts(document)[0] == "A message from the chair"


def test_drawn_text_is_shown_and_replaced() -> None:
    document = without_ids()

    assert "WordArt 'No 01'" in describe(document)
    assert "WordArt" in do(document, "find_replace", find="No 01", replace="No 02")
    assert "WordArt 'No 02'" in describe(reopened(document))
