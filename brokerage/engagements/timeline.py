"""What happened in an engagement, in date order: each of its people sees what is theirs."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import Actor
from brokerage.clock import london_date
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.change_queries import changes_of
from brokerage.engagements.change_rules import ChangeKind, ChangeState, in_words, may_read_why
from brokerage.engagements.models import Concern, Engagement, PhoneNote, Review, Visit
from brokerage.engagements.phone_notes import TITLES as TITLES_OF_NOTES
from brokerage.engagements.phone_notes import finding_in_words
from brokerage.engagements.queries import concerns_of, names_of, parts
from brokerage.engagements.rules import (
    COUNTED,
    OVER,
    WORKERS,
    EngagementState,
    ReviewKind,
    VisitState,
)
from brokerage.engagements.story import Told, story, titled
from brokerage.life import Part
from brokerage.web.words import days, short_day

TITLES = {
    ReviewKind.MID_POINT: "Mid-point",
    ReviewKind.EVALUATION: "Evaluation",
    ReviewKind.LEADER_COMMENT: "The leader’s comment",
    ReviewKind.LOOK_BACK_3: "Three months on",
    ReviewKind.LOOK_BACK_6: "Six months on",
}
CHANGES = {
    ChangeState.AGREED: "Changed",
    ChangeState.REFUSED: "A change was not agreed",
    ChangeState.WITHDRAWN: "A change was taken back",
}
DISPUTED = "The school says that this is not right"
WAS_DISPUTED = "The school said that this was not right"


@dataclass(frozen=True)
class Entry:
    """One thing that happened. ``lines`` are a label and somebody's words; ``private`` ones are
    seen by the coordinator and who wrote them. A ``brief`` one is told in one quiet line."""

    on: date
    title: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    note: str = ""
    private: bool = False
    brief: bool = False
    visit: Visit | None = None
    concern: Concern | None = None


def timeline(session: Session, actor: Actor, engagement: Engagement) -> list[Entry]:
    """What the actor may see of it, the earliest first."""
    mine = parts(actor, engagement)
    if not mine:
        return []
    concerns = concerns_of(session, actor, engagement)
    ids = {v.logged_by for v in engagement.visits} | {c.raised_by for c in concerns}
    for review in engagement.reviews:
        ids |= {review.answered_by, review.recorded_by}
    undone = [note for note in engagement.phone_notes if note.undone_at]
    if Part.COORDINATOR not in mine:
        undone = [note for note in undone if note.person_id == actor.person_id]
    ids |= {note.noted_by for note in undone} | {note.person_id for note in undone}
    told = story(session, actor, engagement, mine)
    ids |= {number for one in told for number in (one.by, one.to)}
    names = names_of(session, ids)
    changes = changes_of(session, engagement)
    found = list(_agreed(engagement, {change.agreement_number for change in changes}))
    found += [_told(one, names) for one in told]
    found += [e for v in engagement.visits for e in _visit(v, engagement, mine, names)]
    found += [_concern(concern, names) for concern in concerns]
    outcomes = {one.id: one.words for one in engagement.outcomes}
    found += [_review(review, mine, names, outcomes) for review in engagement.reviews]
    found += _over(engagement, mine)
    found += [_change(change, mine) for change in changes if _is_told(change)]
    found += [_undone(note, names) for note in undone]
    return sorted(found, key=lambda entry: entry.on)


def _agreed(engagement: Engagement, of_changes: Collection[int | None]) -> Iterator[Entry]:
    """The first agreement, and every version that came of no change that was asked for."""
    for made in engagement.agreements:
        on = london_date(made.made_at)
        half_days = days(made.terms["half_days"])
        if made.number == 1:
            yield Entry(min(on, london_date(engagement.agreed_at)), f"Agreed: {half_days}")
        elif made.number not in of_changes:
            yield Entry(on, f"Agreement changed: {half_days}", [("Why", made.why)])
    spoke = engagement.first_contact_on
    if spoke is not None and spoke != engagement.first_visit_on:
        yield Entry(spoke, "Leader and school spoke")


def _told(told: Told, names: dict[int, str]) -> Entry:
    by = names.get(told.by or 0, "")
    note = by if told.to is None else ""
    on, lines = london_date(told.at), _said(told.lines)
    return Entry(on, titled(told, names), lines, note, brief=not lines)


def _visit(
    visit: Visit, engagement: Engagement, mine: set[Part], names: dict[int, str]
) -> Iterator[Entry]:
    if visit.state is VisitState.DID_NOT_HAPPEN and visit.planned_on:
        off_on = london_date(visit.changed_at) if visit.changed_at else visit.planned_on
        if off_on < visit.planned_on:
            title = f"The visit of {short_day(visit.planned_on)} was called off"
            yield Entry(off_on, title, visit=visit)
        else:
            yield Entry(visit.planned_on, "A visit did not happen", visit=visit)
    if visit.state not in COUNTED or visit.happened_on is None:
        return
    by_other = visit.logged_by not in (None, engagement.leader.person_id)
    note = f"Noted by {names.get(visit.logged_by or 0, 'somebody')} by phone" if by_other else ""
    lines, settled = _log(visit) if mine & WORKERS else ([], "")
    note = ". ".join(filter(None, (note, settled)))
    if visit.half_days:
        title = f"Visit: {days(visit.half_days)}"
    else:
        title = "Visit: no days counted"
    yield Entry(visit.happened_on, title, _said(lines), note, visit=visit)


def _log(visit: Visit) -> tuple[list[tuple[str, str]], str]:
    """What a log says and what the school says of it; and how that was settled, if it was."""
    lines = [("Done", visit.done), ("Next", visit.next)]
    if visit.state is VisitState.DISPUTED:
        return [*lines, (DISPUTED, visit.dispute)], ""
    if not visit.dispute:
        return lines, ""
    if visit.disputed_at is None:  # noted otherwise since
        return [*lines, (WAS_DISPUTED, visit.dispute)], ""
    counts = f"{days(visit.half_days)} {'counts' if visit.half_days else 'count'}"
    return [*lines, (WAS_DISPUTED, visit.dispute)], f"Settled by the coordinator: {counts}"


def _review(
    review: Review, mine: set[Part], names: dict[int, str], outcomes: dict[int, str]
) -> Entry:
    """How each outcome stands is for all who work on them; keep, change or stop is between the
    school and the coordinator."""
    readers = WORKERS - {Part.LEADER} if review.kind is ReviewKind.MID_POINT else WORKERS
    title = TITLES[review.kind]
    found = _findings(review, outcomes) if mine & WORKERS else []
    if not mine & readers:
        exit_plan = [("Afterwards", review.exit_plan)] if mine & WORKERS else []
        said = _said([*found, *exit_plan])
        return Entry(london_date(review.answered_at), f"{title}: answered", said)
    if review.kind is not ReviewKind.LEADER_COMMENT:
        title = f"{title}: {review.choice}"
    said_by = names.get(review.answered_by or 0, "")
    note = f"Said by {said_by}" if said_by else ""
    if review.recorded_by:
        note += f", by phone; noted by {names.get(review.recorded_by, 'somebody')}"
    lines = [*found, ("", review.words), ("Afterwards", review.exit_plan)]
    return Entry(london_date(review.answered_at), title, _said(lines), note)


def _findings(review: Review, outcomes: dict[int, str]) -> list[tuple[str, str]]:
    return [
        (
            outcomes.get(one.outcome_id or 0, "What was asked for").rstrip("."),
            finding_in_words(review, one),
        )
        for one in review.findings
    ]


def _concern(concern: Concern, names: dict[int, str]) -> Entry:
    note = f"Raised by {names.get(concern.raised_by or 0, 'somebody')}"
    if concern.settled_at:
        note += "; settled"
    lines = [("", concern.words)]
    on = london_date(concern.raised_at)
    return Entry(on, "A concern or a worry", lines, note, private=True, concern=concern)


def _undone(note: PhoneNote, names: dict[int, str]) -> Entry:
    """What was noted by telephone, and undone: for the coordinator and whose words it was."""
    on = london_date(note.noted_at)
    by = names.get(note.noted_by or 0, "somebody")
    who = names.get(note.person_id, "somebody")
    said = f"Noted by {by} by phone on {short_day(on)}; {who} undid it"
    what = TITLES_OF_NOTES[note.kind]
    title = f"Undone: {what[0].lower()}{what[1:]}"
    return Entry(london_date(note.undone_at or note.noted_at), title, note=said)


def _is_told(change: Change) -> bool:
    """Not while it is open; nor where it is how the support ended, which is told as that."""
    ends = change.kind in (ChangeKind.STOP, ChangeKind.SWAP)
    is_end = ends and change.state is ChangeState.AGREED
    return change.state is not ChangeState.PROPOSED and not is_end


def _change(change: Change, mine: set[Part]) -> Entry:
    """What was asked for and decided (what is open stands by itself); why, for those who may read
    it."""
    on = london_date(change.settled_at or change.asked_at)
    why = [("Why", change.reason)] if may_read_why(change.kind, mine) else []
    return Entry(on, _title(change), _said(why))


def _title(change: Change) -> str:
    said = in_words(change.kind, change.new, change.before)
    if change.state is ChangeState.AGREED and change.kind is ChangeKind.PAUSE:
        return said.replace("a pause", "Paused")
    if change.state is ChangeState.AGREED and change.kind is ChangeKind.RESUME:
        return "Gone on"
    return f"{CHANGES[change.state]}: {said}"


def _over(engagement: Engagement, mine: set[Part]) -> Iterator[Entry]:
    if engagement.state not in OVER or engagement.over_at is None:
        return
    title = "Closed" if engagement.state is EngagementState.CLOSED else "Ended early"
    why = [("Why", engagement.over_reason or "")] if mine & WORKERS else []
    yield Entry(london_date(engagement.over_at), title, _said(why))


def _said(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(label, words) for label, words in lines if words.strip()]
