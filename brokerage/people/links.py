"""Single-purpose links: how a person answers without signing in.

A link's purpose is the endpoint of the page that it opens. GET shows, POST acts: mail scanners
follow links. Tokens are derived as mails are sent, never stored.
"""

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

from flask import current_app, g
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import By
from brokerage.database import db, reading
from brokerage.errors import DoneAlready, NotFound, RuleBroken
from brokerage.messages.models import Message
from brokerage.people.models import Link as Link
from brokerage.people.models import Person
from brokerage.people.queries import actor_for
from brokerage.web.addresses import is_id
from brokerage.web.forms import sent_before

LASTS = timedelta(days=60)
UNDO_LASTS = timedelta(days=14)
"""How long what a coordinator noted for somebody can be undone by them."""
_MARKER = re.compile(r"\[\[(link|reset) ([0-9]{1,15})\]\]")
GONE = (
    "This link no longer works: it was used, replaced, or is too old. "
    "Ask your coordinator for a new one, or sign in."
)
USED = (
    "This link no longer works because it was used: what you sent with it the first time stands, "
    "and nothing that you send with it now counts. To change it, ask your coordinator."
)


def make_link(
    session: Session,
    by: By,
    purpose: str,
    person: Person,
    *,
    subject: str,
    subject_id: int,
    partnership_id: int | None,
    lasts: timedelta = LASTS,
) -> Link:
    """A new link for ``person`` to the page ``purpose`` (an endpoint) about one thing."""
    link = Link(
        nonce=secrets.token_hex(16),
        purpose=purpose,
        person_id=person.id,
        partnership_id=partnership_id,
        subject=subject,
        subject_id=subject_id,
        made_at=by.now,
        expires_at=by.now + lasts,
    )
    session.add(link)
    session.flush()
    return link


def marker(link: Link) -> str:
    """What stands in a message's text until it is sent."""
    return f"[[link {link.id}]]"


def address(link: Link) -> str:
    """The link's whole address, token and all; in a request or out of one."""
    return _public(link.purpose, token(link))


def fill(message: Message) -> str:
    """The message's text with its markers made addresses, as it is about to be sent.

    A marker is filled for its own person alone: somebody may have typed one as their name. Raises
    NotFound for any other.
    """
    with Session(db.engine) as session:

        def address_of(found: re.Match[str]) -> str:
            if not is_id(found[2]):
                raise NotFound
            kind, number = found[1], int(found[2])
            if kind == "link":
                link = session.get(Link, number)
                if link is not None and link.person_id == message.to_person_id:
                    return address(link)
            elif number == message.to_person_id and (person := session.get(Person, number)):
                return _public("security.reset_password", _reset_token(person))
            raise NotFound

        return _MARKER.sub(address_of, message.body)


def _reset_token(person: Person) -> str:
    # With the old password in it, so that it works once; and the time, so that it works an hour.
    return str(generate_reset_password_token(person))  # type: ignore[no-untyped-call]


def _public(endpoint: str, token: str) -> str:
    path = current_app.url_map.bind("localhost").build(endpoint, {"token": token})
    return f"{current_app.config['PUBLIC_URL']}{path}"


def address_of(link_id: int) -> str:
    """The whole address of the link of this id, for the command line."""
    return address(reading().get_one(Link, link_id))


def token(link: Link) -> str:
    return f"{link.id}-{_signature(link)}"


def follow(purpose: str, token: str) -> Link:
    """The link of this token, if it is good for ``purpose`` now; its person becomes the actor.

    A form that is sent a second time, with the key of the first, is let through once more: it gets
    the first one's answer. Raises RuleBroken with a sentence where the link is not good.
    """
    link = known(token)
    if link is None:
        raise RuleBroken(GONE)
    again = link.purpose == purpose and sent_before()
    if not again and (link.purpose != purpose or not is_good(link, clock.now())):
        used = link.purpose == purpose and link.used_at is not None
        raise DoneAlready(USED) if used else RuleBroken(GONE)
    person = actor_for(reading(), link.person_id, clock.today(), via="link")
    if not person.signed_in:  # their account was closed, and with it their links
        raise RuleBroken(GONE)
    g.actor = person
    return link


def known(token: str) -> Link | None:
    """The link of this token, be it good still or not: to say whom to turn to where it is not."""
    number, _, signature = token.partition("-")
    link = reading().get(Link, int(number)) if is_id(number) else None
    if link is None or not hmac.compare_digest(_signature(link).encode(), signature.encode()):
        return None
    return link


def is_good(link: Link, now: datetime) -> bool:
    return link.used_at is None and link.revoked_at is None and now < link.expires_at


def _signature(link: Link) -> str:
    return signature(f"{link.id}:{link.nonce}:{link.purpose}:{link.person_id}")


def signature(text: str) -> str:
    """What only this installation can say of ``text``: the secret half of a token."""
    secret = current_app.config["SECRET_KEY"].encode()
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:40]
