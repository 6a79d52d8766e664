"""What `brokerage check` asks of engagements: each way in which a town can be unsound is found."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from brokerage.database import db
from brokerage.engagements import review_services, services, visit_services
from brokerage.engagements.invariants import broken
from brokerage.engagements.models import Agreement, Engagement, Review, Visit
from brokerage.engagements.rules import Difference, EngagementState, ReviewKind, VisitState
from brokerage.leaders.models import DaysAccount
from brokerage.needs.rules import NeedState
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import PairingState
from tests.builders import NOW, a_head, a_school, acting
from tests.services.pairing_town import Town, a_need, a_town, account_of, all_say_yes
from tests.services.test_engagements import WEEK_ON, engaged, log
from tests.services.test_pairings import propose

Sound = tuple[Town, Engagement]


def another(session: Session, town: Town) -> Town:
    school = a_school(session)
    head = a_head(session, school)
    need = a_need(session, town.partnership, school, posted_by=head.id)
    everybody = vars(town) | {"school": school, "head": head, "need": need}
    return Town(**everybody)


@pytest.fixture
def sound(session: Session) -> Sound:
    """One engagement under way, one closed, one ended early, one pairing accepted."""
    town = a_town(session)
    town.leader.engagements_at_once = 9
    session.commit()
    closed = another(session, town)
    one = engaged(session, closed)
    log(session, closed, one, 2)
    log(session, closed, one, 2)
    review_services.evaluate(
        acting(session, closed.head, WEEK_ON), one.id, difference=Difference.CLEAR, words="Better"
    )
    early = another(session, town)
    one = engaged(session, early)
    log(session, early, one, 1)
    services.end_early(
        acting(session, town.coordinator, WEEK_ON), one.id, reason="Moved", need_goes_on=True
    )
    waiting = another(session, town)
    pairing = propose(session, waiting)
    all_say_yes(session, waiting, pairing)
    engagement = engaged(session, town)
    visit_services.plan(acting(session, town.leader.person), engagement.id, date(2026, 11, 12))
    log(session, town, engagement, 1)
    session.expire_all()
    return town, engagement


def test_nothing_is_said_of_a_town_that_came_about_by_use(session: Session, sound: Sound) -> None:
    town, _ = sound
    account = account_of(session, town.leader)
    assert (account.held, account.agreed, account.used, town.leader.engaged) == (4, 3, 6, 2)
    assert list(broken(session)) == []


def test_a_dispute_settled_after_the_end_gives_the_days_back(session: Session) -> None:
    town = a_town(session)
    engagement = engaged(session, town)
    log(session, town, engagement, 2)
    last = log(session, town, engagement, 2)
    visit_services.dispute(acting(session, town.head, WEEK_ON), last, words="Half a day")
    by = acting(session, town.coordinator, WEEK_ON)
    visit_services.resolve(by, last, half_days=1)
    account = account_of(session, town.leader)
    assert (account.agreed, account.used, account.left) == (0, 3, 17)
    assert list(broken(session)) == []


def _account(session: Session, column: str) -> None:
    account = session.query(DaysAccount).first()
    assert account is not None
    setattr(account, column, getattr(account, column) + 1)


def _visit_logged(session: Session, engagement: Engagement) -> None:
    next(v for v in engagement.visits if v.state is VisitState.LOGGED).half_days = 2


def _planned_after_the_end(session: Session, engagement: Engagement) -> None:
    over = session.query(Engagement).filter_by(state=EngagementState.CLOSED).one()
    session.add(Visit(engagement_id=over.id, state=VisitState.PLANNED, planned_on=NOW.date()))


def _unwritten(session: Session, engagement: Engagement) -> None:
    session.query(Agreement).filter_by(engagement_id=engagement.id).delete()


def _unevaluated(session: Session, engagement: Engagement) -> None:
    session.query(Review).delete()


def _evaluated(session: Session, engagement: Engagement) -> None:
    session.add(
        Review(
            engagement_id=engagement.id,
            kind=ReviewKind.EVALUATION,
            answered_at=NOW,
            choice="a little",
        )
    )


def _put(thing: str, name: str, value: object) -> Callable[..., None]:
    def breaking(session: Session, engagement: Engagement) -> None:
        setattr(engagement if thing == "engagement" else getattr(engagement, thing), name, value)

    return breaking


FAULTS = [
    (_put("engagement", "used", 2), "2 half-days are used, its visits come to 1"),
    (_put("engagement", "half_days", 0), "1 half-days are used of 0 agreed"),
    (_visit_logged, "1 half-days are used, its visits come to 2"),
    (lambda s, e: _account(s, "held"), "5 half-days are held, 4 are accounted for"),
    (lambda s, e: _account(s, "agreed"), "4 half-days are agreed, 3 are accounted for"),
    (lambda s, e: _account(s, "used"), "7 half-days are used, 6 are accounted for"),
    (_put("engagement", "year", 2030), "No days account of leader"),
    (_put("leader", "engaged", 3), "counted in 3 engagements, and is in 2"),
    (_put("need", "state", NeedState.OPEN), "is open, not placed"),
    (_put("pairing", "state", PairingState.LAPSED), "a pairing that is not confirmed"),
    (_planned_after_the_end, "is planned, but its support is over"),
    (_unwritten, "has no agreement"),
    (_unevaluated, "is closed without an evaluation"),
    (_evaluated, "is evaluated, but not closed"),
]


def test_each_fault_is_found_and_named(session: Session, sound: Sound) -> None:
    engagement_id = sound[1].id
    for breaking, sentence in FAULTS:
        with Session(db.engine) as unsound:  # taken back as it is left
            engagement = unsound.get_one(Engagement, engagement_id)
            breaking(unsound, engagement)
            unsound.flush()
            said = list(broken(unsound))
            assert any(sentence in one for one in said), (sentence, said)
    assert list(broken(session)) == []


def test_two_engagements_of_one_need_or_a_confirmed_pairing_without_one_are_found(
    session: Session, sound: Sound
) -> None:
    _, engagement = sound
    other = session.query(Engagement).filter_by(state=EngagementState.CLOSED).one()
    other.need_id, other.state = engagement.need_id, EngagementState.ACTIVE
    accepted = session.query(Pairing).filter_by(state=PairingState.ACCEPTED).one()
    accepted.state = PairingState.CONFIRMED
    session.commit()
    said = "\n".join(broken(session))
    assert "has more than one engagement at once" in said
    assert f"Pairing {accepted.reference} is confirmed, but there is no engagement of it" in said
