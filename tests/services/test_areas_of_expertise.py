"""Areas of expertise: a partnership adds its own, and retires them."""

import pytest
from sqlalchemy.orm import Session

from brokerage.errors import NotFound, RuleBroken
from brokerage.leaders import services
from brokerage.leaders.models import Leader
from brokerage.leaders.rules import Level
from brokerage.specialisms import services as specialisms
from tests.builders import (
    a_coordinator,
    a_partnership,
    acting,
)
from tests.leader_builders import a_leader, areas


def fresh(session: Session, leader_id: int) -> Leader:
    session.expire_all()
    return session.get_one(Leader, leader_id)


def test_a_retired_area_is_claimed_no_more_but_stays_where_it_was(session: Session) -> None:
    areas(session)
    partnership = a_partnership(session)
    leader, other = a_leader(session, partnership), a_leader(session, partnership)
    coordinator = acting(session, a_coordinator(session, partnership))
    code = specialisms.add_area(
        coordinator,
        partnership_id=partnership.id,
        name="Forest School",
        group="Care and inclusion",
        phases=["primary"],
        aliases=["outdoor learning"],
    )
    said = {"version": None, "code": "", "phases": ["primary"], "level": Level.LEADS}
    said |= {"evidence": "", "evidence_on": None}
    services.claim_specialism(coordinator, leader.id, other="Outdoor  Learning", **said)
    specialisms.retire_area(coordinator, code)
    assert [c.code for c in fresh(session, leader.id).specialisms] == [code]
    session.rollback()
    with pytest.raises(RuleBroken):
        services.claim_specialism(coordinator, other.id, other="forest school", **said)


def test_an_area_on_the_list_is_not_added_again_nor_one_of_another_partnership_retired(
    session: Session,
) -> None:
    areas(session)
    ours, theirs = a_partnership(session), a_partnership(session, authorities=("902",))
    by = acting(session, a_coordinator(session, ours))
    area = {"group": "Governance", "phases": [], "aliases": []}
    with pytest.raises(RuleBroken, match="Computing"):
        specialisms.add_area(by, partnership_id=ours.id, name="ict", **area)
    with pytest.raises(NotFound):
        specialisms.add_area(by, partnership_id=theirs.id, name="Forest School", **area)
    with pytest.raises(NotFound):
        specialisms.retire_area(by, "phonics")
