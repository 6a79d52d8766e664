"""Reading case studies: who may see one, what a first draft is made of, which names may not stand
in it."""

import re
from collections.abc import Collection, Iterator

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from brokerage.actor import Actor, PostKind
from brokerage.engagements.case_study_models import CaseStudy, CaseStudyConsent
from brokerage.engagements.case_study_rules import (
    TEXTS,
    CaseStudyState,
    NameFound,
    Whose,
    names_in,
    words_of_person,
    words_of_school,
)
from brokerage.engagements.lasting import table
from brokerage.engagements.models import Engagement
from brokerage.engagements.queries import engagement_by_id, review_of
from brokerage.engagements.review_rules import LEVELS
from brokerage.engagements.rules import COUNTED, LOOK_BACK_MONTHS, ReviewKind
from brokerage.errors import NotFound
from brokerage.people.models import Person, Post
from brokerage.schools.models import School
from brokerage.specialisms.models import Specialism
from brokerage.web.paging import Page, paged_things

_TITLED = re.compile(r"\b(?:Mrs?|Ms|Miss|Mx|Dr)\.?\s+([^\W\d_][\w'’-]+)")


def case_study_of(session: Session, engagement: Engagement) -> CaseStudy | None:
    """The case study of an engagement. Who may see it is the caller's business."""
    return session.scalar(select(CaseStudy).filter_by(engagement_id=engagement.id))


def case_study_by_id(session: Session, number: int) -> CaseStudy:
    """A case study by id; raises NotFound. Who may see it is the caller's business."""
    found = session.get(CaseStudy, number)
    if found is None:
        raise NotFound
    return found


def _shown(actor: Actor) -> Select[CaseStudy]:
    """What is published in the actor's partnerships."""
    return select(CaseStudy).where(
        CaseStudy.state == CaseStudyState.PUBLISHED,
        CaseStudy.partnership_id.in_(actor.partnership_ids),
    )


def published(session: Session, actor: Actor, number: int) -> CaseStudy:
    """A case study that is shown to the actor; raises NotFound."""
    found = session.scalar(_shown(actor).where(CaseStudy.id == number))
    if found is None:
        raise NotFound
    return found


def published_page(session: Session, actor: Actor, code: str, number: int) -> Page[CaseStudy]:
    """A page of those that are shown, the latest first; ``code`` narrows to an area."""
    query = _shown(actor).where(CaseStudy.code == code) if code else _shown(actor)
    order = CaseStudy.published_at.desc(), CaseStudy.id.desc()
    return paged_things(session, query.order_by(*order), number)


def areas(session: Session, actor: Actor) -> list[Specialism]:
    """The areas of which there is something to read."""
    codes = _shown(actor).with_only_columns(CaseStudy.code)
    query = select(Specialism).where(Specialism.code.in_(codes)).order_by(Specialism.name)
    return list(session.scalars(query))


def in_hand(session: Session, actor: Actor) -> list[tuple[CaseStudy, Engagement]]:
    """What a coordinator is at: drafts, those whose consent is asked, and those refused."""
    states = (CaseStudyState.DRAFT, CaseStudyState.ASKED, CaseStudyState.REFUSED)
    query = (
        select(CaseStudy, Engagement)
        .join(Engagement, Engagement.id == CaseStudy.engagement_id)
        .where(CaseStudy.state.in_(states), CaseStudy.partnership_id.in_(actor.coordinates()))
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(CaseStudy.id))]


def consents(case_study: CaseStudy) -> dict[Whose, CaseStudyConsent]:
    """What was said to the text as it is."""
    return {c.whose: c for c in case_study.consents if c.revision == case_study.revision}


def names_found(session: Session, case_study: CaseStudy) -> list[NameFound]:
    """Every name of the engagement's people, schools and places that stands in the text."""
    engagement = engagement_by_id(session, case_study.engagement_id)
    texts = {name: getattr(case_study, name) for name in TEXTS}
    return names_in(texts, set(_names(session, engagement)))


def _names(session: Session, engagement: Engagement) -> Iterator[str]:
    need, urns = engagement.need, (engagement.urn, engagement.leader.home_urn)
    said = [r.answered_by for r in engagement.reviews] + [v.logged_by for v in engagement.visits]
    said += [a.person_id for a in engagement.pairing.answers] + [need.posted_by]
    for name in session.scalars(_people(engagement, urns, [n for n in said if n is not None])):
        yield from words_of_person(name)
    yield from _TITLED.findall(need.site_contact)
    for school in session.scalars(select(School).where(School.urn.in_(urns))):
        yield from (str(school.urn), school.postcode or "")
        yield from words_of_person(school.head_name or "")
        trust = school.trust.name if school.trust else ""
        places = (school.street, school.locality, school.town, school.county, school.la_name)
        for place in (school.name, trust, *places):
            yield from words_of_school(place or "")
    yield from words_of_school(need.partnership.name)


def _people(engagement: Engagement, urns: Collection[int], said: Collection[int]) -> Select[str]:
    """The names of all who hold or held a post in either school, coordinate the partnership, or
    have said something in it."""
    coordinates = (Post.partnership_id == engagement.partnership_id) & (
        Post.kind == PostKind.COORDINATOR
    )
    posts = select(Post.person_id).where(or_(Post.urn.in_(urns), coordinates))
    these = {*said, engagement.leader.person_id}
    return select(Person.name).where(or_(Person.id.in_(these), Person.id.in_(posts)))


def first_draft(engagement: Engagement) -> dict[str, str]:
    """What a case study begins as: raw material from what is not private, to be written anew."""
    need = engagement.need
    area = need.specialism.name if need.specialism else "Support"
    where = f"a {need.phase.value} school" if need.phase else "a school"
    evaluation = review_of(engagement, ReviewKind.EVALUATION)
    logged = [visit for visit in engagement.visits if visit.state in COUNTED]
    wanted = [f"- {one.words}" for one in engagement.outcomes]
    hoped = ["What was to be different:", *wanted] if wanted else []
    return {
        "title": f"{area} in {where}",
        "situation": "\n".join([need.worry, *hoped]),
        "done": "\n".join(f"- {visit.done}" for visit in logged if visit.done),
        "changed": "\n".join(
            [*_said(engagement, ReviewKind.EVALUATION), evaluation.words if evaluation else ""]
        ).strip(),
        "lasted": "\n".join(_lasted(engagement)),
    }


def _lasted(engagement: Engagement) -> Iterator[str]:
    for kind, months in LOOK_BACK_MONTHS.items():
        review = review_of(engagement, kind)
        if review is not None:
            yield f"{months} months on: {review.choice}."
            yield from _said(engagement, kind)
            yield from [review.words] * bool(review.words)


def _said(engagement: Engagement, kind: ReviewKind) -> list[str]:
    """What a review says of each outcome, a line each."""
    found = [(row.words, row.findings[kind]) for row in table(engagement) if kind in row.findings]
    return [
        f"- {words}: {LEVELS[kind][one.level].partition(': ')[2] or LEVELS[kind][one.level]}. "
        f"{one.evidence}".rstrip()
        for words, one in found
    ]
