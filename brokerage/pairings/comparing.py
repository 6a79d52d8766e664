"""Two plans side by side: who changes, what is gained and what is lost, by need and in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.needs.models import Need
from brokerage.needs.queries import IN_QUEUE_ORDER
from brokerage.needs.rules import Urgency
from brokerage.pairings import run_queries
from brokerage.pairings.models import Pairing, PlanRun
from brokerage.pairings.rules import UNDER_WAY
from brokerage.pairings.run_rules import Result
from brokerage.web.paging import Page, page_of
from brokerage.web.words import counted

NOW = "What is suggested now"
ASKED = "Somebody is being asked meanwhile, so this stays as it is."


@dataclass(frozen=True)
class Side:
    """One of two plans: by need id the leader and the points, and why there is nobody."""

    name: str
    given: Mapping[int, tuple[int, int]]
    nobody: Mapping[int, str]


@dataclass(frozen=True)
class Change:
    """One need that the two plans answer differently; an empty name is nobody."""

    need: Need
    old: str
    new: str
    old_score: int
    new_score: int
    says: str


@dataclass(frozen=True)
class Count:
    """How many needs of one urgency either plan places."""

    urgency: Urgency
    old: int
    new: int


@dataclass(frozen=True)
class Comparison:
    """All that is to be said about two plans; ``page`` holds the needs that differ."""

    old: Side
    new: Side
    counts: list[Count]
    says: list[str]
    same: int
    page: Page[Change]


def of_run(run: PlanRun, name: str) -> Side:
    """A run's answers as one side; the run is whole."""
    found = Result.of_json(run.answers)
    nobody = {need: one.says for need, one in found.nobody.items()}
    nobody |= {int(need): says for need, says in (run.left_out or {}).items()}
    given = {need: (one.leader, one.score) for need, one in found.answers.items()}
    return Side(name, given, nobody)


def of_suggestions(session: Session, partnership_id: int) -> Side:
    """What is suggested now, as one side."""
    return Side(NOW, run_queries.suggested_now(session, partnership_id), {})


def compare(session: Session, partnership_id: int, old: Side, new: Side, number: int) -> Comparison:
    """The two plans, with a page of the needs that they answer differently, the urgent first."""
    query = select(Need.id, Need.urgency).where(
        Need.partnership_id == partnership_id, Need.queue_since.is_not(None)
    )
    in_order = [(row[0], row[1]) for row in session.execute(query.order_by(*IN_QUEUE_ORDER))]
    differ = [need for need, _ in in_order if _leader(old, need) != _leader(new, need)]
    counts = []
    for urgency in Urgency:
        ids = [need for need, its in in_order if its is urgency]
        was, will = (sum(need in side.given for need in ids) for side in (old, new))
        if was or will:
            counts.append(Count(urgency, was, will))
    page = page_of(differ, number)
    same = sum(_leader(old, need) == one[0] for need, one in new.given.items())
    return Comparison(
        old,
        new,
        counts,
        in_words(old, new),
        same,
        page.with_rows(_changes(session, partnership_id, old, new, page.rows)),
    )


def in_words(old: Side, new: Side) -> list[str]:
    """What the new plan changes, in a few sentences."""
    gained, lost = set(new.given) - set(old.given), set(old.given) - set(new.given)
    both = set(old.given) & set(new.given)
    moved = [need for need in both if _leader(old, need) != _leader(new, need)]
    if not (gained or lost or moved):
        return ["Nobody changes."]
    points = sum(new.given[need][1] - old.given[need][1] for need in moved)
    how = f", {abs(points)} points {'better' if points > 0 else 'worse'} in all" if points else ""
    said = [
        (len(gained), "somebody, and had nobody"),
        (len(moved), f"somebody else{how}"),
        (len(lost), "nobody, and had somebody"),
    ]
    return [
        f"{counted(number, 'need').capitalize()} {'gets' if number == 1 else 'get'} {what}."
        for number, what in said
        if number
    ]


def _leader(side: Side, need: int) -> int | None:
    return side.given[need][0] if need in side.given else None


def _changes(
    session: Session, partnership_id: int, old: Side, new: Side, shown: list[int]
) -> list[Change]:
    leaders = {side.given[need][0] for side in (old, new) for need in shown if need in side.given}
    names = run_queries.leader_names(session, leaders)
    asked = set(
        session.scalars(
            select(Pairing.need_id).where(Pairing.need_id.in_(shown), Pairing.state.in_(UNDER_WAY))
        )
    )
    found = []
    for need in run_queries.needs_named(session, partnership_id, shown):
        (one, was), (other, will) = (side.given.get(need.id, (0, 0)) for side in (old, new))
        says = ASKED if need.id in asked else _says(need.id, old, new, will - was)
        found.append(Change(need, names.get(one, ""), names.get(other, ""), was, will, says))
    return found


def _says(need: int, old: Side, new: Side, points: int) -> str:
    if need in old.given and need in new.given:
        if not points:
            return "The same number of points"
        return f"{abs(points)} points {'more' if points > 0 else 'fewer'}"
    if need in new.given:
        return "Placed"
    return new.nobody.get(need, "Not placed")
