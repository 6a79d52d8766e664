"""Case studies: written without names, shown while both agree to the text, and gone for good."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By
from brokerage.engagements import case_study_services as services
from brokerage.engagements import concern_services, review_services
from brokerage.engagements.case_study_models import CaseStudy
from brokerage.engagements.case_study_queries import first_draft, names_found, published_page
from brokerage.engagements.case_study_rules import CaseStudyState, Whose
from brokerage.engagements.invariants import broken
from brokerage.engagements.models import Review
from brokerage.engagements.review_rules import Level
from brokerage.engagements.rules import Difference, ReviewKind
from brokerage.errors import ChangedMeanwhile, NotFound, RuleBroken
from brokerage.follow_ups import services as follow_ups
from brokerage.messages.models import Message
from brokerage.people.models import Link, Person
from tests.builders import a_head, a_school, acting
from tests.phone_builders import CALLED, UNDONE, Support, a_support
from tests.services.pairing_town import a_town
from tests.services.test_engagements import engaged
from tests.services.test_pairings import messages_to

TEXTS = {
    "title": "Phonics in a primary school",
    "situation": "Too few could blend.",
    "done": "Lessons were watched and planned.",
    "changed": "Nearly all can.",
    "lasted": "It did.",
}
LATER = CALLED + timedelta(days=1)


@pytest.fixture
def support(session: Session) -> Support:
    """Support that is closed, of people whose names are no ordinary words."""
    support = a_support(session)
    town = support.town
    for person, name in (
        (town.head, "Hetty Headley"),
        (town.leader.person, "Lena Marsh"),
        (town.coordinator, "Cora Ordinator"),
    ):
        person.name = name
    town.school.name, town.home.name = "Moorside School", "St Oswin’s Primary School"
    session.commit()
    support.outcome()
    support.log(support.leader(), worry="The lead may leave")
    support.log(support.leader(CALLED))
    support.evaluate(support.head())
    return support


def the_one(session: Session) -> CaseStudy:
    session.expire_all()
    return session.scalars(select(CaseStudy)).one()


def asked(support: Support, **texts: str) -> CaseStudy:
    number = support.engagement.id
    services.save(support.by(), number, TEXTS | texts)
    services.ask(support.by(), number, ordinary=True)
    return the_one(support.session)


def both_agree(support: Support) -> None:
    for whose, by in ((Whose.HEAD, support.head(CALLED)), (Whose.LEADER, support.leader(CALLED))):
        services.answer(by, support.engagement.id, whose, yes=True)


def shown_to(session: Session, person: Person) -> int:
    session.expire_all()
    return published_page(session, acting(session, person).actor, "", 1).total


def test_the_first_draft_is_what_was_asked_done_and_said_and_nothing_private(
    session: Session, support: Support
) -> None:
    concern_services.raise_concern(support.head(), support.engagement.id, words="She was late")
    review_services.comment(support.leader(), support.engagement.id, words="A fine team")
    kind, said = ReviewKind.LOOK_BACK_3, support.said(Level.SLIPPED_BACK)
    review_services.look_back(
        support.head(), support.engagement.id, kind=kind, difference=Difference.LITTLE, said=said
    )
    session.expire_all()
    draft = first_draft(support.engagement)
    assert draft == {
        "title": "Phonics in a primary school",
        "situation": "Reading in Year 2 is slipping\nWhat was to be different:\n- All can blend",
        "done": "- Watched phonics\n- Watched phonics",
        "changed": "- All can blend: we are there. Books show it\nUp",
        "lasted": "3 months on: a little.\n- All can blend: Slipped back. Books show it",
    }
    whole = " ".join(draft.values())
    assert "late" not in whole
    assert "may leave" not in whole


def test_it_is_shown_once_both_have_agreed_and_gone_as_soon_as_one_says_no(
    session: Session, support: Support
) -> None:
    asked(support)
    town, number = support.town, support.engagement.id
    reader = a_head(session, town.home)
    services.answer(support.head(CALLED), number, Whose.HEAD, yes=True)
    assert shown_to(session, reader) == 0
    with pytest.raises(RuleBroken, match="answered already"):
        services.answer(support.head(CALLED), number, Whose.HEAD, yes=True)
    services.answer(support.leader(CALLED), number, Whose.LEADER, yes=True)
    assert shown_to(session, reader) == 1
    stranger = a_town(session, name="Elsewhere", authorities=("902",))
    elsewhere = a_head(session, a_school(session, la_code="902"))
    assert shown_to(session, elsewhere) == shown_to(session, stranger.coordinator) == 0
    for person in (town.head, town.leader.person):
        assert messages_to(session, person)[-1] == "case_study_published"
    assert list(broken(session)) == []
    services.answer(support.leader(LATER), number, Whose.LEADER, yes=False)
    assert shown_to(session, reader) == 0
    assert the_one(session).state is CaseStudyState.WITHDRAWN
    assert the_one(session).withdrawn_at == LATER
    assert messages_to(session, town.coordinator)[-1] == "case_study_off"
    with pytest.raises(RuleBroken, match="cannot be used again"):
        services.save(support.by(), number, TEXTS)


def test_without_consent_it_is_never_shown(session: Session, support: Support) -> None:
    asked(support)
    number = support.engagement.id
    services.answer(support.head(CALLED), number, Whose.HEAD, yes=True)
    services.answer(support.head(LATER), number, Whose.HEAD, yes=False)
    with pytest.raises(RuleBroken, match="not asked now"):
        services.answer(support.leader(LATER), number, Whose.LEADER, yes=True)
    assert the_one(session).state is CaseStudyState.REFUSED
    assert the_one(session).withdrawn_at is None, "it was never shown"
    assert shown_to(session, support.town.head) == 0


def test_a_text_that_is_changed_is_put_to_both_anew(session: Session, support: Support) -> None:
    first = asked(support)
    both_agree(support)
    number, version = support.engagement.id, the_one(session).version
    services.save(support.by(), number, TEXTS, version=version)
    assert the_one(session).state is CaseStudyState.PUBLISHED  # not a letter is changed
    services.save(support.by(), number, TEXTS | {"done": "All but Tuesdays"}, version=version)
    with pytest.raises(ChangedMeanwhile):
        services.save(support.by(), number, TEXTS, version=version)
    assert (the_one(session).state, first.revision) == (CaseStudyState.DRAFT, 2)
    assert shown_to(session, support.town.head) == 0
    services.ask(support.by(now=LATER), number)
    services.answer(support.head(LATER), number, Whose.HEAD, yes=True)
    assert the_one(session).state is CaseStudyState.ASKED
    services.answer(support.leader(LATER), number, Whose.LEADER, yes=True)
    assert the_one(session).state is CaseStudyState.PUBLISHED
    assert list(broken(session)) == []


@pytest.mark.parametrize(
    ("words", "sure"),
    [
        ("Then hetty headley said", True),
        ("At MOORSIDE school", True),
        ("near ZE1 1AA", True),
        ("the marsh behind it", False),
    ],
)
def test_it_is_not_put_to_anybody_while_a_name_stands_in_it(
    session: Session, support: Support, words: str, sure: bool
) -> None:
    number = support.engagement.id
    services.save(support.by(), number, TEXTS | {"changed": words})
    found = names_found(session, support.engagement, the_one(session))
    assert [(one.where, one.sure) for one in found] == [("changed", sure)]
    with pytest.raises(RuleBroken, match="without"):
        services.ask(support.by(), number)
    if sure:
        with pytest.raises(RuleBroken, match="Names stand in the text"):
            services.ask(support.by(), number, ordinary=True)
    else:
        services.ask(support.by(), number, ordinary=True)
    state = CaseStudyState.DRAFT if sure else CaseStudyState.ASKED
    assert the_one(session).state is state


def test_only_its_coordinator_writes_and_only_of_closed_support(
    session: Session, support: Support
) -> None:
    number = support.engagement.id
    stranger = a_town(session, name="Elsewhere", authorities=("902",))
    for person in (support.town.head, support.town.leader.person, stranger.coordinator):
        with pytest.raises(NotFound):
            services.save(support.by(person), number, TEXTS)
    asked(support)
    for person in (support.town.releaser, stranger.head, stranger.coordinator):
        with pytest.raises(NotFound):
            services.answer(support.by(person), number, Whose.HEAD, yes=True)
    with pytest.raises(NotFound):
        services.answer(support.head(), number, Whose.LEADER, yes=True)
    with pytest.raises(NotFound):
        services.withdraw(support.by(support.town.releaser), number)
    other = a_support_under_way(session)
    with pytest.raises(RuleBroken, match="once the support is closed"):
        services.save(other.by(), other.engagement.id, TEXTS)


def a_support_under_way(session: Session) -> Support:
    town = a_town(session, name="Third", authorities=("903",))
    return Support(session, town, engaged(session, town))


def test_by_telephone_it_is_noted_for_them_and_their_copy_takes_it_back(
    session: Session, support: Support
) -> None:
    asked(support)
    town, number = support.town, support.engagement.id
    services.answer(support.by(), number, Whose.HEAD, yes=True)
    assert messages_to(session, town.head)[-1] == "case_study_noted"
    said = the_one(session).consents[0]
    assert (said.person_id, said.recorded_by) == (town.head.id, town.coordinator.id)
    query = select(Link).filter_by(purpose="engagements.case_study_by_link", person_id=town.head.id)
    link = session.scalars(query.order_by(Link.id.desc())).first()
    assert link is not None
    session.rollback()
    by = support.head(LATER)
    services.answer(by, number, Whose.HEAD, yes=False, link_id=link.id)
    assert the_one(session).state is CaseStudyState.REFUSED


def asked_by_mail(session: Session) -> list[int]:
    """To whom a mail of theirs, or the weekly digest, has put it."""
    session.expire_all()
    purpose = "engagements.case_study_by_link"
    return list(session.scalars(select(Link.person_id).filter_by(purpose=purpose)))


def test_both_are_asked_by_the_follow_ups_and_who_has_answered_is_not_reminded(
    session: Session, support: Support
) -> None:
    asked(support)
    town = support.town
    for day in range(12):
        follow_ups.tick(By(SERVICE, CALLED.replace(hour=10) + timedelta(days=day)))
    assert set(asked_by_mail(session)) == {town.head.id, town.leader.person_id}
    services.answer(support.head(LATER), support.engagement.id, Whose.HEAD, yes=True)
    before = asked_by_mail(session)
    for day in range(12, 30):
        follow_ups.tick(By(SERVICE, CALLED.replace(hour=10) + timedelta(days=day)))
    later = asked_by_mail(session)[len(before) :]
    assert set(later) <= {town.leader.person_id}
    mails = session.scalars(select(Message.body).filter_by(kind="case_study_asked")).all()
    assert all("Moorside" not in body for body in mails)


def test_an_evaluation_that_is_told_to_others_is_not_undone(
    session: Session,
) -> None:
    support = a_support(session)
    support.all_used()
    support.evaluate(support.by())
    services.save(support.by(), support.engagement.id, TEXTS)
    with pytest.raises(RuleBroken, match="Too late to undo"):
        support.undo(UNDONE)
    assert session.scalars(select(Review)).one().kind is ReviewKind.EVALUATION


def test_one_shown_without_the_consent_of_both_is_found(session: Session, support: Support) -> None:
    asked(support)
    services.answer(support.head(CALLED), support.engagement.id, Whose.HEAD, yes=True)
    the_one(session).state = CaseStudyState.PUBLISHED
    session.commit()
    assert any("without the consent of both" in said for said in broken(session))
