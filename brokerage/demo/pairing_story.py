"""The second part of a need's story: somebody is proposed, and the three are asked."""

from sqlalchemy import select

from brokerage.actor import SERVICE, By
from brokerage.clock import london_date
from brokerage.demo.history import Story
from brokerage.demo.need_story import NeedStory
from brokerage.engagements import services as engagements
from brokerage.engagements.models import Engagement
from brokerage.leaders.models import Leader
from brokerage.needs.models import Need
from brokerage.pairings import services as pairings
from brokerage.pairings.asking import PURPOSE
from brokerage.pairings.models import Pairing
from brokerage.pairings.queries import asked_for, shortlist
from brokerage.pairings.rules import Step

PENCE_A_DAY = 35_000
PAID_BY = ("The school", "The partnership’s fund")
SAID = {
    Step.RELEASE: "Yes, gladly: Thursdays suit us best.",
    Step.CHOOSE: "Yes please.",
    Step.ACCEPT: "Happy to. I shall ring them.",
}


class PairingStory(NeedStory):
    """A need for which leaders are asked."""

    pairing_id = 0
    engagement_id = 0
    pot_id: int | None = None
    """The funding pot that pays, if one does."""
    visits_begin_after = 15
    """School days from a proposal to the first visit that is planned."""

    def proposed(self, after: int = 2, *, standing: bool | None = None) -> Story:
        """The best leader who was not tried yet is proposed, and the first of the three asked.
        ``standing`` wants one with a standing release, or without."""
        yield self.later(after)
        reference = pairings.propose(
            self.by_coordinator(),
            self.need_id,
            self._best(standing),
            half_days=self.worry.half_days,
            pence_a_day=PENCE_A_DAY if self.chance.random() < 0.8 else None,
            who_pays="" if self.pot_id else self.chance.choice(PAID_BY),
            pot_id=self.pot_id,
            first_date=self.history.days.after(self.day, self.visits_begin_after),
        )
        self.pairing_id = self.history.ask(select(Pairing.id).filter_by(reference=reference))

    def _best(self, standing: bool | None) -> int:
        today = london_date(self.now)
        with self.history.reading() as session:
            need = session.get_one(Need, self.need_id)
            floor = need.partnership.quality_floor
            found = shortlist(session, need, today, floor).proposable
            tried = set(session.scalars(select(Pairing.leader_id).filter_by(need_id=need.id)))
            for leader_id in (int(one.leader.leader_id) for one in found):
                given = session.get_one(Leader, leader_id).standing is not None
                if leader_id not in tried and standing in (None, given):
                    return leader_id
        raise AssertionError(f"nobody suits {self.worry.code} in {self.worry.phase}")

    def answered(
        self, step: Step, *, yes: bool = True, after: int = 2, how: str = "", words: str = ""
    ) -> Story:
        """Who is asked answers: ``how`` is page, link or phone (or as it happens). Nothing, where a
        standing release made the question a notice."""
        yield self.later(after)
        pairing = self.history.one(Pairing, self.pairing_id)
        if pairing.step is not step:
            return
        with self.history.reading() as session:
            there = session.get_one(Pairing, pairing.id)
            person = asked_for(session, there, step, london_date(self.now))
        if person is None:
            raise AssertionError(f"nobody can be asked for {step} of {pairing.reference}")
        how = how or self.chance.choice(("link", "link", "page", "phone"))
        said = words or (SAID[step] if yes and self.chance.random() < 0.4 else "")
        if how == "phone":
            pairings.record_answer(
                self.by_coordinator(), pairing.reference, step, yes=yes, on=self.day, words=said
            )
            return
        link = self.history.link(person.id, PURPOSE[step], pairing.id) if how == "link" else None
        by = self.history.by(person.id, self.now, "link" if link else "session")
        pairings.answer(by, pairing.id, step, yes=yes, words=said, link_id=link)

    def agreed(self, how: str = "") -> Story:
        """All three say yes, each in their turn."""
        for step in (Step.RELEASE, Step.CHOOSE, Step.ACCEPT):
            yield from self.answered(step, how=how)

    def confirmed(self, after: int = 2) -> Story:
        """The coordinator confirms, and the engagement is there."""
        yield self.later(after)
        pairing = self.history.one(Pairing, self.pairing_id)
        reference = engagements.confirm(self.by_coordinator(), pairing.reference)
        self.engagement_id = self.history.ask(select(Engagement.id).filter_by(reference=reference))

    def lapsed(self) -> Story:
        """Nobody answers, even when reminded."""
        yield self.later(8)
        pairings.lapse(By(SERVICE, self.now), self.pairing_id)

    def taken_back(self, reason: str) -> Story:
        """The coordinator takes the pairing back."""
        yield self.later(2)
        pairing = self.history.one(Pairing, self.pairing_id)
        pairings.withdraw(self.by_coordinator(), pairing.reference, reason=reason)

    def pulled_out(self, words: str) -> Story:
        """The leader, having accepted, cannot after all."""
        yield self.later(1)
        with self.history.reading() as session:
            person_id = session.get_one(Pairing, self.pairing_id).leader.person_id
        by = self.history.by(person_id, self.now)
        pairings.pull_out(by, self.pairing_id, words=words)
