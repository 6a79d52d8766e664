"""The exact model, and plans proved by HiGHS where it is installed."""

import importlib.util
import random
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from brokerage.matching.eligibility import is_eligible
from brokerage.matching.exact_model import Ends, Table, make_table
from brokerage.matching.match_files import match_files
from brokerage.matching.objectives import Weighted
from brokerage.matching.overbooking import overbooked
from brokerage.matching.profiles import Urgency
from brokerage.matching.prove import NoProofError, prove, require_prover
from brokerage.matching.scoring import score
from tests.rules.matching_reference import Leaders, Needs, a_town

INSTALLED = importlib.util.find_spec("highspy") is not None
with_prover = pytest.mark.skipif(not INSTALLED, reason="the extra 'prove' is not installed")
without_prover = pytest.mark.skipif(INSTALLED, reason="the extra 'prove' is installed")

NEEDS_CSV = "need_id,specialism,phase,days\nN1,phonics,primary,4\nN2,phonics,primary,4\n"
LEADERS_CSV = "leader_id,specialisms,phases,days\nL1,phonics,primary,6\n"


def small_town(chance: random.Random) -> tuple[Needs, Leaders]:
    needs, leaders = a_town(chance)
    return needs[:4], leaders[:3]


def every_choice(pairs: list[Ends]) -> list[list[int]]:
    """Every set of pairs, as their places in the list."""
    return [
        [place for place, chosen in enumerate(row) if chosen]
        for row in product((0, 1), repeat=len(pairs))
    ]


def passes(table: Table, chosen: list[int]) -> bool:
    for row, most in enumerate(table.limit.tolist()):
        run = slice(int(table.starts[row]), int(table.starts[row + 1]))
        cells = zip(table.variable[run].tolist(), table.amount[run].tolist(), strict=True)
        if sum(amount for variable, amount in cells if variable in chosen) > most:
            return False
    return True


def stands(chosen: list[Ends], settled: list[Ends], leaders: Leaders) -> bool:
    """By the independent checker: nobody overbooked, and no need given twice."""
    booked = [(*ends, False) for ends in chosen] + [(*ends, True) for ends in settled]
    register = {leader.leader_id: leader for leader in leaders}
    once = len({need.need_id for need, _ in chosen}) == len(chosen)
    return once and not list(overbooked(booked, register))


def test_a_choice_passes_the_table_where_the_checker_finds_nobody_overbooked() -> None:
    chance = random.Random(21)
    met = {True: 0, False: 0}
    for _ in range(250):
        needs, leaders = small_town(chance)
        first, *others = needs
        pairs = [(need, leader) for need in others for leader in leaders]
        pairs = chance.sample(pairs, min(len(pairs), 6))
        settled = [(first, chance.choice(leaders))]
        if not stands([], settled, leaders):
            settled = []
        table = make_table(pairs, settled, leaders)
        for chosen in every_choice(pairs):
            answer = stands([pairs[one] for one in chosen], settled, leaders)
            assert passes(table, chosen) == answer
            met[answer] += 1
    assert min(met.values()) > 500


def every_plan(needs: Needs, leaders: Leaders, settled: list[Ends]) -> Iterator[list[Ends]]:
    """Every plan that stands, beside the settled pairings."""
    open_needs = [need for need in needs if need not in [one for one, _ in settled]]
    options = [[None, *(one for one in leaders if is_eligible(need, one))] for need in open_needs]
    for given in product(*options):
        answer = zip(open_needs, given, strict=True)
        pairs = [(need, one) for need, one in answer if one is not None and score(need, one) >= 400]
        if stands(pairs, settled, leaders):
            yield settled + pairs


def strict_row(pairs: list[Ends]) -> tuple[int, ...]:
    """Urgent, high and all placed, and quality."""
    urgencies = [need.urgency for need, _ in pairs]
    urgent, high = urgencies.count(Urgency.URGENT), urgencies.count(Urgency.HIGH)
    return (urgent, high, len(pairs), sum(score(*pair) for pair in pairs))


def one_sum(pairs: list[Ends]) -> tuple[int, ...]:
    of_urgency = {Urgency.URGENT: 4000, Urgency.HIGH: 2500, Urgency.NORMAL: 1500}
    return (sum(of_urgency[need.urgency] + score(need, who) for need, who in pairs),)


@with_prover
def test_what_is_proved_is_the_best_of_all_plans() -> None:
    chance = random.Random(33)
    for _ in range(150):
        needs, leaders = small_town(chance)
        best = max(map(strict_row, every_plan(needs, leaders, [])))
        proof = prove(needs, leaders, floor=400)
        assert proof.value == proof.bound == best
        assert proof.first_gap(best) is None
        worse = (*best[:3], best[3] - 1)
        assert proof.first_gap(worse) == ("quality", 1 / max(best[3], 1))


@with_prover
def test_settled_pairings_stand_and_count() -> None:
    chance = random.Random(8)
    tried = 0
    while tried < 60:
        needs, leaders = small_town(chance)
        settled = [(needs[0], chance.choice(leaders))]
        if not stands([], settled, leaders):
            continue
        pinned = {needs[0].need_id: settled[0][1].leader_id}
        proof = prove(needs, leaders, pinned=pinned, objective=Weighted(), floor=400)
        assert proof.leader_of[needs[0].need_id] == settled[0][1].leader_id
        assert proof.value == max(map(one_sum, every_plan(needs, leaders, settled)))
        assert proof.bound == proof.value
        tried += 1


@with_prover
def test_nothing_to_give_is_proved_at_once() -> None:
    proof = prove([], [])
    assert proof.value == proof.bound == (0, 0, 0, 0)
    assert proof.first_gap((0, 0, 0, 0)) is None


def answers(folder: Path, say: list[str]) -> int:
    (folder / "needs.csv").write_text(NEEDS_CSV, encoding="utf-8")
    (folder / "leaders.csv").write_text(LEADERS_CSV, encoding="utf-8")
    files = [folder / name for name in ("needs.csv", "leaders.csv", "pairings.csv")]
    return match_files(*files, prove_it=True, say=say.append)


@with_prover
def test_the_command_says_what_was_proved(tmp_path: Path) -> None:
    said: list[str] = []
    assert answers(tmp_path, said) == 0
    assert "proven bound: urgent placed 0, high placed 0, all placed 1, quality" in said[-2]
    assert said[-1] == "Proven: no plan can be better."


@without_prover
def test_without_the_extra_one_sentence_says_how_to_get_it(tmp_path: Path) -> None:
    said: list[str] = []
    assert answers(tmp_path, said) == 1
    assert said == ["To prove a plan, install the extra 'prove', which brings HiGHS."]
    assert not (tmp_path / "pairings.csv").exists()
    with pytest.raises(NoProofError, match="install the extra"):
        require_prover()
