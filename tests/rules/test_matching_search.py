"""The parts of the search by themselves: first plans, prices, chains, polish, looking through."""

from random import Random

import numpy as np
import pytest

from brokerage.matching.candidates import find_candidates
from brokerage.matching.draft import Draft, ground_of
from brokerage.matching.ejection import better, one_round
from brokerage.matching.exact import exact
from brokerage.matching.greedy import by_value, fill, orders
from brokerage.matching.market import NOBODY, Market, open_market
from brokerage.matching.objectives import Objective, StrictOrder, Weighted, packing
from brokerage.matching.plans import Level
from brokerage.matching.polish import polish
from brokerage.matching.prices import FINE, find_prices
from brokerage.matching.profiles import LeaderProfile, NeedProfile, Place, Urgency
from brokerage.matching.progress import quiet
from brokerage.matching.search import nearest, search
from tests.rules.matching_towns import leader, need
from tests.rules.test_matching_optimum import best_of_all, hamlets

POINTS = Weighted()


def market_of(
    needs: tuple[NeedProfile, ...],
    leaders: tuple[LeaderProfile, ...],
    objective: Objective = POINTS,
) -> Market:
    return open_market(find_candidates(needs, leaders), objective, {}, {})


def village(many: int, leaders: int, seed: int = 1) -> Market:
    """Many needs near each other, and days for some of them."""
    chance = Random(seed)
    return market_of(
        tuple(
            need(
                need_id=f"N{n:03}",
                half_days=chance.randint(2, 9),
                place=Place(chance.randint(0, 30_000), 0),
            )
            for n in range(many)
        ),
        tuple(
            leader(
                leader_id=f"L{n:03}",
                half_days_left=chance.randint(8, 20),
                engagements_free=3,
                place=Place(chance.randint(0, 30_000), 0),
                max_metres=12_000,
            )
            for n in range(leaders)
        ),
    )


def pair_of(market: Market, asked: int, given: int) -> int:
    (pair,) = np.flatnonzero((market.need == asked) & (market.leader == given)).tolist()
    return int(pair)


def every(market: Market) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.arange(len(market.need))


def check_books(draft: Draft) -> None:
    """What the draft says is left is what there was, less what it gave."""
    again = Draft(draft.ground)
    for asked, pair in enumerate(draft.pair_of):
        if pair != NOBODY:
            assert again.fits(asked, draft.ground.leader[pair])
            again.add(asked, pair)
    assert (again.room, again.used) == (draft.room, draft.used)
    assert again.group_room == draft.group_room
    assert [sorted(theirs) for theirs in again.needs_of] == [sorted(t) for t in draft.needs_of]


def test_a_chain_of_two_ejections_is_found() -> None:
    """N3 can have only L1, whose N1 can go only to L2, whose N2 can go only to L3."""
    needs = tuple(need(need_id=f"N{n}", place=Place(x, 0)) for n, x in ((1, 0), (2, 20), (3, 9)))
    stops = {"L1": {"N2"}, "L2": {"N3"}, "L3": {"N1", "N3"}}
    needs = tuple(
        need(
            need_id=one.need_id,
            not_leaders=frozenset(who for who, barred in stops.items() if one.need_id in barred),
        )
        for one in needs
    )
    leaders = tuple(leader(leader_id=f"L{n}", half_days_left=8) for n in (1, 2, 3))
    market = market_of(needs, leaders)
    draft = Draft(ground_of(market))
    draft.add(0, pair_of(market, 0, 0))
    draft.add(1, pair_of(market, 1, 1))
    assert one_round(draft.copy(), every(market), 1) == 0
    better(draft, every(market), rounds=10, depth=2)
    assert draft.leaders().tolist() == [1, 2, 0]
    check_books(draft)


def test_two_needs_give_way_to_one_worth_more_than_both() -> None:
    small = [need(need_id=f"N{n}", half_days=4) for n in (1, 2)]
    large = need(need_id="N0", half_days=8, urgency=Urgency.URGENT)
    market = market_of((large, *small), (leader(half_days_left=8),), StrictOrder())
    draft = Draft(ground_of(market))
    draft.add(1, pair_of(market, 1, 0))
    draft.add(2, pair_of(market, 2, 0))
    better(draft, every(market), rounds=10, depth=1)
    assert draft.leaders().tolist() == [0, NOBODY, NOBODY]


@pytest.mark.parametrize("seed", range(8))
def test_every_round_gains_and_the_books_balance(seed: int) -> None:
    market = village(60, 12, seed)
    draft = fill(ground_of(market), by_value(market))
    values = [draft.row((0,))]
    while one_round(draft, every(market), 3):
        check_books(draft)
        values.append(draft.row((0,)))
    assert values == sorted(set(values))
    assert len(values) > 1


def test_the_work_ends_after_so_many_rounds() -> None:
    market = village(60, 12)
    draft = fill(ground_of(market), by_value(market))
    assert better(draft, every(market), rounds=2, depth=3) == 2
    assert better(draft, every(market), rounds=100, depth=3) < 100
    assert one_round(draft, every(market), 3) == 0


def test_no_prices_make_the_bound_too_low() -> None:
    for town, objective in hamlets(60):
        market = market_of(*town, objective)
        best = best_of_all(town, objective)
        for steps in (0, 1, 10, 100):
            for aim in range(objective.certified):
                of_aim = np.ascontiguousarray(market.rows[:, aim])
                assert find_prices(market, of_aim, 0, steps).bound >= best[aim]


def test_a_bound_knows_of_days_that_everybody_wants() -> None:
    """Ten needs of 2 half-days and one leader with 6: no plan places more than 3."""
    needs = tuple(need(need_id=f"N{n}", half_days=2) for n in range(10))
    market = market_of(needs, (leader(half_days_left=6, engagements_free=None),))
    one_each = np.ones(len(market.need), dtype=np.int64)
    assert find_prices(market, one_each, reached=3, steps=100).bound == 3
    assert find_prices(market, one_each, reached=3, steps=0).bound == 10


def test_what_is_scarce_has_a_price_and_what_is_not_has_none() -> None:
    needs = tuple(need(need_id=f"N{n}", half_days=4) for n in range(4))
    scarce = leader(leader_id="L1", half_days_left=8, engagements_free=None)
    market = market_of(needs, (scarce,))
    prices = find_prices(market, market.value, 0, 200)
    assert prices.column[0, 0] > 100 * FINE
    plenty = market_of(needs, (leader(leader_id="L1", half_days_left=80, engagements_free=None),))
    assert find_prices(plenty, plenty.value, 0, 200).column.tolist() == [[0, 0]]


def test_every_order_takes_every_pair_once() -> None:
    market = village(20, 6)
    prices = find_prices(market, market.value, 0, 50)
    for order in (by_value(market), *orders(market, prices)):
        assert sorted(order.tolist()) == every(market).tolist()
        draft = fill(ground_of(market), order)
        check_books(draft)
        assert not any(
            draft.pair_of[asked] == NOBODY and draft.fits(asked, given)
            for asked, given in zip(market.need.tolist(), market.leader.tolist(), strict=True)
        )


def test_the_nearest_pairs_are_so_many_of_each_need() -> None:
    market = village(30, 25)
    near = nearest(market, find_prices(market, market.value, 0, 50))
    assert near.tolist() == sorted(set(near.tolist()))
    many = np.minimum(np.diff(market.starts), 8)
    assert np.bincount(market.need[near], minlength=30).tolist() == many.tolist()


def test_polish_finds_what_chains_alone_do_not() -> None:
    gained = 0
    for seed in range(6):
        market = village(60, 12, seed)
        draft = fill(ground_of(market), by_value(market))
        better(draft, every(market), rounds=100, depth=5)
        polished = polish(draft, every(market), (0,), 100, quiet)
        check_books(polished)
        assert polished.row((0,)) >= draft.row((0,))
        assert polished.ground is draft.ground
        gained += polished.row((0,)) > draft.row((0,))
    assert gained


def test_looking_through_says_whether_it_came_to_an_end() -> None:
    small = village(6, 3)
    _, proven = exact(Draft(ground_of(small)))
    assert proven
    large = village(80, 12)
    draft = fill(ground_of(large), by_value(large))
    found, proven = exact(draft)
    assert not proven
    assert found.row((0,)) >= draft.row((0,))


def test_progress_is_told_and_changes_nothing() -> None:
    market, told = village(40, 10), []
    quietly = search(market, (0,), Level.THOROUGH).draft.pair_of
    loudly = search(market, (0,), Level.THOROUGH, lambda *said: told.append(said)).draft.pair_of
    assert quietly == loudly
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == [
        "prices",
        "first plans",
        "chains",
        "polish",
    ]
    assert all(0 <= done < of for _, done, of in told)


def test_packed_rows_compare_as_the_rows_do() -> None:
    chance = Random(7)
    pack = packing((1, 1, 1, 1000, 0, 1), StrictOrder().of_load, 60)
    assert pack.load_shift == 0
    limits = (15, 15, 15, 15_000, 400_000, 15)
    rows = [tuple(chance.randint(-most, most) for most in limits) for _ in range(500)]
    rows += [tuple(chance.randint(-1, 1) for _ in limits) for _ in range(500)]
    assert sorted(rows) == sorted(rows, key=pack)
    one, other = rows[:2]
    assert pack(tuple(a + b for a, b in zip(one, other, strict=True))) == pack(one) + pack(other)


def test_leaders_with_very_many_days_are_packed_too() -> None:
    pack = packing((1, 1, 1, 1000, 0, 1), StrictOrder().of_load, 100_000)
    assert pack.load_shift > 0
    assert pack((1, 0, 0, 0, 0, 0)) * 64 < 2**62
