"""A run's life, its words, which pairings can stand together, and its map to scale."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from brokerage.errors import RuleBroken
from brokerage.life import Part
from brokerage.matching.plans import Level
from brokerage.matching.profiles import Claim, LeaderProfile, NeedProfile, Phase, Place
from brokerage.matching.scoring import DEFAULT_WEIGHTS
from brokerage.pairings import plan_map
from brokerage.pairings.comparing import Side, in_words
from brokerage.pairings.run_rules import (
    LIVE,
    RUN_LIFE,
    Answer,
    Nobody,
    Result,
    RunState,
    Wishes,
    check_wishes,
    is_idle,
)
from brokerage.pairings.run_words import figures_in_words, worked_out
from brokerage.pairings.standing import GONE_LEADER, GONE_NEED, NO_DAYS, Standing, standing

THEN = datetime(2026, 11, 3, 10, tzinfo=UTC)


@pytest.mark.parametrize("state", sorted(set(RunState) - LIVE))
@pytest.mark.parametrize("event", ["claim", "finish", "fail", "overtake"])
def test_a_run_that_is_over_stays_so(state: RunState, event: str) -> None:
    with pytest.raises(RuleBroken, match="finished, or a newer one"):
        RUN_LIFE.after(state, event, {Part.SERVICE})


def test_a_run_is_claimed_again_and_done_only_while_it_runs() -> None:
    service = {Part.SERVICE}
    assert RUN_LIFE.after(RunState.ASKED, "claim", service) is RunState.RUNNING
    assert RUN_LIFE.after(RunState.RUNNING, "claim", service) is RunState.RUNNING
    assert RUN_LIFE.after(RunState.RUNNING, "finish", service) is RunState.DONE
    with pytest.raises(RuleBroken):
        RUN_LIFE.after(RunState.ASKED, "finish", service)


def test_nobody_there_is_said_after_a_minute_and_not_before() -> None:
    assert not is_idle(RunState.ASKED, THEN, THEN + timedelta(seconds=59))
    assert is_idle(RunState.ASKED, THEN, THEN + timedelta(seconds=61))
    assert not is_idle(RunState.RUNNING, THEN, THEN + timedelta(hours=1))


def test_a_result_comes_back_from_json_as_it_went() -> None:
    result = Result(
        {7: Answer(3, 812, 1, 4, "2 km away", fixed=True, metres=2000)}, {9: Nobody("Full", 2)}
    )
    assert Result.of_json(json.loads(json.dumps(result.as_json()))) == result
    assert Result.of_json(None) == Result({}, {})


def test_only_what_is_not_as_usual_is_said_of_a_run() -> None:
    assert Wishes().in_words() == ""
    said = Wishes(Level.THOROUGH, 250, True).in_words()
    assert said == "thorough, from 250 points up, same trust allowed"
    for floor in (-1, 1001):
        with pytest.raises(RuleBroken):
            check_wishes(Wishes(floor=floor))


def test_how_good_a_plan_is_comes_in_plain_words() -> None:
    aims = ["urgent placed", "high placed", "all placed", "quality"]
    said = worked_out({"aims": aims, "value": [3, 5, 11, 9800], "bound": [3, 6, 13, 10000]})
    assert said == [
        "No plan can place more urgent needs.",
        "At most 1 more high need could be placed by any plan at all.",
        "At most 2 more needs could be placed by any plan at all.",
        "At most 2 % better fit is possible.",
    ]
    assert worked_out({"aims": ["quality"], "value": [5], "bound": [5]}) == [
        "No plan that places as many can fit better."
    ]
    tiny = worked_out({"aims": ["quality"], "value": [99999], "bound": [100000]})
    assert tiny == ["At most 0.1 % better fit is possible."]


def test_figures_are_said_by_urgency() -> None:
    assert figures_in_words([]) == "no needs"
    figures = [
        {"urgency": "urgent", "needs": 2, "placed": 2},
        {"urgency": "normal", "needs": 9, "placed": 5},
    ]
    assert figures_in_words(figures) == "2 of 2 urgent, 5 of 9 normal needs"


def test_what_one_plan_changes_of_another_is_said_in_sentences() -> None:
    old = Side("old", {1: (10, 500), 2: (11, 600), 3: (12, 700)}, {})
    new = Side("new", {1: (10, 500), 2: (12, 640), 4: (11, 800)}, {3: "Full"})
    assert in_words(old, new) == [
        "1 need gets somebody, and had nobody.",
        "1 need gets somebody else, 40 points better in all.",
        "1 need gets nobody, and had somebody.",
    ]
    assert in_words(old, old) == ["Nobody changes."]


def a_need(number: int, half_days: int = 4, **other: Any) -> NeedProfile:
    return NeedProfile(f"{number}", "phonics", Phase.PRIMARY, half_days, **other)


def a_leader(name: str, half_days: int = 10, **other: Any) -> LeaderProfile:
    return LeaderProfile(name, {"phonics": Claim()}, (Phase.PRIMARY,), half_days, **other)


def stands(
    needs: list[NeedProfile], leaders: list[LeaderProfile], wanted: dict[str, str], **other: Any
) -> Standing:
    return standing(needs, leaders, wanted, **{"floor": 0, "weights": DEFAULT_WEIGHTS} | other)


def test_as_many_stand_as_there_are_days_for_the_earlier_first() -> None:
    needs = [a_need(number) for number in range(4)]
    wanted = {"2": "A", "0": "A", "1": "A", "3": "B"}
    found = stands(needs, [a_leader("A"), a_leader("B")], wanted)
    assert found.stand == {"2": "A", "0": "A", "3": "B"}
    assert found.fell == {"1": NO_DAYS}


def test_leaders_of_one_home_school_share_what_it_gives() -> None:
    home: dict[str, Any] = {"home_school": "77", "home_school_half_days": 7}
    leaders = [a_leader("A", **home), a_leader("B", **home)]
    found = stands([a_need(0), a_need(1)], leaders, {"0": "A", "1": "B"})
    assert (found.stand, found.fell) == ({"0": "A"}, {"1": NO_DAYS})


def test_what_is_gone_falls_with_a_sentence_and_a_rule_with_its_own() -> None:
    far = a_leader("far", max_metres=1000, place=Place(0, 0))
    need = a_need(0, place=Place(5000, 0))
    wanted = {"0": "far", "9": "far"}
    found = stands([need], [far], wanted)
    assert found.fell["9"] == GONE_NEED
    assert found.fell["0"] == "Travels 1 km, the school is 5 km away."
    assert stands([need], [far], wanted, by_hand={"0"}).stand == {"0": "far"}
    assert stands([need], [], {"0": "gone"}).fell == {"0": GONE_LEADER}
    below = stands([a_need(0)], [a_leader("A")], {"0": "A"}, floor=1001).fell["0"]
    assert "points below what the partnership asks for" in below


@dataclass
class At:
    easting: int | None
    northing: int | None


def route(number: int, home: At, school: At) -> plan_map.Route:
    urgency = SimpleNamespace(value="normal")
    need: Any = SimpleNamespace(school=school, urgency=urgency)
    leader: Any = SimpleNamespace(home=home)
    return plan_map.Route(number, need, leader, 500, None)


def test_the_map_is_to_scale_with_north_up_and_nothing_outside_it() -> None:
    drawing = plan_map.drawing(
        [
            route(1, At(400000, 300000), At(410000, 300000)),
            route(2, At(400000, 300000), At(400000, 310000)),
            route(3, At(None, None), At(400000, 300000)),
        ]
    )
    east, north = drawing.strokes
    assert east.x2 - east.x1 == pytest.approx(north.y1 - north.y2, abs=0.2)
    assert drawing.not_drawn == 1
    assert len(drawing.homes) == 1
    assert drawing.bar_length == pytest.approx((east.x2 - east.x1) * drawing.bar / 10, abs=0.2)
    for stroke in drawing.strokes:
        assert all(0 <= x <= drawing.width for x in (stroke.x1, stroke.x2))
        assert all(0 <= y <= drawing.height for y in (stroke.y1, stroke.y2))


def test_a_map_of_one_point_or_none_can_be_drawn() -> None:
    here = At(400000, 300000)
    assert plan_map.drawing([route(1, here, here)]).strokes[0].x1 > 0
    assert plan_map.drawing([]).strokes == []
