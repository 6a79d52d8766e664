"""What a run is worth, in plain words: no gap, no bound and no price is named as such. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from brokerage.matching.plans import Certificate
from brokerage.web.words import counted

PLACED = {
    "urgent placed": "urgent",
    "high placed": "high",
    "all placed": "",
}


def certificate_json(certificate: Certificate) -> dict[str, Any]:
    return {
        "aims": list(certificate.aims),
        "value": list(certificate.value),
        "bound": list(certificate.bound),
    }


def worked_out(certificate: Mapping[str, Any]) -> list[str]:
    """How near the plan is to the best there can be, a sentence for each aim."""
    rows = zip(certificate["aims"], certificate["value"], certificate["bound"], strict=True)
    return [_sentence(aim, value, most) for aim, value, most in rows]


def _sentence(aim: str, value: int, most: int) -> str:
    gap = most - value
    if aim in PLACED:
        kind = f"{PLACED[aim]} needs".strip()
        if not gap:
            return f"No plan can place more {kind}."
        need = f"{PLACED[aim]} need".strip()
        return f"At most {counted(gap, f'more {need}')} could be placed by any plan at all."
    if not gap:
        return "No plan that places as many can fit better."
    return f"At most {_percent(gap, most)} better fit is possible."


def _percent(gap: int, most: int) -> str:
    share = 100 * gap / max(abs(most), 1)
    return f"{share:.0f} %" if share >= 1 else f"{share:.1f} %" if share >= 0.1 else "0.1 %"


def figures_in_words(figures: Sequence[Mapping[str, Any]]) -> str:
    """``2 of 2 urgent, 5 of 9 normal needs``."""
    said = [f"{one['placed']} of {one['needs']} {one['urgency']}" for one in figures]
    return f"{', '.join(said)} needs" if said else "no needs"
