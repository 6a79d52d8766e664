"""Messages to send, the means to send them, and what became of them."""

import uuid
from collections import Counter
from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import SERVICE, By
from brokerage.messages.models import Message
from brokerage.messages.rules import MessageState
from brokerage.messages.sending import Mailer, send_waiting
from brokerage.messages.steps import Recipient, write
from brokerage.people.links import fill
from brokerage.people.models import Person
from brokerage.people.steps import refuse_address
from tests.builders import NOW, a_person


def a_mailer(url: str | None, *, keep: bool = False) -> Mailer:
    return Mailer(url, "Support <support@example.org>", fill, refuse_address, keep)


def send_all(app: Flask, url: str) -> Counter[str]:
    """Send what is due now, as the scheduler does."""
    with app.app_context():
        return send_waiting(By(SERVICE, clock.now()), a_mailer(url))


def at(later: timedelta) -> By:
    return By(SERVICE, NOW + later)


def a_message(session: Session, by: By, person: Person | None = None, **other: object) -> Message:
    person = person or a_person(session)
    message = write(
        session,
        by,
        "change_notice",
        Recipient(person.id, person.name, person.email),
        key=f"test/{person.id}/{uuid.uuid4()}",
        **other,  # type: ignore[arg-type]
    )
    assert message is not None
    session.commit()
    return message


def states(session: Session) -> Counter[MessageState]:
    session.expire_all()
    return Counter(session.scalars(select(Message.state)))
