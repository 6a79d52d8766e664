"""A change proposed, answered and carried out, within somebody's open transaction.

Whoever proposes it has said yes by proposing; the others whom it touches are asked at once. When
the last of them says yes it is carried out in that same transaction; where it cannot be (the days
were taken meanwhile), it stays open, and the coordinator is told.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.engagements import change_queries as queries
from brokerage.engagements import change_telling as telling
from brokerage.engagements.agreement_models import Change, ChangeAnswer
from brokerage.engagements.change_ending import settle
from brokerage.engagements.change_rules import (
    CHANGE_LIFE,
    GONE,
    PART,
    RULES,
    TOO_LATE,
    Asked,
    ChangeKind,
    ChangeState,
    in_words,
    to_ask,
)
from brokerage.engagements.changing import CARRY_OUT, new_version
from brokerage.engagements.models import Engagement
from brokerage.engagements.rules import LIVE
from brokerage.errors import RuleBroken
from brokerage.ledger.steps import attempt, record
from brokerage.life import Part
from brokerage.people.models import Person
from brokerage.people.steps import revive_links
from brokerage.school_calendar.queries import calendar_of

ASKING = "asking"
"""How whoever proposes a change has said yes to it."""
DAYS_TO_ANSWER = 5
"""School days in which those whom a change touches are to answer."""


def made(
    session: Session,
    by: By,
    engagement: Engagement,
    kind: ChangeKind,
    new: dict[str, Any],
    before: dict[str, Any],
    reason: str,
    asked_as: Asked,
    state: ChangeState = ChangeState.PROPOSED,
) -> Change:
    """A new change, put to nobody yet. ``asked_as`` is what whoever asks for it is."""
    today = london_date(by.now)
    calendar = calendar_of(session, engagement.partnership_id, engagement.urn)
    asked_by = by.actor.person_id
    if asked_as is not Asked.COORDINATOR and PART[asked_as] not in queries.parts(
        by.actor, engagement
    ):
        asker = queries.person_asked(session, engagement, asked_as, today)
        asked_by = asker.id if asker else None
    change = Change(
        engagement_id=engagement.id,
        partnership_id=engagement.partnership_id,
        kind=kind,
        state=state,
        new=new,
        before=before,
        reason=reason,
        asked_as=asked_as,
        asked_by=asked_by,
        asked_at=by.now,
        due_on=calendar.deadline(by.now, DAYS_TO_ANSWER),
        next_look_on=today,
    )
    session.add(change)
    session.flush()
    record(
        session,
        by,
        "change.proposed",
        change,
        partnership_id=change.partnership_id,
        on_behalf_of=asked_by if asked_by != by.actor.person_id else None,
        fields=sorted(new),
    )
    return change


def refuse_second(session: Session, engagement: Engagement) -> None:
    """Raise RuleBroken where a change is being asked about already: one at a time."""
    found = queries.open_change(session, engagement)
    if found is not None:
        said = in_words(found.kind, found.new, found.before)
        raise RuleBroken(
            f"A change is being asked about already: {said}. Wait until it is answered, or take it "
            "back first."
        )


def propose(session: Session, by: By, change: Change) -> None:
    """Note the yes of whoever proposes it, ask the others, and tell the coordinator."""
    today = london_date(by.now)
    for asked in RULES[change.kind].touches:
        person = queries.person_asked(session, change.engagement, asked, today)
        mine = person is not None and person.id == by.actor.person_id
        if asked is change.asked_as or (mine and asked is not Asked.COORDINATOR):
            say(session, by, change, asked, True, via=ASKING)
    if not to_ask(change.kind, _said_yes(session, change)):
        go_on(session, by, change)
        return
    telling.ask(session, by, change)
    telling.tell_coordinator(session, by, change, "change_proposed")


def say(
    session: Session,
    by: By,
    change: Change,
    asked: Asked,
    yes: bool,
    *,
    words: str = "",
    via: str = "page",
    at: datetime | None = None,
) -> ChangeAnswer:
    """Keep one answer. One that a coordinator writes down for somebody is copied to them."""
    person = queries.person_asked(session, change.engagement, asked, london_date(by.now))
    own = asked is Asked.COORDINATOR or PART[asked] in _parts(by, change)
    person_id = by.actor.person_id if own else person.id if person else None
    if via == ASKING and not own:
        via = by_phone(london_date(by.now))
    given = ChangeAnswer(
        change_id=change.id,
        asked=asked,
        yes=yes,
        person_id=person_id,
        at=at or by.now,
        via=via,
        recorded_by=None if own else by.actor.person_id,
        words=words,
    )
    session.add(given)
    session.flush()
    session.expire(change, ["answers"])
    record(
        session,
        by,
        "change.answered",
        given,
        partnership_id=change.partnership_id,
        on_behalf_of=None if own else person_id,
        fields=["yes"],
    )
    if not own and person is not None:
        telling.send_copy(session, by, change, given, person)
    return given


def by_phone(on: date) -> str:
    """How an answer came that a coordinator noted."""
    return f"by phone, {on.day} {on:%B %Y}"


def _parts(by: By, change: Change) -> set[Part]:
    """As what the actor may speak for themselves."""
    found = queries.parts(by.actor, change.engagement)
    return found - {Part.COORDINATOR}


def _said_yes(session: Session, change: Change) -> list[Asked]:
    return [given.asked for given in queries.answers_now(change) if given.yes]


def answered(session: Session, by: By, change: Change, asked: list[Asked], yes: bool) -> None:
    """What an answer brings about: a no ends it, the last yes carries it out. What a coordinator
    decides is carried out now, or refused (RuleBroken)."""
    if yes and Asked.COORDINATOR in asked:
        carry_out(session, by, change)
    elif yes:
        go_on(session, by, change)
    else:
        settle(session, by, change, "refuse", {PART[one] for one in asked})
        telling.tell_it_is_off(session, by, change, "change_not_agreed")
        telling.tell_coordinator(session, by, change, "change_refused")


def go_on(session: Session, by: By, change: Change) -> None:
    """Carry the change out once everybody whom it touches has said yes.

    Where that cannot be any more, it stays open with the reason, and the coordinator is told.
    """
    if to_ask(change.kind, _said_yes(session, change)):
        return
    try:
        with attempt(session):
            carry_out(session, by, change)
    except RuleBroken as refused:
        change.stuck = refused.sentence[:300]
        telling.tell_coordinator(session, by, change, "change_stuck")


def carry_out(session: Session, by: By, change: Change) -> None:
    """Do what was agreed: days, dates or price change with the version of the agreement that says
    so. Raises RuleBroken where it cannot be."""
    engagement = change.engagement
    CARRY_OUT[change.kind](session, by, engagement, change)
    if change.state is ChangeState.PROPOSED:
        settle(session, by, change, "agree", {Part.SERVICE})
        change.next_look_on = london_date(by.now)  # a pause is asked about when it is over
    if RULES[change.kind].new_version:
        new_version(session, by, engagement, change)


def decide(
    session: Session,
    by: By,
    engagement: Engagement,
    kind: ChangeKind,
    new: dict[str, Any],
    reason: str,
    *,
    words: str = "",
) -> None:
    """What a coordinator decides alone, at once; where somebody asked for just this, it is their
    wish that comes true, for their reason, and ``words`` are the coordinator's answer to it. Raises
    RuleBroken where it cannot be."""
    change = queries.open_change(session, engagement)
    if change is None or change.kind is not kind:
        change = made(
            session, by, engagement, kind, new, {}, reason, Asked.COORDINATOR, ChangeState.AGREED
        )
        change.settled_at, change.next_look_on = by.now, london_date(by.now)
        say(session, by, change, Asked.COORDINATOR, True)
    else:
        change.new = new
        say(session, by, change, Asked.COORDINATOR, True, words=words)
    carry_out(session, by, change)


def can_undo(session: Session, change: Change, given: ChangeAnswer) -> bool:
    """Whether what was noted for somebody can still be undone by them: a yes while the change is
    open, a no while nothing else was proposed since."""
    if given.undone_at is not None or given.recorded_by is None:
        return False
    if given.yes:
        return change.state is ChangeState.PROPOSED
    alone = queries.open_change(session, change.engagement) is None
    may = CHANGE_LIFE.may(change.state, "undo_refuse", {PART[given.asked]})
    return may and alone and change.engagement.state in LIVE


def undo(session: Session, by: By, change: Change, given: ChangeAnswer) -> None:
    """It was not said: the same is asked again, or, where it was the asking itself, nothing is.

    Raises RuleBroken where it has gone on since.
    """
    if not can_undo(session, change, given):
        raise RuleBroken(TOO_LATE)
    if given.yes and given.asked is change.asked_as:
        given.undone_at = by.now
        settle(session, by, change, "withdraw", {PART[given.asked]})
        telling.tell_it_is_off(session, by, change)
    else:
        _ask_again(session, by, change, given)
    record(session, by, "change.answer_undone", given, partnership_id=change.partnership_id)
    telling.tell_coordinator(session, by, change, "change_answer_undone")


def _ask_again(session: Session, by: By, change: Change, given: ChangeAnswer) -> None:
    given.undone_at = by.now
    if not given.yes and change.settled_at is not None:
        revive_links(session, "change", change.id, change.settled_at)
        change.state = CHANGE_LIFE.after(change.state, "undo_refuse", {PART[given.asked]})
        change.settled_at = None
    change.stuck, change.next_look_on = "", london_date(by.now)
    session.flush()
    session.expire(change, ["answers"])
    person = session.get(Person, given.person_id) if given.person_id else None
    if person is not None:
        telling.ask_one(session, by, change, person)


def check_open(change: Change) -> None:
    """Raise RuleBroken where the change is not being asked about any more."""
    if change.state is not ChangeState.PROPOSED:
        raise RuleBroken(GONE)
