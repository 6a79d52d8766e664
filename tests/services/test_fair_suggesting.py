"""What a partnership sets is what matching goes by; what the register says reaches it."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from brokerage.engagements.services import confirm
from brokerage.errors import NotFound
from brokerage.leaders.rules import Accepting
from brokerage.matching.profiles import Context, LeaderProfile, NeedProfile, Openness, SameTrust
from brokerage.matching.scoring import DEFAULT_WEIGHTS
from brokerage.needs import triage_services
from brokerage.needs.models import Need
from brokerage.needs.queries import need_to_triage
from brokerage.needs.rules import Details, Urgency
from brokerage.pairings import queries, services, shortlists
from brokerage.pairings.house_rules import HouseRules, house_rules
from brokerage.pairings.profiles import leader_profile, need_profile
from brokerage.partnerships import suggesting_services
from brokerage.partnerships.rules import weights_as_they_come
from brokerage.schools.models import Trust
from tests.builders import TODAY, a_partnership, a_school, acting
from tests.services.pairing_town import Town, a_leader, a_need, a_town, all_say_yes, propose
from tests.services.test_engagements import engaged

SETTINGS: dict[str, Any] = {
    "version": None,
    "quality_floor": 300,
    "points": weights_as_they_come(),
    "home_school_half_days": None,
    "same_trust": SameTrust.BARRED,
    "buddy_rival_metres": 2000,
    "buddy_same_trust": False,
}


def set_so(session: Session, town: Town, **settings: Any) -> None:
    by = acting(session, town.coordinator)
    suggesting_services.set_suggesting(by, town.partnership.id, **(SETTINGS | settings))
    session.expire_all()


def profiles(session: Session, town: Town) -> dict[int, LeaderProfile]:
    session.expire_all()
    found = queries.register(session, town.partnership.id, TODAY)
    session.commit()
    return {leader.id: fit for leader, fit in found}


def profile(session: Session, need: Need) -> NeedProfile:
    session.expire_all()
    found = need_profile(need, {}, today=TODAY)
    session.commit()
    return found


def test_house_rules_are_those_of_the_partnership(session: Session) -> None:
    town = a_town(session)
    assert house_rules(session, town.partnership.id) == HouseRules(300, DEFAULT_WEIGHTS)
    session.commit()
    points = weights_as_they_come() | {"load": 80, "distance": 150}
    set_so(
        session,
        town,
        quality_floor=450,
        points=points,
        home_school_half_days=30,
        same_trust=SameTrust.SAID,
    )
    found = house_rules(session, town.partnership.id)
    assert (found.floor, found.weights.load, found.weights.distance) == (450, 80, 150)
    assert (found.home_school_half_days, found.same_trust) == (30, SameTrust.SAID)


def test_another_partnerships_coordinator_sets_nothing_here(session: Session) -> None:
    town, other = a_town(session), a_town(session)
    by = acting(session, other.coordinator)
    with pytest.raises(NotFound):
        suggesting_services.set_suggesting(by, town.partnership.id, **SETTINGS)
    with pytest.raises(NotFound):
        suggesting_services.restore_weights(by, town.partnership.id)


def test_shortlist_proposal_and_plan_all_count_by_the_partnerships_points(
    session: Session,
) -> None:
    town = a_town(session)
    only_near = dict.fromkeys(weights_as_they_come(), 0) | {"distance": 500, "load": 500}
    set_so(session, town, points=only_near)
    (near,) = shortlists.for_need(session, town.need, TODAY, 1).page.rows
    fit = shortlists.fit_of(session, town.need, town.leader.id, TODAY)
    session.commit()
    assert [reason.out_of for reason in near.reasons if reason.out_of] == [500, 500]
    assert near.score == fit.score
    services.plan_queue(acting(session, town.coordinator), town.partnership.id)
    session.expire_all()
    (planned,) = queries.pairings_of(session, town.need.id)
    assert planned.score == near.score
    session.commit()
    assert propose(session, town).score == near.score


def test_leaders_of_the_schools_own_trust_are_barred_or_allowed_as_is_set(
    session: Session,
) -> None:
    town = a_town(session)
    session.add(Trust(uid=77, name="Oak Trust"))
    session.flush()
    town.home.trust_uid = town.school.trust_uid = 77
    session.commit()

    def left_out() -> list[str]:
        found = shortlists.for_need(session, town.need, TODAY, 1)
        session.commit()
        return [out.why for out in found.left_out.rows]

    assert left_out() == ["Is in the same trust as the school."]
    for allowed in (SameTrust.ALLOWED, SameTrust.SAID):
        set_so(session, town, same_trust=allowed)
        assert left_out() == []
    pairing = propose(session, town)
    assert "Works in the same trust as your school" in pairing.reasons["school"]


def test_a_first_turn_is_over_with_the_first_confirmed_pairing(session: Session) -> None:
    town = a_town(session)
    pairing = propose(session, town)
    assert profiles(session, town)[town.leader.id].never_deployed
    all_say_yes(session, town, pairing)
    assert profiles(session, town)[town.leader.id].never_deployed
    session.expire_all()
    fresh = a_leader(session, town.partnership, town.home)
    confirm(acting(session, town.coordinator), pairing.reference)
    found = profiles(session, town)
    assert not found[town.leader.id].never_deployed
    assert found[fresh.id].never_deployed


def test_a_school_in_difficulty_and_a_call_that_would_do_are_ticks_on_the_need(
    session: Session,
) -> None:
    town = a_town(session)
    before = profile(session, town.need)
    assert (before.fragile, before.phone_enough) == (False, False)
    given = Details(code="phonics", phase="primary", half_days=4, fragile=True, phone_enough=True)
    by = acting(session, town.coordinator)
    triage_services.record_call(
        by, town.need.id, version=None, given=given, urgency=Urgency.NORMAL, rang=False
    )
    after = profile(session, town.need)
    assert (after.fragile, after.phone_enough) == (True, True)
    session.expire_all()
    other = triage_services.scoping_visit(by, town.need.id)
    session.expire_all()
    visit = need_to_triage(session, by.actor, other)
    assert (visit.fragile, visit.phone_enough) == (True, True)


def test_who_takes_a_call_only_is_suggested_where_a_call_would_do(session: Session) -> None:
    town = a_town(session)
    town.leader.accepting = Accepting.CALL_ONLY
    session.commit()
    assert profiles(session, town)[town.leader.id].openness is Openness.PHONE_ONLY
    assert shortlists.for_need(session, town.need, TODAY, 1).page.total == 0
    town.need.phone_enough = True
    session.commit()
    assert shortlists.for_need(session, town.need, TODAY, 1).page.total == 1


def test_where_a_leader_has_been_is_what_they_know_from_inside(session: Session) -> None:
    town = a_town(session)
    leader = a_leader(
        session,
        town.partnership,
        a_school(session, pupils=300, type_name="Community school"),
        been_there=["a small school", "becoming an academy", "falling rolls"],
        faiths=["Roman Catholic"],
    )
    assert leader_profile(leader, TODAY).been_in == (
        Context(size=3, kind="maintained"),
        Context(size=1),
        Context(kind="academy"),
        Context(faith="Roman Catholic"),
    )


def test_a_home_school_may_give_what_is_left_of_its_cap_by_all_its_leaders_together(
    session: Session,
) -> None:
    town = a_town(session)
    elsewhere = a_partnership(session, authorities=("902",))
    colleague = a_leader(session, elsewhere, town.home)  # a member of another partnership
    third = a_leader(session, town.partnership, town.home)
    far = a_leader(session, town.partnership, a_school(session))
    assert {fit.home_school_half_days for fit in profiles(session, town).values()} == {None}
    set_so(session, town, home_school_half_days=20)
    engaged(session, town)  # 4 half-days agreed
    colleague.accounts[0].held, colleague.accounts[0].used = 2, 3
    session.commit()
    town.need = a_need(session, town.partnership, town.school)
    propose(session, town)  # 4 more are being asked for
    found = profiles(session, town)
    assert found[town.leader.id].home_school_half_days == 20 - 4 - 5 - 4
    assert found[third.id].home_school_half_days == 7
    assert found[far.id].home_school_half_days == 20
    set_so(session, town, home_school_half_days=5)
    assert profiles(session, town)[third.id].home_school_half_days == 0


def test_days_of_another_school_year_do_not_count_towards_the_cap(session: Session) -> None:
    town = a_town(session)
    set_so(session, town, home_school_half_days=20)
    pairing = propose(session, town)
    pairing.year -= 1
    session.commit()
    assert profiles(session, town)[town.leader.id].home_school_half_days == 20
