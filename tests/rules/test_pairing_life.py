"""A pairing's life in each of the three orders, and when a standing release covers its days."""

from datetime import date
from typing import Any

import pytest

from brokerage.errors import NotAllowed, RuleBroken
from brokerage.life import Part
from brokerage.pairings.rules import (
    AFTER_NO,
    ASKED,
    LIVES,
    STEPS,
    PairingState,
    covers,
    next_step,
)
from brokerage.partnerships.rules import PairingOrder


@pytest.mark.parametrize("order", PairingOrder)
def test_the_three_are_asked_in_the_partnerships_order_and_then_it_is_confirmed(
    order: PairingOrder,
) -> None:
    life = LIVES[order]
    state = life.after(PairingState.SUGGESTED, "propose", {Part.COORDINATOR})
    for step in STEPS[order]:
        assert next_step(order, state) is step
        state = life.after(state, f"yes {step}", {ASKED[step]})
    assert next_step(order, state) is None
    assert life.after(state, "confirm", {Part.COORDINATOR}) is PairingState.CONFIRMED


@pytest.mark.parametrize("order", PairingOrder)
def test_each_may_say_no_when_asked_and_only_then(order: PairingOrder) -> None:
    life = LIVES[order]
    state = PairingState.PROPOSED
    for step in STEPS[order]:
        assert life.after(state, f"no {step}", {ASKED[step]}) is AFTER_NO[step]
        later = life.after(state, f"yes {step}", {ASKED[step]})
        with pytest.raises(RuleBroken, match="not being asked any more"):
            life.after(later, f"no {step}", {ASKED[step]})
        assert life.after(later, f"undo yes {step}", {ASKED[step]}) is state
        assert life.after(AFTER_NO[step], f"undo no {step}", {ASKED[step]}) is state
        state = later


def test_nobody_answers_for_another_but_the_coordinator() -> None:
    life = LIVES[PairingOrder.RELEASE_CHOOSE_ACCEPT]
    with pytest.raises(NotAllowed):
        life.after(PairingState.PROPOSED, "yes release", {Part.LEADER, Part.HEAD})
    assert life.after(PairingState.PROPOSED, "yes release", {Part.COORDINATOR})


@pytest.mark.parametrize("order", PairingOrder)
def test_what_is_confirmed_or_over_moves_only_where_a_no_is_undone(order: PairingOrder) -> None:
    life = LIVES[order]
    over = {*AFTER_NO.values(), PairingState.CONFIRMED, PairingState.LAPSED}
    for state in over | {PairingState.WITHDRAWN, PairingState.DISPLACED}:
        for event in {row.event for row in life.rows}:
            undone = event.startswith("undo no") and life.may(state, event, set(Part))
            if not undone:
                with pytest.raises(RuleBroken):
                    life.after(state, event, set(Part))


TODAY = date(2026, 11, 3)
STANDING: dict[str, Any] = {
    "standing_half_days": 10,
    "standing_until": date(2027, 7, 20),
    "standing_terms": ("autumn", "spring"),
    "standing_weekdays": ("Tuesday",),
}
DAYS: dict[str, Any] = {"today": TODAY, "taken": 0, "half_days": 4, "terms": (), "weekdays": ()}


@pytest.mark.parametrize(
    ("asked", "covered"),
    [
        ({"taken": 6}, True),
        ({"taken": 6, "half_days": 5}, False),  # ten half-days in all
        ({"today": date(2027, 7, 20)}, True),
        ({"today": date(2027, 7, 21)}, False),
        ({"terms": ("spring",)}, True),
        ({"terms": ("summer",)}, False),
        ({"terms": ("summer", "autumn")}, True),
        ({"weekdays": ("Tuesday", "Friday")}, True),
        ({"weekdays": ("Friday",)}, False),
    ],
)
def test_a_standing_release_covers_its_days_terms_and_year(
    asked: dict[str, Any], covered: bool
) -> None:
    assert covers(**STANDING, **(DAYS | asked)) is covered


def test_without_a_standing_release_nothing_is_covered() -> None:
    assert not covers(**(STANDING | {"standing_half_days": None}), **DAYS)
