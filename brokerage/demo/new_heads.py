"""The made-up new heads and their buddies: one on the way through the hundred days, one not yet
announced, one without a buddy, one to be checked, one whose buddy is being asked, one at the end.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select

from brokerage.actor import SERVICE, By, PostKind
from brokerage.demo.days import at, one_minute_on
from brokerage.demo.history import History, Story
from brokerage.demo.posts import Newcomers
from brokerage.demo.starts import (
    BEING_ASKED,
    FINISHED,
    IN_TOUCH,
    PRIVATE,
    TO_CHECK,
    WITHOUT_BUDDY,
    Starts,
)
from brokerage.demo.town import SEED, MadeUpSchool
from brokerage.headships import buddying_services as buddyings
from brokerage.headships import own_services as own
from brokerage.headships import services as headships
from brokerage.headships.first_hundred import last_day
from brokerage.headships.models import Buddying, Headship
from brokerage.headships.profiles import shortlist
from brokerage.headships.rules import CLOSING, Category

POOL = (
    "Capstan Street Primary School",
    "Weir Road Primary Academy",
    "Hexwold Church of England Primary School",
    "Market Cross Junior School",
    "Linden Park Primary School",
    "Curlew Road Primary School",
    "Eel Bank Primary School",
    "Clamp Street Primary School",
    "Stanethorpe Grange Primary School",
    "Kelderby High School",
    "Southholme Academy",
    "Marsh View School",
)
EXPERIENCE = ("first headship", "small school", "acting headship", "inspection in the first year")


def stories(history: History, starts: Starts, newcomers: Newcomers) -> Iterator[Story]:
    for number, name in enumerate(POOL):
        yield joins_pool(history, number, history.town.called(name))
    made = [
        NewHead(history, name, starts.dates[name], newcomers, number)
        for number, name in enumerate(starts.dates)
    ]
    of = {head.school.name: head for head in made}
    yield in_touch(of[IN_TOUCH])
    yield private(of[PRIVATE])
    yield without_buddy(of[WITHOUT_BUDDY])
    yield finished(of[FINISHED])
    yield to_check(of[TO_CHECK])
    yield being_asked(of[BEING_ASKED])


def joins_pool(history: History, number: int, school: MadeUpSchool) -> Story:
    """A serving head says that they would be a buddy."""
    chance = Random(SEED * 100 + number)
    moment = at(chance, history.days.after(history.days.begins, 5 + number))
    yield moment
    head = history.posts.head(school)
    buddyings.join_pool(
        history.by(head, moment),
        head,
        willing=True,
        at_once=2 if number % 4 == 0 else 1,
        max_km=None,
        been_there=[words for words in EXPERIENCE if chance.random() < 0.5],
        until=None,
    )


class NewHead:
    """One appointment, and what becomes of it."""

    def __init__(
        self, history: History, school: str, starts_on: date, newcomers: Newcomers, number: int
    ) -> None:
        self.history, self.starts_on = history, starts_on
        self.school = history.town.called(school)
        self.name, self.telephone = newcomers.name(), newcomers.telephone()
        self.chance = Random(SEED * 10_000 + number)
        self.day = starts_on
        self.moment: datetime | None = None
        self.id = self.buddying_id = 0

    def on(self, day: date) -> datetime:
        """An instant of this day (later than the one before)."""
        moment = at(self.chance, day)
        if self.moment is not None and moment <= self.moment:
            moment = one_minute_on(self.moment)
        self.day, self.moment = day, moment
        return moment

    def later(self, school_days: int) -> datetime:
        return self.on(self.history.days.after(self.day, school_days))

    @property
    def now(self) -> datetime:
        if self.moment is None:
            raise AssertionError("the story has not begun")
        return self.moment

    def coordinator(self) -> By:
        return self.history.coordinator(self.now)

    def themselves(self) -> By:
        return self.history.by(self.history.one(Headship, self.id).person_id, self.now)

    def told(
        self, before: int, category: Category, announced_on: date | None, teller: int | None = None
    ) -> Story:
        """Somebody tells of it, so many school days before the start."""
        yield self.on(self.history.days.after(self.starts_on, -before))
        yield from self.told_now(category, announced_on, teller)

    def told_now(
        self, category: Category, announced_on: date | None, teller: int | None = None
    ) -> Story:
        first, last = self.name
        by = self.history.by(teller, self.now) if teller else self.coordinator()
        plain = "".join(c for c in f"{first}.{last}".lower() if c.isascii() and c not in "’ ")
        self.id = headships.tell(
            by,
            partnership_id=self.history.posts.partnership_id,
            urn=self.school.urn,
            name=f"{first} {last}",
            email=f"{plain}@post.example",
            telephone=self.telephone,
            starts_on=self.starts_on,
            category=category,
            announced_on=announced_on,
            told_by="The chair of governors" if teller is None else "",
        )
        yield from ()

    def buddy_asked(self, after: int = 2) -> Story:
        """The best of the pool is asked."""
        yield self.later(after)
        with self.history.reading() as session:
            headship = session.get_one(Headship, self.id)
            best = shortlist(session, headship, self.day).ranked[0][0].person.id
        self.buddying_id = buddyings.ask(self.coordinator(), self.id, best)

    def buddy(self) -> By:
        found = self.history.ask(select(Buddying.buddy_id).filter_by(id=self.buddying_id))
        return self.history.by(found, self.now)

    def buddy_answered(self, *, yes: bool = True, by_phone: bool = False) -> Story:
        yield self.later(1)
        by = self.coordinator() if by_phone else self.buddy()
        buddyings.answer(by, self.buddying_id, yes=yes)

    def confirmed(self) -> Story:
        """Confirmed; the two are introduced as soon as it is public."""
        yield self.later(1)
        buddyings.confirm(self.coordinator(), self.buddying_id)

    def in_post(self, day: int) -> datetime:
        """An instant of this day in post (on a weekend: of the Monday after it)."""
        found = self.starts_on + timedelta(days=day - 1)
        return self.on(found + timedelta(days={5: 2, 6: 1}.get(found.weekday(), 0)))

    def spoke(self, *days: int) -> Story:
        """They spoke on these days in post: one of the two ticks it."""
        for number, day in enumerate(days):
            yield self.in_post(day)
            by = self.themselves() if number % 2 else self.buddy()
            buddyings.spoke(by, self.buddying_id, self.day)

    def pulse(self, day: int, choice: str, *, share: bool = False) -> Story:
        """Answers the one question, as that day comes."""
        yield self.in_post(day)
        own.answer_pulse(self.themselves(), self.id, day, choice)
        if share:
            yield self.later(0)
            own.share_pulse(self.themselves(), self.id, day)

    def ticked(self, *codes: str) -> Story:
        for code in codes:
            yield self.later(0)
            own.tick_step(self.themselves(), self.id, code, done=True)

    def rung(self, day: int) -> Story:
        """“Can someone ring me today?”, and somebody does."""
        yield self.in_post(day)
        ring = own.ring_me(self.themselves(), self.id)
        yield self.on(self.day)
        headships.settle_ring(self.coordinator(), ring)


def in_touch(head: NewHead) -> Story:
    """All as it should be: told early, a buddy before the start, and so on to today."""
    announced_on = head.history.days.after(head.starts_on, -20)
    yield from head.told(28, Category.NEW_TO_HEADSHIP, announced_on)
    yield head.later(2)
    headships.wish(head.themselves(), head.id, worries=["falling numbers"], same_trust_wished=False)
    yield from head.buddy_asked()
    yield from head.buddy_answered()
    yield head.on(announced_on)
    headships.give_post(By(SERVICE, head.now), head.id)
    yield from head.confirmed()
    yield from head.ticked("keys", "chair")
    yield from head.spoke(1, 4)
    yield from head.ticked("gate", "dsl", "office")
    yield from head.rung(8)
    yield from head.spoke(12, 22)
    yield from head.pulse(30, "stretched")


def private(head: NewHead) -> Story:
    """Told in confidence for next term: a buddy has said yes, and nothing is introduced."""
    yield head.on(head.history.days.ago(6))
    yield from head.told_now(Category.NEW_TO_HEADSHIP, None)
    yield from head.buddy_asked()
    yield from head.buddy_answered()
    yield from head.confirmed()


def without_buddy(head: NewHead) -> Story:
    """Acting, overnight: the first who was asked said no; the next best is up for asking."""
    yield from head.told(1, Category.ACTING, head.starts_on)
    yield from head.buddy_asked(1)
    yield from head.buddy_answered(yes=False, by_phone=True)


def to_check(head: NewHead) -> Story:
    """The chair has told of it; no coordinator has looked yet."""
    chair = head.history.posts.holder(PostKind.CHAIR, head.school)
    if chair is None:
        raise AssertionError(f"{head.school.name} has no chair")
    yield head.on(head.history.days.ago(0))
    yield from head.told_now(Category.NEW_TO_TOWN, None, chair)


def being_asked(head: NewHead) -> Story:
    """Announced for next term: the first question lapsed, the second is out."""
    yield head.on(head.history.days.ago(15))
    yield from head.told_now(Category.NEW_TO_TOWN, head.day)
    yield from head.buddy_asked(1)
    yield head.later(10)
    buddyings.lapse(By(SERVICE, head.now), head.buddying_id)
    yield head.on(head.history.days.ago(0))
    yield from head.buddy_asked(0)


def finished(head: NewHead) -> Story:
    """All hundred days, and the three closing answers."""
    announced_on = head.history.days.after(head.starts_on, -25)
    yield from head.told(35, Category.NEW_TO_HEADSHIP, announced_on)
    yield from head.buddy_asked()
    yield from head.buddy_answered()
    yield head.on(announced_on)
    headships.give_post(By(SERVICE, head.now), head.id)
    yield from head.confirmed()
    yield from head.spoke(1, 5, 15, 26)
    yield from head.pulse(30, "stretched", share=True)
    yield from head.pulse(60, "well")
    yield from head.pulse(100, "well")
    end = last_day(head.history.days.calendar, head.starts_on, in_school_days=False)
    yield head.on(head.history.days.after(end, 1))
    answers = {name: next(iter(choices)) for name, (_, choices) in CLOSING.items()}
    own.finish(head.themselves(), head.id, answers=answers)
