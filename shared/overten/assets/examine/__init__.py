"""Decides what an uploaded file is, from its bytes alone, and refuses what is dangerous. No AWS, no HTTP.

from overten.assets.examine import Examined, Kind, Unacceptable, examine
"""

from overten.assets.examine.models import Caveat, Examined, Kind, Unacceptable
from overten.assets.examine.service import examine

__all__ = ["Caveat", "Examined", "Kind", "Unacceptable", "examine"]
