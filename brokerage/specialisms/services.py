"""Use cases about areas of expertise: a partnership adds its own, and retires them."""

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import locked, use_case
from brokerage.errors import NotFound, RuleBroken
from brokerage.ledger.steps import record
from brokerage.specialisms.models import Specialism
from brokerage.specialisms.queries import known
from brokerage.specialisms.rules import fold, local_code
from brokerage.specialisms.seed import ALL_PHASES


@use_case("specialism.add")
def add_area(
    by: By,
    session: Session,
    *,
    partnership_id: int,
    name: str,
    group: str,
    phases: list[str],
    aliases: list[str],
) -> str:
    """Add an area of the partnership's own; answers its code. An area that was retired under this
    name is offered again. Raises RuleBroken where the list has it already."""
    _check_coordinates(by, partnership_id)
    name = " ".join(name.split())
    if not 3 <= len(name) <= 120:
        raise RuleBroken("Enter a name of 3 to 120 letters.", field="name")
    among = known(session, [partnership_id])
    names = {area.code: area.name for area in among}
    for said in (name, *aliases):
        same = fold(said, among)
        if same in names:
            raise RuleBroken(f"“{said}” is on the list already, as {names[same]}.", field="name")
    code = local_code(name, partnership_id)
    area = session.get(Specialism, code)
    if area is None:
        area = Specialism(code=code, partnership_id=partnership_id, retired=False)
        session.add(area)
    area.name, area.group = name, group
    area.phases = [phase for phase in ALL_PHASES if phase in phases] or list(ALL_PHASES)
    area.aliases = aliases
    area.retired = False
    session.flush()
    record(session, by, "specialism.added", area, partnership_id=partnership_id)
    return code


@use_case("specialism.retire")
def retire_area(by: By, session: Session, code: str) -> None:
    """Offer an area of the partnership's own no more. What was said and done in it stays."""
    (area,) = locked(session, Specialism, code)
    if area.partnership_id is None:
        raise NotFound
    _check_coordinates(by, area.partnership_id)
    if area.retired:
        return
    area.retired = True
    record(session, by, "specialism.retired", area, partnership_id=area.partnership_id)


def _check_coordinates(by: By, partnership_id: int) -> None:
    if by.actor.via != "command line" and partnership_id not in by.actor.coordinates():
        raise NotFound
