"""Whoever was asked about a pairing has left their post: who is in it now is asked instead.

The link of the one who left dies at once; who follows is asked in the hours in which they may be.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from brokerage.actor import HEADS, By
from brokerage.clock import london_date
from brokerage.database import locked, reading, use_case
from brokerage.leaders.models import Leader
from brokerage.leaders.releasing import ASKED
from brokerage.ledger.steps import record
from brokerage.needs.models import Need
from brokerage.pairings import asking, queries
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import UNDER_WAY, Step
from brokerage.people.models import Link, Person, Post
from brokerage.people.steps import revoke_links
from brokerage.school_calendar.asking_hours import may_be_asked


def ask_anew_where_left(by: By, hushed: Collection[int] = ()) -> int:
    """Every pairing whose releaser or head has left while they were being asked: each in a
    transaction of its own; how many were asked of somebody else. Nobody is, of a ``hushed`` school
    (by its URN)."""
    ids = asked_of_nobody(reading(), london_date(by.now))
    reading().rollback()
    return sum(ask_anew(by, number, hushed) for number in ids)


def asked_of_nobody(session: Session, day: date) -> list[int]:
    """Ids of the pairings that wait for an answer of a post whose holder on ``day`` has no link to
    give it. One query, whatever the number of pairings."""
    chooses = and_(Post.urn == Need.urn, Post.kind.in_(HEADS))
    at_home = and_(Post.urn == Leader.home_urn, Post.kind.in_(ASKED))
    releases = and_(at_home, Post.person_id != Leader.person_id)
    named = and_(Leader.releaser_id.is_not(None), _linked(Step.RELEASE, Leader.releaser_id))
    query = (
        select(Pairing.id)
        .join(Need, Need.id == Pairing.need_id)
        .join(Leader, Leader.id == Pairing.leader_id)
        .where(
            Pairing.state.in_(UNDER_WAY),
            or_(
                and_(Pairing.step == Step.CHOOSE, *_somebody_else(day, Step.CHOOSE, chooses)),
                and_(
                    Pairing.step == Step.RELEASE,
                    ~named,
                    *_somebody_else(day, Step.RELEASE, releases),
                ),
            ),
        )
    )
    return list(session.scalars(query.order_by(Pairing.id)))


def _somebody_else(
    day: date, step: Step, post: ColumnElement[bool]
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """That somebody holds such a post on ``day``, and that nobody who does has a link for it."""
    held = and_(post, Post.from_on <= day, or_(Post.to_on.is_(None), Post.to_on >= day))
    active = exists().where(Person.id == Post.person_id, Person.active)
    linked = _linked(step, Post.person_id)
    return exists().where(held, active), ~exists().where(held, active, linked)


def _linked(step: Step, person: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    return exists().where(
        Link.subject == "pairing",
        Link.subject_id == Pairing.id,
        Link.purpose == asking.PURPOSE[step],
        Link.person_id == person,
        Link.revoked_at.is_(None),
    )


@use_case("pairing.ask_anew")
def ask_anew(by: By, session: Session, pairing_id: int, hushed: Collection[int] = ()) -> bool:
    """The link of the one who left dies; whoever is in post now is asked, with a promise of their
    own, once they may be. Whether anybody was asked."""
    (pairing,) = locked(session, Pairing, pairing_id)
    step = pairing.step
    if pairing.state not in UNDER_WAY or step is None:
        return False
    if queries.asked_for(session, pairing, step, london_date(by.now)) is None:
        return False
    revoke_links(session, by, "pairing", pairing.id, purposes=[asking.PURPOSE[step]])
    urn = pairing.need.urn if step is Step.CHOOSE else pairing.leader.home_urn
    if urn in hushed or not may_be_asked(asking.calendar(session, pairing, step), by.now):
        return False
    pairing.ring_wanted_at = None
    asking.ask_next(session, by, pairing)
    record(session, by, "pairing.asked_anew", pairing, partnership_id=pairing.partnership_id)
    return True
