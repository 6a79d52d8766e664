"""pairings.csv and explain.csv: a plan as two spreadsheets.

A cell that a spreadsheet would take for a formula gets an apostrophe in front, so that opening an
answer never runs anything that was typed into a question. Cost: explain.csv looks at every leader
who offers a need's specialism; the others are told by the rule `specialism` alone and not listed.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from brokerage.matching.explanation import for_coordinator, why_not, why_unplaced
from brokerage.matching.plans import Pair, Plan, Unplaced
from brokerage.matching.profiles import LeaderProfile, NeedProfile, metres_between
from brokerage.matching.quantities import days_figure, km_figure
from brokerage.matching.scoring import DEFAULT_WEIGHTS, Point, Weights
from brokerage.matching.shortlist import LeftOut, Ranked, Shortlist, make_shortlist

PAIRING_COLUMNS = (
    "need_id",
    "leader_id",
    "score",
    "days",
    "distance_km",
    "rank",
    "eligible",
    "reasons",
)
EXPLAIN_COLUMNS = (
    "need_id",
    "leader_id",
    "status",
    "rank",
    "score",
    "distance_km",
    "reasons",
    "in_words",
)

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def inert(cell: str) -> str:
    """The cell, with an apostrophe before what a spreadsheet would run; numbers stay numbers."""
    runs = cell.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(cell)
    return f"'{cell}" if runs else cell


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The text of a CSV file: a header, then rows, lines ended by a line feed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return text.getvalue()


def points_cell(points: Iterable[Point]) -> str:
    """ "specialism:300;distance:120;..."."""
    return ";".join(f"{point.code}:{point.points}" for point in points)


def _km_cell(metres: int | None) -> str:
    return "" if metres is None else km_figure(metres)


def pairings_csv(plan: Plan, needs: Sequence[NeedProfile], leaders: Sequence[LeaderProfile]) -> str:
    """One line for each need, in the order of `needs`; empty cells where nobody can be given."""
    pair_of = {pair.need_id: pair for pair in plan.pairs}
    unplaced_of = {one.need_id: one for one in plan.unplaced}
    leader_of = {leader.leader_id: leader for leader in leaders}

    def row(need: NeedProfile) -> tuple[str, ...]:
        pair = pair_of.get(need.need_id)
        if pair is None:
            one = unplaced_of[need.need_id]
            return (need.need_id, "", "", "", "", "", str(one.eligible), one.code)
        return _given_row(need, leader_of[pair.leader_id], pair)

    return as_csv(PAIRING_COLUMNS, map(row, needs))


def _given_row(need: NeedProfile, leader: LeaderProfile, pair: Pair) -> tuple[str, ...]:
    return (
        need.need_id,
        pair.leader_id,
        str(pair.score),
        days_figure(need.half_days),
        _km_cell(metres_between(need, leader)),
        str(pair.rank),
        str(pair.eligible),
        points_cell(pair.points),
    )


def explain_csv(
    plan: Plan,
    needs: Sequence[NeedProfile],
    leaders: Sequence[LeaderProfile],
    *,
    floor: int = 0,
    weights: Weights = DEFAULT_WEIGHTS,
) -> str:
    """For each need: a line with its funnel, then everybody who offers its specialism."""
    given = {pair.need_id: pair.leader_id for pair in plan.pairs}
    unplaced_of = {one.need_id: one for one in plan.unplaced}
    offering: dict[str, list[LeaderProfile]] = {}
    for leader in leaders:
        for specialism in leader.specialisms:
            offering.setdefault(specialism, []).append(leader)

    def rows() -> Iterator[tuple[str, ...]]:
        for need in needs:
            able = offering.get(need.specialism, [])
            shortlist = make_shortlist(need, able, floor=floor, weights=weights)
            yield _funnel_row(shortlist, unplaced_of.get(need.need_id))
            for one in shortlist.ranked:
                yield _ranked_row(shortlist, one, given.get(need.need_id))
            for out in shortlist.left_out:
                yield _left_out_row(need, out)

    return as_csv(EXPLAIN_COLUMNS, rows())


def _funnel_row(shortlist: Shortlist, unplaced: Unplaced | None) -> tuple[str, ...]:
    counts = ";".join(f"{step.code}:{step.left}" for step in shortlist.funnel)
    words = f"{len(shortlist.ranked)} eligible."
    if unplaced is not None:
        words = why_unplaced(unplaced, shortlist.funnel)
    return (shortlist.need.need_id, "", "funnel", "", "", "", counts, words)


def _ranked_row(shortlist: Shortlist, one: Ranked, given: str | None) -> tuple[str, ...]:
    need, leader = shortlist.need, one.leader
    status = "eligible" if one.score >= shortlist.floor else "below floor"
    words = "; ".join(reason.says for reason in for_coordinator(need, leader, one.points))
    return (
        need.need_id,
        leader.leader_id,
        "given" if leader.leader_id == given else status,
        str(one.rank),
        str(one.score),
        _km_cell(one.metres),
        points_cell(one.points),
        f"{words}.",
    )


def _left_out_row(need: NeedProfile, out: LeftOut) -> tuple[str, ...]:
    return (
        need.need_id,
        out.leader.leader_id,
        "not eligible",
        "",
        "",
        _km_cell(metres_between(need, out.leader)),
        out.bar.code,
        why_not(out.bar),
    )
