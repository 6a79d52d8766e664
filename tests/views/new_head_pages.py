"""What tests of the pages about new heads share: a town, the day, a link that was sent."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.people.links import token
from brokerage.people.models import Link
from tests.headships_builders import Town

MakeTown = Callable[..., Town]


def move_to(day: date) -> None:
    clock.move_to(datetime(day.year, day.month, day.day, 10, tzinfo=UTC))


def link_of(app: Flask, session: Session, purpose: str) -> str:
    """The token of the newest link for this purpose."""
    found = session.scalars(select(Link).filter_by(purpose=purpose).order_by(Link.id.desc()))
    with app.test_request_context():
        return token(found.first())  # type: ignore[arg-type]
