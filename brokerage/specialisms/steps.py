"""Keeping the list of areas of expertise, within somebody's open transaction."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.errors import RuleBroken
from brokerage.specialisms.models import Specialism
from brokerage.specialisms.queries import known
from brokerage.specialisms.rules import fold
from brokerage.specialisms.seed import SEED


def seed(session: Session) -> int:
    """Add the seeded areas that are not there yet; those that are stay as they were changed to.
    Answers how many were added."""
    there = set(session.scalars(select(Specialism.code)))
    new = [area for area in SEED if area.code not in there]
    session.add_all(
        Specialism(
            code=area.code,
            name=area.name,
            group=area.group,
            phases=list(area.phases),
            aliases=list(area.aliases),
        )
        for area in new
    )
    return len(new)


def code_of(session: Session, code: str, other: str, partnership_ids: Collection[int]) -> str:
    """The code of an area chosen from the list, or else of one that somebody typed: by its name,
    its code or any alias. Raises RuleBroken where that is no area of these partnerships."""
    among = known(session, partnership_ids)
    codes = {area.code for area in among}
    if not other.strip():
        if code not in codes:
            raise RuleBroken("Choose an area of expertise.", field="code")
        return code
    folded = fold(other, among)
    if folded not in codes:
        raise RuleBroken(
            f"“{other.strip()[:60]}” is not on the list of areas of expertise. "
            "Choose the nearest; a coordinator can add an area.",
            field="other",
        )
    return folded
