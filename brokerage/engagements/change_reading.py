"""A change as one of its people may read it: what, why, who is asked, what they can do."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import Actor
from brokerage.engagements import change_queries as queries
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.change_rules import (
    RULES,
    WHO,
    Asked,
    ChangeKind,
    ChangeState,
    in_words,
    may_read_why,
)
from brokerage.engagements.costs import in_all, terms_at
from brokerage.engagements.models import Engagement
from brokerage.engagements.queries import names_of, parts
from brokerage.engagements.rules import LIVE, LOGGERS
from brokerage.leaders.models import DaysAccount
from brokerage.life import Part
from brokerage.people.models import Person
from brokerage.web.words import days, pounds, short_day


@dataclass(frozen=True)
class Standing:
    """Where the answer of one of those asked stands. ``words`` and a no are the coordinator's to
    read, and theirs who said them."""

    asked: Asked
    who: str
    name: str
    said: str
    words: str = ""
    open: bool = False


@dataclass(frozen=True)
class Shown:
    """A change as it is shown. ``why`` is empty for those who may not read it; ``rows`` are what,
    why and what it means; ``mine`` is what the actor still answers as."""

    change: Change
    title: str
    why: str
    rows: list[tuple[str, str]]
    standings: list[Standing]
    mine: list[Asked]
    coordinates: bool
    may_withdraw: bool
    is_open: bool
    decided_alone: bool
    wish_to_stop: bool


TITLES = {
    ChangeState.PROPOSED: "A change is asked for",
    ChangeState.AGREED: "A change that was agreed",
    ChangeState.REFUSED: "A change that was not agreed",
    ChangeState.WITHDRAWN: "A change that was taken back",
}


def shown(session: Session, actor: Actor, change: Change, today: date) -> Shown:
    """The change as the actor may read it today."""
    parts_of_actor = parts(actor, change.engagement)
    coordinates = Part.COORDINATOR in parts_of_actor
    is_open = change.state is ChangeState.PROPOSED and change.engagement.state in LIVE
    why = change.reason if may_read_why(change.kind, parts_of_actor) else ""
    asked = queries.still_asked(session, change, today)
    names = names_of(session, [change.asked_by, *(given.person_id for given in change.answers)])
    return Shown(
        change=change,
        title=TITLES[change.state],
        why=why,
        rows=[row for row in _rows(session, change, parts_of_actor, why, names) if row[1]],
        standings=_standings(actor, change, names, asked),
        mine=queries.asked_among(actor, change, asked),
        coordinates=coordinates,
        may_withdraw=is_open and (coordinates or change.asked_by == actor.person_id),
        is_open=is_open,
        decided_alone=RULES[change.kind].decided_alone,
        wish_to_stop=change.kind is ChangeKind.STOP,
    )


def open_one(session: Session, actor: Actor, engagement: Engagement, today: date) -> Shown | None:
    """The change that is being asked about in an engagement, as the actor may read it."""
    change = queries.open_change(session, engagement)
    return shown(session, actor, change, today) if change is not None else None


def says(change: Change) -> str:
    """The change in one line."""
    return in_words(change.kind, change.new, change.before)


def _rows(
    session: Session, change: Change, mine: set[Part], why: str, names: dict[int, str]
) -> list[tuple[str, str]]:
    asker = names.get(change.asked_by or 0, "")
    found = [
        ("What", says(change)),
        ("Why", why),
        ("Asked for by", f"{asker}, {short_day(change.asked_at)}" if asker else ""),
        ("What it costs then", _cost(change)),
    ]
    if change.kind is ChangeKind.MORE_DAYS and mine & {*LOGGERS, Part.RELEASER}:
        found.append(("The leader has left this year", _left(session, change)))
    return found


def _cost(change: Change) -> str:
    """What all days together cost then; nothing where the cost does not change."""
    if change.kind not in (ChangeKind.MORE_DAYS, ChangeKind.FEWER_DAYS, ChangeKind.PRICE):
        return ""
    terms = {**terms_at(change.engagement, change.settled_at), **change.before, **change.new}
    half_days, price = terms["half_days"], terms["pence_a_day"]
    pence = in_all(change.engagement, half_days, price, change.settled_at)
    return f"{pounds(pence)} in all" if pence else ""


def _left(session: Session, change: Change) -> str:
    engagement = change.engagement
    account = (
        session.query(DaysAccount)
        .filter_by(leader_id=engagement.leader_id, year=engagement.year)
        .one_or_none()
    )
    return days(account.left) if account else ""


def _standings(
    actor: Actor, change: Change, names: dict[int, str], still: dict[Asked, Person | None]
) -> list[Standing]:
    """Each whom it touches, in the order of the rule."""
    given_by = {given.asked: given for given in queries.answers_now(change)}
    found = []
    for asked in RULES[change.kind].touches:
        given = given_by.get(asked)
        if given is None:
            person = still.get(asked)
            said = "is being asked" if asked in still else "was not asked to the end"
            found.append(
                Standing(
                    asked, WHO[asked], person.name if person else "", said, open=asked in still
                )
            )
            continue
        name = names.get(given.person_id or 0, "")
        private = actor.person_id == given.person_id or change.partnership_id in actor.coordinates()
        if not given.yes and not private:
            found.append(Standing(asked, WHO[asked], name, "was asked"))
            continue
        said = f"{'yes' if given.yes else 'no'}, {short_day(given.at)}"
        if given.recorded_by is not None:
            said += f" ({given.via})"
        found.append(Standing(asked, WHO[asked], name, said, given.words if private else ""))
    return found
