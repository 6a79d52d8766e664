"""Which school asks for what, and when: the sixty needs of the made-up history."""

from collections.abc import Iterator
from datetime import date
from itertools import cycle
from random import Random

from brokerage.actor import PostKind
from brokerage.demo.history import History
from brokerage.demo.support import Support
from brokerage.demo.town import SEED, MadeUpSchool
from brokerage.demo.worries import WORRIES

SCHOOL_KINDS = {
    "primary": ("primary", "village"),
    "village": ("village",),
    "secondary": ("secondary",),
    "nursery": ("nursery",),
    "special": ("special", "alternative"),
    "16plus": ("16plus",),
}


class Plots:
    """Makes the stories of needs, each at another school as far as there are enough."""

    def __init__(self, history: History, but: set[int]) -> None:
        """``but`` are schools whose head changes in these years: they have stories of their own."""
        self.history = history
        self._number = 0
        self._schools: dict[str, Iterator[MadeUpSchool]] = {}
        self._kept: list[MadeUpSchool] = []
        chance = Random(SEED + 4)
        for phase, kinds in SCHOOL_KINDS.items():
            held = [s for s in history.town.open() if s.kind in kinds and s.urn not in but]
            chance.shuffle(held)
            self._schools[phase] = cycle(held)

    def need(
        self, group: str, number: int, begins: date, having: PostKind = PostKind.HEADTEACHER
    ) -> Support:
        """The next school, with that need, from that day; one where somebody is in the post
        ``having``. Classes of mixed ages are a village school's."""
        worry = WORRIES[group][number]
        mixed = worry.code == "mixed-age" or worry.worry.startswith("Mixed-age")
        schools = self._schools["village" if mixed else worry.phase]
        school = next(schools)
        while self.history.posts.holder(having, school) is None:
            school = next(schools)
        self._number += 1
        return Support(self.history, self._number, school, worry, begins)
