"""How each kind of change is carried out once it is agreed, within somebody's open transaction."""

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import locked
from brokerage.engagements import pausing, steps
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.assembling import assemble
from brokerage.engagements.change_rules import ChangeKind, check_days
from brokerage.engagements.models import Engagement
from brokerage.engagements.rules import EngagementState, mid_point_reached
from brokerage.errors import RuleBroken
from brokerage.leaders import spending
from brokerage.pairings.models import Pairing
from brokerage.pairings.turns import refuse_beyond_cap

CarryOut = Callable[[Session, By, Engagement, Change], None]


def _pairing(session: Session, engagement: Engagement) -> Pairing:
    (pairing,) = locked(session, Pairing, engagement.pairing_id)
    return pairing


def _more_days(session: Session, by: By, engagement: Engagement, change: Change) -> None:
    """Held and agreed with the last yes, if the leader (and their home school) still has them."""
    pairing, extra = _pairing(session, engagement), change.new["half_days"] - engagement.half_days
    refuse_beyond_cap(session, pairing, extra)
    spending.more(session, by, engagement.support, extra, change)
    engagement.half_days = pairing.half_days = change.new["half_days"]


def _fewer_days(session: Session, by: By, engagement: Engagement, change: Change) -> None:
    """The rest is the leader's again. Half the days may be used by now: then the head is asked."""
    half_days = change.new["half_days"]
    check_days(half_days, engagement.half_days, engagement.used)
    pairing, agreed = _pairing(session, engagement), engagement.half_days
    spending.give_back(session, by, engagement.support, agreed - half_days, change)
    engagement.half_days = pairing.half_days = half_days
    active, used = engagement.state is EngagementState.ACTIVE, engagement.used
    if active and mid_point_reached(half_days, used) and not mid_point_reached(agreed, used):
        steps.ask_mid_point(session, by, engagement)


def _dates(session: Session, by: By, engagement: Engagement, change: Change) -> None:
    engagement.expected_end = date.fromisoformat(change.new["expected_end"])


def _price(session: Session, by: By, engagement: Engagement, change: Change) -> None:
    """What is still to be used is paid at the new price; what was used, at the old one."""
    pairing, before = _pairing(session, engagement), engagement.support
    pairing.pence_a_day, pairing.who_pays = change.new["pence_a_day"], change.new["who_pays"]
    to_come = engagement.half_days - engagement.used
    spending.pay_from(session, by, before, engagement.support, change, agreed=to_come)


def _pause(session: Session, by: By, engagement: Engagement, change: Change) -> None:
    until = change.new.get("until")
    day = date.fromisoformat(until) if until else None
    pausing.pause(session, by, engagement, change.reason, day)


def _resume(session: Session, by: By, engagement: Engagement, change: Change) -> None:
    pausing.resume(session, by, engagement)


def _stop(session: Session, by: By, engagement: Engagement, change: Change) -> None:
    raise RuleBroken("End it from its own page: it asks whether the school still needs somebody.")


def _swap(session: Session, by: By, engagement: Engagement, change: Change) -> None:
    """Nothing more: the other leader is being asked."""


CARRY_OUT: dict[ChangeKind, CarryOut] = {
    ChangeKind.MORE_DAYS: _more_days,
    ChangeKind.FEWER_DAYS: _fewer_days,
    ChangeKind.DATES: _dates,
    ChangeKind.PRICE: _price,
    ChangeKind.PAUSE: _pause,
    ChangeKind.RESUME: _resume,
    ChangeKind.STOP: _stop,
    ChangeKind.SWAP: _swap,
}


def new_version(session: Session, by: By, engagement: Engagement, change: Change) -> None:
    """The version of the agreement that says what was agreed; each of the three gets it."""
    change.agreement_number = len(engagement.agreements) + 1
    engagement.next_look_on = london_date(by.now)
    session.flush()
    assemble(session, by, engagement, change.reason)
    steps.send_agreement(session, by, engagement)
