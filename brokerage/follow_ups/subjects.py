"""What the follow-ups look at: each kind of thing, what is being asked in it, and how a round of
the ladder is climbed for it. Rules decide when; these say of whom and in which words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from brokerage.actor import By
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.case_study_models import CaseStudy
from brokerage.engagements.models import Engagement
from brokerage.follow_ups import (
    of_case_studies,
    of_changes,
    of_days,
    of_engagements,
    of_needs,
    of_pairings,
)
from brokerage.follow_ups.digest_lines import DigestLine
from brokerage.follow_ups.rules import Asking, Round
from brokerage.leaders.asked_models import DaysQuestion
from brokerage.needs.models import Need
from brokerage.needs.rules import LIVE as LIVE_NEEDS
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import UNDER_WAY


def no_line(_session: Session, _by: By, _thing: object, asking: Asking) -> DigestLine:
    """For what never goes into the weekly digest."""
    raise NotImplementedError(f"{asking.kind} has no line in the weekly digest")


def all_of_them(_today: date) -> ColumnElement[bool]:
    return true()


@dataclass(frozen=True)
class Subject:
    """A kind of thing: its model (with ``next_look_on`` and ``partnership_id``), what is being
    asked in one of them today, and what is done when a round falls due.

    ``line`` is what the weekly digest says of an asking. ``loads`` reads along, for many at once,
    what ``askings`` looks at; ``live`` tells those in which something may yet be asked on a day.
    """

    model: type[Any]
    askings: Callable[[Session, Any, date], list[Asking]]
    act: Callable[[Session, By, Any, Asking, Round], None]
    line: Callable[[Session, By, Any, Asking], DigestLine] = no_line
    loads: tuple[ORMOption, ...] = ()
    live: Callable[[date], ColumnElement[bool]] = all_of_them


SUBJECTS = {
    "pairing": Subject(
        Pairing,
        of_pairings.askings,
        of_pairings.act,
        live=lambda _: Pairing.state.in_(UNDER_WAY),
    ),
    "need": Subject(
        Need,
        of_needs.askings,
        of_needs.act,
        of_needs.line,
        live=lambda _: Need.state.in_(LIVE_NEEDS),
    ),
    "engagement": Subject(
        Engagement,
        of_engagements.askings,
        of_engagements.act,
        of_engagements.line,
        loads=(
            selectinload(Engagement.visits),
            selectinload(Engagement.reviews),
            selectinload(Engagement.phone_notes),
            selectinload(Engagement.successions),
        ),
        live=of_engagements.live,
    ),
    "days_question": Subject(
        DaysQuestion, of_days.askings, of_days.act, of_days.line, live=of_days.live
    ),
    "change": Subject(Change, of_changes.askings, of_changes.act, live=of_changes.live),
    "case_study": Subject(
        CaseStudy,
        of_case_studies.askings,
        of_case_studies.act,
        of_case_studies.line,
        live=of_case_studies.live,
    ),
}
