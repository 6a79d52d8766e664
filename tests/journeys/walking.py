"""Walking through the demo: every page that somebody can come to, as a list of addresses."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from html import unescape
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule
from werkzeug.test import TestResponse

from brokerage.actor import HEADS, By
from brokerage.demo.cast import cast
from brokerage.engagements import telling
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.case_study_models import CaseStudy
from brokerage.engagements.models import Engagement, PhoneNote, Succession, Visit
from brokerage.engagements.queries import planned
from brokerage.engagements.rules import EngagementState
from brokerage.headships.models import Buddying, Headship
from brokerage.leaders.asked_models import DaysQuestion
from brokerage.leaders.asked_rules import QuestionKind
from brokerage.leaders.asked_steps import PAGES, SUBJECT
from brokerage.leaders.models import Leader
from brokerage.leaders.pot_models import Pot
from brokerage.leaders.release_services import ASKED
from brokerage.leaders.rules import school_year
from brokerage.needs.models import Need
from brokerage.needs.rules import NeedState
from brokerage.needs.telling import SUBJECTS, UNDO
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import PairingState
from brokerage.pairings.thanks import THANKS
from brokerage.people.links import address, make_link
from brokerage.people.models import Link, Person
from brokerage.people.queries import holders

MOST = 4
"""Of one kind of page, so many are opened for one person."""
NOT_PAGES = {
    "static",
    "days.file",
    "days.school_file",
    "desks.health",
    "engagements.feed",
    "engagements.visit_file",
    "leaders.file.give_out",
    "leaders.public_file",
    "needs.unmet.unmet_csv",
    "pairings.recruitment.needed_csv",
    "schools.suggest",
    "schools.suggest_everywhere",
}
_KINDS = {
    "coordinator": "coordinator,",
    "leader": "is in the middle",
    "new head": "is new:",
    "buddy": "is the buddy",
    "officer": "officer,",
    "head": "somebody to say yes to",
    "releaser": "asked to release",
    "asked leader": "asked to support",
}


@dataclass(frozen=True)
class Place:
    """A page as one person comes to it."""

    role: str
    address: str
    endpoint: str
    has_form: bool


@dataclass
class Walk:
    """What was found: of pages that one view builds of the same parts, only the first."""

    app: Flask
    places: list[Place] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    _built: dict[str, set[Any]] = field(default_factory=lambda: defaultdict(set))

    def goes(self, role: str, cookie: str, starts: list[str]) -> None:
        """Open these addresses, and whatever their links lead to."""
        client = self.app.test_client()
        if cookie:
            client.set_cookie("session", cookie)
        opened: Counter[str] = Counter()
        known, waiting = set(starts), list(starts)
        for here in waiting:
            endpoint = self.endpoint(here)
            if endpoint in NOT_PAGES or endpoint is None or opened[endpoint] >= MOST:
                continue
            answer = client.get(here)
            if answer.status_code == 200:
                opened[endpoint] += here not in starts
                self._came_to(Place(role, here, endpoint, has_form(answer.text)), answer.text)
            elif answer.status_code in (302, 303) and "/sign-in" not in answer.location:
                self.seen.add(endpoint)
            new = [link for link in links_of(answer) if link not in known]
            known.update(new)
            waiting += new

    def _came_to(self, place: Place, page: str) -> None:
        self.seen.add(place.endpoint)
        if parts := parts_of(page) - self._built[place.endpoint]:
            self._built[place.endpoint] |= parts
            self.places.append(place)

    def endpoint(self, here: str) -> str | None:
        try:
            name, _ = self.app.url_map.bind("localhost").match(urlsplit(here).path)
        except (HTTPException, RequestRedirect):
            return None
        return str(name)

    def unseen(self) -> set[str]:
        """The pages of the service that nobody came to."""
        return {rule.endpoint for rule in pages(self.app)} - self.seen


def pages(app: Flask) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint not in NOT_PAGES:
            yield rule


def links_of(answer: TestResponse) -> list[str]:
    found = re.findall(r'<a [^>]*?href="([^"#]+)', answer.text) + answer.headers.getlist("Location")
    return list(dict.fromkeys(unescape(link).removeprefix("http://localhost") for link in found))


def has_form(page: str) -> bool:
    """Whether there is anything on it to fill in and send."""
    return 'method="post"' in page.partition("<main")[2] and 'class="govuk-form-group' in page


def parts_of(page: str) -> set[Any]:
    """What a page is built of: its elements with their classes, and each heading after another."""
    main = page.partition("<main")[2]
    parts = re.findall(r'<([a-z0-9]+)(?: [^>]*?class="([^"]*)")?', main)
    levels = [name for name, _ in parts if re.fullmatch("h[1-6]", name)]
    return {*parts, *pairwise(levels)}


def cookie_of(app: Flask, person: Person) -> str:
    """The cookie of somebody who has signed in."""
    made: dict[str, Any] = {"_user_id": person.fs_uniquifier, "_fresh": True, "fs_cc": "set"}
    made |= {"fs_paa": 4102444800.0, "identity.id": person.fs_uniquifier}
    return str(app.session_interface.get_signing_serializer(app).dumps(made))  # type: ignore[attr-defined]


def people(session: Session, today: date) -> dict[str, Person]:
    """People of each role, each with something on hand."""
    players = cast(session, today)
    found = {
        role: session.get_one(
            Person, next(p.person_id for p in players if words in f"{p.post} {p.has}")
        )
        for role, words in _KINDS.items()
    }
    draft = session.scalars(select(Need).where(Need.state == NeedState.DRAFT)).first()
    accepted = select(Pairing).where(Pairing.state == PairingState.ACCEPTED)
    pairing = session.scalars(accepted).first()
    assert draft is not None
    assert pairing is not None
    return found | {"asker": draft.poster, "accepted": pairing.leader.person}


def ask_about_days(session: Session, now: datetime) -> None:
    """A leader is asked about days, as is done at the beginning of a term and in June."""
    leader = session.scalars(select(Leader).order_by(Leader.id)).first()
    assert leader is not None
    year = school_year(now.date())
    asked = ((QuestionKind.STILL, year, "autumn"), (QuestionKind.ROUND, year + 1, "summer"))
    for kind, about, season in asked:
        question = DaysQuestion(
            leader_id=leader.id,
            partnership_id=1,
            kind=kind,
            year=about,
            season=season,
            since=now.date(),
            made_at=now,
        )
        session.add(question)
    session.commit()


def starts(app: Flask, session: Session) -> list[str]:
    """Where a walk begins: each page without arguments, and a thing of each kind and state."""
    plain = [str(rule) for rule in pages(app) if not rule.arguments]
    visits = _one_of_each(session, Visit)
    supported = [session.get_one(Engagement, visit.engagement_id) for visit in visits]
    things = [
        *(f"/needs/{need.reference}" for need in _one_of_each(session, Need)),
        *(f"/pairings/{pairing.reference}" for pairing in _one_of_each(session, Pairing)),
        *(f"/engagements/{one.reference}" for one in _one_of_each(session, Engagement)),
        *(f"/engagements/{one.reference}" for one in supported),
        *(f"/new-heads/buddyings/{one.id}" for one in _one_of_each(session, Buddying)),
        *(f"/new-heads/{one.id}" for one in session.scalars(select(Headship))),
    ]
    drafts = session.scalars(select(Need).where(Need.state == NeedState.DRAFT))
    things += [f"/needs/{need.reference}/{page}" for need in drafts for page in ("check", "more")]
    sent = session.scalars(select(Need).where(Need.state == NeedState.SUBMITTED))
    things += [f"/needs/{need.reference}/sent" for need in sent]
    accepted = session.scalars(select(Pairing).where(Pairing.state == PairingState.ACCEPTED))
    for one in accepted:
        things += [f"/pairings/{one.reference}/confirm", f"/asked/{one.reference}/pull-out"]
    closed = select(Engagement).where(Engagement.state == EngagementState.CLOSED)
    things += [f"/engagements/{one.reference}/look-back" for one in session.scalars(closed)]
    for model, page in ((Change, "changes"), (Succession, "go-on")):
        for thing in session.scalars(select(model)):
            of = session.get_one(Engagement, thing.engagement_id).reference
            things.append(f"/engagements/{of}/{page}/{thing.id}")
    for study in session.scalars(select(CaseStudy)):
        of = session.get_one(Engagement, study.engagement_id).reference
        things.append(f"/engagements/{of}/case-study")
    things += [f"/pots/{pot.id}" for pot in session.scalars(select(Pot))]
    things += [f"/days/asked/{one.id}" for one in session.scalars(select(DaysQuestion))]
    things += [f"/buddy/thanks/{said}" for said in ("yes", "no", "over")]
    things += [f"/thank-you/{what}" for what in THANKS]
    return sorted(plain) + list(dict.fromkeys(things))


def _one_of_each(session: Session, model: Any) -> list[Any]:
    return list({thing.state: thing for thing in session.scalars(select(model))}.values())


def links(app: Flask, session: Session, by: By, today: date) -> list[str]:
    """The addresses of links such as are mailed: each kind's newest, made again unused; and of the
    kinds that nobody has been sent just now."""
    newest: dict[str, list[Link]] = defaultdict(list)
    for link in session.scalars(select(Link).order_by(Link.id.desc())):
        newest[link.purpose].append(link)
    wanted = [
        (one.purpose, session.get_one(Person, one.person_id), one.subject, one.subject_id)
        for some in newest.values()
        for one in some[:20]
    ]
    for one in session.scalars(select(Engagement)):
        wanted += [
            (purpose, one.leader.person, "engagement", one.id)
            for purpose in (telling.CONTACT, telling.LOG)
        ]
        for head in holders(session, today, *HEADS, urn=one.urn)[:1]:
            wanted += [
                (purpose, head, "engagement", one.id)
                for purpose in (telling.LOOK_BACK, telling.MID_POINT)
            ]
            wanted.append((telling.SCHOOL_CONTACT, head, "engagement", one.id))
            wanted += [(telling.DATE, head, "visit", visit.id) for visit in planned(one)[:1]]
    notes = session.scalars(select(PhoneNote).where(PhoneNote.undone_at.is_(None)))
    for note in {one.kind: one for one in notes}.values():
        to = session.get_one(Person, note.person_id)
        wanted.append((telling.UNDO, to, "phone_note", note.id))
    for need in _one_of_each(session, Need):
        heads = holders(session, today, *HEADS, urn=need.urn)
        wanted += [(UNDO, head, SUBJECTS[UNDO], need.id) for head in heads]
    for leader in session.scalars(select(Leader).limit(10)):
        heads = holders(session, today, *HEADS, urn=leader.home_urn)
        wanted += [("leaders.release.answer", head, ASKED, leader.id) for head in heads]
    for asked in session.scalars(select(DaysQuestion)):
        wanted.append((PAGES[asked.kind], asked.leader.person, SUBJECT, asked.id))
    person = wanted[0][1]
    wanted.append(("people.accept_invitation", person, "person", person.id))
    made = [
        make_link(session, by, purpose, to, subject=subject, subject_id=number, partnership_id=1)
        for purpose, to, subject, number in wanted
    ]
    session.commit()
    with app.test_request_context():
        token = generate_reset_password_token(person)  # type: ignore[no-untyped-call]
    return [f"/reset-password/{token}", *(urlsplit(address(link)).path for link in made)]
