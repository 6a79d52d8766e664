"""Reading the agreement: its terms as they were assembled, with the names of today."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from brokerage.actor import HEADS
from brokerage.engagements.models import Agreement, Engagement
from brokerage.engagements.queries import names_of, supported_head
from brokerage.leaders.queries import releaser_of
from brokerage.people.models import Person
from brokerage.specialisms.queries import names

ROLES = {
    "release": "for the home school, releases the leader",
    "choose": "for the supported school, chooses the leader",
    "accept": "the leader, accepts",
}
HOW = {"link": "by link", "page": "signed in", "standing release": "by a standing release"}
AGREED_BEFORE = "agreed before"


@dataclass(frozen=True)
class Signature:
    """Who said yes as what, when and how."""

    role: str
    name: str
    at: datetime
    how: str


@dataclass(frozen=True)
class Party:
    """Somebody whom the agreement binds."""

    part: str
    name: str
    post: str
    school: str


@dataclass(frozen=True)
class Version:
    """One version of the agreement as a page shows it. ``pence`` is the price of all days."""

    number: int
    made_at: datetime
    why: str
    terms: dict[str, Any]
    specialism: str
    first_date: date | None
    checks_on: date | None
    pence: int | None
    signatures: list[Signature]


def versions(session: Session, engagement: Engagement) -> list[Version]:
    """Every version of the agreement, the newest first."""
    answers = [a for made in engagement.agreements for a in made.terms["answers"]]
    people = names_of(session, {answer["person_id"] for answer in answers})
    areas = names(session)
    said = {a.step.value: a.words for a in engagement.pairing.answers if a.via == AGREED_BEFORE}
    made = [_version(one, people, areas, said) for one in engagement.agreements]
    return made[::-1]


def _version(
    made: Agreement, people: dict[int, str], areas: dict[str, str], said: dict[str, str]
) -> Version:
    terms = made.terms
    price = terms["pence_a_day"]
    return Version(
        number=made.number,
        made_at=made.made_at,
        why=made.why,
        terms=terms,
        specialism=areas.get(terms["specialism"], "not named"),
        first_date=_day(terms["first_date"]),
        checks_on=_day(terms["checks_confirmed_on"]),
        pence=None if price is None else price * terms["half_days"] // 2,
        signatures=[_signature(answer, people, said) for answer in terms["answers"]],
    )


def _signature(answer: dict[str, Any], people: dict[int, str], said: dict[str, str]) -> Signature:
    step, via = answer["step"], answer["via"]
    how = HOW.get(via, via)
    if via == AGREED_BEFORE and said.get(step):
        how = f"{via}, {said[step]}"
    name = people.get(answer["person_id"], "name no longer kept")
    return Signature(ROLES[step], name, datetime.fromisoformat(answer["at"]), how)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def parties(session: Session, engagement: Engagement, day: date) -> list[Party]:
    """Those whom the agreement binds, with their posts of today."""
    leader, home = engagement.leader, engagement.leader.home
    head = supported_head(session, engagement, day)
    releaser = releaser_of(session, leader, day)
    found = [Party("Leader", leader.person.name, "system leader", home.name)]
    if head is not None:
        post = _post(head, engagement.urn, day, "head")
        found.append(Party("Supported school", head.name, post, engagement.school.name))
    if releaser is not None:
        post = _post(releaser, home.urn, day, "releaser")
        found.append(Party("Home school", releaser.name, post, home.name))
    return found


def _post(person: Person, urn: int, day: date, otherwise: str) -> str:
    held = [post.kind for post in person.posts if post.urn == urn and post.held_on(day)]
    first = sorted(held, key=lambda kind: kind not in HEADS)
    return first[0].value if first else otherwise
