"""Real documents, where a copy of the corpus is at hand: its SOURCES.tsv says where each comes from."""

from __future__ import annotations

import os
from pathlib import Path

CORPUS = Path(os.environ.get("OVERTEN_CORPUS") or Path(__file__).parents[2] / "shared" / "corpus")
