"""What the follow-ups look at: each kind of thing, what is being asked in it, and how a round of
the ladder is climbed for it. Rules decide when; these say of whom and in which words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.models import Engagement
from brokerage.follow_ups import of_changes, of_engagements, of_needs, of_pairings
from brokerage.follow_ups.rules import Asking, Round
from brokerage.needs.models import Need
from brokerage.pairings.models import Pairing


@dataclass(frozen=True)
class Subject:
    """A kind of thing: its model (with ``next_look_on`` and ``partnership_id``), what is being
    asked in one of them today, and what is done when a round falls due."""

    model: type[Any]
    askings: Callable[[Session, Any, date], list[Asking]]
    act: Callable[[Session, By, Any, Asking, Round], None]


SUBJECTS = {
    "pairing": Subject(Pairing, of_pairings.askings, of_pairings.act),
    "need": Subject(Need, of_needs.askings, of_needs.act),
    "engagement": Subject(Engagement, of_engagements.askings, of_engagements.act),
    "change": Subject(Change, of_changes.askings, of_changes.act),
}
