from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from overten.agent.models import ModelUsage
from overten.credits.pricing import ModelRate, PriceList, ToolRates, price_list

PRICES = PriceList(
    starting_credits={"free": 1, "pro": 1, "enterprise": 1},
    floors={"excel": 1, "word": 1, "slides": 1, "analyze": 1},
    outlines_a_day={"free": 1, "pro": 1, "enterprise": 1},
    tools=ToolRates(credits_per_call=Decimal("0.1")),
    models=(
        ModelRate(pattern="*small*", input=Decimal(100), cached_input=Decimal(10), output=Decimal(500)),
        ModelRate(
            pattern="*",
            input=Decimal(300),
            cached_input=Decimal(30),
            cache_write=Decimal(375),
            output=Decimal(1500),
        ),
    ),
)


def used(model: str, input_tokens: int = 0, cached: int = 0, output: int = 0, written: int = 0) -> ModelUsage:
    return ModelUsage(
        model=model,
        input_tokens=input_tokens,
        cached_input_tokens=cached,
        cache_write_tokens=written,
        output_tokens=output,
    )


def test_nothing_done_costs_nothing() -> None:
    assert PRICES.price_credits([], 0) == 0


def test_cached_input_costs_its_own_rate_and_is_not_counted_twice() -> None:
    assert PRICES.price_credits([used("big", input_tokens=1_000_000)], 0) == 300
    assert PRICES.price_credits([used("big", input_tokens=1_000_000, cached=1_000_000)], 0) == 30


def test_what_a_cache_takes_in_costs_its_own_rate_where_there_is_one() -> None:
    assert PRICES.price_credits([used("big", input_tokens=1_000_000, cached=400_000, written=600_000)], 0) == 12 + 225
    assert PRICES.price_credits([used("small", input_tokens=1_000_000, written=1_000_000)], 0) == 100


def test_the_first_pattern_that_matches_sets_the_rate() -> None:
    assert PRICES.price_credits([used("vendor.small-v2", output=1_000_000)], 0) == 500
    assert PRICES.price_credits([used("vendor.large-v2", output=1_000_000)], 0) == 1500


def test_a_started_credit_is_a_whole_one() -> None:
    assert PRICES.price_credits([], 1) == 1
    assert PRICES.price_credits([], 10) == 1
    assert PRICES.price_credits([], 11) == 2


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 10**6), st.integers(0, 200))
def test_more_work_never_costs_less(input_tokens: int, cached: int, output: int, calls: int) -> None:
    cached = min(cached, input_tokens)
    price = PRICES.price_credits([used("big", input_tokens, cached, output)], calls)
    assert price <= PRICES.price_credits([used("big", input_tokens + 1, cached, output + 1)], calls + 1)


def test_the_deployed_list_prices_every_model_and_format() -> None:
    prices = price_list()
    assert set(prices.floors) == {"excel", "word", "slides", "analyze"}
    assert prices.price_credits([used("anything-at-all", 10_000, 0, 10_000)], 5) > 0
    assert prices.price_credits([used("built-in-author", 10_000, 0, 10_000)], 0) == 0


def test_the_dearer_of_a_providers_models_costs_more() -> None:
    names = ("amazon.nova-micro", "amazon.nova-lite", "us.anthropic.claude-haiku-4-5", "us.anthropic.claude-sonnet-5")
    names += ("claude-opus-5", "claude-fable-5")
    prices = [price_list().price_credits([used(name, 1_000_000, 0, 1_000_000)], 0) for name in names]
    assert prices == sorted(set(prices))
