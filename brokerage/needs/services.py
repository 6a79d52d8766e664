"""Use cases of those who ask: writing a need down, sending it, changing it, answering.

Taking it back ends its pairings too, so that stands in the room of these.
"""

from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import check_version, locked, set_changed, use_case
from brokerage.errors import NotAllowed, NotFound, RuleBroken
from brokerage.life import Part
from brokerage.needs import details, questions, steps
from brokerage.needs.models import Need
from brokerage.needs.queries import head_asked, heads_of, need_of_id, parts
from brokerage.needs.rules import (
    CHANGEABLE,
    READERS,
    SPEAKERS,
    Details,
    NeedState,
    Words,
    may_remind,
)
from brokerage.needs.telling import SEND, tell
from brokerage.needs.texts import check_agreement, check_words
from brokerage.partnerships.models import Partnership
from brokerage.people.models import Person
from brokerage.people.steps import use_link
from brokerage.schools.models import School
from brokerage.schools.queries import partnerships_of_schools, school_in_scope

NO_PARTNERSHIP = "This school belongs to no partnership yet. Ask a coordinator to put that right."


@use_case("need.draft")
def draft(
    by: By, session: Session, *, urn: int, words: Words, partnership_id: int | None = None
) -> str:
    """Write a need of the actor's own school down, unsent; answers its reference.

    Raises NotFound for a school that is not theirs, RuleBroken where the words cannot be kept.
    """
    if urn not in by.actor.schools(*READERS):
        raise NotFound
    check_words(words, london_date(by.now))
    school = session.get_one(School, urn)
    partnership = _partnership_of(session, by, urn, partnership_id)
    return steps.draft(session, by, partnership=partnership, school=school, words=words).reference


@use_case("need.draft_for")
def draft_for(
    by: By,
    session: Session,
    *,
    urn: int,
    words: Words,
    head_agreed_on: date | None,
    head_agreed_how: str,
    partnership_id: int | None = None,
) -> str:
    """Write a need down for a school whose head agreed to it, on that day and in that way; answers
    its reference. For chairs and trust leaders of the school, officers and coordinators."""
    today = london_date(by.now)
    school = school_in_scope(session, by.actor, urn)
    check_words(words, today)
    check_agreement(head_agreed_on, head_agreed_how, today)
    partnership = _partnership_of(session, by, urn, partnership_id)
    speaks_as = next(
        (
            post.kind
            for post in by.actor.posts
            if post.kind in SPEAKERS and (post.urn == urn or post.partnership_id == partnership.id)
        ),
        None,
    )
    if speaks_as is None:
        raise NotAllowed("You cannot post for this school. Its head can, or your coordinator.")
    need = steps.draft(session, by, partnership=partnership, school=school, words=words)
    need.posted_for = speaks_as.value
    need.head_agreed_on, need.head_agreed_how = head_agreed_on, head_agreed_how
    return need.reference


@use_case("need.change")
def change(by: By, session: Session, need_id: int, *, version: int | None, words: Words) -> str:
    """Change the answers to the three questions, while it is not yet placed."""
    need = mine(by, session, need_id)
    if need.state not in CHANGEABLE:
        raise RuleBroken("This need can no longer be changed here. Ring your coordinator.")
    check_version(need, version, "this need")
    check_words(words, london_date(by.now), need.by_when)
    names = ("worry", "whom", "by_when", "ring_when")
    changed = set_changed(need, {name: getattr(words, name) for name in names})
    if changed:
        steps.note(session, by, need, "need.changed", fields=changed)
    return need.reference


@use_case("need.add_details")
def add_details(
    by: By, session: Session, need_id: int, *, version: int | None, given: Details
) -> str:
    """What the school itself can say beyond the three questions; all of it may be left out."""
    need = mine(by, session, need_id)
    if need.state not in CHANGEABLE:
        raise RuleBroken("This need can no longer be changed here. Ring your coordinator.")
    check_version(need, version, "this need")
    details.set_details(session, by, need, given, details.SCHOOLS)
    return need.reference


@use_case("need.submit")
def submit(by: By, session: Session, need_id: int) -> str:
    """Send it: the clock starts, a coordinator is named, both hear of it."""
    need = mine(by, session, need_id)
    if need.state is NeedState.DRAFT and not parts(by.actor, need) & {Part.HEAD, Part.COORDINATOR}:
        raise NotAllowed("The head sends it. Ask your head to, with the button on the page.")
    steps.submit(session, by, need)
    return need.reference


@use_case("need.ask_head")
def ask_head(by: By, session: Session, need_id: int) -> str:
    """A deputy asks the head to send what they have written, or reminds them of it: once a day."""
    need = mine(by, session, need_id)
    today = london_date(by.now)
    if need.state is not NeedState.DRAFT:
        raise RuleBroken("This need has been sent already.")
    asked = head_asked(session, need)
    if asked is not None and not may_remind(london_date(asked.at), today):
        raise RuleBroken("Your head was asked today already. You can remind them tomorrow.")
    heads = heads_of(session, need.urn, today)
    reachable = [head for head in heads if head.email and not head.address_refused]
    if not reachable:
        raise RuleBroken(
            "No head with an e-mail address is noted for your school. Ring your coordinator."
        )
    tell(session, by, need, "need_to_send_reminder" if asked else "need_to_send", reachable, SEND)
    steps.note(session, by, need, "need.head_reminded" if asked else "need.sent_to_head")
    return need.reference


@use_case("need.submit_by_link")
def submit_by_link(by: By, session: Session, link_id: int) -> str:
    """The head sends, by the link in a mail, what a deputy has written."""
    need = mine(by, session, use_link(session, by, link_id).subject_id)
    steps.submit(session, by, need)
    return need.reference


@use_case("need.answer")
def answer(by: By, session: Session, need_id: int, *, text: str) -> str:
    """Answer the coordinator's question; taken down by a coordinator, it is noted for the head."""
    need = mine(by, session, need_id)
    questions.answer(session, by, need, text, on_behalf_of=spoken_for(by, session, need))
    return need.reference


@use_case("need.answer_by_link")
def answer_by_link(by: By, session: Session, link_id: int, *, text: str) -> str:
    """Answer the coordinator's question by the link in a mail."""
    need = mine(by, session, use_link(session, by, link_id).subject_id)
    questions.answer(session, by, need, text)
    return need.reference


@use_case("need.undo_answer")
def undo_answer(by: By, session: Session, link_id: int) -> str:
    """Take back, by the link in a mail, an answer that was noted by telephone: it is asked anew."""
    need = mine(by, session, use_link(session, by, link_id).subject_id)
    questions.undo_answer(session, by, need)
    return need.reference


@use_case("need.reopen")
def reopen(by: By, session: Session, need_id: int) -> str:
    """Open again, in its old place in the queue."""
    need = mine(by, session, need_id)
    steps.reopen(session, by, need)
    return need.reference


def mine(by: By, session: Session, need_id: int) -> Need:
    """The need, locked, if the actor may see it; raises NotFound."""
    need_of_id(session, by.actor, need_id)
    (need,) = locked(session, Need, need_id)
    return need


def spoken_for(by: By, session: Session, need: Need) -> Person | None:
    """The head for whom a coordinator records something; None for the school's own people."""
    if parts(by.actor, need) & {Part.HEAD, Part.SCHOOL}:
        return None
    heads = heads_of(session, need.urn, london_date(by.now))
    return heads[0] if heads else None


def _partnership_of(session: Session, by: By, urn: int, partnership_id: int | None) -> Partnership:
    found = partnerships_of_schools(session, [urn]) & by.actor.partnership_ids
    if not found:
        raise RuleBroken(NO_PARTNERSHIP, field="urn")
    if partnership_id is None:
        if len(found) > 1:
            raise RuleBroken("Choose the partnership that you ask.", field="partnership")
        (partnership_id,) = found
    if partnership_id not in found:
        raise NotFound
    return session.get_one(Partnership, partnership_id)
