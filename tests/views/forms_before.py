"""What has to have happened in a town before somebody can send a form or press a button."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update

from brokerage.engagements import change_services as changes
from brokerage.engagements import review_services as reviews
from brokerage.engagements import services as engagements
from brokerage.engagements import visit_services as visits
from brokerage.engagements.case_study_rules import CaseStudyState
from brokerage.engagements.change_rules import Asked
from brokerage.engagements.review_rules import Level, Said
from brokerage.engagements.rules import Difference, VisitState
from brokerage.messages.models import Message
from brokerage.messages.rules import MessageState
from brokerage.pairings import services as pairings
from brokerage.pairings.rules import Step
from tests.builders import TODAY

if TYPE_CHECKING:
    from tests.views.example_sent import Example


def _paused(example: Example) -> None:
    engagements.pause(example.by("coordinator"), example.engagement().id, reason="Snow")


def _completed(example: Example) -> None:
    engagements.complete(example.by("leader"), example.engagement().id)


def _evaluated(example: Example) -> None:
    _completed(example)
    engagement = example.engagement()
    said = [Said(outcome.id, Level.GREEN, "It is up") for outcome in engagement.outcomes]
    reviews.evaluate(
        example.by("head"), engagement.id, difference=Difference.CLEAR, words="Up", said=said
    )


def _disputed(example: Example) -> None:
    visit = example.visit(VisitState.LOGGED)
    visits.dispute(example.by("head"), visit.id, words="Half of it")


def _stuck(example: Example) -> None:
    example.engagement().expected_end = date(2026, 11, 2)
    example.towns.session.commit()


def _long_ago(example: Example) -> None:
    _evaluated(example)
    engagement = example.engagement()
    assert engagement.over_at is not None
    engagement.over_at -= timedelta(days=100)


def _not_visited(example: Example) -> None:
    example.visit(VisitState.LOGGED).state = VisitState.DID_NOT_HAPPEN


def _not_spoken(example: Example) -> None:
    example.engagement().first_contact_on = None


def _logged_by_phone(example: Example) -> None:
    visits.log(
        example.by("coordinator"),
        example.engagement().id,
        visit_id=None,
        happened_on=TODAY,
        half_days=1,
        done="Watched phonics",
    )


def _said_by_phone(example: Example) -> None:
    by, number = example.by("coordinator"), example.change().id
    changes.note_answer(by, number, Asked.LEADER, yes=True, on=TODAY)


def _taken_back(example: Example) -> None:
    changes.withdraw(example.by("head"), example.change().id)


def _could_not_be_made(example: Example) -> None:
    example.change().stuck = "There were not so many days."


def _drafted(example: Example) -> None:
    example.case_study().state = CaseStudyState.DRAFT


def _consent_asked(example: Example) -> None:
    example.case_study().state = CaseStudyState.ASKED


def _all_said_yes(example: Example) -> None:
    number = example.pairing().id
    pairings.answer(example.by("head"), number, Step.CHOOSE, yes=True)
    pairings.answer(example.by("leader"), number, Step.ACCEPT, yes=True)


def _failed(example: Example) -> None:
    ours = Message.partnership_id == example.towns.ours.partnership.id
    example.towns.session.execute(update(Message).where(ours).values(state=MessageState.FAILED))


BEFORE: dict[str, Callable[[Example], None]] = {
    "engagements.resume": _paused,
    "engagements.evaluation": _completed,
    "engagements.evaluation_by_link": _completed,
    "engagements.comment": _evaluated,
    "engagements.comment_by_link": _evaluated,
    "engagements.resolve": _disputed,
    "engagements.look_back": _long_ago,
    "engagements.look_back_by_link": _long_ago,
    "engagements.contact": _not_spoken,
    "engagements.contact_by_link": _not_spoken,
    "engagements.school_contact": _not_visited,
    "engagements.school_contact_said_by_link": _not_visited,
    "engagements.undo_by_link": _logged_by_phone,
    "engagements.undo_change_by_link": _said_by_phone,
    "engagements.change": _taken_back,
    "engagements.try_change_again": _could_not_be_made,
    "engagements.write_case_study": _evaluated,
    "engagements.case_study": _drafted,
    "engagements.answer_case_study": _consent_asked,
    "engagements.answer_case_study_by_link": _consent_asked,
    "engagements.confirm": _all_said_yes,
    "radar.leave": _stuck,
    "messages.try_again": _failed,
    "messages.see_to": _failed,
}
"""What has to have happened first."""
