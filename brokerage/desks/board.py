"""The board's first page: figures that add up, and no names. Groups under five are folded."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brokerage.clock import LONDON, london_date
from brokerage.desks.rules import in_time
from brokerage.engagements.answer_figures import Answers, Works, answers_and_works
from brokerage.engagements.figures import Figures, figures
from brokerage.follow_ups.models import FollowUp
from brokerage.follow_ups.rules import RULES, Round
from brokerage.headships.queries import BuddiesInPlace, buddies_in_place_before_start
from brokerage.needs.models import Need
from brokerage.needs.register import unmet
from brokerage.needs.unmet import Shown, fold_small
from brokerage.pairings.models import Pairing, PairingAnswer
from brokerage.pairings.rules import STANDING_RELEASE, Step
from brokerage.partnerships.models import Partnership


@dataclass(frozen=True)
class Kept:
    """Of so many promises whose day has come, how many were kept."""

    promise: str
    kept: int
    of: int


@dataclass(frozen=True)
class Board:
    """One partnership's school year, as of a day."""

    partnership: Partnership
    figures: Figures
    buddies: BuddiesInPlace
    promises: list[Kept]
    states: list[Shown]
    differences: list[Shown]
    answers: list[Answers]
    works: list[Works]
    unmet: list[Shown]
    unmet_total: int


def board(session: Session, partnership: Partnership, year: int, today: date) -> Board:
    """Everything on the board's page for one partnership."""
    begun = datetime(year, 9, 1, tzinfo=LONDON).astimezone(UTC)
    gaps = unmet(session, {partnership.id}).get("specialism", [])
    found = figures(session, partnership.id, year, today)
    said = {difference.value: count for difference, count in found.by_difference.items()}
    answers, works = answers_and_works(session, partnership.id, year, today)
    return Board(
        partnership=partnership,
        figures=found,
        buddies=buddies_in_place_before_start(session, partnership.id, year, today),
        promises=[
            *_calls_and_names(session, partnership.id, begun, today),
            *_answers(session, partnership.id, begun),
        ],
        states=_shown({state.value: count for state, count in found.by_state.items()}),
        answers=answers,
        works=works,
        differences=_shown({**said, "not answered yet": found.not_answered}),
        unmet=fold_small({gap.group: gap.total for gap in gaps}),
        unmet_total=sum(gap.total for gap in gaps),
    )


def _shown(counts: dict[str, int]) -> list[Shown]:
    """Counts as the board reads them: no noughts, and small groups folded together."""
    return fold_small({group: count for group, count in counts.items() if count})


def _calls_and_names(
    session: Session, partnership_id: int, begun: datetime, today: date
) -> list[Kept]:
    first_name = (
        select(func.min(Pairing.proposed_at)).where(Pairing.need_id == Need.id).scalar_subquery()
    )
    query = select(Need.called_at, Need.call_by, first_name, Need.name_by).where(
        Need.partnership_id == partnership_id, Need.submitted_at >= begun
    )
    rows = session.execute(query).all()
    return [
        _kept("A call about a new need", [(row[0], row[1]) for row in rows], today),
        _kept("A name for a need", [(row[2], row[3]) for row in rows], today),
    ]


def _kept(
    promise: str, done_and_due: list[tuple[datetime | None, date | None]], today: date
) -> Kept:
    """A promise counts once it was kept, or once its day is past."""
    kept = of = 0
    for done_at, due_on in done_and_due:
        if due_on is None or (done_at is None and due_on >= today):
            continue
        of += 1
        kept += done_at is not None and london_date(done_at) <= due_on
    return Kept(promise, kept, of)


def _answers(session: Session, partnership_id: int, begun: datetime) -> list[Kept]:
    """Answers in time: those that never came onto the coordinator's desk as late. What a standing
    release answered, nobody was asked."""
    answers = select(PairingAnswer.step, PairingAnswer.pairing_id).join(
        Pairing, Pairing.id == PairingAnswer.pairing_id
    )
    answers = answers.where(
        Pairing.partnership_id == partnership_id,
        PairingAnswer.at >= begun,
        PairingAnswer.undone_at.is_(None),
        PairingAnswer.via != STANDING_RELEASE,
    )
    on_the_desk = select(FollowUp.kind, FollowUp.subject_id, FollowUp.asked_at >= begun).where(
        FollowUp.partnership_id == partnership_id,
        FollowUp.subject == "pairing",
        FollowUp.round == int(Round.DESK),
    )
    answered: defaultdict[str, set[int]] = defaultdict(set)
    late: defaultdict[str, set[int]] = defaultdict(set)
    ever_late: defaultdict[str, set[int]] = defaultdict(set)
    for step, pairing_id in session.execute(answers):
        answered[step].add(pairing_id)
    for kind, pairing_id, this_year in session.execute(on_the_desk):
        ever_late[kind].add(pairing_id)
        if this_year:
            late[kind].add(pairing_id)
    found = []
    for step in Step:
        kept, of = in_time(answered[step], late[step], ever_late[step])
        found.append(Kept(RULES[step].says, kept, of))
    return found
