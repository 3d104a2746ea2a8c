"""The key's minute under any clocks and any races: never too many let in, never one refused without cause."""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from overten.accounts import service, store
from overten.accounts.models import NewKey, Org, User
from overten.aws import dynamo
from overten.errors import InvalidApiKey, RateLimited, ServiceUnavailable

NOW = 1_800_000_000  # a whole minute
LIMIT = 10
_numbers = count()

# A request by its function's clock, in seconds; None revokes the key.
clocks = st.one_of(st.integers(NOW - 60, NOW + 150), st.sampled_from([NOW - 1, NOW, NOW + 59, NOW + 60]))
steps = st.one_of(*[clocks] * 20, st.none())


class Race:
    """Requests of one key, where others may come before each of a request's writes: `intruders`, the next one first."""

    def __init__(self, minted: NewKey, org: Org, intruders: list[int | None]) -> None:
        self._minted, self._org, self._intruders = minted, org, intruders
        self._update = dynamo.update
        self.revoked = False
        self.remaining: dict[int, list[int]] = defaultdict(list)  # of each minute, by its end

    def update(self, *arguments: Any, **named: Any) -> dynamo.Item:
        # 3 in 4 writes are not disturbed: `0` stands for nobody.
        if self._intruders and (intruder := self._intruders.pop(0)) != 0:
            self.take(intruder)
        return self._update(*arguments, **named)

    def take(self, step: int | None) -> None:
        if step is None:
            service.revoke_key(User(uid="u"), self._org.org_id, "owner", self._minted.key.key_id, now=NOW)
            self.revoked = True
            return
        was_revoked = self.revoked
        try:
            let_in = service.authenticate(self._minted.secret, float(step)).rate_limit
        except InvalidApiKey:
            assert self.revoked
        except RateLimited as refused:
            told = refused.headers
            assert not was_revoked
            assert len(self.remaining[int(told["X-RateLimit-Reset"])]) == LIMIT, "refused without cause"
            assert int(told["Retry-After"]) >= 1
        except ServiceUnavailable:
            assert not was_revoked  # it lost three races in a row
        else:
            assert not was_revoked
            assert let_in.reset_seconds > step, "counted in a minute that was over"
            self.remaining[let_in.reset_seconds].append(let_in.remaining)


@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(steps, min_size=5, max_size=30),
    st.lists(st.one_of(*[st.just(0)] * 3, steps), max_size=20),
)
def test_no_minute_takes_more_than_its_limit_and_no_good_key_is_refused(
    aws: None, requests: list[int | None], intruders: list[int | None]
) -> None:
    org, minted = service.sign_up(
        User(uid=f"user {next(_numbers)}"), org_name="Acme", tier="free", key_name="default", now=NOW
    )
    race = Race(minted, org, intruders)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(store.dynamo, "update", race.update)
        for step in requests:
            race.take(step)
    for minute in race.remaining.values():
        assert len(minute) <= LIMIT
        assert sorted(minute, reverse=True) == list(range(LIMIT - 1, LIMIT - 1 - len(minute), -1))
