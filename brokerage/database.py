"""The database: base classes and column types, and the one way to write.

A use case is one transaction on a session of its own. On SQLite it takes the write lock first
(an upgraded read transaction would fail at once under load); on PostgreSQL, use cases lock the rows
they change, in id order, with :func:`locked`. State, ledger, form key and outbox commit together.
"""

import logging
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    DateTime,
    Enum,
    MetaData,
    String,
    UniqueConstraint,
    Update,
    event,
    select,
)
from sqlalchemy.engine import Connection, CursorResult, Dialect, Engine
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.types import TypeDecorator

from brokerage.actor import By
from brokerage.errors import Busy, ChangedMeanwhile, NotFound, RuleBroken, SentAlready

log = logging.getLogger("brokerage")

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound="Base")

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
ATTEMPTS = 3
REFERENCE_LETTERS = "23456789CDFGHJKMNPQRTVWX"
"""No vowels, so no words; nothing that is misread or misheard: no 0 O 1 I L, S Z or B."""
BUSY_SECONDS = 10


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class Versioned:
    """An editable row: each change counts ``version`` up; of two changes at once, one wins."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class Instant(TypeDecorator[datetime]):
    """A UTC instant; comes back aware on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value.astimezone(UTC) if value else None
        return value.replace(tzinfo=UTC)


def one_of(kind: type[StrEnum], name: str) -> Enum:
    """A column type for one of a closed list of words, kept by a CHECK named ``name``."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


class FormKey(Base):
    """A form that was sent: its second sending gets the first one's answer."""

    __tablename__ = "form_key"
    __table_args__ = (UniqueConstraint("key", "use_case"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    use_case: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[int | None]
    form_print: Mapped[str | None] = mapped_column(String(64))
    outcome: Mapped[Any] = mapped_column(JSON, nullable=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)


db = SQLAlchemy(metadata=Base.metadata)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    if not type(connection).__module__.startswith("sqlite3"):
        return
    connection.isolation_level = None  # transactions are begun below, in so many words
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    begin = connection.get_execution_options().get("sqlite_begin", "BEGIN")
    if connection.dialect.name == "sqlite" and begin:
        connection.exec_driver_sql(begin)


def reading() -> Session:
    """The present request's session, for reading: nothing is changed through it."""
    return db.session()


def writing_engine() -> Engine:
    """The engine, whose transactions on SQLite take the write lock as they begin."""
    return db.engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")


class WriteSession(Session):
    """The session of one use case."""


@contextmanager
def writing() -> Iterator[Session]:
    """A transaction of the service's own that takes the write lock first: for leases and claims,
    which come too often for a line in the log each. Whatever a person does is a use case."""
    with WriteSession(writing_engine(), expire_on_commit=False) as session, session.begin():
        yield session


def use_case(
    name: str,
) -> Callable[[Callable[Concatenate[By, Session, P], R]], Callable[Concatenate[By, P], R]]:
    """Make a function of (by, session, ...) a use case of (by, ...): one transaction, one log line.

    Leaving by an exception rolls back. With a form key, a second call with the same key answers
    what the first one did and changes nothing; so the function's answer must be plain JSON (None,
    a number, a text, a list of these). Raises Busy where the database stays locked, RuleBroken
    where one key comes with different contents, ChangedMeanwhile where a row's version moved on.
    """

    def decorate(function: Callable[Concatenate[By, Session, P], R]) -> Callable[..., R]:
        @wraps(function)
        def run(by: By, *args: P.args, **kwargs: P.kwargs) -> R:
            started = time.perf_counter()
            outcome = "failed"
            try:
                answer = _attempt(name, by, lambda session: function(by, session, *args, **kwargs))
                outcome = "done"
                return answer
            except (RuleBroken, NotFound, Busy) as refusal:
                outcome = type(refusal).__name__
                raise
            finally:
                log.info(
                    "use_case=%s actor=%s via=%s outcome=%s ms=%d",
                    name,
                    by.actor.person_id,
                    by.actor.via.replace(" ", "-"),
                    outcome,
                    (time.perf_counter() - started) * 1000,
                )

        return run

    return decorate


def _attempt(name: str, by: By, work: Callable[[Session], R]) -> R:
    engine = writing_engine()
    # What the page read so far is read anew afterwards, and its connection goes back to the pool:
    # pages that write at once would otherwise wait for each other's.
    db.session.rollback()
    for left in reversed(range(ATTEMPTS)):
        try:
            with WriteSession(engine, expire_on_commit=False) as session, session.begin():
                return _once(name, by, session, work)
        except StaleDataError as error:
            raise ChangedMeanwhile("this") from error
        except OperationalError as error:
            if not left or not _worth_another_try(error):
                raise Busy from error
        except IntegrityError:
            # Two at once made the same unique row (a form key, say): the second now finds it there.
            if not left:
                raise
    raise AssertionError("unreachable")


def _worth_another_try(error: OperationalError) -> bool:
    return getattr(error.orig, "sqlstate", None) in ("40001", "40P01")


def _once(name: str, by: By, session: Session, work: Callable[[Session], R]) -> R:
    if by.form_key is None:
        return work(session)
    seen = session.scalar(select(FormKey).filter_by(key=by.form_key, use_case=name))
    if seen is not None:
        if seen.form_print != by.form_print or seen.person_id != by.actor.person_id:
            raise SentAlready
        answer: R = seen.outcome
        return answer
    claim = FormKey(
        key=by.form_key,
        use_case=name,
        person_id=by.actor.person_id,
        form_print=by.form_print,
        at=by.now,
    )
    session.add(claim)
    session.flush()
    claim.outcome = answer = work(session)
    return answer


def locked(session: Session, model: type[M], *ids: Any) -> list[M]:
    """The rows of these ids, locked until the transaction ends, in id order.

    Raises NotFound unless every one of them is there. On PostgreSQL others may go on pointing to
    the rows meanwhile: a lock against that too would wait in circles with whoever adds an answer.
    """
    key = model.__mapper__.primary_key[0]
    wanted = set(ids)
    query = select(model).where(key.in_(wanted)).order_by(key)
    query = query.with_for_update(of=model, key_share=True)
    rows = list(session.scalars(query.execution_options(populate_existing=True)))
    if len(rows) != len(wanted):
        raise NotFound
    return rows


def new_reference(session: Session, model: type[Any], letter: str) -> str:
    """A reference that no row of ``model`` has, such as ``N-7K4Q2``: easy to read out, and no
    guide to how many there are."""
    while True:
        reference = f"{letter}-" + "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(5))
        if session.scalar(select(model.id).where(model.reference == reference)) is None:
            return reference


def changes_one(session: Session, statement: Update) -> bool:
    """Run a conditional update; whether it changed exactly one row."""
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount == 1


def check_version(row: Versioned, version: int | None, what: str) -> None:
    """Raise ChangedMeanwhile where the person's page was made from an older ``version``."""
    if version is not None and row.version != version:
        raise ChangedMeanwhile(what)


def set_changed(row: Base, new: Mapping[str, object]) -> list[str]:
    """Give the row these values; answers the names of those that differ from before."""
    changed = [name for name, value in new.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, new[name])
    return changed
