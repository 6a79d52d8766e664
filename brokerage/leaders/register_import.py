"""Taking a register of leaders in from a file: each good row, and each bad one named."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import By, PostKind
from brokerage.clock import london_date
from brokerage.database import locked, set_changed, use_case
from brokerage.errors import BrokerageError, NotFound, RuleBroken
from brokerage.leaders import days, steps
from brokerage.leaders.models import Leader
from brokerage.leaders.queries import find_leader, leaders_of, person_named
from brokerage.leaders.register_file import Line, RegisterFile, Said
from brokerage.leaders.rules import (
    Accepting,
    Award,
    Level,
    StandingRelease,
    accepting_on,
    check_details,
    check_pledge,
    school_year,
)
from brokerage.ledger.steps import attempt
from brokerage.people.models import Person
from brokerage.people.queries import by_email, person_in_scope
from brokerage.people.rules import check_address, check_may_give, tidy_name
from brokerage.people.steps import add_person
from brokerage.schools.models import Phase, School
from brokerage.schools.queries import schools_in
from brokerage.specialisms.models import Specialism
from brokerage.specialisms.queries import known
from brokerage.specialisms.rules import fold

Report = dict[str, Any]


class _TakenBack(Exception):
    """A dry run: what the row would change is not kept."""


@use_case("leader.import")
def import_register(
    by: By, session: Session, partnership_id: int, file: RegisterFile, *, dry_run: bool
) -> Report:
    """Take the file's good rows into a partnership's register; answers how many were new, changed
    and unchanged, and each rejected row's line and fault. ``dry_run`` changes nothing.

    A leader is the one of the row's e-mail address, or else of its name and home school. Somebody
    on another partnership's register joins with the record they have.
    """
    check_may_give(by.actor, PostKind.SYSTEM_LEADER, partnership_id)
    work = _Work(session, by, partnership_id)
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    rejected = []
    for line in file.lines:
        outcome = ""
        try:
            with attempt(session):
                outcome = work.take(line)
                session.flush()
                if dry_run:
                    raise _TakenBack
        except _TakenBack:
            pass
        except BrokerageError as refused:
            rejected.append({"line": line.number, "fault": refused.sentence})
            continue
        counts[outcome] += 1
    return {**counts, "rejected": rejected, "unknown": file.unknown, "dry_run": dry_run}


class _Work:
    """One import under way."""

    def __init__(self, session: Session, by: By, partnership_id: int) -> None:
        self.session, self.by, self.partnership_id = session, by, partnership_id
        self.today = london_date(by.now)
        self.members = leaders_of(session, partnership_id, self.today)
        locked(session, Leader, *(leader.id for leader in self.members))
        self.by_person = {leader.person_id: leader for leader in self.members}
        self.areas = known(session, [partnership_id])
        self.codes = set(session.scalars(select(Specialism.code)))
        self.schools = set(session.scalars(schools_in([partnership_id])))
        self.seen: dict[object, int] = {}

    def take(self, line: Line) -> str:
        """Do what the row says; answers new, changed or unchanged. Raises RuleBroken."""
        if line.fault:
            raise RuleBroken(line.fault)
        values = line.values
        address = check_address(values.get("email"))
        person = self._person(address, values)
        name = " ".join(str(values.get("name", "")).casefold().split())
        self._only_once(line, person.id if person else None)
        self._only_once(line, address or (name, values.get("home_urn")))
        leader = self.by_person.get(person.id) if person else None
        if leader is None:
            elsewhere = find_leader(self.session, person.id) if person else None
            leader = self._register(person, address, values)
            if elsewhere is None:
                self._fill(leader, line)
            return "new"
        fields = self._identify(leader, address, values) + self._fill(leader, line)
        steps.kept(self.session, self.by, leader, fields)
        return "changed" if fields else "unchanged"

    def _person(self, address: str | None, values: Any) -> Person | None:
        if address and (found := by_email(self.session, address)):
            return found
        name, urn = values.get("name", ""), values.get("home_urn")
        leader = person_named(self.members, name, urn)
        if leader is not None and address and leader.person.email:
            raise RuleBroken("is known by another e-mail address: change it on their page first")
        return leader.person if leader else None

    def _only_once(self, line: Line, key: object) -> None:
        first = self.seen.setdefault(key, line.number) if key else line.number
        if first != line.number:
            raise RuleBroken(f"is the same leader as line {first}")

    def _register(self, person: Person | None, address: str | None, values: Any) -> Leader:
        urn = values.get("home_urn")
        if person is None or find_leader(self.session, person.id) is None:
            self._check_home(urn)
        person = person or add_person(
            self.session,
            self.by,
            name=values.get("name", ""),
            email=address,
            telephone=values.get("telephone"),
        )
        return steps.register(
            self.session,
            self.by,
            person,
            partnership_id=self.partnership_id,
            home_urn=urn or 0,
            from_on=self.today,
        )

    def _check_home(self, urn: int | None) -> None:
        if not urn:
            raise RuleBroken("has no home_urn: the URN of the leader's own school")
        if urn not in self.schools:
            raise RuleBroken(f"its home_urn {urn} is no school of this partnership")

    def _identify(self, leader: Leader, address: str | None, values: Any) -> list[str]:
        person = leader.person
        new: dict[str, str | None] = {}
        if "name" in values:
            new["name"] = tidy_name(values["name"])
        if "telephone" in values:
            new["telephone"] = values["telephone"][:40] or None
        if address and not person.email:
            new["email"] = address
        return set_changed(person, new)

    def _fill(self, leader: Leader, line: Line) -> list[str]:
        values = line.values
        changed = self._details(leader, values)
        changed += self._availability(leader, values)
        if "specialisms" in values:
            changed += self._specialisms(leader, values["specialisms"])
        if "designations" in values:
            changed += self._designations(leader, values["designations"])
        changed += self._releaser(leader, values)
        for year, half_days in line.pledged.items():
            changed += self._pledge(leader, year or school_year(self.today), half_days)
        return changed

    def _details(self, leader: Leader, values: Any) -> list[str]:
        plain = ("remote", "weekdays", "terms", "faiths", "been_there", "about", "public")
        new = {name: values[name] for name in plain if values.get(name) is not None}
        if "max_km" in values:
            new["max_km"] = values["max_km"]
        if values.get("engagements_at_once") is not None:
            new["engagements_at_once"] = values["engagements_at_once"]
        check_details(
            new.get("max_km", leader.max_km),
            new.get("engagements_at_once", leader.engagements_at_once or 2),
            new.get("about", ""),
        )
        urn = values.get("home_urn")
        if urn and urn != leader.home_urn:
            self._check_home(urn)
            new["home_urn"] = steps.open_home(self.session, urn).urn
        return steps.set_fields(leader, new)

    def _availability(self, leader: Leader, values: Any) -> list[str]:
        if "accepting" not in values and "closed_until" not in values:
            return []
        accepting = values.get("accepting") or (
            Accepting.YES if "accepting" in values else leader.accepting
        )
        until = values.get("closed_until", leader.closed_until)
        if until != leader.closed_until and until is not None and until <= self.today:
            accepting = accepting_on(accepting, until, self.today)  # opened since it was written
        return steps.set_availability(leader, accepting, until, self.today)

    def _specialisms(self, leader: Leader, said: list[Said]) -> list[str]:
        changed, named = False, set()
        held = {claim.code for claim in leader.specialisms}
        for each in said:
            code = each.area if each.area in held else self._code(each.area)
            phase = Phase(each.phase) if each.phase else self._home_phase(leader, each.area)
            named.add((code, phase))
            level = each.level or Level.LEADS
            changed |= steps.claim(
                self.session,
                leader,
                code,
                phase,
                level,
                each.evidence or "",
                each.evidence_on,
                self.today,
            )
        for claim in list(leader.specialisms):
            if (claim.code, claim.phase) not in named:
                leader.specialisms.remove(claim)
                changed = True
        return ["specialisms"] if changed else []

    def _code(self, area: str) -> str:
        code = fold(area, self.areas)
        if code not in {found.code for found in self.areas}:
            raise RuleBroken(f"its specialisms: “{area[:60]}” is no area of expertise on the list")
        return code

    def _home_phase(self, leader: Leader, area: str) -> Phase:
        home = self.session.get_one(School, leader.home_urn)
        if home.phase in (Phase.ALL_THROUGH, Phase.OTHER):
            raise RuleBroken(f"its specialisms: say in which phase, as in {area[:60]}@primary")
        return home.phase

    def _designations(self, leader: Leader, awards: list[Award]) -> list[str]:
        outcomes = [steps.designate(leader, award, self.today) for award in awards]
        changed = any(outcomes)
        named = {award.kind.casefold() for award in awards}
        for held in list(leader.designations):
            if held.kind.casefold() not in named:
                leader.designations.remove(held)
                changed = True
        return ["designations"] if changed else []

    def _releaser(self, leader: Leader, values: Any) -> list[str]:
        changed: list[str] = []
        if "releaser_email" in values:
            address = check_address(values["releaser_email"])
            person = by_email(self.session, address) if address else None
            if address and (person is None or not self._known_here(person.id)):
                raise RuleBroken("nobody is known by its releaser_email: add them first")
            if person is not None and person.id == leader.person_id:
                raise RuleBroken("its releaser_email is the leader's own")
            if (person.id if person else None) != leader.releaser_id:
                leader.releaser_id = person.id if person else None
                changed = ["releaser_id", *steps.withdraw_standing(leader)]
                self.session.flush()
                self.session.expire(leader, ["releaser"])
        return changed + self._standing(leader, values)

    def _known_here(self, person_id: int) -> bool:
        if self.by.actor.via == "command line":
            return True
        try:
            person_in_scope(self.session, self.by.actor, person_id, self.today)
        except NotFound:
            return False
        return True

    def _standing(self, leader: Leader, values: Any) -> list[str]:
        if "standing_days" not in values or "standing_until" not in values:
            return []
        half_days, until = values["standing_days"], values["standing_until"]
        if half_days is None or until is None:
            return steps.withdraw_standing(leader)
        standing = StandingRelease(
            half_days,
            tuple(values.get("standing_weekdays", ())),
            tuple(values.get("standing_terms", ())),
            until,
        )
        if standing == leader.standing or until <= self.today:
            return []
        steps.give_standing(self.session, self.by, leader, standing)
        return ["standing_until"]

    def _pledge(self, leader: Leader, year: int, half_days: int) -> list[str]:
        before = next((a.pledged for a in leader.accounts if a.year == year), None)
        if before == half_days or (before is None and half_days == 0):
            return []
        check_pledge(half_days)
        days.pledge(self.session, self.by, leader.id, year, half_days)
        return ["pledged"]
