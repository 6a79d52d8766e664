"""Who is who in the made-up town: people and the posts that they hold."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from sqlalchemy.orm import Session

from brokerage.actor import By, PostKind
from brokerage.database import use_case
from brokerage.demo.names import made_up_names
from brokerage.demo.town import SEED, MadeUpSchool, Town
from brokerage.partnerships.models import Partnership
from brokerage.people import steps as people
from brokerage.people.models import Person

PARTNERSHIP = "Kelderby Schools Together"
TELEPHONE = "01632 960011"
ABOUT = (
    "Eighty schools in and around Kelderby help each other. Say what worries you: one of our "
    "coordinators rings within a week, and somebody who has done it before comes to see you."
)
OFFICE = "kelderby-together.example"


@dataclass
class Posts:
    """People by the post they hold: by school, or in the partnership. Values are persons' ids."""

    partnership_id: int
    coordinators: list[int]
    officer: int
    by_school: dict[tuple[PostKind, int], int] = field(default_factory=dict)
    trust_leaders: dict[int, int] = field(default_factory=dict)

    def head(self, school: MadeUpSchool) -> int:
        return self.by_school[PostKind.HEADTEACHER, school.urn]

    def holder(self, kind: PostKind, school: MadeUpSchool) -> int | None:
        return self.by_school.get((kind, school.urn))


class Newcomers:
    """Makes people up, each with an address that reaches nobody and a number kept for fiction."""

    def __init__(self, town: Town) -> None:
        self.chance = Random(SEED + 1)
        heads = {school.head[1:] for school in town.schools}
        names = made_up_names(Random(SEED + 2))
        self._names: Iterator[tuple[str, str]] = (name for name in names if name not in heads)
        self._numbers = iter(range(100, 1000))

    def name(self) -> tuple[str, str]:
        return next(self._names)

    def telephone(self) -> str:
        return f"07700 900{next(self._numbers)}"


def address(first: str, last: str, domain: str) -> str:
    """An e-mail address under .example, which no mail server will ever have."""
    plain = unicodedata.normalize("NFKD", f"{first}.{last}").lower()
    return f"{''.join(c for c in plain if c.isascii() and (c.isalnum() or c in '.-'))}@{domain}"


@use_case("demo.posts")
def fill_posts(
    by: By, session: Session, town: Town, newcomers: Newcomers, leave_on: dict[int, date]
) -> dict[str, object]:
    """The partnership's people, and heads, deputies, chairs and SENDCos of its schools.

    ``leave_on`` gives the last day of heads who have left, by URN. Answers ids: coordinators,
    officer, school posts as [kind, URN, person], trust leaders as [trust, person].
    """
    chance, filled = newcomers.chance, _Filling(by, session, newcomers)
    partnership = filled.partnership()
    school_posts: list[tuple[str, int, int]] = []
    for school in town.open():
        for kind in _posts_of(chance, school):
            name = school.head[1:] if kind is PostKind.HEADTEACHER else newcomers.name()
            person = filled.of_school(kind, school, name, leave_on.get(school.urn))
            school_posts.append((kind.value, school.urn, person))
    trusts = [
        (trust.uid, filled.trust_leader([s for s in town.open() if s.trust == trust], trust.name))
        for trust in town.trusts
        if trust.type_code == "06"
    ]
    return {"schools": school_posts, "trusts": trusts} | partnership


def posts_of(partnership_id: int, filled: dict[str, object]) -> Posts:
    """What :func:`fill_posts` answered, to be looked up."""
    posts = Posts(partnership_id, filled["coordinators"], filled["officer"])  # type: ignore[arg-type]
    for kind, urn, person in filled["schools"]:  # type: ignore[attr-defined]
        posts.by_school[PostKind(kind), urn] = person
    posts.trust_leaders = dict(filled["trusts"])  # type: ignore[call-overload]
    return posts


def _posts_of(chance: Random, school: MadeUpSchool) -> list[PostKind]:
    kinds = [PostKind.HEADTEACHER]
    if school.kind == "independent":
        return kinds
    kinds.append(PostKind.CHAIR)
    if chance.random() < (0.9 if school.kind == "secondary" else 0.45):
        kinds.append(PostKind.DEPUTY)
    if chance.random() < 0.4:
        kinds.append(PostKind.SENDCO)
    return kinds


class _Filling:
    """Fills posts, in one transaction."""

    def __init__(self, by: By, session: Session, newcomers: Newcomers) -> None:
        self.by, self.session, self.newcomers = by, session, newcomers
        self.begins = by.now.date()

    def partnership(self) -> dict[str, object]:
        found = self.session.query(Partnership).filter_by(name=PARTNERSHIP).one()
        found.telephone, found.email, found.about = TELEPHONE, f"office@{OFFICE}", ABOUT
        coordinators = [
            self._in_partnership(PostKind.COORDINATOR, found.id, years) for years in (4, 2)
        ]
        officer = self._in_partnership(PostKind.OFFICER, found.id, 3)
        return {"coordinators": coordinators, "officer": officer}

    def of_school(
        self, kind: PostKind, school: MadeUpSchool, name: tuple[str, str], last: date | None
    ) -> int:
        chance = self.newcomers.chance
        person = self._person(name, school.domain)
        since = date(self.begins.year - chance.randint(1, 11), chance.choice((1, 4, 9)), 1)
        people.add_post(
            self.session,
            self.by,
            person,
            kind,
            from_on=since,
            to_on=last if kind is PostKind.HEADTEACHER else None,
            urn=school.urn,
        )
        return person.id

    def trust_leader(self, schools: list[MadeUpSchool], trust: str) -> int:
        words = [word.strip(",").lower() for word in trust.split() if word[0].isupper()]
        person = self._person(self.newcomers.name(), f"{'-'.join(words[:3])}.example")
        for school in schools:
            people.add_post(
                self.session,
                self.by,
                person,
                PostKind.TRUST_LEADER,
                from_on=self.begins - timedelta(days=700),
                urn=school.urn,
            )
        return person.id

    def _in_partnership(self, kind: PostKind, partnership_id: int, years: int) -> int:
        person = self._person(self.newcomers.name(), OFFICE)
        people.add_post(
            self.session,
            self.by,
            person,
            kind,
            from_on=date(self.begins.year - years, 9, 1),
            partnership_id=partnership_id,
        )
        return person.id

    def _person(self, name: tuple[str, str], domain: str) -> Person:
        return people.add_person(
            self.session,
            self.by,
            name=" ".join(name),
            email=address(*name, domain),
            telephone=self.newcomers.telephone(),
        )
