"""Use cases about changes of an agreement: proposed, answered, noted by telephone, taken back."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import LONDON, london_date
from brokerage.database import locked, use_case
from brokerage.engagements import change_queries as queries
from brokerage.engagements import change_steps as steps
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.change_ending import withdraw as withdraw_it
from brokerage.engagements.change_rules import (
    GONE,
    PART,
    RULES,
    Asked,
    ChangeKind,
    check_days,
    check_end,
    check_until,
)
from brokerage.engagements.models import Engagement
from brokerage.engagements.queries import parts
from brokerage.engagements.rules import LIFE, LIVE
from brokerage.errors import NotFound, RuleBroken
from brokerage.life import Part
from brokerage.pairings.models import Pairing
from brokerage.pairings.second_person import refuse_own_school
from brokerage.people.steps import use_link


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody wants to be otherwise. ``half_days`` are those in all; MORE_DAYS and FEWER_DAYS
    are one wish, told apart by them."""

    kind: ChangeKind
    reason: str
    half_days: int | None = None
    expected_end: date | None = None
    pence_a_day: int | None = None
    who_pays: str = ""
    until: date | None = None


@use_case("change.propose")
def propose(
    by: By,
    session: Session,
    engagement_id: int,
    wanted: Wanted,
    *,
    asked_for: Asked | None = None,
) -> int:
    """Propose a change to those whom it touches; answers its id.

    A coordinator proposes in their own name, or for the head or the leader (``asked_for``), who get
    a copy. Raises RuleBroken where another change is open, the support is over, or it cannot be.
    """
    (engagement,) = locked(session, Engagement, engagement_id)
    asked_as = _asked_as(by, session, engagement, asked_for)
    if not wanted.reason.strip():
        raise RuleBroken("Give the reason in a line.", field="reason")
    if engagement.state not in LIVE:
        raise RuleBroken("This support is not under way any more, so nothing in it can change.")
    steps.refuse_second(session, engagement)
    kind, new, before = _checked(session, by, engagement, wanted)
    if asked_as not in RULES[kind].proposed_by:
        raise NotFound
    change = steps.made(session, by, engagement, kind, new, before, wanted.reason, asked_as)
    steps.propose(session, by, change)
    return change.id


def _asked_as(by: By, session: Session, engagement: Engagement, asked_for: Asked | None) -> Asked:
    mine = parts(by.actor, engagement)
    if asked_for is not None and Part.COORDINATOR in mine and PART[asked_for] not in mine:
        refuse_own_school(session, by, engagement.partnership_id, engagement.urn)
        return asked_for
    for asked in (Asked.HEAD, Asked.LEADER, Asked.COORDINATOR):
        if PART[asked] in mine:
            return asked
    raise NotFound


def _checked(
    session: Session, by: By, engagement: Engagement, wanted: Wanted
) -> tuple[ChangeKind, dict[str, Any], dict[str, Any]]:
    """The kind of change, what is new and what was; raises RuleBroken where it cannot be."""
    today, kind = london_date(by.now), wanted.kind
    if kind in (ChangeKind.MORE_DAYS, ChangeKind.FEWER_DAYS):
        half_days = engagement.half_days
        kind = check_days(wanted.half_days, half_days, engagement.used)
        return kind, {"half_days": wanted.half_days}, {"half_days": half_days}
    if kind is ChangeKind.DATES:
        check_end(wanted.expected_end, engagement.expected_end, today)
        ends = {"expected_end": _iso(wanted.expected_end)}
        return kind, ends, {"expected_end": _iso(engagement.expected_end)}
    if kind is ChangeKind.PRICE:
        return kind, *_price(session, engagement, wanted)
    if kind is ChangeKind.PAUSE:
        check_until(wanted.until, today)
        _check_life(engagement, "pause")
        return kind, {"until": _iso(wanted.until)}, {}
    if kind is ChangeKind.RESUME:
        _check_life(engagement, "resume")
    return kind, {}, {}


def _price(
    session: Session, engagement: Engagement, wanted: Wanted
) -> tuple[dict[str, Any], dict[str, Any]]:
    pairing = session.get_one(Pairing, engagement.pairing_id)
    payer = pairing.who_pays or engagement.need.who_pays
    before = {"pence_a_day": pairing.pence_a_day, "who_pays": payer}
    new = {"pence_a_day": wanted.pence_a_day, "who_pays": wanted.who_pays}
    if new == before:
        raise RuleBroken("This is the price already, and who pays it.", field="pence_a_day")
    if wanted.pence_a_day and not wanted.who_pays:
        raise RuleBroken("Say who pays.", field="who_pays")
    if pairing.pot is not None and wanted.who_pays != payer:
        raise RuleBroken(
            f"The pot “{pairing.pot.name}” pays for this support until it ends, so who pays stays "
            f"“{payer}”. For another payer, end it here and agree what is left anew.",
            field="who_pays",
        )
    days = {"half_days": engagement.half_days}
    return new, before | days


def _check_life(engagement: Engagement, event: str) -> None:
    """Raise RuleBroken where that cannot happen to the support now, whoever decides."""
    LIFE.after(engagement.state, event, {Part.COORDINATOR})


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


@use_case("change.answer")
def answer(
    by: By,
    session: Session,
    change_id: int,
    *,
    yes: bool,
    words: str = "",
    link_id: int | None = None,
) -> str:
    """Whoever is asked says yes or no, for all that they are to it; answers the change's state.

    Raises RuleBroken where it is not being asked any more, or they have answered.
    """
    change = _locked(session, change_id)
    if not parts(by.actor, change.engagement):
        raise NotFound
    asked = queries.asked_as(session, by.actor, change, london_date(by.now))
    if not asked:
        raise RuleBroken(GONE)
    if link_id is not None:
        use_link(session, by, link_id)
    for one in asked:
        via = "link" if link_id is not None else "page"
        steps.say(session, by, change, one, yes, words=words, via=via)
    steps.answered(session, by, change, asked, yes)
    return change.state.value


@use_case("change.note_answer")
def note_answer(
    by: By,
    session: Session,
    change_id: int,
    asked: Asked,
    *,
    yes: bool,
    on: date,
    words: str = "",
) -> str:
    """A coordinator notes what somebody said by telephone on a day; that person gets a copy with
    which they can undo it. For a coordinator's own school, somebody else notes it."""
    change = _locked(session, change_id)
    if change.partnership_id not in by.actor.coordinates():
        raise NotFound
    engagement = change.engagement
    refuse_own_school(session, by, engagement.partnership_id, engagement.urn)
    if on > london_date(by.now):
        raise RuleBroken("The day of the call cannot be in the future.", field="on")
    still = queries.still_asked(session, change, london_date(by.now))
    if asked not in still or asked is Asked.COORDINATOR:
        raise RuleBroken(GONE)
    called = by.now if on == london_date(by.now) else datetime.combine(on, time(12), LONDON)
    steps.say(session, by, change, asked, yes, words=words, via=steps.by_phone(on), at=called)
    steps.answered(session, by, change, [asked], yes)
    return change.state.value


@use_case("change.withdraw")
def withdraw(by: By, session: Session, change_id: int) -> None:
    """Whoever asked for it takes it back, or a coordinator does."""
    change = _locked(session, change_id)
    mine = parts(by.actor, change.engagement)
    if change.asked_by != by.actor.person_id and Part.COORDINATOR not in mine:
        raise NotFound
    withdraw_it(session, by, change, mine or {PART[change.asked_as]})


@use_case("change.try_again")
def try_again(by: By, session: Session, change_id: int) -> None:
    """Everybody has said yes, and it could not be carried out then: now it may be.

    Raises RuleBroken where it still cannot.
    """
    change = _locked(session, change_id)
    if change.partnership_id not in by.actor.coordinates():
        raise NotFound
    steps.check_open(change)
    if not change.stuck:
        raise RuleBroken("Not everybody has answered yet.")
    steps.carry_out(session, by, change)


@use_case("change.undo_answer")
def undo_answer(by: By, session: Session, answer_id: int, link_id: int) -> None:
    """Somebody undoes what was noted for them by telephone, by the link in their copy; once."""
    given = queries.answer_by_id(session, answer_id)
    if given.person_id != by.actor.person_id:
        raise NotFound
    change = _locked(session, given.change_id)
    session.refresh(given)
    use_link(session, by, link_id)
    steps.undo(session, by, change, given)


def _locked(session: Session, change_id: int) -> Change:
    """The change, its engagement locked before it."""
    found = queries.change_by_id(session, change_id)
    locked(session, Engagement, found.engagement_id)
    (change,) = locked(session, Change, change_id)
    session.expire(change, ["answers"])
    return change
