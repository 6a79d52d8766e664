"""Following up needs: the first call, a name, and a question to the school."""

from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.follow_ups.digest_lines import DigestLine
from brokerage.follow_ups.rules import MAILED, Asking, Round
from brokerage.needs.models import Need
from brokerage.needs.queries import heads_of
from brokerage.needs.rules import NeedState, Urgency
from brokerage.needs.telling import ANSWER, OPEN, SUBJECTS, tell_coordinator, tell_school
from brokerage.people.links import make_link, marker
from brokerage.people.models import Person


def askings(session: Session, need: Need, today: date) -> list[Asking]:
    if need.state is NeedState.ASKED and need.asked_at is not None:
        heads = heads_of(session, need.urn, today)
        return [
            Asking(
                kind="question",
                subject="need",
                subject_id=need.id,
                since=london_date(need.asked_at),
                recipient_id=heads[0].id if heads else None,
                urn=need.urn,
                calendar_urn=need.urn,
            )
        ]
    if need.promised_at is None:
        return []
    promises = []
    if need.state in (NeedState.SUBMITTED, NeedState.OPEN):
        if need.called_at is None:  # taken on or not, the call is owed
            promises.append(("call", need.call_by))
        promises.append(("name", need.name_by))
    return [
        Asking(
            kind=kind,
            subject="need",
            subject_id=need.id,
            since=london_date(need.promised_at),
            recipient_id=need.coordinator_id,
            due_on=due_on,
            urgent=need.urgency is Urgency.URGENT,
        )
        for kind, due_on in promises
        if due_on is not None
    ]


def act(session: Session, by: By, need: Need, asking: Asking, round: Round) -> None:
    if round not in MAILED:
        return
    if asking.kind == "question":
        tell_school(session, by, need, "need_question_reminder", ANSWER)
    else:
        tell_coordinator(session, by, need, f"need_{asking.kind}_due")


def line(session: Session, by: By, need: Need, asking: Asking) -> DigestLine:
    """What the weekly digest says of a call or a name that is promised."""
    assert asking.recipient_id is not None  # noqa: S101 - else it is on the desk
    link = make_link(
        session,
        by,
        OPEN,
        session.get_one(Person, asking.recipient_id),
        subject=SUBJECTS[OPEN],
        subject_id=need.id,
        partnership_id=need.partnership_id,
    )
    return DigestLine(asking.rule.says, need.reference, asking.since, marker(link))
