"""A run that draws on files of its user, on the running stack."""

from __future__ import annotations

import io
from typing import Any

import openpyxl

from tests.integration.api.client import Org, SlowModel, reconfigured
from tests.integration.conftest import RunningStack

SALES = b"Region,Amount\n" + b"".join(b"%s,%d\n" % (("North", "South")[n % 2].encode(), n) for n in range(5_000))
TOTALS = "SELECT region, sum(amount) FROM sales GROUP BY 1 ORDER BY 1"
REPLIES: list[list[tuple[str, dict[str, Any]]]] = [
    [("query_data", {"sql": TOTALS})],
    [
        (
            "write_table",
            {
                "sheet": "Totals", "anchor": "A1", "name": "Totals", "rows": {"from": TOTALS},
                "columns": [{"header": "Region"}, {"header": "Amount"}],
            },
        )
    ],
    [("finish", {"title": "Totals", "summary": "The totals by region."})],
]  # fmt: skip


def test_the_figures_of_a_file_get_into_the_workbook(stack: RunningStack) -> None:
    org, model = Org(stack), SlowModel(REPLIES, delay_seconds=0)
    by_model = {"MODEL_PROVIDER": "openai", "MODEL_ID": "small", "MODEL_BASE_URL": model.url}
    file = org.http.post("/files", files={"file": ("sales.csv", SALES)}).json()["file_id"]
    with (
        reconfigured(stack, "ExcelGenerateFunction", MODEL_PROVIDER="openai"),
        reconfigured(stack, "StepWorkFunction", **by_model),
    ):
        answer = org.generate("Totals by region from the attached CSV", data_sources=[{"file_id": file}])
        assert answer.status_code == 200, answer.text
        data = org.http.get(answer.json()["download_url"], follow_redirects=True).content
    rows = list(openpyxl.load_workbook(io.BytesIO(data))["Totals"].iter_rows(values_only=True))
    assert rows[:3] == [("Region", "Amount"), ("North", 6_247_500), ("South", 6_250_000)]


def test_without_a_model_files_are_not_ignored(stack: RunningStack) -> None:
    org = Org(stack)
    file = org.http.post("/files", files={"file": ("sales.csv", SALES)}).json()["file_id"]
    answer = org.generate("Totals by region", data_sources=[{"file_id": file}])
    assert answer.status_code == 200, answer.text
    assert "the data of sales.csv" in answer.json()["summary"]
    data = org.http.get(answer.json()["download_url"], follow_redirects=True).content
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames == ["Summary", "Sales"]
