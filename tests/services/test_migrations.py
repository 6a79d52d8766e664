"""The schema: from nothing to the models, down and up again, with every row kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.orm import Session

from brokerage import paths
from brokerage.app import create_app
from brokerage.database import Base, db
from brokerage.engagements import services
from brokerage.leaders.models import DaysMovement
from brokerage.matching.profiles import SameTrust
from brokerage.partnerships.models import Partnership
from brokerage.people.models import Person
from brokerage.specialisms.models import Specialism
from brokerage.upkeep import schema
from tests.builders import NOW, a_partnership, a_person, acting
from tests.conftest import settings_of
from tests.services.pairing_town import a_town
from tests.services.test_engagements import WEEK_ON, engaged, log

KIND_AND_ROUND = "select distinct kind, round from follow_up"


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An app whose database was never made."""
    url = None
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_url")
        engine = create_engine(_psycopg(server), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("drop database if exists brokerage_migrations"))
            connection.execute(text("create database brokerage_migrations"))
        engine.dispose()
        url = server.replace("brokerage_test", "brokerage_migrations")
    app = create_app(settings_of(tmp_path, url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _psycopg(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


def test_from_nothing_the_schema_equals_the_models(empty: Flask) -> None:
    assert schema.is_empty()
    schema.upgrade(NOW)
    assert schema.is_current()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_again_changes_nothing_and_seeds_the_areas_of_expertise(empty: Flask) -> None:
    for _ in range(2):
        schema.upgrade(NOW)
        with Session(db.engine) as session:
            assert len(session.scalars(select(Specialism)).all()) > 40


def test_a_seeded_database_keeps_its_rows_through_every_step_up(empty: Flask) -> None:
    schema.upgrade(NOW)
    with Session(db.engine) as session:
        partnership = a_partnership(session).name
        person = a_person(session, name="Ada").id
    revisions = [s.revision for s in ScriptDirectory(str(paths.migrations())).walk_revisions()]
    if len(revisions) > 1:
        schema.downgrade(revisions[1])
    schema.upgrade(NOW)
    with Session(db.engine) as session:
        assert session.get_one(Person, person).name == "Ada"
        assert (
            session.scalar(
                text("select count(*) from partnership where name = :n").bindparams(n=partnership)
            )
            == 1
        )


def test_a_partnership_from_before_has_the_settings_as_they_come(empty: Flask) -> None:
    schema.upgrade(NOW)
    with Session(db.engine) as session:
        number = a_partnership(session).id
    schema.downgrade("0001")
    schema.upgrade(NOW)
    with Session(db.engine) as session:
        partnership = session.get_one(Partnership, number)
        assert (partnership.weights, partnership.home_school_half_days) == (None, None)
        assert partnership.same_trust is SameTrust.BARRED
        assert (partnership.buddy_rival_metres, partnership.buddy_same_trust) == (2_000, False)


def test_rungs_that_were_climbed_keep_their_places_on_the_longer_ladder(empty: Flask) -> None:
    schema.upgrade(NOW)
    with Session(db.engine) as session:
        partnership, person = a_partnership(session).id, a_person(session).id
    schema.downgrade("0006")
    ladder = {1: "ask", 2: "remind", 3: "desk", 4: "lapse"}
    with db.engine.begin() as connection:
        for round, kind in ladder.items():
            for subject_id in (1, 2):
                connection.execute(
                    text(
                        "insert into follow_up (subject, subject_id, kind, since, round,"
                        " recipient_id, partnership_id, asked_at) values ('pairing', :id, :kind,"
                        " '2026-11-03', :round, :person, :partnership, '2026-11-03 10:00:00')"
                    ),
                    {
                        "id": subject_id,
                        "kind": kind,
                        "round": round,
                        "person": person,
                        "partnership": partnership,
                    },
                )

    def rounds() -> dict[str, int]:
        with db.engine.connect() as connection:
            return {row.kind: row.round for row in connection.execute(text(KIND_AND_ROUND))}

    schema.upgrade(NOW)
    assert rounds() == {"ask": 1, "remind": 2, "desk": 4, "lapse": 5}
    schema.downgrade("0006")
    assert rounds() == {kind: round for round, kind in ladder.items()}


def test_down_to_nothing_and_up_again(empty: Flask) -> None:
    schema.upgrade(NOW)
    schema.downgrade("base")
    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
    schema.upgrade(NOW)
    assert schema.is_current()


def test_commands_on_no_database_and_on_an_old_one_say_what_to_do(empty: Flask) -> None:
    with pytest.raises(schema.SchemaFault, match="no database yet"):
        schema.require_current()
    schema.upgrade(NOW)
    schema.downgrade("base")
    with pytest.raises(schema.SchemaFault, match="brokerage upgrade"):
        schema.require_current()


@pytest.mark.slow
def test_each_movement_of_days_from_before_learns_where_its_days_went(empty: Flask) -> None:
    schema.upgrade(NOW)
    with Session(db.engine.execution_options(sqlite_begin="")) as session:
        town = a_town(session)
        engagement = engaged(session, town)
        log(session, town, engagement, 1)
        by = acting(session, town.coordinator, WEEK_ON)
        services.end_early(by, engagement.id, reason="Moved", need_goes_on=False)
        where = town.partnership.id, town.school.urn
        session.commit()
    days = ScriptDirectory(str(paths.migrations())).get_revision("0007")
    schema.downgrade(str(days.down_revision))
    schema.upgrade(NOW)
    with Session(db.engine) as session:
        moved = session.scalars(select(DaysMovement).order_by(DaysMovement.id)).all()
        pledged, *spent = [(one.partnership_id, one.urn) for one in moved]
        assert pledged == (None, None)
        assert spent == [where] * 4, "held, agreed, used, given back"
