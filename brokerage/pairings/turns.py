"""Who has had a turn, and what a home school may still give: what fairness asks beside a leader's
own record. Half-days of one school year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from brokerage.errors import RuleBroken
from brokerage.leaders.models import DaysAccount, Leader
from brokerage.leaders.rules import school_year
from brokerage.matching.profiles import LeaderProfile
from brokerage.matching.quantities import days_words
from brokerage.pairings.house_rules import house_rules
from brokerage.pairings.models import Pairing, PairingAnswer
from brokerage.pairings.profiles import leader_profile
from brokerage.pairings.rules import UNDER_WAY, PairingState, Step
from brokerage.schools.models import School


@dataclass(frozen=True)
class Turns:
    """``deployed``: leaders with a confirmed pairing, ever; ``asked_out``: by leader, the half-days
    and engagements for which they are being asked and that are not held yet; ``given``: by home
    school, the half-days that it gives this year with all its leaders, those included; ``most``:
    what a home school gives at most (None: any)."""

    deployed: frozenset[int]
    asked_out: Mapping[int, tuple[int, int]]
    given: Mapping[int, int]
    most: int | None

    def left_at(self, urn: int) -> int | None:
        """What the home school may still give this year; None where there is no limit."""
        return None if self.most is None else max(self.most - self.given.get(urn, 0), 0)

    def profile_of(self, leader: Leader, today: date, *, asked: bool = True) -> LeaderProfile:
        """The leader as matching sees them; ``asked``: less the days they are being asked for."""
        return leader_profile(
            leader,
            today,
            asked_out=self.asked_out.get(leader.id, (0, 0)) if asked else (0, 0),
            home_school_left=self.left_at(leader.home_urn),
            never_deployed=leader.id not in self.deployed,
        )


def turns(
    session: Session, partnership_id: int, today: date, *, besides: int | None = None
) -> Turns:
    """The turns of all leaders, in this partnership and any other. Days and places for which a
    leader is being asked already count as gone, except for the need ``besides``."""
    most, year = house_rules(session, partnership_id).home_school_half_days, school_year(today)
    parts = [_confirmed(), _being_asked(besides), *([] if most is None else [_promised(year)])]
    deployed: set[int] = set()
    out: dict[int, tuple[int, int]] = {}
    given: dict[int, int] = {}
    for kind, leader_id, urn, in_year, half_days, count in session.execute(union_all(*parts)):
        if kind == "confirmed":
            deployed.add(leader_id)
            continue
        if kind == "asked":
            days, places = out.get(leader_id, (0, 0))
            out[leader_id] = days + int(half_days), places + count
        if in_year == year:
            given[urn] = given.get(urn, 0) + int(half_days)
    return Turns(frozenset(deployed), out, given, most)


Rows = Select[*tuple[Any, ...]]
# Three kinds of rows, read in one query: kind, leader, home school, year, half-days, engagements.


def _confirmed() -> Rows:
    """Leaders with a confirmed pairing."""
    nothing = [literal(0)] * 4
    query = select(literal("confirmed"), Pairing.leader_id, *nothing)
    return query.where(Pairing.state == PairingState.CONFIRMED).group_by(Pairing.leader_id)


def _being_asked(besides: int | None) -> Rows:
    """What leaders are being asked for, where those days are not held yet."""
    key = Pairing.leader_id, Leader.home_urn, Pairing.year
    return (
        select(literal("asked"), *key, func.sum(Pairing.half_days), func.count())
        .join(Leader, Leader.id == Pairing.leader_id)
        .where(
            Pairing.state.in_(UNDER_WAY),
            Pairing.need_id != (besides or 0),
            Pairing.id.not_in(with_days_held()),
        )
        .group_by(*key)
    )


def _promised(year: int) -> Rows:
    """What each home school gives in a year: held, agreed and used."""
    promised = func.sum(DaysAccount.held + DaysAccount.agreed + DaysAccount.used)
    return (
        select(
            literal("promised"), literal(0), Leader.home_urn, literal(year), promised, literal(0)
        )
        .join(Leader, Leader.id == DaysAccount.leader_id)
        .where(DaysAccount.year == year)
        .group_by(Leader.home_urn)
    )


def with_days_held() -> Select[int]:
    """Ids of pairings under way whose leader has accepted: their days are held already."""
    return select(PairingAnswer.pairing_id).where(
        PairingAnswer.step == Step.ACCEPT, PairingAnswer.yes, PairingAnswer.undone_at.is_(None)
    )


def fit_of_leader(
    session: Session, leader: Leader, partnership_id: int, today: date, *, besides: int
) -> LeaderProfile:
    """One leader as matching sees them for the need ``besides``. What they are asked for elsewhere
    and have not accepted is theirs still; from what their home school may give, it is taken."""
    found = turns(session, partnership_id, today, besides=besides)
    return found.profile_of(leader, today, asked=False)


def beyond_cap(left: int | None, half_days: int) -> str:
    """A sentence where a home school has fewer half-days left to give than these; else nothing."""
    if left is None or half_days <= left:
        return ""
    still = days_words(left) if left else "no days"
    return (
        f"The home school has {still} left to give this year, this takes {days_words(half_days)}."
    )


def one_at_a_time(session: Session, partnership_id: int, urn: int) -> None:
    """Where home schools give so many days at most: whoever else would count and take the same
    school's days waits until this transaction has ended, so that two cannot take the last ones."""
    if house_rules(session, partnership_id).home_school_half_days is not None:
        home = select(School.urn).where(School.urn == urn).with_for_update(key_share=True)
        session.execute(home)


def refuse_beyond_cap(session: Session, pairing: Pairing, half_days: int | None = None) -> None:
    """Raise RuleBroken where the days that are about to be held (those of the pairing, or so many
    more) are more than the home school gives in a year, unless a coordinator has given a reason to
    propose the leader all the same."""
    most = house_rules(session, pairing.partnership_id).home_school_half_days
    if most is None or pairing.chosen_by_hand:
        return
    urn = pairing.leader.home_urn
    one_at_a_time(session, pairing.partnership_id, urn)
    row = session.execute(_promised(pairing.year).where(Leader.home_urn == urn)).first()
    given = int(row[4]) if row else 0
    if says := beyond_cap(max(most - given, 0), half_days or pairing.half_days):
        raise RuleBroken(f"{says} Please talk to your coordinator.")
