"""The database's schema: made, upgraded, and checked before anything else is done."""

from datetime import datetime

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate
from flask_migrate import downgrade as alembic_downgrade
from flask_migrate import upgrade as alembic_upgrade
from sqlalchemy import inspect, select

from brokerage import paths
from brokerage.database import db
from brokerage.partnerships.models import Installation
from brokerage.specialisms import steps as specialisms
from brokerage.upkeep import models as upkeep_models  # noqa: F401 - its table is of the schema


class SchemaFault(Exception):
    """The database cannot be used as it is; the text says what to do, in one sentence."""


def register(app: Flask) -> None:
    Migrate(app, db, directory=str(paths.migrations()))


def is_empty() -> bool:
    """Whether nothing was ever made in this database."""
    return not inspect(db.engine).has_table("alembic_version")


def is_current() -> bool:
    """Whether the schema is the one that this version of the service was written for."""
    scripts = ScriptDirectory(str(paths.migrations()))
    with db.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    return set(found) == set(scripts.get_heads())


def upgrade(now: datetime) -> None:
    """Bring an empty or older database to the present schema. Runs in an app context."""
    alembic_upgrade()
    session = db.session()
    if session.scalar(select(Installation.id)) is None:
        session.add(Installation(id=1, demo=False, made_at=now))
    specialisms.seed(session)
    session.commit()
    db.session.remove()


def downgrade(revision: str) -> None:
    """Go back to an older schema; ``base`` is none at all."""
    alembic_downgrade(revision=revision)


def require_current() -> None:
    """Raise SchemaFault unless the database can be used as it is."""
    if is_empty():
        raise SchemaFault("There is no database yet: run `brokerage upgrade` (or `make run`).")
    if not is_current():
        raise SchemaFault("The database is of another version: run `brokerage upgrade`.")
