"""Stories of needs that are under way today, each so far as it has come."""

from collections.abc import Iterator

from sqlalchemy import select

from brokerage.actor import PostKind
from brokerage.demo import lately
from brokerage.demo.history import History, Story, late
from brokerage.demo.pairing_story import PAID_BY, PENCE_A_DAY
from brokerage.demo.plots import Plots
from brokerage.demo.posts import Newcomers
from brokerage.demo.support import Support
from brokerage.engagements.already_agreed import Agreed, record_already_agreed
from brokerage.engagements.models import Engagement
from brokerage.needs import services as asking
from brokerage.needs.rules import CloseReason
from brokerage.pairings import ending_services as ending
from brokerage.pairings import services as pairings
from brokerage.pairings.rules import Step


def stories(history: History, plots: Plots, newcomers: Newcomers) -> Iterator[Story]:
    """Each begins so many school days ago."""
    ago = history.days.ago
    yield drafted(plots.need("reading", 2, ago(1), PostKind.DEPUTY))
    yield plots.need("subjects", 7, ago(3)).drafted()
    yield plots.need("reading", 4, ago(0)).posted()
    yield plots.need("english", 2, ago(1)).posted()
    yield plots.need("phonics", 3, ago(2)).posted()
    yield asked(plots.need("subjects", 5, ago(5)), "Would two half-days a week apart suit you?")
    yield answered(plots.need("leadership", 1, ago(8)), "Which of the eight would you begin with?")
    yield asked(plots.need("leadership", 4, ago(3)), "Which tests do you give now?")
    for number, days in ((0, 31), (1, 42), (2, 23), (4, 16), (5, 29)):
        yield waiting(plots.need("unmet", number, ago(days)))

    yield called(plots.need("curriculum", 2, ago(4)))
    yield called(plots.need("leadership", 7, ago(6)))
    yield reopened(plots.need("leadership", 2, ago(22)))
    yield put_back(plots.need("early-years", 3, ago(45)))

    yield being_released(plots.need("reading", 5, ago(7)))
    yield being_released(plots.need("subjects", 4, ago(11)))
    yield to_choose(plots.need("maths", 3, ago(8)))
    yield to_choose_of_two(plots.need("send", 3, ago(8)))
    yield to_accept(plots.need("early-years", 2, ago(10)))
    yield to_confirm(plots.need("subjects", 6, ago(12)))

    yield lately.paid_from_a_pot(plots.need("phonics", 2, ago(14)))
    yield plots.need("attendance", 0, ago(15)).begun()
    worry = "The lead is asked for elsewhere."
    yield lately.with_a_new_head(plots.need("reading", 3, ago(23)), newcomers, worry)
    yield active(plots.need("early-years", 1, ago(27)), 2)
    yield lately.asked_for_more(plots.need("send", 0, ago(29)))
    yield active(plots.need("behaviour", 1, ago(52)), 1)  # nobody has noted the next visit
    yield in_dispute(plots.need("curriculum", 0, ago(27)))
    yield standing_still(plots.need("send", 2, ago(31)))
    yield completed(plots.need("subjects", 3, ago(52)))
    yield completed(plots.need("subjects", 1, ago(56)))
    yield agreed_already(plots.need("curriculum", 0, ago(14)))


def drafted(support: Support) -> Story:
    """A deputy writes it, and asks the head to send it."""
    yield from support.drafted(PostKind.DEPUTY)
    yield support.later(0)
    deputy = support.history.posts.holder(PostKind.DEPUTY, support.school) or 0
    asking.ask_head(support.history.by(deputy, support.now), support.need_id)


def asked(support: Support, question: str) -> Story:
    yield from support.posted()
    yield from support.called()
    yield from support.triaged("ask", 1, question=question)


def answered(support: Support, question: str) -> Story:
    yield from asked(support, question)
    yield support.later(2)
    by = support.by_head()
    asking.answer(by, support.need_id, text="Humanities and languages: they are ready for it.")


def waiting(support: Support) -> Story:
    yield from support.posted()
    yield from support.called()
    gap = "Nobody on the register with days for this, in this phase"
    yield from support.triaged("wait", 4, waiting_for=gap)


def called(support: Support) -> Story:
    yield from support.posted()
    yield from support.called()


def reopened(support: Support) -> Story:
    yield from called(support)
    yield support.later(3)
    reason = CloseReason.NOT_NEEDED
    ending.withdraw(support.by_head(), support.need_id, reason=reason)
    yield support.later(12)
    asking.reopen(support.by_head(), support.need_id)


def put_back(support: Support) -> Story:
    """Its support has ended early, so it is open again, in its old place."""
    yield from support.begun()
    yield from support.spoken()
    yield from support.visited(1)
    yield from support.visited(1, gap=12)
    yield from support.ended_early("The leader has a new post from next month.", need_goes_on=True)


def being_released(support: Support) -> Story:
    yield from called(support)
    yield from support.proposed(standing=False)


def to_choose(support: Support) -> Story:
    yield from support.posted()
    yield from support.called()
    yield from support.proposed(standing=False)
    yield from support.answered(Step.RELEASE, how="link")


def to_choose_of_two(support: Support) -> Story:
    """One whose release was asked, and one with a standing release, told to the releaser."""
    yield from to_choose(support)
    yield from support.proposed(after=0, standing=True)


def to_accept(support: Support) -> Story:
    yield from to_choose(support)
    yield from support.answered(Step.CHOOSE, how="page")


def to_confirm(support: Support) -> Story:
    yield from to_accept(support)
    yield from support.answered(Step.ACCEPT, how="link")


def active(support: Support, visits: int, *, worry: str = "") -> Story:
    yield from support.begun()
    yield from support.spoken()
    yield from support.visited(visits, worry=worry)


def in_dispute(support: Support) -> Story:
    """The head says that the log is not right: with the coordinator now."""
    yield from support.begun()
    yield from support.spoken()
    yield from support.visited(1, gap=10)
    yield from support.disputed("She came for the morning only; the afternoon was put off.")


def standing_still(support: Support) -> Story:
    yield from active(support, 1)
    yield from support.paused("The school has an inspection, then a change of SENDCo.")


def completed(support: Support) -> Story:
    """All visits are done; the head is asked for the evaluation."""
    yield from support.begun()
    yield from support.spoken()
    yield from support.visited()


def agreed_already(support: Support) -> Story:
    """Two heads agreed it between themselves; the coordinator records it on one screen."""
    yield support.later(0)
    leader_id = support.history.leader_of("Linden Park Primary School")
    agreed = Agreed(
        urn=support.school.urn,
        leader_id=leader_id,
        code="curriculum",
        phase="primary",
        half_days=4,
        worry="Subject leads are new to their subjects: the two heads have talked about it.",
        outcomes="Each lead has a plan for the year.",
        pence_a_day=PENCE_A_DAY,
        who_pays=PAID_BY[0],
        first_date=support.history.days.after(support.day, 9),
        agreed_on=support.day,
        agreed_how="By telephone, both heads",
    )
    by = support.by_coordinator()
    reference = record_already_agreed(by, support.history.posts.partnership_id, agreed)
    support.engagement_id = support.history.ask(
        select(Engagement.id).filter_by(reference=reference)
    )
    yield from support.spoken()
    yield from support.visited(1, gap=8)


def plan(history: History) -> Story:
    """The coordinator lets the whole queue be matched: suggestions that nobody has heard of."""
    day = history.days.latest
    at = late(day)
    yield at
    pairings.plan_queue(history.coordinator(at), history.posts.partnership_id)
