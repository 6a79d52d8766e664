"""An engagement's outcomes, what reviews say of each, and what is told in private."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.engagements import concern_services, outcome_services, review_services
from brokerage.engagements.invariants import broken
from brokerage.engagements.lasting import measured, table
from brokerage.engagements.models import Concern, Engagement, Finding, Outcome
from brokerage.engagements.queries import concerns_of
from brokerage.engagements.review_rules import MOST_OUTCOMES, Level, Said
from brokerage.engagements.rules import Difference, MidPoint, ReviewKind
from brokerage.errors import ChangedMeanwhile, NotFound, RuleBroken
from brokerage.ledger.models import LedgerEntry
from brokerage.needs.rules import NeedState
from tests.builders import acting, in_post
from tests.phone_builders import CALLED, Support, a_support
from tests.services.pairing_town import a_need, a_town
from tests.services.test_engagements import engaged, log
from tests.services.test_pairings import messages_to


@pytest.fixture
def support(session: Session) -> Support:
    return a_support(session)


def words_of(support: Support) -> list[str]:
    support.session.expire_all()
    return [one.words for one in support.engagement.outcomes]


def test_head_leader_and_coordinator_keep_the_outcomes_and_nobody_else(
    session: Session, support: Support
) -> None:
    town, number = support.town, support.engagement.id
    for by, words in (
        (support.head(), "All can blend"),
        (support.leader(), "Staff lead it"),
        (support.by(), "Parents know"),
    ):
        outcome_services.add(by, number, words=words)
    with pytest.raises(NotFound):
        outcome_services.add(support.by(town.releaser), number, words="Mine")
    last = session.scalars(select(Outcome).order_by(Outcome.number.desc())).first()
    assert last is not None
    with pytest.raises(NotFound):
        outcome_services.remove(support.by(town.releaser), last.id)
    outcome_services.move_up(support.head(), last.id)
    outcome_services.move_up(support.head(), last.id)
    outcome_services.move_up(support.head(), last.id)
    assert words_of(support) == ["Parents know", "All can blend", "Staff lead it"]
    outcome_services.remove(support.head(), last.id)
    assert words_of(support) == ["All can blend", "Staff lead it"]
    query = select(LedgerEntry.action).where(LedgerEntry.thing == "outcome")
    actions = list(session.scalars(query.order_by(LedgerEntry.id)))
    assert actions == ["outcome.added"] * 3 + ["outcome.moved"] * 2 + ["outcome.removed"]


def test_of_two_who_change_one_at_once_the_second_is_told(
    session: Session, support: Support
) -> None:
    number = support.outcome()
    typed = {"words": "All can blend by June", "measure": "The check", "baseline": "12 of 30"}
    outcome_services.change(support.head(), number, version=1, **typed)
    with pytest.raises(ChangedMeanwhile):
        outcome_services.change(support.leader(), number, version=1, **typed)
    with pytest.raises(ChangedMeanwhile):
        outcome_services.remove(support.leader(), number, version=1)
    session.expire_all()
    kept = session.get_one(Outcome, number)
    assert (kept.words, kept.measure, kept.baseline, kept.version) == (*typed.values(), 2)


def test_after_the_mid_point_one_can_be_added_and_none_taken_away(
    session: Session, support: Support
) -> None:
    number = support.outcome()
    support.log(support.leader())
    by = support.head()
    review_services.mid_point(
        by, support.engagement.id, choice=MidPoint.KEEP, said=support.said(Level.AMBER)
    )
    with pytest.raises(RuleBroken, match="no outcome can be taken away now"):
        outcome_services.remove(by, number)
    outcome_services.add(by, support.engagement.id, words="Staff lead it")
    for _ in range(MOST_OUTCOMES - 2):
        outcome_services.add(by, support.engagement.id, words="And more")
    with pytest.raises(RuleBroken, match="6 outcomes already"):
        outcome_services.add(by, support.engagement.id, words="Too many")
    support.log(support.leader(CALLED))
    with pytest.raises(RuleBroken, match="agreed or under way"):
        outcome_services.add(by, support.engagement.id, words="Too late")


def test_a_review_says_of_each_outcome_how_it_stands_or_is_refused_whole(
    session: Session, support: Support
) -> None:
    first, second = support.outcome(), support.outcome("Staff lead it")
    support.all_used()
    by, number = support.head(), support.engagement.id
    one = [Said(first, Level.GREEN, "Books show it")]
    with pytest.raises(RuleBroken, match="Say how this stands"):
        review_services.evaluate(
            by, number, difference=Difference.CLEAR, words="Up", said=one, private="Alone"
        )
    assert session.scalars(select(Finding)).all() == session.scalars(select(Concern)).all() == []
    both = [*one, Said(second, Level.RED, "The lead has left")]
    review_services.evaluate(by, number, difference=Difference.CLEAR, words="", said=both)
    later = [Said(first, Level.SLIPPED_BACK), Said(second, Level.BETTER, "A new lead")]
    kind = ReviewKind.LOOK_BACK_3
    review_services.look_back(by, number, kind=kind, difference=Difference.LITTLE, said=later)
    session.expire_all()
    found = {
        row.words: [finding.level for finding in row.findings.values()]
        for row in table(session.get_one(Engagement, number))
    }
    assert found == {
        "All can blend": [Level.GREEN, Level.SLIPPED_BACK],
        "Staff lead it": [Level.RED, Level.BETTER],
    }
    assert list(broken(session)) == []


def test_what_was_said_as_a_whole_stays_when_outcomes_come_later(
    session: Session, support: Support
) -> None:
    support.log(support.leader())
    whole = [Said(None, Level.AMBER, "Slow")]
    review_services.mid_point(
        support.head(), support.engagement.id, choice=MidPoint.KEEP, said=whole
    )
    support.outcome()
    session.expire_all()
    assert [row.words for row in measured(support.engagement)] == ["All can blend"]
    rows = table(support.engagement)
    assert [(row.words, len(row.findings)) for row in rows] == [
        ("Reading in Year 2 is slipping", 1),
        ("All can blend", 0),
    ]


def test_a_scoping_visits_baseline_comes_by_itself_as_the_support_is_confirmed(
    session: Session,
) -> None:
    town = a_town(session)
    a_need(
        session,
        town.partnership,
        town.school,
        reference="N-SCOPE",
        scoping_of=town.need.id,
        state=NeedState.CLOSED,
        outcomes="All can blend\nStaff lead it",
        baseline="12 of 30\nNobody does",
    )
    engagement = engaged(session, town)
    assert [(one.words, one.baseline) for one in engagement.outcomes] == [
        ("All can blend", "12 of 30"),
        ("Staff lead it", "Nobody does"),
    ]
    assert engagement.agreements[0].terms["outcomes"] == "All can blend\nStaff lead it"


def test_what_is_told_in_private_is_the_coordinators_and_whose_it_is(
    session: Session, support: Support
) -> None:
    town, number = support.town, support.engagement.id
    deputy = in_post(session, PostKind.DEPUTY, school=town.school)
    support.log(support.leader())
    review_services.mid_point(
        support.head(), number, choice=MidPoint.KEEP, private="I doubt the leader"
    )
    concern_services.raise_concern(support.leader(), number, words="The head never comes")
    concern_services.raise_concern(support.by(town.releaser), number, words="She is tired")
    assert messages_to(session, town.coordinator).count("concern_raised") == 3
    with pytest.raises(RuleBroken, match="Write a line"):
        concern_services.raise_concern(support.leader(), number, words=" ")
    session.expire_all()
    seen = {}
    for person in (town.coordinator, town.head, town.leader.person, town.releaser, deputy):
        actor = acting(session, person).actor
        found = concerns_of(session, actor, support.engagement)
        seen[person.id] = [concern.words for concern in found]
    assert seen == {
        town.coordinator.id: ["I doubt the leader", "The head never comes", "She is tired"],
        town.head.id: ["I doubt the leader"],
        town.leader.person_id: ["The head never comes"],
        town.releaser.id: ["She is tired"],
        deputy.id: [],
    }
    stranger = a_town(session, name="Elsewhere", authorities=("902",))
    with pytest.raises(NotFound):
        concern_services.raise_concern(support.by(stranger.coordinator), number, words="Hello")


def test_each_fault_of_findings_is_found(session: Session, support: Support) -> None:
    support.outcome()
    support.log(support.leader())
    review_services.mid_point(
        support.head(),
        support.engagement.id,
        choice=MidPoint.KEEP,
        said=support.said(Level.GREEN),
    )
    other = a_town(session, name="Elsewhere", authorities=("902",))
    elsewhere = engaged(session, other)
    log(session, other, elsewhere, 1)
    by = acting(session, other.head)
    theirs = outcome_services.add(by, elsewhere.id, words="Theirs")
    finding = session.scalars(select(Finding)).one()
    finding.level = Level.STILL_SO
    session.commit()
    assert any("no answer of a mid-point" in said for said in broken(session))
    finding.level, finding.outcome_id = Level.GREEN, theirs
    session.commit()
    assert any("outcome of another engagement" in said for said in broken(session))
