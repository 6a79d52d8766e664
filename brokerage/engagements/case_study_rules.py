"""Rules about case studies: their life, whose consent they need, and that no name stands in them.
Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from brokerage.engagements.rules import WORKERS
from brokerage.life import Life, Part, row


class CaseStudyState(StrEnum):
    DRAFT = "draft"
    ASKED = "asked"
    PUBLISHED = "published"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Whose(StrEnum):
    """Whose consent a case study needs."""

    HEAD = "head"
    LEADER = "leader"


PARTS = {Whose.HEAD: Part.HEAD, Whose.LEADER: Part.LEADER}
TEXTS = ("title", "situation", "done", "changed", "lasted")
"""What stands in a case study, in the order in which it is read."""
SHOWN_FOR = 60
"""So many letters are shown on each side of a name that was found."""

_S = CaseStudyState
_GONE = "This case study was withdrawn: it is not shown, and cannot be used again."

LIFE = Life(
    row(_S.DRAFT, "ask", _S.ASKED, Part.COORDINATOR, "Their consent has been asked already."),
    row(
        {_S.DRAFT, _S.ASKED, _S.PUBLISHED, _S.REFUSED},
        "redraft",
        _S.DRAFT,
        Part.COORDINATOR,
        _GONE,
    ),
    row(_S.ASKED, "publish", _S.PUBLISHED, Part.SERVICE, "Their consent is not asked now."),
    row(_S.ASKED, "refuse", _S.REFUSED, WORKERS, "Their consent is not asked now."),
    row(_S.PUBLISHED, "withdraw", _S.WITHDRAWN, WORKERS, _GONE),
)


@dataclass(frozen=True)
class NameFound:
    """A name as it stands in a text, with what stands around it. A single word may be an ordinary
    one (Hill, Mark, Reading), which only a reader can tell; any other is a name for ``sure``."""

    where: str
    before: str
    name: str
    after: str
    sure: bool


_TITLES = frozenset(
    {
        *("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "rev", "revd"),
        *("father", "sister", "de", "la", "le", "of", "van", "von", "al", "el", "bin", "del", "da"),
        *("di", "du", "the", "and"),
    }
)
_OF_SCHOOLS = frozenset(
    {
        *("school", "schools", "primary", "junior", "infant", "infants", "nursery", "academy"),
        *("college", "community", "church", "england", "ce", "cofe", "rc", "catholic", "roman"),
        *("voluntary", "aided", "controlled", "high", "secondary", "special", "grammar", "free"),
        *("first", "middle", "upper", "lower", "boys", "girls", "methodist", "foundation"),
        *("federation", "trust", "partnership", "centre", "sixth", "form", "all", "through"),
        *("saint", "st", "hub", "alliance", "the", "of", "and", "for", "with", "at", "in", "on"),
        *("a", "by"),
    }
)


def words_of_person(name: str) -> list[str]:
    """What may not be said of a person: the whole name, and each word of it but titles."""
    return _words_of(name, _TITLES)


def words_of_school(name: str) -> list[str]:
    """What may not be said of a school or a place: its whole name, and each word of it that many
    other schools do not have too."""
    return _words_of(name, _OF_SCHOOLS)


def _words_of(name: str, ordinary: frozenset[str]) -> list[str]:
    words = name.split()
    while words and words[0].casefold().rstrip(".") in ordinary - {"st", "saint"}:
        words = words[1:]
    whole = " ".join(words)
    parts = [part for part in re.split(r"[^\w'’]+", whole) if len(part) > 1]
    said = [part for part in parts if part.casefold() not in ordinary]
    return [*([whole] if said else []), *(part for part in said if part != whole)]


def names_in(texts: Mapping[str, str], names: Iterable[str]) -> list[NameFound]:
    """Every name that stands in these texts: as whole words, in large letters or small, with
    accents or without; of names within names the longest."""
    found = _plain("|".join(_pattern(n) for n in sorted(set(names), key=len, reverse=True) if n))
    if not found:
        return []
    pattern = re.compile(rf"(?<!\w)(?:{found})(?!\w)", re.IGNORECASE)
    return [one for where, text in texts.items() for one in _in_one(where, text, pattern)]


def _in_one(where: str, text: str, pattern: re.Pattern[str]) -> Iterator[NameFound]:
    for match in pattern.finditer(_plain(text)):
        start, end = match.span()
        name = text[start:end]
        yield NameFound(
            where,
            _cut(text[:start], last=True),
            name,
            _cut(text[end:], last=False),
            sure=not name.isalpha(),
        )


def _pattern(name: str) -> str:
    return r"\s+".join(re.escape(word) for word in name.split())


def _cut(text: str, *, last: bool) -> str:
    """So much of the text as is shown, on one line."""
    cut = text[-SHOWN_FOR:] if last else text[:SHOWN_FOR]
    return re.sub(r"\s+", " ", cut)


def _plain(text: str) -> str:
    """The text without accents, letter by letter, so that places in it stay what they are."""
    return "".join("'" if c == "’" else unicodedata.normalize("NFKD", c)[0] for c in text)
