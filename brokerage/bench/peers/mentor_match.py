"""mentor-match: mentors and mentees, one of each to one of each in a round, by the Hungarian way.

It is given what it cannot be asked to find: the product's rules as its bar on a pair, and the
value of each pair as its score. A mentee matched in an earlier round is barred from later ones.
"""

from typing import Any

from matching.mentee import Mentee
from matching.mentor import Mentor
from matching.process import process_data
from matching.rules.rule import Disqualify, Generic

from brokerage.bench.edges import Edges
from brokerage.bench.solving import solved
from brokerage.bench.work import Raw, Solved, Work


def run(work: Work) -> Solved:
    return solved(work, solve)


def solve(edges: Edges, work: Work) -> Raw:
    with work.watch("build"):
        value = edges.value_of()
        mentees = [_person(Mentee, index) for index in range(len(edges.need_ids))]
        mentors = [_person(Mentor, index) for index in range(len(edges.leader_ids))]
        rules = [_Value(value), Disqualify(lambda match: _barred(match, value))]
    with work.watch("solve"):
        process_data(mentors, mentees, [rules] * work.options["rounds"])
    pairs = [
        (int(mentee.role), int(mentor.role)) for mentee in mentees for mentor in mentee.mentors
    ]
    return Raw(pairs)


def _person(kind: Any, index: int) -> Any:
    return kind(grade=1, role=str(index), email=f"{kind.__name__} {index}")


def _ends(match: Any) -> tuple[int, int]:
    return int(match.mentee.role), int(match.mentor.role)


def _barred(match: Any, value: dict[tuple[int, int], int]) -> bool:
    return bool(match.mentee.mentors) or _ends(match) not in value


class _Value(Generic):  # type: ignore[misc]  # the library has no types
    def __init__(self, value: dict[tuple[int, int], int]) -> None:
        super().__init__(None, lambda match: _ends(match) in value)
        self.value = value

    def apply(self, match: Any) -> int:
        return self.value.get(_ends(match), 0)
