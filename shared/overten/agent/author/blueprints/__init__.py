"""One function for each kind of workbook: it reads the draft's brief and adds sheets, inputs and operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from overten.agent.author.blueprints import (
    billing,
    budget,
    calculators,
    data,
    forecast,
    gantt,
    plans,
    records,
    scoring,
    shared,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from overten.agent.author.draft import Draft

BLUEPRINTS: dict[str, Callable[[Draft], None]] = {
    "household_budget": budget.household,
    "budget": budget.company,
    "saas": forecast.saas,
    "profit_loss": forecast.profit_loss,
    "cash_flow": forecast.cash_flow,
    "loan": calculators.loan,
    "loan_comparison": calculators.loan_comparison,
    "break_even": calculators.break_even,
    "unit_economics": calculators.unit_economics,
    "invoice": billing.invoice,
    "expense_report": billing.expense_report,
    "event_budget": billing.event_budget,
    "roster": plans.roster,
    "timesheet": plans.timesheet,
    "gantt": gantt.gantt,
    "habits": plans.habits,
    "workout": plans.workout,
    "meals": plans.meals,
    "scorecard": scoring.scorecard,
    "comparison": scoring.comparison,
    "gradebook": scoring.gradebook,
    "tasks": records.task_list,
    "issues": records.issue_log,
    "crm": records.pipeline,
    "inventory": records.inventory,
    "content_calendar": records.content_calendar,
    "sales": records.sales,
    "shared_expenses": shared.shared_expenses,
    "data": data.data,
    "table": records.generic,
}
