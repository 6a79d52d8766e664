"""Sign-in, out, reset and change of password: Flask-Security, set up for this service.

Its own roles stay unused: posts say who may what. Its mails go through our outbox, and their links
are derived as the mail is sent. Throttling is ours.
"""

import hashlib
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request
from flask_login import current_user
from flask_security import MailUtil, RoleMixin, Security, SQLAlchemyUserDatastore
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.actor import SERVICE, By
from brokerage.database import db, reading, use_case
from brokerage.errors import BrokerageError, TooManyTries
from brokerage.messages import steps as messages
from brokerage.people.models import Person, SignInAttempt
from brokerage.people.queries import actor_for
from brokerage.people.steps import recipient

WINDOW = timedelta(minutes=5)
TRIES = 10
TRIES_OF_AN_ADDRESS = 50
THROTTLED = {"security.login", "security.forgot_password"}

CONFIG: dict[str, Any] = {
    "SECURITY_RECOVERABLE": True,
    "SECURITY_CHANGEABLE": True,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_RESET_URL": "/reset-password",
    "SECURITY_CHANGE_URL": "/change-password",
    "SECURITY_VERIFY_URL": "/confirm-password",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_LOGOUT_CSRF": True,
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_LENGTH_MIN": 12,
    "SECURITY_RESET_PASSWORD_WITHIN": timedelta(hours=1),
    "SECURITY_EMAIL_HTML": False,
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_POST_LOGIN_VIEW": "/",
    "SECURITY_POST_LOGOUT_VIEW": "/",
    "SECURITY_POST_CHANGE_VIEW": "/account",
    "SECURITY_MSG_GENERIC_AUTHN_FAILED": (
        "The e-mail address and the password do not go together. Check both and try again.",
        "error",
    ),
    "SECURITY_MSG_PASSWORD_RESET": ("Your new password is set: now sign in with it.", "success"),
    "SECURITY_MSG_PASSWORD_CHANGE": ("Your password has been changed.", "success"),
    "SECURITY_MSG_PASSWORD_RESET_REQUEST": (
        "If that address is known here, a message is on its way to it. Its link works for an hour.",
        "success",
    ),
}


class _NoRole(RoleMixin):
    """Flask-Security asks for a class of roles; posts are used instead."""


class _Outbox(MailUtil):
    """Flask-Security's mails, written to our outbox."""

    def send_mail(
        self, template: str, subject: str, recipient: Any, *_: Any, **context: Any
    ) -> None:
        person: Person = context["user"]
        _write_security_mail(By(SERVICE, clock.now()), template, person.id)


@use_case("person.security_mail")
def _write_security_mail(by: By, session: Session, template: str, person_id: int) -> None:
    person = session.get_one(Person, person_id)
    messages.write(
        session,
        by,
        template,
        recipient(person),
        key=f"{template}/{person.id}/{by.now.isoformat()}",
        link=f"[[reset {person.id}]]",
    )


def register(app: Flask) -> None:
    """Put sign-in on the app, and the Actor on every request."""
    app.config.update(CONFIG)
    datastore = SQLAlchemyUserDatastore(db, Person, _NoRole)
    Security(app, datastore, mail_util_cls=_Outbox)
    app.before_request(_set_actor)
    app.before_request(_refuse_foreign_next)
    app.before_request(_throttle)
    app.after_request(_count_failure)


def _set_actor() -> None:
    if request.endpoint == "static" or not current_user.is_authenticated:
        return
    g.actor = actor_for(reading(), current_user.id, clock.today())


def _refuse_foreign_next() -> None:
    """After signing in one can be sent to a page of ours, and nowhere else."""
    wanted = request.args.get("next") or request.form.get("next")
    if wanted and not _is_page_of_ours(wanted):
        raise BrokerageError("That address is not a page of this service.")


def _is_page_of_ours(wanted: str) -> bool:
    if not wanted.startswith("/") or not wanted.isprintable() or "\\" in wanted:
        return False
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or wanted.startswith("//"):
        return False
    try:
        current_app.create_url_adapter(request).match(parts.path, method="GET")  # type: ignore[union-attr]
    except HTTPException:
        return False
    return True


def _tried() -> list[tuple[str, int]]:
    """What this sign-in tries, as digests, each with how many failures it may have."""
    address = (request.form.get("email") or "").strip().lower()
    return [
        (_digest(f"person {address}"), TRIES),
        (_digest(f"network {request.remote_addr}"), TRIES_OF_AN_ADDRESS),
    ]


def _digest(text: str) -> str:
    secret = str(current_app.config["SECRET_KEY"])
    return hashlib.sha256(f"{secret} {text}".encode()).hexdigest()


def _throttle() -> None:
    if request.method != "POST" or request.endpoint not in THROTTLED:
        return
    since = clock.now() - WINDOW
    for of, most in _tried():
        count = select(func.count()).where(SignInAttempt.of == of, SignInAttempt.at > since)
        if (reading().scalar(count) or 0) >= most:
            raise TooManyTries("Too many tries. Wait five minutes, then try again.")


def _count_failure(response: Response) -> Response:
    if request.method == "POST" and request.endpoint in THROTTLED:
        succeeded = request.endpoint == "security.login" and current_user.is_authenticated
        if not succeeded:
            _note_attempt(By(SERVICE, clock.now()), [of for of, _ in _tried()])
    return response


@use_case("sign_in.note_attempt")
def _note_attempt(by: By, session: Session, tried: list[str]) -> None:
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < by.now - WINDOW))
    session.add_all(SignInAttempt(of=of, at=by.now) for of in tried)
