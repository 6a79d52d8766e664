"""Changes of an agreement, as its people ask for them and answer."""

from datetime import date

from sqlalchemy import select

from brokerage.engagements import change_invariants
from brokerage.engagements import change_services as changes
from brokerage.engagements import invariants as engagements
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.change_rules import Asked, ChangeKind
from brokerage.engagements.change_services import Wanted
from brokerage.leaders import invariants as leaders
from brokerage.leaders.models import DaysAccount
from brokerage.people.models import Person
from tests.builders import NOW
from tests.phone_builders import Support
from tests.services.pairing_town import messages_to

MORE = Wanted(kind=ChangeKind.MORE_DAYS, reason="Year 3 too", half_days=8)
FEWER = Wanted(kind=ChangeKind.FEWER_DAYS, reason="It goes well", half_days=3)
DATES = Wanted(kind=ChangeKind.DATES, reason="Illness", expected_end=date(2027, 3, 26))
PRICE = Wanted(kind=ChangeKind.PRICE, reason="A grant", pence_a_day=None, who_pays="")
PAUSE = Wanted(kind=ChangeKind.PAUSE, reason="Inspection", until=date(2026, 12, 1))


def propose(one: Support, wanted: Wanted, person: Person | None = None, **more: Asked) -> int:
    return changes.propose(one.by(person, NOW), one.engagement.id, wanted, **more)


def say(one: Support, change_id: int, person: Person, yes: bool = True, **more: str) -> str:
    return changes.answer(one.by(person, NOW), change_id, yes=yes, **more)


def change(one: Support, change_id: int) -> Change:
    one.session.expire_all()
    return one.session.get_one(Change, change_id)


def account(one: Support) -> tuple[int, int, int, int]:
    one.session.expire_all()
    found = one.session.scalars(select(DaysAccount)).one()
    return found.held, found.agreed, found.used, found.left


def faults(one: Support) -> list[str]:
    one.session.expire_all()
    rooms = (engagements.broken, change_invariants.broken, leaders.broken)
    return [fault for broken in rooms for fault in broken(one.session)]


def asked(one: Support, kind: str = "change_asked") -> list[str]:
    people = {"releaser": one.town.releaser, "head": one.town.head}
    people |= {"leader": one.town.leader.person, "coordinator": one.town.coordinator}
    return [who for who, person in people.items() if kind in messages_to(one.session, person)]
