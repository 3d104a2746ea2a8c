"""What each tier may do. The numbers are part of the public contract."""

from __future__ import annotations

from typing import Literal, NamedTuple

TierName = Literal["free", "pro", "enterprise"]


class Tier(NamedTuple):
    requests_per_minute: int
    concurrent_runs: int
    upload_bytes: int


TIERS: dict[TierName, Tier] = {
    "free": Tier(requests_per_minute=10, concurrent_runs=2, upload_bytes=10 * 2**20),
    "pro": Tier(requests_per_minute=60, concurrent_runs=10, upload_bytes=50 * 2**20),
    "enterprise": Tier(requests_per_minute=600, concurrent_runs=50, upload_bytes=250 * 2**20),
}
