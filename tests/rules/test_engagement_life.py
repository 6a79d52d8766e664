"""What is undone in an engagement leads back exactly where it came from, for those who said it."""

import pytest

from brokerage.engagements.rules import (
    LIFE,
    VISIT_LIFE,
    EngagementState,
    NoteKind,
    ReviewKind,
    VisitState,
    outcomes_of,
)
from brokerage.errors import NotAllowed, RuleBroken
from brokerage.life import Part


@pytest.mark.parametrize(
    ("state", "event", "undone", "part"),
    [
        (EngagementState.AGREED, "start", "undo_start", Part.LEADER),
        (EngagementState.ACTIVE, "complete", "undo_complete", Part.LEADER),
        (EngagementState.COMPLETED, "close", "undo_close", Part.HEAD),
    ],
)
def test_an_engagement_goes_back_where_it_came_from(
    state: EngagementState, event: str, undone: str, part: Part
) -> None:
    after = LIFE.after(state, event, {part, Part.HEAD})
    assert LIFE.after(after, undone, {part}) is state
    with pytest.raises(NotAllowed):
        LIFE.after(after, undone, {Part.COORDINATOR, Part.RELEASER})
    with pytest.raises(RuleBroken, match="Please ring your coordinator"):
        LIFE.after(EngagementState.ENDED_EARLY, undone, {part})


@pytest.mark.parametrize(
    ("state", "event", "undone", "part"),
    [
        (VisitState.PLANNED, "log", "undo_log", Part.LEADER),
        (VisitState.PLANNED, "did_not_happen", "undo_did_not_happen", Part.LEADER),
        (VisitState.LOGGED, "settle", "undo_settle", Part.HEAD),
        (VisitState.LOGGED, "dispute", "undo_dispute", Part.HEAD),
    ],
)
def test_a_visit_goes_back_where_it_came_from(
    state: VisitState, event: str, undone: str, part: Part
) -> None:
    after = VISIT_LIFE.after(state, event, {part})
    assert VISIT_LIFE.after(after, undone, {part}) is state
    with pytest.raises(NotAllowed):
        VISIT_LIFE.after(after, undone, {Part.COORDINATOR})


def test_a_settled_or_disputed_log_is_not_undone_as_a_log() -> None:
    for state in (VisitState.SETTLED, VisitState.DISPUTED):
        for event in ("undo_log", "undo_log_unplanned"):
            with pytest.raises(RuleBroken, match="gone on since"):
                VISIT_LIFE.after(state, event, {Part.LEADER})


def test_every_review_can_be_noted_for_somebody() -> None:
    assert {kind.value for kind in ReviewKind} <= {kind.value for kind in NoteKind}


@pytest.mark.parametrize(
    ("outcomes", "baseline", "found"),
    [
        ("", "All as it was", []),
        ("- Books marked\n\n* Leads observe\n", "", [("Books marked", ""), ("Leads observe", "")]),
        ("One\nTwo", "none\nhalf", [("One", "none"), ("Two", "half")]),
        ("One\nTwo", "all in one paragraph", [("One", ""), ("Two", "")]),
    ],
)
def test_each_line_of_a_needs_outcomes_is_an_outcome_with_its_own_baseline(
    outcomes: str, baseline: str, found: list[tuple[str, str]]
) -> None:
    assert outcomes_of(outcomes, baseline) == found
