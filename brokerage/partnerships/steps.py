"""Changes to partnerships, within somebody's open transaction."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.errors import RuleBroken
from brokerage.ledger.steps import record
from brokerage.partnerships.models import Partnership, PartnershipAuthority, PartnershipSchool
from brokerage.partnerships.rules import check_authority_code, tidy_name


def add_partnership(
    session: Session, by: By, name: str, *, authorities: Iterable[str], urns: Iterable[int]
) -> Partnership:
    """A new partnership of these authorities and these schools.

    Raises RuleBroken for a name that cannot be or is taken, or for a code that cannot be.
    """
    partnership = Partnership(name=free_name(session, name))
    codes = sorted({check_authority_code(code) for code in authorities})
    partnership.authorities = [PartnershipAuthority(la_code=code) for code in codes]
    partnership.hand_picked = [PartnershipSchool(urn=urn) for urn in sorted(set(urns))]
    session.add(partnership)
    session.flush()
    record(session, by, "partnership.made", partnership, partnership_id=partnership.id)
    return partnership


def free_name(session: Session, name: str, own_id: int | None = None) -> str:
    """The name, tidied; raises RuleBroken where another partnership has it."""
    tidy = tidy_name(name)
    holder = session.scalar(select(Partnership.id).where(Partnership.name == tidy))
    if holder not in (None, own_id):
        raise RuleBroken("There is a partnership of that name already.", field="name")
    return tidy


def add_authority(session: Session, by: By, partnership: Partnership, la_code: str) -> None:
    """The authority's schools belong; nothing happens where they do already."""
    if all(held.la_code != la_code for held in partnership.authorities):
        partnership.authorities.append(PartnershipAuthority(la_code=la_code))
        _note(session, by, partnership, "partnership.authority_added", "authorities")


def remove_authority(session: Session, by: By, partnership: Partnership, la_code: str) -> None:
    """The authority's schools belong no more; nothing happens where they do not."""
    for held in partnership.authorities:
        if held.la_code == la_code:
            partnership.authorities.remove(held)
            _note(session, by, partnership, "partnership.authority_removed", "authorities")
            return


def pick_school(session: Session, by: By, partnership: Partnership, urn: int) -> None:
    """The school belongs, picked by hand; nothing happens where it was picked already."""
    if all(held.urn != urn for held in partnership.hand_picked):
        partnership.hand_picked.append(PartnershipSchool(urn=urn))
        _note(session, by, partnership, "partnership.school_picked", "hand_picked")


def unpick_school(session: Session, by: By, partnership: Partnership, urn: int) -> None:
    """The school is no longer picked by hand; nothing happens where it was not."""
    for held in partnership.hand_picked:
        if held.urn == urn:
            partnership.hand_picked.remove(held)
            _note(session, by, partnership, "partnership.school_unpicked", "hand_picked")
            return


def _note(session: Session, by: By, partnership: Partnership, action: str, field: str) -> None:
    session.flush()
    record(session, by, action, partnership, partnership_id=partnership.id, fields=[field])
