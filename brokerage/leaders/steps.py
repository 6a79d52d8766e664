"""Changes to the register of system leaders, within somebody's open transaction."""

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import By, PostKind
from brokerage.clock import london_date
from brokerage.database import set_changed
from brokerage.errors import RuleBroken
from brokerage.leaders.models import Designation, Leader, LeaderSpecialism
from brokerage.leaders.queries import find_leader, memberships, releasers
from brokerage.leaders.rules import (
    Accepting,
    Award,
    Level,
    StandingRelease,
    check_availability,
    check_award,
    check_evidence,
    check_standing,
)
from brokerage.ledger.steps import record
from brokerage.messages import steps as messages
from brokerage.partnerships.models import Partnership
from brokerage.people.models import Person
from brokerage.people.steps import add_post, end_post, recipient, signatory
from brokerage.schools.models import Phase, School
from brokerage.specialisms.models import Specialism

NOBODY_RELEASES = (
    "Nobody is known who could release this leader: name somebody, or add the home school's head."
)


def register(
    session: Session,
    by: By,
    person: Person,
    *,
    partnership_id: int,
    home_urn: int,
    from_on: date,
) -> Leader:
    """Put a person on the register: a record (the one they have, as it is, if they have one) and
    the post of system leader in the partnership. Raises RuleBroken for a closed home school."""
    leader = find_leader(session, person.id)
    if leader is None:
        leader = Leader(
            person_id=person.id,
            home_urn=open_home(session, home_urn).urn,
            kept_at=by.now,
            kept_by=by.actor.person_id,
        )
        session.add(leader)
        session.flush()
    add_post(
        session,
        by,
        person,
        PostKind.SYSTEM_LEADER,
        from_on=from_on,
        partnership_id=partnership_id,
    )
    record(session, by, "leader.registered", leader, partnership_id=partnership_id)
    return leader


def open_home(session: Session, urn: int | None) -> School:
    """The school that may be a home school; raises RuleBroken where there is none, or a closed
    one."""
    school = session.get(School, urn) if urn else None
    if school is None:
        raise RuleBroken("Choose the leader's home school.", field="school")
    if not school.takes_work:
        raise RuleBroken(f"{school.name} is closed: choose another.", field="school")
    return school


def end_membership(
    session: Session, by: By, leader: Leader, partnership_id: int, last_day: date
) -> None:
    """The leader is of the partnership until ``last_day``. What was agreed goes on."""
    for post in memberships(session, leader, london_date(by.now)):
        if post.partnership_id == partnership_id:
            end_post(session, by, post, last_day)
    record(session, by, "leader.left", leader, partnership_id=partnership_id, fields=["to_on"])


def kept(session: Session, by: By, leader: Leader, fields: Collection[str]) -> None:
    """Note that the record was changed, and by whom; a leader for whom it was done gets word of it
    (once a day)."""
    if not fields:
        return
    own = by.actor.person_id == leader.person_id
    leader.kept_at = by.now
    leader.kept_by = by.actor.person_id
    partnership_id = partnership_between(session, by, leader)
    record(
        session,
        by,
        "leader.changed",
        leader,
        partnership_id=partnership_id,
        on_behalf_of=None if own else leader.person_id,
        fields=fields,
    )
    if own or partnership_id is None:
        return
    day = london_date(by.now)
    partnership = session.get_one(Partnership, partnership_id)
    messages.write(
        session,
        by,
        "leader_changed",
        recipient(leader.person),
        key=f"leader_changed/{leader.id}/{day.isoformat()}",
        partnership_id=partnership_id,
        signed=signatory(session, partnership, day),
        changed_by=by.actor.name,
    )


def partnership_between(session: Session, by: By, leader: Leader) -> int | None:
    """The partnership in which this is done: of several, one that the actor coordinates."""
    posts = memberships(session, leader, london_date(by.now))
    ids = [post.partnership_id for post in posts]
    mine = [found for found in ids if found in by.actor.coordinates()]
    return next(iter(mine or ids), None)


def set_fields(leader: Leader, new: dict[str, object]) -> list[str]:
    """Give the leader these values; answers which of them differ from before."""
    changed = set_changed(leader, new)
    if "home_urn" in changed:
        # Another school's head has to release them now.
        changed += withdraw_standing(leader)
        if leader.releaser_id is not None:
            leader.releaser_id = None
            changed.append("releaser_id")
    return changed


def set_availability(
    leader: Leader, accepting: Accepting, closed_until: date | None, today: date
) -> list[str]:
    """Whether requests are taken; a date counts only for who is closed."""
    until = closed_until if accepting is Accepting.CLOSED else None
    if (accepting, until) != (leader.accepting, leader.closed_until):
        check_availability(accepting, until, today)
    return set_fields(leader, {"accepting": accepting, "closed_until": until})


def claim(
    session: Session,
    leader: Leader,
    code: str,
    phase: Phase,
    level: Level,
    evidence: str,
    evidence_on: date | None,
    today: date,
) -> bool:
    """The leader's claim to an area in a phase, new or changed; answers whether anything was."""
    check_evidence(evidence, evidence_on, today)
    found = next((c for c in leader.specialisms if (c.code, c.phase) == (code, phase)), None)
    if found is None:
        area = session.get(Specialism, code)
        if area is None or area.retired:
            raise RuleBroken("Choose an area of expertise from the list.", field="code")
        found = LeaderSpecialism(code=code, phase=phase)
        leader.specialisms.append(found)
    new = {"level": level, "evidence": evidence, "evidence_on": evidence_on}
    return bool(set_changed(found, new))


def designate(leader: Leader, award: Award, today: date) -> bool:
    """The leader holds a designation, new or changed; answers whether anything was."""
    check_award(award, today)
    same = award.kind.casefold()
    found = next((d for d in leader.designations if d.kind.casefold() == same), None)
    if found is None:
        found = Designation(kind=award.kind)
        leader.designations.append(found)
        changed = True
    else:
        changed = any(getattr(found, name) != getattr(award, name) for name in _AWARD)
    for name in _AWARD:
        setattr(found, name, getattr(award, name))
    return changed


_AWARD = ("kind", "awarding_body", "awarded_on", "review_due", "trained_on")


def give_standing(session: Session, by: By, leader: Leader, standing: StandingRelease) -> None:
    """The releaser's word for a year: their own, or noted for them by a coordinator, when they get
    a copy. Raises RuleBroken where nobody is known who could give it."""
    today = london_date(by.now)
    check_standing(standing, today)
    who = releasers(session, leader, today)
    given_by = next((person for person in who if person.id == by.actor.person_id), None)
    on_behalf = given_by is None
    if given_by is None:
        if not who:
            raise RuleBroken(NOBODY_RELEASES)
        given_by = who[0]
    leader.standing_half_days = standing.half_days
    leader.standing_weekdays = list(standing.weekdays)
    leader.standing_terms = list(standing.terms)
    leader.standing_until = standing.until
    leader.standing_given_by = given_by.id
    leader.standing_given_at = by.now
    leader.standing_recorded_by = by.actor.person_id if on_behalf else None
    partnership_id = partnership_between(session, by, leader)
    record(
        session,
        by,
        "leader.release_given",
        leader,
        partnership_id=partnership_id,
        on_behalf_of=given_by.id if on_behalf else None,
        fields=["standing_half_days", "standing_until"],
    )
    if on_behalf and partnership_id is not None:
        partnership = session.get_one(Partnership, partnership_id)
        messages.write(
            session,
            by,
            "standing_release_noted",
            recipient(given_by),
            key=f"standing_release_noted/{leader.id}/{by.now.isoformat()}",
            partnership_id=partnership_id,
            signed=signatory(session, partnership, today),
            noted_by=by.actor.name,
            leader=leader.person.name,
            until=standing.until,
        )


def withdraw_standing(leader: Leader) -> list[str]:
    """There is no standing release any more; answers what changed."""
    if leader.standing_until is None:
        return []
    leader.standing_half_days = leader.standing_until = None
    leader.standing_weekdays, leader.standing_terms = [], []
    leader.standing_given_by = leader.standing_given_at = leader.standing_recorded_by = None
    return ["standing_until"]
