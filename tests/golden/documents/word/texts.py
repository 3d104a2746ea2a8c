# ruff: noqa: E501 - texts as their author wrote them
"""Letters, a CV and a specification; other scripts, texts that mean harm, and very many pages."""

from __future__ import annotations

from overten.documents.engine import Look
from tests.golden.documents.golden import Golden
from tests.golden.documents.word.kinds import chart, listed, paragraph, table, write

LETTER = Golden(
    look=Look("#1F4E79", None, "Cambria"),
    steps=[
        {"op": "set_document", "title": "Offer 2026-118", "language": "en-GB"},
        {"op": "set_header_footer", "header": {"left": "**Lindqvist Joinery**", "right": "12 Quay Street, Hull"}, "footer": {"center": "VAT GB 123 4567 89 · lindqvist.example"}},
        write(None, paragraph("Ms Ann Lee\nHarbour & Sons\n4 Dock Road\nGrimsby"), paragraph("22 November 2026", align="right"), paragraph("**Offer 2026-118: shelving for the reading room**"),
              paragraph("Dear Ms Lee,"), paragraph("Thank you for showing us round on Tuesday. We are glad to offer you what we talked about, made of oak from Yorkshire and fitted in one week:"),
              table(["Item", "Quantity", "Price", "Sum"], ["Shelf, 2.4 m", "14", "£310.00", "£4,340.00"], ["Ladder with rail", "2", "£480.00", "£960.00"], ["Fitting", "1", "£1,150.00", "£1,150.00"], ["Total before VAT", "", "", "£6,450.00"], total_row=True),
              paragraph("The offer stands until 31 January 2027. Work can start six weeks after your order."), paragraph("Yours sincerely,"), {"type": "signatures", "parties": [{"party": "Lindqvist Joinery", "name": "Erik Lindqvist", "role": "Owner"}]}),
    ],
    pages=1,
    says=("Offer 2026-118", "Ladder with rail", "£6,450.00", "Erik Lindqvist"),
    holds={"tables": 1},
)  # fmt: skip

CURRICULUM = Golden(
    look=Look("#5B2A86"),
    steps=[
        {"op": "set_document", "title": "Curriculum vitae", "author": "Chloé Martin"},
        write(None, paragraph("Chloé Martin", "title"), paragraph("Civil engineer · Lyon · chloe@example.com", "subtitle"), paragraph("Fourteen years of bridges and quays, the last five as head of a team of nine.", "lead")),
        write("Experience", {"type": "heading", "text": "Head of structures, Ponts & Quais", "level": 2}, paragraph("2021 to today, Lyon", "small"), listed("bullet", "Led the design of the Confluence footbridge (€18m)", "Brought claims down from 4% to 1% of order value"),
              {"type": "heading", "text": "Engineer, Atelier Rhône", "level": 2}, paragraph("2012 to 2021, Valence", "small"), listed("bullet", "Inspected 140 bridges", "Wrote the handbook for inspections")),
        write("Education", table(["", ""], ["2012", "Ingénieure, INSA Lyon"], ["2007", "Baccalauréat, Grenoble"], style="plain")),
        write("Languages", paragraph("French (mother tongue), English (C1), German (B2)")),
    ],
    pages=1,
    says=("Chloé Martin", "Confluence footbridge", "INSA Lyon"),
    holds={"headings": 5, "tables": 1},
)  # fmt: skip

RIGHT_TO_LEFT = Golden(
    steps=[
        {"op": "set_document", "title": "تقرير", "language": "ar-SA"},
        write("ملخص", paragraph("نمت الإيرادات بنسبة 12% لتصل إلى **48 مليون** ريال.^[أرقام غير مدققة.]"), listed("bullet", "الخدمات", "الأجهزة"), table(["البند", "المبلغ"], ["الإيجار", "1200"], ["الطعام", "450"], caption="الميزانية")),
        write("סיכום", paragraph("ההכנסות גדלו השנה, ראו {ref:sales}."), chart("column", caption="מכירות", label="sales")),
    ],
    pages=1,
    holds={"headings": 2, "tables": 1, "charts": 1, "footnotes": 1},
    drawn=False,
)  # fmt: skip

EAST_ASIAN = Golden(
    steps=[
        {"op": "set_document", "title": "事業報告書", "language": "ja-JP"},
        {"op": "set_cover", "title": "事業報告書", "subtitle": "2026年度 第3四半期"},
        {"op": "add_toc", "title": "目次"},
        write("概要", paragraph("売上高は前年同期比**12%増**の48億円となりました。サービス事業が成長をけん引しました。"), listed("number", "国内", "海外")),
        write("概述", paragraph("收入同比增长百分之十二,服务业务带动了增长。"), table(["项目", "金额"], ["房租", "3500"], ["伙食", "1200"])),
        write("요약", paragraph("매출은 전년 대비 12% 증가했습니다.")),
    ],
    pages=3,
    holds={"headings": 3, "tables": 1},
    drawn=False,
)  # fmt: skip

HOSTILE = Golden(
    steps=[
        {"op": "set_document", "title": "<w:p/> & \"title\"", "author": "]]> <!--"},
        {"op": "set_header_footer", "header": {"left": "<b>&amp;</b>", "right": "{page} {nonsense}"}},
        write("A heading with <w:t> & ]]>", paragraph("a\x00b\x07c\x0b\x1f\ufffe and \u202e reversed \u202c and \u200b nothing"), paragraph("**not closed, *nor this, `nor that, [nor](this"), paragraph("\\*\\*plain stars\\*\\* and {unknown:mark} and {{template}} and ${env} and %s"),
              paragraph("{ MERGEFIELD x } INCLUDETEXT \"file:///etc/passwd\" DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe"), paragraph("[a link](mailto:a@example.com?subject=x&body=<y>) and emoji 🎉 👩‍👩‍👧"), {"type": "code", "text": "<script>alert('&amp;')</script>\n\tindented \\n not a newline"},
              table(["=1+1", "<td>"], ["@SUM(A1)", "'quoted'"], ["", None]), chart("bar", categories=["<a>", "&b", "\"c\"", "'d'"], title="=A1 & <title>", series=[{"name": "=B1<>", "values": [1, 2, 3, 4]}])),
    ],
    pages=1,
    says=("A heading with <w:t> & ]]>", "{{template}} and ${env} and %s", "<script>alert('&amp;')</script>", "=1+1", "**plain stars**"),
    holds={"headings": 1, "tables": 1, "charts": 1},
)  # fmt: skip

_CHAPTERS = ("Purpose", "Terms", "Users", "Hardware", "Software", "Interfaces", "Safety", "Tests", "Delivery", "Care")
BIG = Golden(
    look=Look("#00626B"),
    steps=[
        {"op": "set_document", "title": "Specification of the signal box", "numbered_headings": True},
        {"op": "set_cover", "kicker": "Specification", "title": "Signal box", "subtitle": "All that it must do", "details": ["Version 3"]},
        {"op": "set_header_footer", "header": {"left": "Signal box"}, "footer": {"right": "{page} / {pages}"}},
        *(
            write(
                chapter,
                paragraph(f"This chapter is about {chapter.lower()}. " + "The box must answer within 80 milliseconds and say why it refuses. " * 12),
                *(part for section in ("Scope", "Rules", "Limits") for part in (
                    {"type": "heading", "text": f"{section} of {chapter.lower()}", "level": 2},
                    listed("bullet", *(f"Requirement {number}.{n}: the box keeps its state" for n in range(1, 7))),
                    paragraph("What is written here binds both parties until it is changed in writing. " * 6))),
                table(["Id", "Requirement", "Priority"], *([f"R{number}{n:02d}", "Must be shown to hold by a test", "High"] for n in range(14)), caption=f"Requirements of {chapter.lower()}"),
            )
            for number, chapter in enumerate(_CHAPTERS, 1)
        ),
        {"op": "add_toc", "levels": 2},
        {"op": "set_page", "anchor": "Hardware", "columns": 2},
    ],
    pages=20,
    says=("Signal box", "Requirement 10.6", "Limits of care", "Table 10"),
    holds={"headings": 40, "tables": 10},
)  # fmt: skip
