"""Use cases about system leaders: who is on the register, and what their record says."""

from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import By, PostKind
from brokerage.clock import london_date
from brokerage.database import check_version, locked, use_case
from brokerage.errors import NotFound, RuleBroken
from brokerage.leaders import days, steps
from brokerage.leaders.models import Leader
from brokerage.leaders.queries import find_leader, leader_to_change, memberships
from brokerage.leaders.rules import (
    BEEN_THERE,
    FAITHS,
    TERMS,
    WEEKDAYS,
    Accepting,
    Award,
    Level,
    check_details,
    check_pledge,
    chosen,
    school_year,
)
from brokerage.people.queries import by_email
from brokerage.people.rules import check_address, check_may_give
from brokerage.people.steps import add_person
from brokerage.schools.models import Phase
from brokerage.schools.queries import school_in_scope
from brokerage.specialisms.steps import code_of

WHAT = "this record"


@use_case("leader.register")
def register(
    by: By,
    session: Session,
    *,
    partnership_id: int,
    name: str,
    email: str | None,
    telephone: str | None,
    urn: int | None,
    code: str,
    other: str = "",
    phase: str,
    from_on: date | None = None,
) -> int:
    """Put a person on a partnership's register with their first specialism; answers the leader's
    id. Somebody known by their address keeps their record and joins with it as it is.

    Raises RuleBroken where they are on it already or something cannot be so; NotAllowed or NotFound
    where the partnership or the school is not the coordinator's.
    """
    check_may_give(by.actor, PostKind.SYSTEM_LEADER, partnership_id)
    today = london_date(by.now)
    address = check_address(email)
    known = by_email(session, address) if address else None
    leader = find_leader(session, known.id) if known else None
    if leader is not None:
        there = memberships(session, leader, today)
        if any(post.partnership_id == partnership_id for post in there):
            raise RuleBroken("This person is on the register already.", field="email")
    elif urn is not None and by.actor.via != "command line":
        school_in_scope(session, by.actor, urn)
    person = add_person(session, by, name=name, email=email, telephone=telephone)
    is_new = leader is None
    leader = steps.register(
        session,
        by,
        person,
        partnership_id=partnership_id,
        home_urn=urn or 0,
        from_on=from_on or today,
    )
    if is_new:
        area = code_of(session, code, other, [partnership_id])
        steps.claim(session, leader, area, Phase(phase), Level.LEADS, "", None, today)
    session.flush()
    return leader.id


@use_case("leader.end_membership")
def end_membership(
    by: By, session: Session, leader_id: int, *, partnership_id: int, last_day: date
) -> None:
    """The leader leaves a partnership's register after ``last_day``; their record stays."""
    check_may_give(by.actor, PostKind.SYSTEM_LEADER, partnership_id)
    leader = _to_change(session, by, leader_id, None)
    today = london_date(by.now)
    if partnership_id not in {p.partnership_id for p in memberships(session, leader, today)}:
        raise NotFound
    steps.end_membership(session, by, leader, partnership_id, last_day)


@use_case("leader.change_details")
def change_details(
    by: By,
    session: Session,
    leader_id: int,
    *,
    version: int | None,
    urn: int | None,
    max_km: int | None,
    remote: bool,
    engagements_at_once: int,
    weekdays: list[str],
    terms: list[str],
    faiths: list[str],
    been_there: list[str],
    about: str,
    public: bool,
) -> None:
    """Home school, travel, when they can, what they know, and whether they are shown publicly. A
    new home school ends the old one's standing release."""
    check_details(max_km, engagements_at_once, about)
    leader = _to_change(session, by, leader_id, version)
    if urn != leader.home_urn:
        steps.open_home(session, urn)
        school_in_scope(session, by.actor, urn or 0)
    new: dict[str, object] = {
        "home_urn": urn,
        "max_km": max_km,
        "remote": remote,
        "engagements_at_once": engagements_at_once,
        "weekdays": chosen(weekdays, WEEKDAYS, "weekdays"),
        "terms": chosen(terms, TERMS, "terms"),
        "faiths": chosen(faiths, FAITHS, "faiths"),
        "been_there": chosen(been_there, BEEN_THERE, "been_there"),
        "about": about,
        "public": public,
    }
    steps.kept(session, by, leader, steps.set_fields(leader, new))


@use_case("leader.change_availability")
def change_availability(
    by: By,
    session: Session,
    leader_id: int,
    *,
    version: int | None,
    accepting: Accepting,
    closed_until: date | None,
) -> None:
    """Accepting requests, a phone call only, or closed (until a date, when it opens by itself)."""
    leader = _to_change(session, by, leader_id, version)
    today = london_date(by.now)
    changed = steps.set_availability(leader, accepting, closed_until, today)
    steps.kept(session, by, leader, changed)


@use_case("leader.claim")
def claim_specialism(
    by: By,
    session: Session,
    leader_id: int,
    *,
    version: int | None,
    code: str,
    other: str,
    phases: list[str],
    level: Level,
    evidence: str,
    evidence_on: date | None,
) -> None:
    """What the leader is good at in these phases, with what shows it; what was said of them
    before is replaced."""
    if not phases:
        raise RuleBroken("Choose at least one phase.", field="phases")
    leader = _to_change(session, by, leader_id, version)
    today = london_date(by.now)
    held = {claim.code for claim in leader.specialisms}
    code = (
        code if code in held else code_of(session, code, other, _partnerships(session, by, leader))
    )
    changed = [
        steps.claim(session, leader, code, Phase(phase), level, evidence, evidence_on, today)
        for phase in phases
    ]
    steps.kept(session, by, leader, ["specialisms"] if any(changed) else [])


@use_case("leader.drop_specialism")
def drop_specialism(by: By, session: Session, leader_id: int, claim_id: int) -> None:
    """Take one claim off the record."""
    leader = _to_change(session, by, leader_id, None)
    found = [claim for claim in leader.specialisms if claim.id == claim_id]
    if not found:
        raise NotFound
    leader.specialisms.remove(found[0])
    steps.kept(session, by, leader, ["specialisms"])


@use_case("leader.designate")
def designate(
    by: By, session: Session, leader_id: int, *, version: int | None, award: Award
) -> None:
    """Note a designation; one of the same kind is replaced."""
    leader = _to_change(session, by, leader_id, version)
    changed = steps.designate(leader, award, london_date(by.now))
    steps.kept(session, by, leader, ["designations"] if changed else [])


@use_case("leader.drop_designation")
def drop_designation(by: By, session: Session, leader_id: int, designation_id: int) -> None:
    """Take a designation off the record."""
    leader = _to_change(session, by, leader_id, None)
    found = [held for held in leader.designations if held.id == designation_id]
    if not found:
        raise NotFound
    leader.designations.remove(found[0])
    steps.kept(session, by, leader, ["designations"])


@use_case("leader.pledge")
def pledge(
    by: By,
    session: Session,
    leader_id: int,
    *,
    version: int | None,
    this_year: int | None,
    next_year: int | None,
) -> None:
    """Set the half-days that the leader gives this school year and the next; None leaves a year as
    it is. Raises RuleBroken below what is promised or used already."""
    leader = _to_change(session, by, leader_id, version)
    year = school_year(london_date(by.now))
    changed = []
    for which, half_days, field in (
        (year, this_year, "this_year"),
        (year + 1, next_year, "next_year"),
    ):
        if half_days is None or half_days == _pledged(leader, which):
            continue
        check_pledge(half_days, field)
        try:
            days.pledge(session, by, leader.id, which, half_days)
        except RuleBroken as broken:
            raise RuleBroken(broken.sentence, field=field) from broken
        changed.append("pledged")
    steps.kept(session, by, leader, changed)


def _pledged(leader: Leader, year: int) -> int | None:
    return next((found.pledged for found in leader.accounts if found.year == year), None)


def _to_change(session: Session, by: By, leader_id: int, version: int | None) -> Leader:
    """The leader, locked; raises NotFound unless the record is the actor's to keep."""
    locked(session, Leader, leader_id)
    leader = leader_to_change(session, by.actor, leader_id, london_date(by.now))
    check_version(leader, version, WHAT)
    return leader


def _partnerships(session: Session, by: By, leader: Leader) -> list[int]:
    posts = memberships(session, leader, london_date(by.now))
    return [post.partnership_id for post in posts if post.partnership_id is not None]
