"""Which specialism a word means, and which ones a headteacher's own words point to. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from brokerage.specialisms.seed import SEED, SeededSpecialism

MOST_SUGGESTIONS = 5
WHOLE_PHRASE = 3  # points a word of a whole name or alias counts; a loose word counts one
WORD = re.compile(r"[^\W_]+(?:['&][^\W_]+)*")
KEY_STAGE = re.compile(r"\bkey stages? (\d)\b")
SHOUTED = frozenset({"re", "it", "ap", "pp", "tas"})  # only words, unless in capitals
# Words of names that say nothing alone, in the singular.
FILLER_WORDS = """
    a an across all and are as at be between by children do for from group having head headteacher
    help how i in is it lead leader leadership leading learning need new of on or our pupil school
    staff stage support teacher teaching that the their they this to up use using we when who with
    work working year your
"""
FILLER = frozenset(FILLER_WORDS.split())


def fold(text: str, among: Collection[SeededSpecialism] = SEED) -> str:
    """The code of the specialism that `text` names by code, name or alias.

    Case, outer space and doubled inner space do not matter. Any other text comes back folded in
    the same way, so that two spellings of an unknown area are still equal.
    """
    folded = _folded(text)
    return _codes(tuple(among)).get(folded, folded)


def suggest(text: str, among: Collection[SeededSpecialism] = SEED) -> list[SeededSpecialism]:
    """Up to five specialisms that free text points to, likeliest first; none when none does.

    Names and aliases found whole count most, and longer ones more; single words of a name count
    a little. Ties keep the order of `among`, so the same text always gives the same list.
    """
    words = _words(text)
    present = frozenset(words)
    line = f" {' '.join(words)} "
    scored = [(_score(area, line, present, text), area) for area in among]
    scored.sort(key=lambda pair: -pair[0])
    return [area for score, area in scored[:MOST_SUGGESTIONS] if score > 0]


@lru_cache(maxsize=8)
def _codes(among: tuple[SeededSpecialism, ...]) -> dict[str, str]:
    # Codes last: they win over a name or alias that happens to be spelt alike.
    codes = {_folded(said): area.code for area in among for said in (area.name, *area.aliases)}
    return codes | {_folded(area.code): area.code for area in among}


def _score(area: SeededSpecialism, line: str, present: frozenset[str], text: str) -> int:
    phrases = [_words(said) for said in (area.name, *area.aliases)]
    whole = [phrase for phrase in phrases if _occurs(phrase, line, text)]
    loose = {word for word in _words(area.name) if word not in FILLER} & present
    longest = max((len(phrase) for phrase in whole), default=0)
    return WHOLE_PHRASE * longest + len(whole) + len(loose)


def _occurs(phrase: tuple[str, ...], line: str, text: str) -> bool:
    if len(phrase) == 1 and phrase[0] in SHOUTED:
        # "RE" and "IT" are subjects; "re" and "it" are only words.
        return re.search(rf"\b{phrase[0].upper().removesuffix('S')}s?\b", text) is not None
    return f" {' '.join(phrase)} " in line


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    """The words of `text` in small letters, plurals made singular, key stage 2 as ks2."""
    plain = KEY_STAGE.sub(r"ks\1", _folded(text.replace("’", "'").replace("-", " ")))
    return tuple(_singular(WORD.findall(plain)))


def _singular(words: Iterable[str]) -> Iterable[str]:
    for word in words:
        word = word.removesuffix("'s").removesuffix("'")
        if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
            word = word[:-1]
        yield word


def local_code(name: str, partnership_id: int) -> str:
    """The code of an area that a partnership adds: ``local-3-forest-school``."""
    slug = "-".join(re.findall(r"[a-z0-9]+", _folded(name)))
    return f"local-{partnership_id}-{slug}"[:60]
