"""The shortlist from columns is the plain one, and makes only the lines that are read."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokerage.matching.eligibility import RULES, all_bars
from brokerage.matching.on_demand import OnDemand
from brokerage.matching.profiles import LeaderProfile, NeedProfile, Place
from brokerage.matching.register import Register
from brokerage.matching.shortlist import make_shortlist
from brokerage.matching.shortlist_index import ShortlistIndex
from tests.rules.matching_towns import LEADER, NEED, leader, towns

Town = tuple[tuple[NeedProfile, ...], tuple[LeaderProfile, ...]]


@pytest.mark.slow
@given(towns(most_needs=4, most_leaders=12), st.integers(0, 1000))
def test_it_is_the_plain_shortlist_of_the_whole_register(town: Town, floor: int) -> None:
    needs, leaders = town
    index = ShortlistIndex(Register(leaders))
    for asked in needs:
        plain, quick = (
            make_shortlist(asked, leaders, floor=floor),
            index.shortlist(asked, floor=floor),
        )
        assert quick == plain
        assert quick.proposable == plain.proposable
        assert quick.gap_to_floor == plain.gap_to_floor
        best = [(one.leader.leader_id, one.score) for one in plain.ranked[:3]]
        assert index.top(asked, 3) == best
        assert index.proposable(asked, floor=floor) == len(plain.proposable)


@given(towns(most_needs=3, most_leaders=8), st.integers(0, 40), st.integers(0, 7))
def test_leaders_may_be_other_for_one_need_than_on_the_register(
    town: Town, half_days: int, who: int
) -> None:
    needs, leaders = town
    index = ShortlistIndex(Register(leaders))
    others = {
        one.leader_id: replace(one, half_days_left=half_days, engagements_free=1)
        for one in leaders[who:]
    }
    as_they_are = [others.get(one.leader_id, one) for one in leaders]
    for asked in needs:
        instead = {**others, "stranger": replace(LEADER, leader_id="stranger")}
        assert index.shortlist(asked, instead=instead) == make_shortlist(asked, as_they_are)
        assert index.shortlist(asked) == make_shortlist(asked, leaders)


def test_who_came_nearest_is_first_among_the_left_out() -> None:
    far = leader(leader_id="L3", place=Place(90_000, 0))
    farther, somewhere = leader(leader_id="L4", place=Place(99_000, 0)), leader(place=None)
    unknown = replace(somewhere, leader_id="L5", half_days_left=1)
    busy = [leader(leader_id=one, half_days_left=1) for one in ("L2", "L1")]
    other = leader(leader_id="L0", specialisms={})
    found = ShortlistIndex(Register([other, farther, far, unknown, *busy])).shortlist(NEED)
    said = [(one.leader.leader_id, one.bar.code) for one in found.left_out]
    assert said == [
        ("L1", "days"),
        ("L2", "days"),
        ("L5", "days"),
        ("L3", "distance"),
        ("L4", "distance"),
        ("L0", "specialism"),
    ]


@given(towns(most_needs=2, most_leaders=8))
def test_all_rules_in_the_way_of_everybody_are_known_at_once(town: Town) -> None:
    needs, leaders = town
    index = ShortlistIndex(Register(leaders))
    for asked in needs:
        table = index.broken(asked).T.tolist()
        for one, row in zip(index.register.leaders, table, strict=True):
            codes = [rule.code for rule, fails in zip(RULES, row, strict=True) if fails]
            assert codes == [bar.code for bar in all_bars(asked, one)]


def test_only_the_lines_that_are_read_are_made() -> None:
    made: list[int] = []

    def line(place: int) -> int:
        made.append(place)
        return place * place

    lines = OnDemand(range(10_000), line)
    assert len(lines) == 10_000
    assert made == []
    assert list(lines[3:5]) == [9, 16]
    assert lines[-1] == 9_999**2
    assert made == [3, 4, 9_999]
    assert lines[:2] == (0, 1)
    assert lines[:2] != (0, 2)
    assert lines[:2] != (0,)
