"""Rules about schools: pure."""

import re
import unicodedata

_WORD = re.compile(r"[a-z0-9]+")


def searchable(text: str) -> str:
    """Text as it is searched: lower case, no accents, apostrophes or other marks (``St Mary's`` is
    found by ``st marys``), words with one space between."""
    plain = unicodedata.normalize("NFKD", text).lower()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"['’‘`]", "", plain)
    return " ".join(_WORD.findall(plain))


def search_text(name: str, urn: int, postcode: str | None, town: str | None) -> str:
    """All that a school is found by, its name first: name | URN | postcode (whole too) | town."""
    code = searchable(postcode or "")
    parts = [searchable(name), str(urn), code, code.replace(" ", ""), searchable(town or "")]
    return f"{' | '.join(parts)}"[:400]


def label(name: str, town: str | None, urn: int) -> str:
    """How a school is written where it is chosen: ``Park Primary School, Eastburn (123456)``."""
    return f"{name}, {town} ({urn})" if town else f"{name} ({urn})"


def metres_between(
    a: tuple[int | None, int | None], b: tuple[int | None, int | None]
) -> float | None:
    """Straight distance between two (easting, northing) places; None where one is not known."""
    if None in a or None in b:
        return None
    east, north = a[0] - b[0], a[1] - b[1]  # type: ignore[operator]
    return float((east * east + north * north) ** 0.5)


def followed(urn: int, linked_urn: int, kind: str) -> tuple[int, int] | None:
    """Of a link, which school was followed by which (earlier, later); None for other links."""
    if kind.startswith("Successor"):
        return urn, linked_urn
    if kind.startswith("Predecessor"):
        return linked_urn, urn
    return None
