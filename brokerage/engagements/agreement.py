"""Reading the agreement: its terms as they were assembled, with the names of today."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import HEADS
from brokerage.engagements.agreement_models import AgreementTemplate
from brokerage.engagements.agreement_text import DEFAULTS, differences, filled
from brokerage.engagements.costs import in_all
from brokerage.engagements.models import Agreement, Engagement
from brokerage.engagements.queries import names_of, planned, supported_head
from brokerage.errors import NotFound
from brokerage.leaders.queries import releaser_of
from brokerage.pairings.rules import STANDING_RELEASE
from brokerage.people.models import Person
from brokerage.specialisms.queries import names
from brokerage.web.words import days

ROLES = {
    "release": "for the home school, releases the leader",
    "choose": "for the supported school, chooses the leader",
    "accept": "the leader, accepts",
    "change releaser": "for the home school, agrees to version",
    "change head": "for the supported school, agrees to version",
    "change leader": "the leader, agrees to version",
    "change coordinator": "the coordinator, agrees to version",
}
HOW = {
    "link": "by link",
    "page": "signed in",
    STANDING_RELEASE: "by a standing release",
    "asking": "by asking for it",
}
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
    """One version of the agreement as a page shows it. ``pence`` is the price of all days, those
    used before it at what was agreed before; ``changed`` what it says otherwise than the one
    before; ``text`` the standing sentences."""

    number: int
    made_at: datetime
    why: str
    terms: dict[str, Any]
    specialism: str
    first_date: date | None
    checks_on: date | None
    dates: list[date]
    expected_end: date | None
    accountable: str
    site_contact: str
    pence: int | None
    signatures: list[Signature]
    changed: list[str]
    text: list[tuple[str, str]]


def versions(session: Session, engagement: Engagement) -> list[Version]:
    """Every version of the agreement, the newest first; that one with who is accountable, the site
    contact and the visits as they are now, which nobody is asked about."""
    answers = [a for made in engagement.agreements for a in made.terms["answers"]]
    people = names_of(session, {answer["person_id"] for answer in answers})
    areas = names(session)
    said = {a.step.value: a.words for a in engagement.pairing.answers if a.via == AGREED_BEFORE}
    found, before = [], None
    for one in engagement.agreements:
        found.append(_version(engagement, one, before, people, areas, said))
        before = one
    found[-1:] = [_as_it_is_now(engagement, last) for last in found[-1:]]
    return found[::-1]


def only(found: list[Version], number: str | None) -> list[Version]:
    """The one version of this number, to be read or printed by itself; all where none is named.

    Raises NotFound for a number that there is not.
    """
    if number is None:
        return found
    one = [version for version in found if str(version.number) == number]
    if not one:
        raise NotFound
    return one


def _as_it_is_now(engagement: Engagement, last: Version) -> Version:
    return replace(
        last,
        accountable=engagement.accountable,
        site_contact=engagement.site_contact or last.site_contact,
        dates=[visit.planned_on for visit in planned(engagement) if visit.planned_on],
    )


def _version(
    engagement: Engagement,
    made: Agreement,
    before: Agreement | None,
    people: dict[int, str],
    areas: dict[str, str],
    said: dict[str, str],
) -> Version:
    terms = made.terms
    price, half_days = terms["pence_a_day"], terms["half_days"]
    return Version(
        number=made.number,
        made_at=made.made_at,
        why=made.why,
        terms=terms,
        specialism=areas.get(terms["specialism"], "not named"),
        first_date=_day(terms["first_date"]),
        checks_on=_day(terms["checks_confirmed_on"]),
        dates=[date.fromisoformat(day) for day in terms.get("dates", ())],
        expected_end=_day(terms.get("expected_end")),
        accountable=terms.get("accountable", ""),
        site_contact=terms["site_contact"],
        pence=None if price is None else in_all(engagement, half_days, price, made.made_at),
        signatures=[_signature(answer, people, said) for answer in terms["answers"]],
        changed=differences(before.terms, terms) if before else [],
        text=filled(terms.get("text", {}), _values(engagement, half_days)),
    )


def _values(engagement: Engagement, half_days: int) -> dict[str, str]:
    """What stands in the placeholders of the standing sentences."""
    return {
        "leader": engagement.leader.person.name,
        "home_school": engagement.leader.home.name,
        "school": engagement.school.name,
        "days": days(half_days),
        "partnership": engagement.need.partnership.name,
    }


def _signature(answer: dict[str, Any], people: dict[int, str], said: dict[str, str]) -> Signature:
    step, via = answer["step"], answer["via"]
    how = HOW.get(via, via)
    if via == AGREED_BEFORE and said.get(step):
        how = f"{via}, {said[step]}"
    name = people.get(answer["person_id"], "name no longer kept")
    role = ROLES[step]
    if "change" in answer:
        role = f"{role} {answer['change']}"
    return Signature(role, name, datetime.fromisoformat(answer["at"]), how)


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


def texts_of(own: AgreementTemplate | None) -> dict[str, str]:
    """The standing sentences by their sections: the partnership's own, or else the service's."""
    return {**DEFAULTS, **(own.texts if own else {})}


def own_template(session: Session, partnership_id: int) -> AgreementTemplate | None:
    """The partnership's own standing sentences; None where it has the service's."""
    return session.scalar(select(AgreementTemplate).filter_by(partnership_id=partnership_id))
