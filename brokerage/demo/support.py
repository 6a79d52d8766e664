"""The last part of a need's story: visits, reviews, and how the support comes to its end."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.demo.history import Story
from brokerage.demo.pairing_story import PairingStory
from brokerage.demo.worries import CHANGED, COMMENTS, DONE, NEXT, SEEN, STORY
from brokerage.engagements import case_study_services as case_studies
from brokerage.engagements import review_services as reviews
from brokerage.engagements import services as engagements
from brokerage.engagements import visit_services as visits
from brokerage.engagements.case_study_rules import Whose
from brokerage.engagements.models import Concern, Engagement, Visit
from brokerage.engagements.queries import next_planned, review_of
from brokerage.engagements.review_rules import Level, Said
from brokerage.engagements.rules import (
    WENT_WELL,
    Difference,
    EngagementState,
    MidPoint,
    ReviewKind,
    mid_point_reached,
    months_after,
)
from brokerage.needs import triage_services as triage
from brokerage.needs.models import Need

EXIT_PLAN = "The lead goes on with it; we look at it together in the senior team each half-term."
CHANGE = "A little less for the whole staff, a little more for the lead."
MID_POINT = "engagements.mid_point_by_link"
DIFFERENCES = (
    Difference.LARGE,
    Difference.CLEAR,
    Difference.CLEAR,
    Difference.CLEAR,
    Difference.LITTLE,
)


class Support(PairingStory):
    """A need and all that becomes of it."""

    def begun(self, how: str = "") -> Story:
        """From the posting to the confirmed agreement, as it usually goes."""
        yield from self.posted()
        yield from self.called()
        yield from self.proposed()
        yield from self.agreed(how)
        yield from self.confirmed()

    def scoping_visit(self) -> "Support":
        """A small need of half a day, which goes its own way from here."""
        reference = triage.scoping_visit(self.by_coordinator(), self.need_id)
        worry = replace(self.worry, half_days=1)
        visit = Support(self.history, 100 + self.need_id, self.school, worry, self.day)
        visit.moment, visit.coordinator = self.moment, self.coordinator
        visit.need_id = self.history.ask(select(Need.id).filter_by(reference=reference))
        return visit

    def by_leader(self) -> By:
        with self.history.reading() as session:
            person_id = session.get_one(Engagement, self.engagement_id).leader.person_id
        return self.history.by(person_id, self.now)

    def spoken(self) -> Story:
        """First contact: the leader rings the school."""
        yield self.later(1)
        engagements.note_first_contact(self.by_leader(), self.engagement_id, self.day)

    def visited(self, times: int = 99, *, gap: int = 6, worry: str = "", on: bool = True) -> Story:
        """So many visits, logged the same or the next day (at most until all days are used), with
        the mid-point on the way. ``on`` plans the next visit each time."""
        for number in range(times):
            yield self.later(gap)
            engagement = self._engagement()
            left = engagement.half_days - engagement.used
            half_days = min(left, 2 if self.chance.random() < 0.7 else 1)
            ahead = self.history.days.after(self.day, gap) if on and left > half_days else None
            planned = next_planned(engagement)
            visits.log(
                self.by_leader(),
                engagement.id,
                visit_id=planned.id if planned else None,
                happened_on=london_date(self.now),
                half_days=half_days,
                done=self._done(len(engagement.visits)),
                next=self.chance.choice(NEXT),
                worry=worry if number == 0 else "",
                next_date=ahead,
            )
            yield from self._mid_point()
            if self._engagement().state is EngagementState.COMPLETED:
                return

    def _done(self, number: int) -> str:
        """What was done on a visit: something else on each."""
        return DONE[(self.need_id + number * 3) % len(DONE)]

    def _mid_point(self) -> Story:
        engagement = self._engagement()
        if (
            engagement.state is not EngagementState.ACTIVE
            or not mid_point_reached(engagement.half_days, engagement.used)
            or review_of(engagement, ReviewKind.MID_POINT) is not None
        ):
            return
        yield self.later(2)
        change = self.chance.random() < 0.12
        reviews.mid_point(
            self.by_head(),
            engagement.id,
            choice=MidPoint.CHANGE if change else MidPoint.KEEP,
            words=CHANGE if change else "",
            exit_plan=EXIT_PLAN,
            said=self._said(engagement, Level.AMBER if change else Level.GREEN, SEEN),
            link_id=self.history.link(
                self.history.posts.head(self.school), MID_POINT, engagement.id
            ),
        )
        yield from self.settled()

    def evaluated(self, *, difference: Difference | None = None, by_phone: bool = False) -> Story:
        """The supported head says what has changed; the leader adds a word, or does not."""
        yield self.later(4)
        made = difference or self.chance.choice(DIFFERENCES)
        level = Level.GREEN if made.level >= WENT_WELL else Level.AMBER
        reviews.evaluate(
            self.by_coordinator() if by_phone else self.by_head(),
            self.engagement_id,
            difference=made,
            words=self.chance.choice(CHANGED),
            exit_plan=EXIT_PLAN,
            said=self._said(self._engagement(), level, CHANGED),
        )
        if self.chance.random() < 0.5:
            yield self.later(2)
            words = self.chance.choice(COMMENTS)
            reviews.comment(self.by_leader(), self.engagement_id, words=words)

    def looked_back(self) -> Story:
        """The same measure again, three and six months on, where these have come."""
        for months, kind in ((3, ReviewKind.LOOK_BACK_3), (6, ReviewKind.LOOK_BACK_6)):
            closed_at = self._engagement().over_at
            if closed_at is None:
                raise AssertionError("the support is not closed")
            due = months_after(london_date(closed_at), months)
            self.day = self.history.days.after(due, 2)
            if self.day >= self.history.days.latest:
                return
            yield self.later(0 if self.moment is None else 1)
            made = self.chance.choice(DIFFERENCES)
            level = Level.STILL_SO if made.level >= WENT_WELL else Level.SLIPPED_BACK
            reviews.look_back(
                self.by_head(),
                self.engagement_id,
                kind=kind,
                difference=made,
                words=self.chance.choice(CHANGED),
                said=self._said(self._engagement(), level, SEEN),
            )

    def _said(self, engagement: Engagement, level: Level, seen: Sequence[str]) -> list[Said]:
        """What a review says of each outcome."""
        about = enumerate(engagement.outcomes, start=self.need_id)
        return [Said(one.id, level, seen[number % len(seen)]) for number, one in about]

    def told_to_others(self) -> Story:
        """The coordinator writes a case study; both sides agree to it."""
        yield self.later(3)
        case_studies.save(self.by_coordinator(), self.engagement_id, STORY)
        case_studies.ask(self.by_coordinator(), self.engagement_id, ordinary=True)
        yield self.later(2)
        case_studies.answer(self.by_head(), self.engagement_id, Whose.HEAD, yes=True)
        case_studies.answer(self.by_leader(), self.engagement_id, Whose.LEADER, yes=True)

    def settled(self) -> Story:
        """The coordinator talks to whoever had a concern, and it is settled."""
        query = select(Concern.id).filter_by(engagement_id=self.engagement_id, settled_at=None)
        concern_id = self.history.ask(query)
        if concern_id is not None:
            yield self.later(2)
            engagements.settle_concern(self.by_coordinator(), concern_id)

    def disputed(self, words: str) -> Story:
        """The head says that the latest log is not right."""
        yield self.later(1)
        visits.dispute(self.by_head(), self._latest_log(), words=words)

    def resolved(self, half_days: int) -> Story:
        """The coordinator has talked to both."""
        yield self.later(2)
        visits.resolve(self.by_coordinator(), self._latest_log(), half_days=half_days)

    def paused(self, reason: str) -> Story:
        yield self.later(3)
        engagements.pause(self.by_coordinator(), self.engagement_id, reason=reason)

    def resumed(self) -> Story:
        yield self.later(12)
        engagements.resume(self.by_coordinator(), self.engagement_id)

    def ended_early(self, reason: str, *, need_goes_on: bool) -> Story:
        yield self.later(3)
        engagements.end_early(
            self.by_coordinator(), self.engagement_id, reason=reason, need_goes_on=need_goes_on
        )

    def contested(self, words: str) -> Story:
        """“This is not what I agreed.”"""
        yield self.later(1)
        engagements.contest(self.by_head(), self.engagement_id, words=words)

    def _latest_log(self) -> int:
        query = select(Visit.id).filter_by(engagement_id=self.engagement_id)
        found: int = self.history.ask(
            query.where(Visit.logged_at.is_not(None)).order_by(Visit.logged_at.desc()).limit(1)
        )
        return found

    def _engagement(self) -> Engagement:
        with self.history.reading() as session:
            query = select(Engagement).filter_by(id=self.engagement_id)
            parts = (Engagement.visits, Engagement.reviews, Engagement.outcomes)
            return session.scalars(query.options(*map(selectinload, parts))).one()
