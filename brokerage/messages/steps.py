"""Writing messages into the outbox, within somebody's open transaction."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import paths
from brokerage.actor import By
from brokerage.life import Part
from brokerage.messages.models import Message
from brokerage.messages.rules import LIFE, SENT_WITHIN, MessageState
from brokerage.web.words import london_day, london_time


@dataclass(frozen=True)
class Recipient:
    """Whom a message goes to. One without an address is not written to."""

    person_id: int | None
    name: str
    address: str | None


@dataclass(frozen=True)
class Signatory:
    """The named coordinator in whose name a message goes, and to whom replies come."""

    name: str
    address: str | None
    partnership: str


def write(
    session: Session,
    by: By,
    kind: str,
    to: Recipient,
    *,
    key: str,
    partnership_id: int | None = None,
    signed: Signatory | None = None,
    not_before: datetime | None = None,
    calendar: str | None = None,
    **words: Any,
) -> Message | None:
    """Put the message ``kind`` (a template of that name) into the outbox; ``words`` fill it.

    The template's first line is the subject; ``calendar`` is an iCalendar file that goes along. The
    same ``key`` is written once: a second time answers None, as does a recipient without an
    address.
    """
    if not to.address or not is_new(session, to, key):
        return None
    template = _templates().get_template(f"{kind}.txt")
    subject, _, body = template.render(to=to, signed=signed, **words).strip().partition("\n")
    message = Message(
        key=key,
        kind=kind,
        partnership_id=partnership_id,
        to_person_id=to.person_id,
        to_name=one_line(to.name),
        to_address=to.address,
        from_name=one_line(f"{signed.name}, {signed.partnership}") if signed else None,
        reply_to=signed.address if signed else None,
        subject=one_line(subject)[:300],
        body=body.strip() + "\n",
        calendar=calendar,
        message_id=f"<{uuid.uuid4()}@brokerage>",
        written_at=by.now,
        not_before=not_before or by.now,
        expires_at=(not_before or by.now) + SENT_WITHIN,
    )
    session.add(message)
    return message


def is_new(session: Session, to: Recipient, key: str) -> bool:
    """Whether a message of this key would be written to them: they have an address, and it was not
    written before."""
    return bool(to.address) and session.scalar(select(Message.id).filter_by(key=key)) is None


def send_to_new_address(session: Session, by: By, person_id: int, old: str, new: str) -> int:
    """What failed on its way to a person's ``old`` address, and is not too old, goes to the ``new``
    one, under the same Message-ID; answers how many. What was set aside stays there."""
    failed = select(Message).where(
        Message.to_person_id == person_id,
        Message.to_address == old,
        Message.state == MessageState.FAILED,
        Message.set_aside_at.is_(None),
        Message.expires_at > by.now,
    )
    found = session.scalars(failed.order_by(Message.id).with_for_update()).all()
    for message in found:
        message.state = LIFE.after(message.state, "send to the new address", {Part.SERVICE})
        message.to_address, message.not_before = new, by.now
        message.leased_by = message.leased_until = message.begun_at = message.fault = None
        message.attempts = message.deaths = 0
    return len(found)


def one_line(text: str) -> str:
    """Text fit for a mail header: no line ends or other control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def prepared(kind: str, **words: Any) -> tuple[str, str]:
    """The subject and the text of a message that somebody is to read and change before it goes."""
    rendered = _templates().get_template(f"{kind}.txt").render(**words)
    subject, _, text = rendered.strip().partition("\n")
    return one_line(subject), text.strip()


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(paths.templates() / "messages"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - plain text mail
    )
    environment.filters.update(day=london_day, time=london_time)
    return environment
