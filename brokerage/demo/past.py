"""Stories of needs that are over: met, closed for another reason, sent elsewhere, withdrawn."""

from collections.abc import Iterator
from dataclasses import replace

from brokerage.actor import PostKind
from brokerage.demo.history import History, Story
from brokerage.demo.plots import Plots
from brokerage.demo.support import Support
from brokerage.engagements.rules import Difference
from brokerage.needs import triage_services as triage
from brokerage.needs.rules import CloseReason, Urgency
from brokerage.pairings import ending_services as ending
from brokerage.pairings.rules import Step


def stories(history: History, plots: Plots) -> Iterator[Story]:
    """Each begins so far along the history; a few not so long ago."""
    along = history.days.along
    yield looked_back_upon(plots.need("reading", 0, along(0.0)))
    yield looked_back_upon(plots.need("maths", 0, along(0.03)))
    yield told_to_others(plots.need("behaviour", 0, along(0.07)))
    yield declined_first(plots.need("phonics", 0, along(0.10)))
    yield not_released_first(plots.need("send", 1, along(0.16)))
    yield met(plots.need("maths", 4, along(0.22)))
    yield met(plots.need("early-years", 0, along(0.28)), Difference.LARGE)
    yield lapsed_first(plots.need("attendance", 1, along(0.34)))
    yield with_a_pause(plots.need("english", 0, along(0.4)))
    yield with_a_dispute(plots.need("curriculum", 1, along(0.47)))
    yield by_phone(plots.need("leadership", 0, along(0.54)))
    yield for_the_school(plots.need("subjects", 0, along(0.6), PostKind.CHAIR))
    yield displaced_another(plots.need("behaviour", 3, history.days.ago(68)))
    yield chosen_of_two(plots.need("reading", 1, history.days.ago(48)))
    yield met(plots.need("maths", 1, history.days.ago(46)), Difference.LITTLE, gap=4)
    yield scoped(plots.need("leadership", 3, along(0.72)))

    yield nobody_found(plots.need("unmet", 6, along(0.38)))
    yield solved(plots.need("leadership", 5, along(0.62)))
    yield posted_twice(plots.need("maths", 6, along(0.3)))
    yield stopped(plots.need("attendance", 2, along(0.5)))

    yield sent_elsewhere(plots.need("phonics", 1, along(0.14)), "The English hub for our area")
    yield sent_elsewhere(plots.need("unmet", 3, history.days.ago(14)), "The colleges’ network")

    yield withdrawn(plots.need("english", 1, along(0.56)))
    yield withdrawn_while_asked(plots.need("leadership", 6, along(0.7)))
    yield withdrawn(plots.need("subjects", 2, history.days.ago(9)))


def met(support: Support, difference: Difference | None = None, *, gap: int = 6) -> Story:
    yield from support.begun()
    yield from support.spoken()
    yield from support.visited(gap=gap)
    yield from support.evaluated(difference=difference)


def looked_back_upon(support: Support) -> Story:
    yield from met(support)
    yield from support.looked_back()


def told_to_others(support: Support) -> Story:
    yield from met(support)
    yield from support.told_to_others()


def _from_proposal(support: Support) -> Story:
    yield from support.proposed()
    yield from support.agreed()
    yield from support.confirmed()
    yield from support.spoken()
    yield from support.visited()
    yield from support.evaluated()


def declined_first(support: Support) -> Story:
    yield from support.posted()
    yield from support.called()
    yield from support.proposed()
    yield from support.answered(Step.RELEASE)
    yield from support.answered(Step.CHOOSE)
    words = "I am away on a course for most of that half-term."
    yield from support.answered(Step.ACCEPT, yes=False, how="link", words=words)
    yield from _from_proposal(support)


def not_released_first(support: Support) -> Story:
    yield from support.posted()
    yield from support.called()
    yield from support.proposed(standing=False)
    words = "Not this term: we have two supply teachers in already."
    yield from support.answered(Step.RELEASE, yes=False, how="page", words=words)
    yield from _from_proposal(support)


def lapsed_first(support: Support) -> Story:
    yield from support.posted()
    yield from support.called()
    yield from support.proposed(standing=False)
    yield from support.lapsed()
    yield from _from_proposal(support)


def with_a_pause(support: Support) -> Story:
    yield from support.begun()
    yield from support.spoken()
    yield from support.visited(1)
    yield from support.paused("The subject lead is away; we go on when she is back.")
    yield from support.resumed()
    yield from support.visited()
    yield from support.evaluated()


def with_a_dispute(support: Support) -> Story:
    yield from support.begun()
    yield from support.spoken()
    yield from support.visited(1)
    yield from support.disputed("It was a morning, not a whole day.")
    yield from support.resolved(1)
    yield from support.visited()
    yield from support.evaluated()


def by_phone(support: Support) -> Story:
    """Every answer comes by telephone."""
    yield from support.posted()
    yield from support.called(note="Rings from the car. Never answers e-mail: telephone.")
    yield from support.proposed()
    yield from support.agreed("phone")
    yield from support.confirmed()
    yield from support.spoken()
    yield from support.visited()
    yield from support.evaluated(by_phone=True)


def for_the_school(support: Support) -> Story:
    """The chair posts it, with the head's word."""
    chair = support.history.posts.holder(PostKind.CHAIR, support.school) or 0
    yield from support.posted_for(chair, "At the governors’ meeting")
    yield from support.called()
    yield from _from_proposal(support)


def displaced_another(support: Support) -> Story:
    """Two are asked; the one whose head answers is confirmed, the other no longer needed."""
    yield from support.posted()
    yield from support.called()
    yield from support.proposed(standing=False)
    yield from support.proposed(after=0)
    yield from support.agreed()
    yield from support.confirmed()
    yield from support.spoken()
    yield from support.visited()
    yield from support.evaluated()


def chosen_of_two(support: Support) -> Story:
    """Two are released; the school chooses one of them."""
    yield from support.posted()
    yield from support.called()
    yield from support.proposed()
    yield from support.answered(Step.RELEASE)
    yield from support.proposed(after=0)
    yield from support.agreed()
    yield from support.confirmed()
    yield from support.spoken()
    yield from support.visited(gap=4)
    yield from support.evaluated()


def scoped(support: Support) -> Story:
    """A half-day's visit first, to find out what is needed; then the need goes another way."""
    yield from support.posted()
    yield from support.called()
    yield support.later(1)
    visit = support.scoping_visit()
    yield from visit.proposed()
    yield from visit.agreed()
    yield from visit.confirmed()
    yield from visit.visited(1)
    yield from visit.evaluated(difference=Difference.CLEAR)
    support.day = visit.day
    yield support.later(2)
    found = replace(support.details(), baseline="Leads see lessons and write nothing down.")
    triage.record_call(
        support.by_coordinator(),
        support.need_id,
        version=None,
        given=found,
        urgency=Urgency.NORMAL,
        rang=False,
        text="The visit set two outcomes; both are for the senior team.",
    )
    yield from support.ended(
        "close", 3, reason=CloseReason.SOLVED_OTHERWISE, over_note="The visit was enough."
    )


def nobody_found(support: Support) -> Story:
    yield from support.posted()
    yield from support.called()
    yield from support.triaged("wait", 2, waiting_for="A careers lead with days to give")
    yield from support.ended("close", 30, reason=CloseReason.NOBODY)


def solved(support: Support) -> Story:
    yield from support.posted()
    yield from support.called()
    note = "Their trust has a mentor for the three."
    yield from support.ended("close", 4, reason=CloseReason.SOLVED_OTHERWISE, over_note=note)


def posted_twice(support: Support) -> Story:
    yield from support.posted()
    yield from support.ended("close", 1, reason=CloseReason.POSTED_TWICE)


def stopped(support: Support) -> Story:
    """Ended early, and the need with it."""
    yield from support.begun()
    yield from support.spoken()
    yield from support.visited(1)
    yield from support.ended_early(
        "The four are back in lessons; the school goes on by itself.", need_goes_on=False
    )


def sent_elsewhere(support: Support, where: str) -> Story:
    yield from support.posted()
    yield from support.called()
    yield from support.ended("redirect", 2, redirected_to=where)


def withdrawn(support: Support) -> Story:
    yield from support.posted()
    yield from support.called()
    yield support.later(3)
    note = "We found a course that does it."
    ending.withdraw(
        support.by_head(), support.need_id, reason=CloseReason.SOLVED_OTHERWISE, over_note=note
    )


def withdrawn_while_asked(support: Support) -> Story:
    yield from support.posted()
    yield from support.called()
    yield from support.proposed(standing=False)
    yield support.later(1)
    ending.withdraw(support.by_head(), support.need_id, reason=CloseReason.NOT_NEEDED)
