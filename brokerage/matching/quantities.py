"""How days, distances and short lists are written for people.

Every sentence and every spreadsheet of this room writes a quantity the same way.
"""

from collections.abc import Sequence


def days_words(half_days: int) -> str:
    """ "half a day", "1 day", "2.5 days", from half-days."""
    if half_days == 1:
        return "half a day"
    return "1 day" if half_days == 2 else f"{days_figure(half_days)} days"


def days_figure(half_days: int) -> str:
    """ "0.5", "1", "2.5", from half-days."""
    return str(half_days // 2) if half_days % 2 == 0 else f"{half_days // 2}.5"


def km_figure(metres: int) -> str:
    """Kilometres to one decimal, without a needless ".0", from metres."""
    return f"{metres / 1000:.1f}".removesuffix(".0")


def km_words(metres: int) -> str:
    """ "12 km" or "0.4 km", from metres."""
    return f"{km_figure(metres)} km"


def km_apart(shorter: int, longer: int) -> tuple[str, str]:
    """Two distances, written finely enough to be seen to differ where they do."""
    short, long = km_words(shorter), km_words(longer)
    if short == long and shorter != longer:
        return f"{shorter / 1000:.3f} km", f"{longer / 1000:.3f} km"
    return short, long


def and_list(words: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
