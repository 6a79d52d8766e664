"""Where leaders are needed: unmet need by specialism, phase and place, as a table and a map."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import or_
from sqlalchemy.orm import Session

from brokerage.leaders.models import Leader
from brokerage.matching.unmet import UnmetRow, Why, ledger_of_unmet
from brokerage.needs.models import Need
from brokerage.needs.rules import CloseReason, NeedState
from brokerage.needs.unmet import fold_small
from brokerage.pairings.whole_plan import WholePlan, whole_plan

REGISTERED = frozenset({NeedState.WAITING, NeedState.REDIRECTED, NeedState.CLOSED})
NOT_MET = or_(
    Need.state.in_([NeedState.WAITING, NeedState.REDIRECTED]),
    (Need.state == NeedState.CLOSED) & (Need.over_reason == CloseReason.NOBODY),
)
"""The register of unmet needs: those that wait for somebody, were sent elsewhere, or ended because
nobody could be found."""
FEWEST = 5
"""Officers read of no group of fewer needs than this."""


@dataclass(frozen=True)
class Line:
    """Unmet needs of one specialism and phase in one place. ``why`` says how many for each reason,
    most first; officers read the reasons without their numbers (None)."""

    code: str
    specialism: str
    phase: str
    place: str
    needs: int
    half_days: int
    why: list[tuple[str, int | None]]


@dataclass(frozen=True)
class Recruitment:
    """Where leaders are needed. ``folded`` are the needs of the groups that officers do not see one
    by one (None: fewer than five; 0: there are none). ``unsaid`` needs say too little to be put
    anywhere, ``not_planned`` could be placed by a plan and are not counted."""

    lines: list[Line]
    folded: int | None
    unsaid: int
    not_planned: int
    leaders: list[Leader]

    @property
    def specialisms(self) -> dict[str, str]:
        """Names by code, by name."""
        found = {line.code: line.specialism for line in self.lines}
        return dict(sorted(found.items(), key=lambda one: one[1]))

    @property
    def phases(self) -> list[str]:
        return sorted({line.phase for line in self.lines})

    def like(self, code: str, phase: str) -> list[Line]:
        """The lines of this specialism and this phase; any, where empty."""
        return [
            line for line in self.lines if code in ("", line.code) and phase in ("", line.phase)
        ]

    def leaders_like(self, code: str, phase: str) -> list[Leader]:
        """The leaders who offer this specialism in this phase; any, where empty."""
        return [
            leader
            for leader in self.leaders
            if any(
                code in ("", claim.code) and phase in ("", claim.phase.value)
                for claim in leader.specialisms
            )
        ]


def recruitment(
    session: Session, partnership_id: int, today: date, *, in_full: bool
) -> Recruitment:
    """The unmet need of a partnership: what the register of unmet needs holds, and of the queue
    what nobody could be found for. Not ``in_full``: small groups together, as for officers."""
    plan = whole_plan(session, partnership_id, today, also=NOT_MET)
    rows = ledger_of_unmet(plan.standing, places_of(plan))
    counted = [_without_those_to_plan(plan, row) for row in rows]
    lines = [_line(plan, row, members) for row, members in counted if members]
    lines.sort(key=lambda line: (-line.needs, -line.half_days, line.specialism, line.place))
    unsaid = sum(need.state in REGISTERED for need in plan.unready)
    left = sum(row.needs - len(members) for row, members in counted)
    found = Recruitment(lines, 0, unsaid, left, list(plan.leaders.values()))
    return found if in_full else _folded(found)


def places_of(plan: WholePlan) -> dict[str, str]:
    """The place of each need, by its id."""
    rows = ((need_id, need.school) for need_id, need in plan.needs.items())
    return {key: place_of(one.locality, one.town, one.la_name) for key, one in rows}


def place_of(locality: str | None, town: str | None, authority: str) -> str:
    """The nearest place that a school's address names: a quarter or village, else its town."""
    return locality or town or authority


def _without_those_to_plan(plan: WholePlan, row: UnmetRow) -> tuple[UnmetRow, dict[str, Why]]:
    """The needs of a line with why they are unmet; but for those that only wait for a plan."""
    members = {}
    for need_id, why in row.why_of:
        waits = plan.needs[need_id].state in (NeedState.OPEN, NeedState.SUBMITTED)
        if not (waits and why is Why.COULD_BE):
            members[need_id] = why
    return row, members


def _line(plan: WholePlan, row: UnmetRow, members: dict[str, Why]) -> Line:
    one = plan.needs[next(iter(members))]
    return Line(
        code=one.code or "",
        specialism=one.specialism.name if one.specialism else row.specialism,
        phase=row.phase.value,
        place=row.place,
        needs=len(members),
        half_days=sum(plan.standing.needs[need_id].half_days for need_id in members),
        why=[(why.value, count) for why, count in Counter(members.values()).most_common()],
    )


def _folded(found: Recruitment) -> Recruitment:
    """As officers read it: groups of five or more, and all others together."""
    by_label = {f"{line.specialism}|{line.phase}|{line.place}": line for line in found.lines}
    shown = fold_small({label: line.needs for label, line in by_label.items()}, FEWEST)
    lines = [_without_numbers(by_label[one.group]) for one in shown if one.group in by_label]
    rest: Iterable[int | None] = (one.total for one in shown if one.group not in by_label)
    return Recruitment(lines, next(iter(rest), 0), 0, 0, found.leaders)


def _without_numbers(line: Line) -> Line:
    why: list[tuple[str, int | None]] = [(words, None) for words, _ in line.why]
    return replace(line, why=why)
