"""Words that several pages about needs use."""

from typing import Any

from brokerage.needs.forms import PHASE_WORDS
from brokerage.needs.rules import STATE_WORDS


def pages_words() -> dict[str, Any]:
    return {"state_words": STATE_WORDS, "phase_words": PHASE_WORDS}
