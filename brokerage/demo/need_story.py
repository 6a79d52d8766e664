"""The first part of a need's story: posted, and triaged in a call.

Each part is told with ``yield from``; it goes on from where the part before it ended.
"""

from datetime import date, datetime
from random import Random

from sqlalchemy import select

from brokerage.actor import By, PostKind
from brokerage.demo.days import at, one_minute_on
from brokerage.demo.history import History, Story
from brokerage.demo.town import SEED, MadeUpSchool
from brokerage.demo.worries import RING_WHEN, Worry
from brokerage.needs import services as asking
from brokerage.needs import triage_services as triage
from brokerage.needs.models import Need
from brokerage.needs.rules import Details, Urgency, Words
from brokerage.pairings import ending_services as ending


class NeedStory:
    """A school's need, until somebody is looked for."""

    def __init__(
        self, history: History, number: int, school: MadeUpSchool, worry: Worry, begins: date
    ) -> None:
        self.history, self.school, self.worry = history, school, worry
        self.chance = Random(SEED * 1000 + number)
        self.day = begins
        self.moment: datetime | None = None
        self.coordinator = 0 if self.chance.random() < 0.7 else 1
        self.need_id = 0

    # How time goes on

    def later(self, school_days: int) -> datetime:
        """An instant so many school days on; on the same day, some minutes on."""
        self.day = self.history.days.after(self.day, school_days)
        if school_days or self.moment is None:
            self.moment = at(self.chance, self.day)
        else:
            self.moment = one_minute_on(self.moment)
        return self.moment

    @property
    def now(self) -> datetime:
        if self.moment is None:
            raise AssertionError("the story has not begun")
        return self.moment

    def by_head(self) -> By:
        return self.history.by(self.history.posts.head(self.school), self.now)

    def by_coordinator(self) -> By:
        return self.history.coordinator(self.now, self.coordinator)

    # Asking for support

    def words(self) -> Words:
        by_when = self.history.days.after(self.day, self.chance.choice((25, 40, 60)))
        when = by_when if self.chance.random() < 0.5 else None
        return Words(self.worry.worry, self.worry.whom, when, self.chance.choice(RING_WHEN))

    def drafted(self, kind: PostKind = PostKind.HEADTEACHER) -> Story:
        """Somebody of the school writes it down."""
        yield self.later(0)
        author = self.history.posts.holder(kind, self.school)
        if author is None:
            raise AssertionError(f"{self.school.name} has no {kind}")
        by = self.history.by(author, self.now)
        self._know(asking.draft(by, urn=self.school.urn, words=self.words()))

    def posted(self) -> Story:
        """The head writes it down and sends it."""
        yield from self.drafted()
        yield self.later(0)
        asking.submit(self.by_head(), self.need_id)

    def posted_for(self, person_id: int, how: str) -> Story:
        """Somebody posts it for the school, with its head's word."""
        yield self.later(0)
        by = self.history.by(person_id, self.now)
        self._know(
            asking.draft_for(
                by,
                urn=self.school.urn,
                words=self.words(),
                head_agreed_on=self.day,
                head_agreed_how=how,
            )
        )
        yield self.later(0)
        asking.submit(self.history.by(person_id, self.now), self.need_id)

    def _know(self, reference: str) -> None:
        self.need_id = self.history.ask(select(Need.id).filter_by(reference=reference))

    # The coordinator's part

    def details(self) -> Details:
        worry = self.worry
        return Details(
            code=worry.code,
            also_code=worry.also,
            phase=worry.phase,
            half_days=worry.half_days,
            outcomes=worry.outcome,
            baseline="" if self.chance.random() < 0.6 else "As described in the call.",
            site_contact="The office; ask for the head",
            who_pays=self.chance.choice(("The school", "The partnership’s fund", "")),
        )

    def called(self, after: int = 2, note: str = "") -> Story:
        """The coordinator rings, fills in the details, and takes it on."""
        yield self.later(after)
        triage.record_call(
            self.by_coordinator(),
            self.need_id,
            version=None,
            given=self.details(),
            urgency=Urgency(self.worry.urgency),
            rang=True,
            text=note,
        )

    def triaged(self, what: str, after: int = 1, **words: object) -> Story:
        """One of the coordinator's other steps, by its name in the needs room."""
        yield self.later(after)
        getattr(triage, what)(self.by_coordinator(), self.need_id, **words)

    def ended(self, what: str, after: int = 1, **words: object) -> Story:
        """The coordinator closes it, or points the school to other help."""
        yield self.later(after)
        getattr(ending, what)(self.by_coordinator(), self.need_id, **words)
