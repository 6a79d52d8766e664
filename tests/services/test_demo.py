"""The demo: a made-up town that a person believes, that nobody real is in, and that holds."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.app import create_app
from brokerage.database import Base, db, writing_engine
from brokerage.demo.cast import cast
from brokerage.demo.loading import FRESH, is_empty, load
from brokerage.engagements.models import Engagement, Visit
from brokerage.engagements.rules import EngagementState, VisitState
from brokerage.errors import RuleBroken
from brokerage.headships.models import Buddying, Headship
from brokerage.headships.rules import BUDDYING_LIVE
from brokerage.leaders.models import Leader
from brokerage.ledger.models import LedgerEntry
from brokerage.messages.models import Message
from brokerage.messages.rules import MessageState
from brokerage.needs.models import Need
from brokerage.needs.register import unmet
from brokerage.needs.rules import NeedState
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import PairingState
from brokerage.partnerships.models import Installation
from brokerage.people.models import Person, Post
from brokerage.schools.models import Phase, School, SchoolLink, SchoolStatus
from brokerage.upkeep.check import check
from tests.builders import a_school
from tests.conftest import NOW, Browser, settings_of
from tests.processes import command, made
from tests.views.conftest import Desk, browser_of

pytestmark = pytest.mark.slow

DAYS = ["2027-09-01", "2026-12-24", "2027-02-28", "2027-07-15", "2027-08-12"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo as it was loaded on a Tuesday in term, to be looked at."""
    app = create_app(settings_of(tmp_path_factory.mktemp("demo")))
    app.test_client_class = Browser
    with app.app_context():
        Base.metadata.create_all(db.engine)
        load(NOW)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def town(demo: Flask) -> Iterator[Session]:
    """A session of the demo's database."""
    with demo.app_context(), Session(db.engine.execution_options(sqlite_begin="")) as session:
        yield session


@pytest.fixture
def then(demo: Flask, tmp_path: Path) -> Iterator[None]:
    """The clock as it stood when the demo was loaded."""
    demo.config["DEMO"] = True
    clock.allow_moving(tmp_path / "clock")
    clock.move_to(NOW)
    yield
    clock.allow_moving(None)


def states(session: Session, model: type) -> set[object]:
    return set(session.scalars(select(model.state)))  # type: ignore[attr-defined]


def holds(session: Session) -> bool:
    """Whether there is something of everything, and all of it can be true."""
    assert session.scalar(select(func.count()).select_from(Need)) == 60
    assert states(session, Need) == set(NeedState)
    assert states(session, Pairing) == set(PairingState)
    assert states(session, Engagement) == set(EngagementState)
    assert states(session, Visit) == set(VisitState)
    assert {name: faults for name, faults in check(session) if faults} == {}
    return True


def test_it_is_a_town_of_eighty_schools(town: Session) -> None:
    schools = list(town.scalars(select(School)))
    closed = [school for school in schools if school.status is SchoolStatus.CLOSED]
    assert len(schools) == 80
    assert len(closed) == 2
    for school in closed:
        follows = select(SchoolLink.linked_urn).where(
            SchoolLink.urn == school.urn, SchoolLink.kind.startswith("Successor")
        )
        assert town.scalar(follows) is not None
    phases = {school.phase for school in schools}
    assert {Phase.NURSERY, Phase.PRIMARY, Phase.SECONDARY, Phase.SPECIAL} <= phases
    assert {school.trust_uid for school in schools if school.trust_uid} >= {99001, 99002, 99003}
    characters = {school.religious_character for school in schools}
    assert {"Church of England", "Roman Catholic", "Muslim"} <= characters
    places = [school.easting for school in schools if school.easting and school.northing]
    assert len(places) == 80
    assert max(places) - min(places) < 20_000


def test_nobody_real_is_in_it(town: Session) -> None:
    for school in town.scalars(select(School)):
        assert school.urn > 990000, "beyond all numbers that were ever given"
        assert (school.postcode or "").startswith("QX"), "no post town has these letters"
        assert re.fullmatch(r"01632960\d{3}", school.telephone or ""), "kept free for fiction"
        assert (school.website or "").endswith(".kelderby.example")
    for person in town.scalars(select(Person)):
        assert (person.email or "").endswith(".example")
        assert re.fullmatch(r"07700 900\d{3}", person.telephone or ""), "kept free for fiction"
        assert person.password is None
    names = list(town.scalars(select(Person.name)))
    assert len(set(names)) == len(names)


def test_there_is_something_of_everything_and_all_of_it_holds(town: Session) -> None:
    assert town.scalar(select(func.count()).select_from(Leader)) == 40
    assert holds(town)


def test_some_needs_could_not_be_met(town: Session) -> None:
    partnership_id = town.scalars(select(Need.partnership_id)).first()
    gaps = unmet(town, [partnership_id or 0])
    assert sum(gap.waiting for gap in gaps["specialism"]) >= 4
    assert {gap.group for gap in gaps["phase"]} >= {"primary", "secondary"}


def test_new_heads_are_at_different_places_on_their_way(town: Session) -> None:
    heads = {head.id: head for head in town.scalars(select(Headship))}
    live = {b.headship_id for b in town.scalars(select(Buddying)) if b.state in BUDDYING_LIVE}
    today = NOW.date()
    on_the_way = [h for h in heads.values() if h.starts_on <= today and h.ended_on is None]
    assert any(31 <= (today - h.starts_on).days + 1 <= 60 and h.id in live for h in on_the_way)
    assert any(h.id not in live for h in on_the_way), "one is without a buddy"
    assert any(h.announced_on is None and h.welcomed_at for h in heads.values())
    assert any(h.welcomed_at is None for h in heads.values())
    assert any(h.ended_on is not None for h in heads.values())


def test_it_happened_in_the_order_of_time_and_all_before_now(town: Session) -> None:
    at = list(town.scalars(select(LedgerEntry.at).order_by(LedgerEntry.id)))
    assert at == sorted(at)
    assert at[0] < NOW - timedelta(days=365)
    assert NOW - timedelta(days=5) < at[-1] <= NOW


def test_nothing_old_is_sent(town: Session) -> None:
    for message in town.scalars(select(Message)):
        old = message.written_at < NOW - FRESH
        assert message.state is (MessageState.SENT if old else MessageState.WAITING)
        if old:
            assert message.sent_at == message.written_at
    waiting = select(func.count()).where(Message.state == MessageState.WAITING)
    assert 0 < (town.scalar(waiting) or 0) < 40


def test_there_is_something_on_hand_for_everybody_one_can_be(town: Session) -> None:
    players = cast(town, NOW.date())
    on_hand = {player.has for player in players}
    assert len(players) == 10
    assert {
        "takes calls, finds leaders, confirms",
        "has just asked for support",
        "is asked to release a leader",
        "has somebody to say yes to",
        "is asked to support a school",
    } <= on_hand
    assert any(re.fullmatch(r"is new: day \d+ of 100", has) for has in on_hand)
    assert len({player.person_id for player in players}) == len(players)


def test_whoever_one_signs_in_as_can_open_all_that_their_desk_shows(
    demo: Flask, town: Session, then: None
) -> None:
    for player in cast(town, NOW.date()):
        desk = Desk(demo.test_client())
        desk.open("/sign-in")
        desk.send(player.name)
        assert player.name in desk.text
        shown = {str(link["href"]) for link in desk.soup.select("nav a, main a[href^='/']")}
        assert shown, player
        for address in sorted(shown):
            desk.open(address)


def test_whatever_a_desk_offers_for_later_can_be_put_off(
    demo: Flask, town: Session, then: None
) -> None:
    for person in town.scalars(select(Person).where(Person.id.in_(select(Post.person_id)))):
        desk = Desk(browser_of(demo, person))
        for link in desk.open("/desk/all").select('a[href^="/later/"]'):
            desk.open(str(link["href"]))


def test_from_now_on_it_is_a_demo(town: Session) -> None:
    assert town.scalars(select(Installation.demo)).one()


def told(session: Session) -> list[str]:
    """Who did what, when, and what came of it: but for references, which are drawn by lot."""
    needs = select(Need.urn, Need.state, Need.worry, Need.submitted_at, Need.coordinator_id)
    pairs = select(Pairing.need_id, Pairing.leader_id, Pairing.state, Pairing.score)
    people = select(Person.id, Person.name, Person.email)
    done = select(LedgerEntry.at, LedgerEntry.actor_id, LedgerEntry.action, LedgerEntry.thing_id)
    return sorted(
        re.sub(r"\bN-\w{5}\b", "N-", repr(tuple(row)))
        for query in (needs, pairs, people, done)
        for row in session.execute(query)
    )


def number_from_one() -> None:
    """Let the rows of PostgreSQL be numbered from one again, whatever other tests have made."""
    tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with writing_engine().begin() as connection:
        connection.execute(text(f"truncate {tables} restart identity cascade"))


@pytest.mark.slow
def test_it_is_the_same_every_time_and_on_both_databases(
    town: Session, postgres_app: Flask, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("tidy")(postgres_app)
    with postgres_app.app_context():
        number_from_one()
        load(NOW)
        with Session(db.engine) as session:
            assert holds(session)
            there = told(session)
    assert there == told(town)


@pytest.mark.slow
@pytest.mark.parametrize("day", DAYS)
def test_it_looks_fresh_on_every_day_of_the_year(
    sqlite_app: Flask, request: pytest.FixtureRequest, day: str
) -> None:
    request.getfixturevalue("tidy")(sqlite_app)
    now = datetime.fromisoformat(f"{day}T09:30").replace(tzinfo=UTC)
    with sqlite_app.app_context():
        load(now)
        with Session(db.engine.execution_options(sqlite_begin="")) as session:
            assert holds(session)
            assert len(cast(session, now.date())) == 10


def test_it_is_not_loaded_over_anything(both: Flask, session: Session) -> None:
    a_school(session)
    with pytest.raises(RuleBroken, match="something in the database already"):
        load(NOW)
    assert session.scalar(select(func.count()).select_from(School)) == 1


@pytest.mark.slow
def test_broken_off_it_leaves_the_database_empty(app: Flask) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER full BEFORE INSERT ON engagement "
                "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
            )
        )
    try:
        with app.app_context():
            with pytest.raises(DatabaseError, match="the disk is full"):
                load(NOW)
            assert is_empty(db.session())
            assert db.session().scalar(select(func.count()).select_from(Message)) == 0
    finally:
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(text("DROP TRIGGER full"))


@pytest.mark.slow
def test_the_command_loads_it_once_and_on_this_machine_only(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "instance")
    made(settings)
    refused = command(settings, "demo", HOST="0.0.0.0")
    assert refused.returncode == 1
    assert "on this machine only" in refused.stderr
    loaded = command(settings, "demo")
    assert loaded.returncode == 0, loaded.stderr
    assert "sign in as" in loaded.stdout
    assert "day " in loaded.stdout
    again = command(settings, "demo")
    assert again.returncode == 1
    assert "something in the database already" in again.stderr
    assert command(settings, "demo", "--if-empty").stdout == ""
    checked = command(settings, "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
