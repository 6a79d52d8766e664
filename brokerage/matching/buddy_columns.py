"""The rules and points of buddies for many new heads at once, in columns of whole numbers.

The same rules as `buddy_rules` and the same points as `buddies`, for a block of new heads of one
phase against all heads who can speak of that phase, a whole table at a time. Words become numbers
first (equal where the words are equal), and situations become rows of yes and no, so that a table
of who shares how many is one product of matrices. Tests hold that no pair differs from the rules
and points as they are told one by one.

Every head of the phase is looked at: nothing says how far is too far unless a head does, and at
two thousand new heads and five thousand heads it takes about a second. Cost: new heads x heads of
their phase, times a few dozen operations on numbers side by side.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brokerage.matching.buddies import BUDDY_CRITERIA
from brokerage.matching.buddy_profiles import BuddyProfile, BuddySettings, NewHeadProfile
from brokerage.matching.profiles import Openness
from brokerage.matching.scoring import BANDS_APART, FAR_METRES, FULL, HALF, NEAR_METRES, NONE

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

BLOCK = 64
"""New heads looked at together."""
UNKNOWN = -1
ANYWHERE = 1 << 40


class Codes:
    """Whole numbers for words: the same for the same word, UNKNOWN for none."""

    def __init__(self) -> None:
        self._known: dict[Hashable, int] = {}

    def __call__(self, words: Sequence[Hashable | None]) -> IntArray:
        known = self._known
        return np.array(
            [UNKNOWN if word is None else known.setdefault(word, len(known)) for word in words],
            dtype=np.int64,
        )


@dataclass(frozen=True, slots=True)
class Heads:
    """Columns of new heads or of buddies: places in metres (`placed` where known), the rest as
    codes; `situations` is (heads, words) of 0 and 1."""

    east: IntArray
    north: IntArray
    placed: BoolArray
    school: IntArray
    trust: IntArray
    size: IntArray
    kind: IntArray
    faith: IntArray
    situations: IntArray

    def of(self, rows: IntArray) -> "Heads":
        return Heads(*(getattr(self, name)[rows] for name in self.__slots__))


def columns_of(
    heads: Sequence[NewHeadProfile | BuddyProfile],
    situations: Sequence[frozenset[str]],
    codes: Codes,
    words: Sequence[str],
) -> Heads:
    """The columns of these heads; `words` are all situations anybody names."""
    at = [head.place for head in heads]
    return Heads(
        east=np.array([place.easting if place else 0 for place in at], dtype=np.int64),
        north=np.array([place.northing if place else 0 for place in at], dtype=np.int64),
        placed=np.array([place is not None for place in at], dtype=np.bool_),
        school=codes([head.school for head in heads]),
        trust=codes([head.trust for head in heads]),
        size=np.array([head.context.size or UNKNOWN for head in heads], dtype=np.int64),
        kind=codes([head.context.kind for head in heads]),
        faith=codes([head.context.faith for head in heads]),
        situations=np.array(
            [[word in own for word in words] for own in situations], dtype=np.int64
        ).reshape(len(heads), len(words)),
    )


@dataclass(frozen=True, slots=True)
class Block:
    """Some new heads of one phase (their places in the list) against the buddies of that phase
    (theirs): which pairs no rule bars, the points of each, and for each new head the rule after
    which nobody was left ("" where somebody was)."""

    new: IntArray
    buddy: IntArray
    allowed: BoolArray
    score: IntArray
    emptied_by: tuple[str, ...]


def blocks(
    new_heads: Sequence[NewHeadProfile],
    buddies: Sequence[BuddyProfile],
    settings: BuddySettings,
) -> Iterator[Block]:
    """Every new head once, in blocks."""
    words = sorted({word for new in new_heads for word in new.situation})
    codes = Codes()
    ours = columns_of(new_heads, [new.situation for new in new_heads], codes, words)
    theirs = columns_of(buddies, [buddy.been_there for buddy in buddies], codes, words)
    index = {buddy.person_id: place for place, buddy in enumerate(buddies)}
    for phase in sorted({new.phase for new in new_heads}):
        of_phase = np.array([i for i, b in enumerate(buddies) if phase in b.phases], dtype=np.int64)
        asking = [i for i, new in enumerate(new_heads) if new.phase is phase]
        pool = _Pool([buddies[i] for i in of_phase.tolist()], phase, of_phase, len(buddies))
        columns = theirs.of(of_phase)
        for start in range(0, len(asking), BLOCK):
            some = np.array(asking[start : start + BLOCK], dtype=np.int64)
            people = [new_heads[i] for i in some.tolist()]
            table = _Table(people, ours.of(some), pool, columns, settings, index)
            allowed, emptied_by = table.allowed()
            yield Block(some, of_phase, allowed, table.score(), emptied_by)


class _Pool:
    """What only buddies have, in columns; `place` is where a buddy stands among these."""

    def __init__(
        self, buddies: Sequence[BuddyProfile], phase: str, of_phase: IntArray, everybody: int
    ) -> None:
        self.place = np.full(everybody, UNKNOWN, dtype=np.int64)
        self.place[of_phase] = np.arange(len(of_phase))
        self.own_phase = np.array([b.phases[0] == phase for b in buddies], dtype=np.bool_)
        self.closed = np.array([b.openness is Openness.CLOSED for b in buddies], dtype=np.bool_)
        by_phone = [b.openness is Openness.PHONE_ONLY for b in buddies]
        travels = [ANYWHERE if b.max_metres is None else b.max_metres for b in buddies]
        self.travels = np.where(by_phone, ANYWHERE, np.array(travels, dtype=np.int64))
        self.buddying = np.array([b.buddying for b in buddies], dtype=np.int64)
        self.at_once = np.array([b.at_once for b in buddies], dtype=np.int64)


class _Table:
    """New heads down, buddies across."""

    def __init__(
        self,
        people: Sequence[NewHeadProfile],
        ours: Heads,
        pool: _Pool,
        theirs: Heads,
        settings: BuddySettings,
        index: dict[str, int],
    ) -> None:
        self.people, self.ours, self.theirs = people, ours, theirs
        self.pool, self.settings, self.index = pool, settings, index
        self.both_placed = ours.placed[:, None] & theirs.placed
        across = np.hypot(ours.east[:, None] - theirs.east, ours.north[:, None] - theirs.north)
        self.metres = np.rint(across).astype(np.int64)
        self.shape = self.metres.shape

    def allowed(self) -> tuple[BoolArray, tuple[str, ...]]:
        """Which pairs pass every rule; for each new head the rule that left nobody, by phase
        first and then in the order of `buddy_rules`."""
        left: BoolArray = np.ones(self.shape, dtype=np.bool_)
        emptied_by = [""] * len(self.people)
        for code, bars in (("phase", None), *self._bars()):
            if bars is not None:
                left &= ~bars()
            for row in np.flatnonzero(~left.any(axis=1)).tolist():
                emptied_by[row] = emptied_by[row] or code
        return left, tuple(emptied_by)

    def _bars(self) -> tuple[tuple[str, Callable[[], BoolArray]], ...]:
        return (
            ("self", lambda: self._named([{one.person_id} for one in self.people])),
            ("own_school", lambda: self._same(self.ours.school, self.theirs.school)),
            ("same_trust", self._same_trust),
            ("line_manager", lambda: self._named([p.managed_by | p.manages for p in self.people])),
            ("not_wished", lambda: self._named([one.not_buddies for one in self.people])),
            ("rival", lambda: self.both_placed & (self.metres < self.settings.rival_metres)),
            ("not_accepting", lambda: np.broadcast_to(self.pool.closed, self.shape)),
            ("distance", self._too_far),
            ("capacity", lambda: np.broadcast_to(self._full(), self.shape)),
        )

    def _named(self, people: Sequence[frozenset[str] | set[str]]) -> BoolArray:
        bars: BoolArray = np.zeros(self.shape, dtype=np.bool_)
        for row, ids in enumerate(people):
            known = [self.pool.place[self.index[one]] for one in ids if one in self.index]
            bars[row, [place for place in known if place != UNKNOWN]] = True
        return bars

    def _same(self, ours: IntArray, theirs: IntArray) -> BoolArray:
        same: BoolArray = (ours[:, None] == theirs) & (ours != UNKNOWN)[:, None]
        return same

    def _same_trust(self) -> BoolArray:
        unwished = np.array([not one.same_trust_wished for one in self.people], dtype=np.bool_)
        return self._same(self.ours.trust, self.theirs.trust) & unwished[:, None]

    def _too_far(self) -> BoolArray:
        visits = np.array([not one.remote_allowed for one in self.people], dtype=np.bool_)
        far: BoolArray = self.both_placed & (self.metres > self.pool.travels) & visits[:, None]
        return far

    def _full(self) -> BoolArray:
        full: BoolArray = self.pool.buddying >= self.pool.at_once
        return full

    def score(self) -> IntArray:
        """The points of every pair, barred or not."""
        shares = {
            "phase": np.where(self.pool.own_phase, FULL, HALF),
            "distance": self._share_distance(),
            "been_there": self._share_been_there(),
            "size": self._share_size(),
            "kind": self._share_alike(self.ours.kind, self.theirs.kind),
            "faith": self._share_alike(self.ours.faith, self.theirs.faith),
            "load": FULL // (1 + self.pool.buddying),
        }
        total = np.zeros(self.shape, dtype=np.int64)
        for code in BUDDY_CRITERIA:
            total += getattr(self.settings, code) * shares[code] // FULL
        return total

    def _share_distance(self) -> IntArray:
        span = FAR_METRES - NEAR_METRES
        share = FULL - FULL * np.clip(self.metres - NEAR_METRES, 0, span) // span
        return np.where(self.both_placed, share, HALF)

    def _share_been_there(self) -> IntArray:
        asked = self.ours.situations.sum(axis=1)[:, None]
        shared = self.ours.situations @ self.theirs.situations.T
        return np.where(asked > 0, FULL * shared // np.maximum(asked, 1), FULL)

    def _share_size(self) -> IntArray:
        ours, theirs = self.ours.size[:, None], self.theirs.size
        apart = np.abs(ours - theirs)
        by_gap = np.array(
            [BANDS_APART.get(gap, NONE) for gap in range(int(apart.max(initial=0)) + 1)]
        )
        return np.where((ours == UNKNOWN) | (theirs == UNKNOWN), HALF, by_gap[apart])

    def _share_alike(self, ours: IntArray, theirs: IntArray) -> IntArray:
        known = (ours != UNKNOWN)[:, None] & (theirs != UNKNOWN)
        return np.where(known, np.where(ours[:, None] == theirs, FULL, NONE), HALF)
