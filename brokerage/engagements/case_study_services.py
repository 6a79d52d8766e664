"""Use cases about case studies: drafted by a coordinator, shown once both have agreed to the text,
and gone as soon as either says so."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import check_version, locked, set_changed, use_case
from brokerage.engagements.case_study_models import CaseStudy, CaseStudyConsent
from brokerage.engagements.case_study_queries import case_study_of, consents, names_found
from brokerage.engagements.case_study_rules import LIFE, PARTS, TEXTS, CaseStudyState, Whose
from brokerage.engagements.models import Engagement
from brokerage.engagements.queries import leader_today, parts, supported_head
from brokerage.engagements.rules import EngagementState
from brokerage.engagements.telling import CASE_STUDY, coordinator, tell
from brokerage.errors import NotFound, RuleBroken
from brokerage.ledger.steps import record
from brokerage.life import Part
from brokerage.people.models import Person
from brokerage.people.steps import revoke_links, use_link

WITHDRAWN_BY = timedelta(days=5 * 365)
"""How long the link works by which either of them takes a case study off."""
NOT_ASKED = "Their consent is not asked now."
NAMED = "Names stand in the text. Write it without them, then ask."
MAYBE_NAMED = "These words may be names. Write it without them, or say that they are not."


@use_case("case_study.save")
def save(
    by: By,
    session: Session,
    engagement_id: int,
    texts: Mapping[str, str],
    *,
    version: int | None = None,
) -> int:
    """Keep the text of ``TEXTS`` as a draft; answers its id. A text that was put to them already,
    once it is changed, is put to them anew. ``version`` is 0 where the page was a first draft."""
    engagement = _coordinated(session, by, engagement_id)
    if engagement.state is not EngagementState.CLOSED:
        raise RuleBroken("A case study is written once the support is closed.")
    if not texts["title"].strip():
        raise RuleBroken("Give it a title.", field="title")
    new = {name: texts[name] for name in TEXTS}
    found = case_study_of(session, engagement)
    if found is None:
        return _begin(session, by, engagement, new)
    (case_study,) = locked(session, CaseStudy, found.id)
    check_version(case_study, version, "this case study")
    after = LIFE.after(case_study.state, "redraft", {Part.COORDINATOR})
    changed = set_changed(case_study, new)
    if changed:
        if case_study.state is not CaseStudyState.DRAFT:
            case_study.revision += 1
            case_study.published_at = None
            revoke_links(session, by, "case_study", case_study.id)
        case_study.state = after
        _record(session, by, case_study, "changed", changed)
    return case_study.id


@use_case("case_study.ask")
def ask(by: By, session: Session, engagement_id: int, *, ordinary: bool = False) -> None:
    """Put the text to the supported head and to the leader: the follow-ups ask them. It is refused
    while a name stands in it. ``ordinary``: the coordinator says that the single words which may be
    names are not."""
    case_study, engagement = _of(session, by, engagement_id, Part.COORDINATOR)
    after = LIFE.after(case_study.state, "ask", {Part.COORDINATOR})
    found = names_found(session, engagement, case_study)
    if any(name.sure for name in found):
        raise RuleBroken(NAMED)
    if found and not ordinary:
        raise RuleBroken(MAYBE_NAMED, field="ordinary")
    case_study.state = after
    today, before = london_date(by.now), case_study.asked_on
    # Each asking has a day of its own, by which the follow-ups tell it from the one before.
    case_study.asked_on = today if before is None else max(today, before + timedelta(1))
    case_study.next_look_on = today
    _record(session, by, case_study, "asked", [])


@use_case("case_study.answer")
def answer(
    by: By,
    session: Session,
    engagement_id: int,
    whose: Whose,
    *,
    yes: bool,
    link_id: int | None = None,
) -> None:
    """The supported head's or the leader's word: with both it is shown; a no, whenever it comes,
    takes it off. A coordinator notes what they said by telephone, and they get a copy."""
    case_study, engagement = _of(session, by, engagement_id, PARTS[whose], Part.COORDINATOR)
    told_by = _told_by(session, by, engagement, whose)
    said = consents(case_study).get(whose)
    if said is not None and said.yes and yes:
        raise RuleBroken("This was answered already. Thank you.")
    if link_id is not None:
        use_link(session, by, link_id)
    if not yes:
        _take_off(session, by, engagement, case_study)
    elif not LIFE.may(case_study.state, "publish", {Part.SERVICE}):
        raise RuleBroken(NOT_ASKED)
    _keep(session, by, case_study, whose, yes, told_by)
    if yes and told_by is not None:
        _tell(session, by, engagement, case_study, "case_study_noted", told_by)
    if {one.whose for one in consents(case_study).values() if one.yes} == set(Whose):
        _publish(session, by, engagement, case_study)


@use_case("case_study.withdraw")
def withdraw(by: By, session: Session, engagement_id: int) -> None:
    """The coordinator takes it off; it is not shown again."""
    case_study, engagement = _of(session, by, engagement_id, Part.COORDINATOR)
    _take_off(session, by, engagement, case_study)


def _told_by(session: Session, by: By, engagement: Engagement, whose: Whose) -> Person | None:
    """Who said it to a coordinator by telephone; None for somebody who speaks for themselves."""
    if PARTS[whose] in parts(by.actor, engagement):
        return None
    person = _asked(session, by, engagement)[whose]
    if person is None:
        raise RuleBroken("Nobody holds that post now, so there is nobody who could agree.")
    return person


def _publish(session: Session, by: By, engagement: Engagement, case_study: CaseStudy) -> None:
    case_study.state = LIFE.after(case_study.state, "publish", {Part.SERVICE})
    case_study.published_at = by.now
    _record(session, by, case_study, "published", ["state"])
    for person in _asked(session, by, engagement).values():
        _tell(session, by, engagement, case_study, "case_study_published", person)


def _begin(session: Session, by: By, engagement: Engagement, texts: dict[str, str]) -> int:
    case_study = CaseStudy(
        engagement_id=engagement.id,
        partnership_id=engagement.partnership_id,
        code=engagement.need.code,
        made_at=by.now,
        **texts,
    )
    session.add(case_study)
    session.flush()
    _record(session, by, case_study, "begun", list(texts))
    return case_study.id


def _keep(
    session: Session,
    by: By,
    case_study: CaseStudy,
    whose: Whose,
    yes: bool,
    told_by: Person | None,
) -> None:
    """Keep what was said to this text, in place of what the same side had said before."""
    person_id = told_by.id if told_by else by.actor.person_id
    said = consents(case_study).get(whose)
    if said is None:
        said = CaseStudyConsent(revision=case_study.revision, whose=whose)
        case_study.consents.append(said)
    said.person_id, said.yes, said.at = person_id or 0, yes, by.now
    said.recorded_by = by.actor.person_id if told_by else None
    case_study.next_look_on = london_date(by.now)
    session.flush()
    record(
        session,
        by,
        f"case_study.{'agreed' if yes else 'refused'}",
        said,
        partnership_id=case_study.partnership_id,
        on_behalf_of=told_by.id if told_by else None,
    )


def _take_off(session: Session, by: By, engagement: Engagement, case_study: CaseStudy) -> None:
    """Nobody is shown it any more: for good, once it has been shown."""
    mine = parts(by.actor, engagement)
    event = "withdraw" if case_study.state is CaseStudyState.PUBLISHED else "refuse"
    case_study.state = LIFE.after(case_study.state, event, mine)
    case_study.published_at = None
    if case_study.state is CaseStudyState.WITHDRAWN:
        case_study.withdrawn_at = by.now
    revoke_links(session, by, "case_study", case_study.id)
    _record(session, by, case_study, "taken_off", ["state"])
    told = coordinator(session, by, engagement)
    _tell(session, by, engagement, case_study, "case_study_off", told, linked=False)


def _tell(
    session: Session,
    by: By,
    engagement: Engagement,
    case_study: CaseStudy,
    kind: str,
    person: Person | None,
    *,
    linked: bool = True,
) -> None:
    tell(
        session,
        by,
        engagement,
        kind,
        person,
        key=f"{kind}/{case_study.id}/{person.id if person else 0}/{by.now.isoformat()}",
        purpose=CASE_STUDY if linked else None,
        about=case_study,
        lasts=WITHDRAWN_BY,
    )


def _asked(session: Session, by: By, engagement: Engagement) -> dict[Whose, Person | None]:
    """Whose word it is today."""
    today = london_date(by.now)
    return {
        Whose.HEAD: supported_head(session, engagement, today),
        Whose.LEADER: leader_today(session, engagement, today),
    }


def _coordinated(session: Session, by: By, engagement_id: int) -> Engagement:
    (engagement,) = locked(session, Engagement, engagement_id)
    if Part.COORDINATOR not in parts(by.actor, engagement):
        raise NotFound
    return engagement


def _of(session: Session, by: By, engagement_id: int, *whose: Part) -> tuple[CaseStudy, Engagement]:
    """The engagement's case study, locked, for somebody with one of these parts."""
    (engagement,) = locked(session, Engagement, engagement_id)
    found = case_study_of(session, engagement)
    if found is None or not parts(by.actor, engagement) & set(whose):
        raise NotFound
    (case_study,) = locked(session, CaseStudy, found.id)
    return case_study, engagement


def _record(session: Session, by: By, case_study: CaseStudy, what: str, fields: list[str]) -> None:
    where = case_study.partnership_id
    record(session, by, f"case_study.{what}", case_study, partnership_id=where, fields=fields)
