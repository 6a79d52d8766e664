"""The mode `lists`: what a page of a long list costs, beside a view that answers a constant.

One partnership has many needs, leaders and engagements, among many schools. Its coordinator asks
for each list in turn, within one process and without a network; queries are counted. A list is told
in times of the constant view, which goes through the same sign-in.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Engine, insert, select

from brokerage import clock, paths
from brokerage.bench import support_town
from brokerage.bench.asking import counted
from brokerage.database import db
from brokerage.needs.models import Need
from brokerage.needs.rules import NeedState
from brokerage.people.models import Person
from brokerage.schools.models import Phase

LISTS = (
    *("/needs", "/needs?page=100", "/needs?state=open", "/leaders", "/schools", "/people"),
    *("/pairings", "/matching", "/engagements", "/new-heads", "/new-heads/pool", "/messages"),
)
CONSTANT = "/a-constant"
ENGAGEMENTS = 3_000
TIMES, QUERIES = 16, 12
"""The most that a list may take, in times of the constant view, and in queries."""
ASKED, WARMING = 40, 3


@dataclass(frozen=True)
class Listed:
    """What one list cost, and the constant view in turn with it: the medians of milliseconds; and
    how many queries the list asked."""

    address: str
    milliseconds: float
    constant: float
    queries: int

    @property
    def times(self) -> float:
        """The one in times of the other."""
        return self.milliseconds / self.constant


def measure(app: Flask, needs: int, schools: int) -> list[Listed]:
    """Fill the new database of this application, and ask for each list and for the constant in
    turn."""
    app.add_url_rule(CONSTANT, "constant", lambda: "constant")
    now = clock.now()
    with app.app_context():
        upgrade(str(paths.migrations()))
        support_town.fill(db.engine, ENGAGEMENTS, 0, now, schools=schools)
        with db.engine.begin() as connection:
            connection.execute(insert(Need), list(_needs(needs, schools, now)))
            who = connection.scalar(select(Person.fs_uniquifier).where(Person.id == 1))
        engine = db.engine
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update({"_user_id": who, "_fresh": True, "fs_cc": "set", "identity.id": who})
    said = logging.root.manager.disable
    logging.disable(logging.INFO)
    try:
        return [_listed(client, address, engine) for address in LISTS]
    finally:
        logging.disable(said)
        with app.app_context():
            db.engine.dispose()


def _needs(needs: int, schools: int, now: datetime) -> Iterator[dict[str, Any]]:
    """Needs on their way and over, of the last two hundred days."""
    states = [NeedState.SUBMITTED, *[NeedState.OPEN] * 3, NeedState.CLOSED]
    for number in range(needs):
        posted = now - timedelta(days=number % 200)
        yield {
            "reference": f"N-L{number:06d}",
            "partnership_id": 1,
            "urn": support_town.FIRST_URN + (number * 7) % schools,
            "state": states[number % len(states)],
            "worry": "Made up, to be measured with.",
            "code": support_town.CODE,
            "phase": Phase.PRIMARY,
            "posted_by": 1,
            "posted_at": posted,
            "submitted_at": posted,
            "promised_at": posted,
            "coordinator_id": 1,
            **dict.fromkeys(("queue_by", "call_by", "name_by"), posted.date() + timedelta(days=5)),
        }


def _listed(client: Any, address: str, engine: Engine) -> Listed:
    took: dict[str, list[float]] = {CONSTANT: [], address: []}
    for number in range(ASKED + WARMING):
        for asked, times in took.items():
            with counted(engine) as queries:
                started = time.perf_counter()
                answer = client.get(asked)
            if number >= WARMING:
                times.append((time.perf_counter() - started) * 1000)
            if answer.status_code != 200:
                raise RuntimeError(f"{asked} answered {answer.status_code}")
    return Listed(address, median(took[address]), median(took[CONSTANT]), len(queries))


def lines(found: Sequence[Listed]) -> Iterator[str]:
    """Each list, beside the constant view."""
    for one in found:
        took = f"{one.milliseconds:6.1f} ms, {one.times:5.1f} times the constant"
        yield f"{one.address:<18} {took}, {one.queries} queries"


def faults(found: Sequence[Listed]) -> Iterator[str]:
    """A sentence for each promise that is not kept."""
    for one in found:
        if one.times > TIMES:
            yield f"{one.address} takes more than {TIMES} times as long as a constant view."
        if one.queries > QUERIES:
            yield f"{one.address} asks the database {one.queries} times."
