"""Use cases about funding pots: a coordinator keeps them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import check_version, locked, set_changed, use_case
from brokerage.errors import NotFound, RuleBroken
from brokerage.leaders.pot_models import Pot
from brokerage.leaders.pot_queries import pot_in_scope
from brokerage.leaders.rules import school_year_name
from brokerage.ledger.steps import record
from brokerage.web.words import days, pounds

MOST_HALF_DAYS = 20_000
MOST_PENCE = 1_000_000_000
WHAT = "this pot"


@use_case("pot.add")
def add(
    by: By,
    session: Session,
    partnership_id: int,
    *,
    name: str,
    year: int,
    half_days: int | None,
    pence: int | None,
) -> int:
    """A pot for a school year: so many half-days, so much money, or both; answers its id."""
    if partnership_id not in by.actor.coordinates():
        raise NotFound
    pot = Pot(partnership_id=partnership_id, year=year)
    _set(session, pot, name, half_days, pence)
    session.add(pot)
    session.flush()
    record(session, by, "pot.added", pot, partnership_id=partnership_id)
    return pot.id


@use_case("pot.change")
def change(
    by: By,
    session: Session,
    pot_id: int,
    *,
    version: int | None,
    name: str,
    half_days: int | None,
    pence: int | None,
) -> None:
    """Give a pot another name, or other amounts. Raises RuleBroken below what is promised."""
    pot = _locked(session, by, pot_id, version)
    fields = _set(session, pot, name, half_days, pence)
    if fields:
        record(session, by, "pot.changed", pot, partnership_id=pot.partnership_id, fields=fields)


@use_case("pot.close")
def close(by: By, session: Session, pot_id: int, *, closed: bool = True) -> None:
    """No more support is paid from it from now on (or again, with ``closed`` False). What is held
    and agreed stays so."""
    pot = _locked(session, by, pot_id, None)
    if (pot.closed_at is not None) is closed:
        return
    pot.closed_at = by.now if closed else None
    action = "pot.closed" if closed else "pot.opened"
    record(session, by, action, pot, partnership_id=pot.partnership_id, fields=["closed_at"])


def _locked(session: Session, by: By, pot_id: int, version: int | None) -> Pot:
    pot_in_scope(session, by.actor, pot_id)
    (pot,) = locked(session, Pot, pot_id)
    check_version(pot, version, WHAT)
    return pot


def _set(
    session: Session, pot: Pot, name: str, half_days: int | None, pence: int | None
) -> list[str]:
    name = " ".join(name.split())
    if not 2 <= len(name) <= 80:
        raise RuleBroken("Give the pot a name of 2 to 80 letters.", field="name")
    same = select(Pot.id).filter_by(partnership_id=pot.partnership_id, year=pot.year, name=name)
    with session.no_autoflush:
        if session.scalar(same.where(Pot.id != (pot.id or 0))) is not None:
            year = school_year_name(pot.year)
            raise RuleBroken(f"There is a pot “{name}” in {year} already.", field="name")
    if half_days is None and pence is None:
        raise RuleBroken("Say how many days, or how much money, is in the pot.", field="half_days")
    if half_days is not None and half_days > MOST_HALF_DAYS:
        raise RuleBroken("Enter fewer days.", field="half_days")
    if pence is not None and pence > MOST_PENCE:
        raise RuleBroken("Enter less money.", field="pence")
    if pot.id is not None:
        _check_promised(pot, half_days, pence)
    return set_changed(pot, {"name": name, "half_days": half_days, "pence": pence})


def _check_promised(pot: Pot, half_days: int | None, pence: int | None) -> None:
    if half_days is not None and half_days < pot.promised:
        said = f"Promised or used already: {days(pot.promised)}. Leave at least as many."
        raise RuleBroken(said, field="half_days")
    if pence is not None and pence < pot.promised_pence:
        said = f"Promised or used already: {pounds(pot.promised_pence)}. Leave at least as much."
        raise RuleBroken(said, field="pence")
