"""The forty system leaders of the made-up town, and the days they give."""

from dataclasses import dataclass
from datetime import date
from random import Random

from sqlalchemy.orm import Session

from brokerage.actor import By, PostKind
from brokerage.clock import london_date
from brokerage.database import use_case
from brokerage.demo.posts import Newcomers, Posts, address
from brokerage.demo.town import SEED, Town
from brokerage.leaders import days, steps
from brokerage.leaders.models import Leader
from brokerage.leaders.rules import BEEN_THERE, Award, Level, StandingRelease, school_year
from brokerage.people import steps as people
from brokerage.people.models import Person
from brokerage.schools.models import Phase

HEAD, DEPUTY, SENDCO = PostKind.HEADTEACHER, PostKind.DEPUTY, PostKind.SENDCO
TEACHER, BUSINESS, CHAIR = PostKind.TEACHER, PostKind.BUSINESS_MANAGER, PostKind.CHAIR
BODIES = {
    "SLE": "Kelderby Teaching School",
    "LLE": "Kelderby Schools Together",
    "NLE": "The national scheme, until it closed",
    "NLG": "The national scheme, until it closed",
}


@dataclass(frozen=True)
class Row:
    """One leader: home school, post there, designation, what they are good at, in which phases."""

    school: str
    post: PostKind
    designation: str
    codes: str
    phases: str = "primary"
    half_days: int = 20


# fmt: off
ROWS: tuple[Row, ...] = (
    Row("Capstan Street Primary School", HEAD, "NLE", "self-evaluation reading disadvantage", half_days=24),
    Row("Linden Park Primary School", HEAD, "NLE", "curriculum middle-leadership self-evaluation", half_days=24),
    Row("Kelderby High School", HEAD, "NLE", "self-evaluation middle-leadership behaviour", "secondary", 20),
    Row("Weir Road Primary Academy", HEAD, "LLE", "new-headship attendance behaviour", half_days=16),
    Row("Hexwold Church of England Primary School", HEAD, "LLE", "mixed-age new-headship early-years", half_days=16),
    Row("St Oswin’s Catholic Primary School", HEAD, "LLE", "new-headship disadvantage self-evaluation", half_days=12),
    Row("Marsh View School", HEAD, "LLE", "send behaviour new-teachers", "special primary secondary", 20),
    Row("Tarwalk Nursery School", HEAD, "LLE", "early-years oracy families", "nursery primary", 20),
    Row("Archbishop Wilfrith Church of England School", HEAD, "LLE", "middle-leadership wellbeing", "secondary", 12),
    Row("Marram Way Primary Academy", DEPUTY, "SLE", "reading phonics english"),
    Row("Staith Road Primary Academy", DEPUTY, "SLE", "phonics reading early-years"),
    Row("Beck Terrace Primary School", TEACHER, "SLE", "phonics early-years", "primary", 16),
    Row("Dune Road Primary School", TEACHER, "SLE", "reading literacy english"),
    Row("Whitebeam Close Primary School", DEPUTY, "SLE", "reading curriculum assessment", "primary", 24),
    Row("Garth Primary Academy", TEACHER, "SLE", "phonics reading", "primary", 16),
    Row("Engine Street Primary Academy", TEACHER, "SLE", "english assessment reading"),
    Row("Harbour Lights Primary School", DEPUTY, "SLE", "maths assessment", "primary", 24),
    Row("Fuller’s Lane Primary School", TEACHER, "SLE", "maths mixed-age"),
    Row("Highmoor Lane Primary School", TEACHER, "SLE", "maths new-teachers"),
    Row("Netherfold Church of England Primary School", DEPUTY, "SLE", "mixed-age maths curriculum", "primary", 16),
    Row("Larkthorpe Primary School", TEACHER, "local lead", "mixed-age science", "primary", 10),
    Row("Lobster Row Infant and Nursery School", DEPUTY, "SLE", "early-years phonics oracy", "primary nursery"),
    Row("Clay Pit Lane Nursery School", TEACHER, "SLE", "early-years oracy", "nursery primary", 16),
    Row("Copperhill Primary School", SENDCO, "SLE", "send wellbeing", "primary", 24),
    Row("Holme Road Primary School", SENDCO, "SLE", "send behaviour"),
    Row("Yaffle Wood School", DEPUTY, "SLE", "send oracy new-teachers", "special primary", 16),
    Row("The Lantern School", TEACHER, "SLE", "send mental-health", "special secondary primary", 16),
    Row("Castlefold Primary School", DEPUTY, "SLE", "behaviour attendance", "primary", 24),
    Row("Eel Bank Primary School", DEPUTY, "SLE", "attendance families safeguarding"),
    Row("Osier Lane Primary Academy", DEPUTY, "SLE", "middle-leadership new-teachers assessment"),
    Row("Curlew Road Primary School", TEACHER, "local lead", "science computing", "primary", 12),
    Row("Clamp Street Primary School", TEACHER, "local lead", "computing maths", "primary", 10),
    Row("Linden Park Primary School", BUSINESS, "SLE", "business", "primary secondary", 12),
    Row("Copperhill Academy", DEPUTY, "SLE", "behaviour attendance send", "secondary", 24),
    Row("Northsands School", TEACHER, "SLE", "maths transition", "secondary", 24),
    Row("Quayside Academy", TEACHER, "SLE", "english literacy", "secondary", 24),
    Row("St Oswin’s Catholic High School, Kelderby", TEACHER, "SLE", "science literacy", "secondary", 16),
    Row("Highmoor School", DEPUTY, "SLE", "attendance mental-health wellbeing", "secondary", 20),
    Row("Stanethorpe Wold School", TEACHER, "SLE", "maths middle-leadership", "secondary", 16),
    Row("Millbeck St Oswin’s Church of England Primary School", CHAIR, "NLG", "chairing head-appraisal", "primary secondary", 8),
)
# fmt: on
ABOUT = (
    "I start with what already works in your school. I bring one idea at a time.",
    "Twelve years in classrooms like yours; I still teach two days a week.",
    "I like to teach alongside people and talk afterwards, over tea rather than forms.",
    "We were where you are four years ago. I can tell you what we would not do again.",
    "",
)
EVIDENCE = (
    "Led this in our own school through two inspections.",
    "Supported three schools with it; the last one asked for more.",
    "Our results moved from below to above the town’s in three years.",
    "Accredited trainer; runs the town’s network.",
)


@use_case("demo.leaders")
def register_leaders(
    by: By, session: Session, town: Town, posts: Posts, newcomers: Newcomers
) -> list[int]:
    """Put the forty on the register, with what they pledge this school year; answers leaders’
    ids in the order of :data:`ROWS`."""
    chance = Random(SEED + 3)
    return [_registered(session, by, town, posts, newcomers, row, chance) for row in ROWS]


def _registered(
    session: Session,
    by: By,
    town: Town,
    posts: Posts,
    newcomers: Newcomers,
    row: Row,
    chance: Random,
) -> int:
    today = london_date(by.now)
    school = town.called(row.school)
    person = _person(session, by, town, posts, newcomers, row)
    leader = steps.register(
        session,
        by,
        person,
        partnership_id=posts.partnership_id,
        home_urn=school.urn,
        from_on=date(today.year - chance.randint(1, 4), 9, 1),
    )
    for number, code in enumerate(row.codes.split()):
        for phase in row.phases.split():
            level = Level.LEADS if number < 2 else Level.SUPPORTS
            shown_on = date(
                today.year - chance.randint(0, 3), chance.randint(1, 8), chance.randint(2, 27)
            )
            evidence = chance.choice(EVIDENCE)
            steps.claim(session, leader, code, Phase(phase), level, evidence, shown_on, today)
    awarded = date(today.year - chance.randint(1, 6), chance.choice((1, 4, 9)), 1)
    due = date(today.year + chance.randint(1, 4), 7, 31)
    body = BODIES.get(row.designation, BODIES["LLE"])
    steps.designate(leader, Award(row.designation, body, awarded, due, awarded), today)
    weekdays = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    fields: dict[str, object] = {
        "max_km": chance.choice((None, None, 15, 25)),
        "remote": chance.random() < 0.4,
        "engagements_at_once": 4 if row.half_days > 16 else 3,
        "weekdays": [day for day in weekdays if chance.random() < 0.45],
        "been_there": [words for words in BEEN_THERE if chance.random() < 0.2],
        "faiths": [school.character] if school.character in ("Church of England",) else [],
        "about": chance.choice(ABOUT),
    }
    steps.set_fields(leader, fields)
    session.flush()
    days.pledge(session, by, leader.id, school_year(today), row.half_days)
    return leader.id


def _person(
    session: Session, by: By, town: Town, posts: Posts, newcomers: Newcomers, row: Row
) -> Person:
    """Who holds that post in the home school: somebody new, where nobody does."""
    school = town.called(row.school)
    held = posts.holder(row.post, school)
    if held is not None:
        return session.get_one(Person, held)
    name = newcomers.name()
    person = people.add_person(
        session,
        by,
        name=" ".join(name),
        email=address(*name, school.domain),
        telephone=newcomers.telephone(),
    )
    since = date(london_date(by.now).year - newcomers.chance.randint(2, 9), 9, 1)
    people.add_post(session, by, person, row.post, from_on=since, urn=school.urn)
    posts.by_school[row.post, school.urn] = person.id
    return person


@use_case("demo.standing_releases")
def give_standing_releases(by: By, session: Session, leader_ids: list[int], until: date) -> None:
    """What the releasers of some leaders said for the year ahead, noted by the coordinator."""
    for leader_id in leader_ids:
        leader = session.get_one(Leader, leader_id)
        steps.give_standing(session, by, leader, StandingRelease(10, (), (), until))
