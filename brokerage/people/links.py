"""Single-purpose links: how a person answers without signing in.

A link's purpose is the endpoint of the page that it opens. GET shows, POST acts: mail scanners
follow links. Tokens are derived as mails are sent, never stored.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from flask import current_app, g, url_for
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import By
from brokerage.database import reading
from brokerage.errors import RuleBroken
from brokerage.people.models import Link as Link
from brokerage.people.models import Person
from brokerage.people.queries import actor_for

LASTS = timedelta(days=60)
GONE = (
    "This link no longer works: it was used, replaced, or is too old. "
    "Ask your coordinator for a new one, or sign in."
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
    """The link's whole address, token and all."""
    path = url_for(link.purpose, token=token(link), _external=False)
    return f"{current_app.config['PUBLIC_URL']}{path}"


def token(link: Link) -> str:
    return f"{link.id}-{_signature(link)}"


def follow(purpose: str, token: str) -> Link:
    """The link of this token, if it is good for ``purpose`` now; its person becomes the actor.

    Raises RuleBroken with a sentence where it is not.
    """
    link = known(token)
    if link is None:
        raise RuleBroken(GONE)
    if link.purpose != purpose or not is_good(link, clock.now()):
        raise RuleBroken(GONE)
    g.actor = actor_for(reading(), link.person_id, clock.today(), via="link")
    return link


def known(token: str) -> Link | None:
    """The link of this token, be it good still or not: to say whom to turn to where it is not."""
    number, _, signature = token.partition("-")
    may_be = number.isascii() and number.isdigit() and len(number) < 16
    link = reading().get(Link, int(number)) if may_be else None
    if link is None or not hmac.compare_digest(_signature(link).encode(), signature.encode()):
        return None
    return link


def is_good(link: Link, now: datetime) -> bool:
    return link.used_at is None and link.revoked_at is None and now < link.expires_at


def _signature(link: Link) -> str:
    secret = current_app.config["SECRET_KEY"].encode()
    text = f"{link.id}:{link.nonce}:{link.purpose}:{link.person_id}"
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:40]
