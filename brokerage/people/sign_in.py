"""Sign-in, out, reset and change of password: Flask-Security, set up for this service.

Its own roles stay unused: posts say who may what. Its mails go through our outbox, and their links
are derived as the mail is sent. Throttling is ours.
"""

import hashlib
import logging
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, request
from flask_login import current_user
from flask_security import MailUtil, RoleMixin, Security, SQLAlchemyUserDatastore
from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.actor import SERVICE, By
from brokerage.database import db, locked, reading, use_case
from brokerage.errors import BrokerageError, Busy, RuleBroken, TooManyTries
from brokerage.ledger.steps import record
from brokerage.messages import steps as messages
from brokerage.people.forms import ResetForm, SignInForm
from brokerage.people.models import Person, SignInAttempt
from brokerage.people.queries import actor_for
from brokerage.people.rules import check_address
from brokerage.people.steps import recipient
from brokerage.web.access import actor

log = logging.getLogger("brokerage")

WINDOW = timedelta(minutes=5)
TRIES = 10
TRIES_OF_A_NETWORK = 50
THROTTLED = {
    "security.login",
    "security.forgot_password",
    "security.verify",
    "security.change_password",
}
NOTICES = {"change_notice", "reset_notice"}
OLD_LINK = "That link was used already, or is more than an hour old. Ask for a new one here."

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
    "SECURITY_PASSWORD_SINGLE_HASH": True,  # argon2 salts by itself
    "SECURITY_PASSWORD_LENGTH_MIN": 12,
    "SECURITY_RESET_PASSWORD_WITHIN": timedelta(hours=1),
    "SECURITY_EMAIL_HTML": False,
    "SECURITY_EMAIL_PLAINTEXT": False,  # neither is made: the outbox has its own
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_POST_LOGIN_VIEW": "/",
    "SECURITY_POST_LOGOUT_VIEW": "/",
    "SECURITY_POST_CHANGE_VIEW": "/account",
    "SECURITY_MSG_GENERIC_AUTHN_FAILED": (
        "The e-mail address and the password do not go together. Check both and try again.",
        "error",
    ),
    "SECURITY_MSG_PASSWORD_RESET_NO_LOGIN": (
        "Your new password is set: now sign in with it.",
        "success",
    ),
    "SECURITY_MSG_INVALID_RESET_PASSWORD_TOKEN": (OLD_LINK, "error"),
    "SECURITY_MSG_PASSWORD_RESET_EXPIRED": (OLD_LINK, "error"),
    "SECURITY_MSG_PASSWORD_CHANGE": ("Your password has been changed.", "success"),
    "SECURITY_MSG_PASSWORD_RESET_REQUEST": (
        "If that address is known here, a message is on its way to it. Its link works for an hour.",
        "success",
    ),
}


class _NoRole(RoleMixin):
    """Flask-Security asks for a class of roles; posts are used instead."""


class _People(SQLAlchemyUserDatastore):
    """What Flask-Security changes of a person, written by a use case: the request's own session
    only reads, and a read transaction that turned into a write would fail under load."""

    def put(self, model: Any) -> Any:
        db.session().autoflush = False
        return super().put(model)  # type: ignore[no-untyped-call]

    def commit(self) -> None:
        session = db.session()
        changed = [row for row in session.dirty if isinstance(row, Person)]
        changes = [(person.id, person.password, person.fs_uniquifier) for person in changed]
        session.rollback()
        notices = g.pop("security_notices", [])
        for person_id, password, uniquifier in changes:
            by = By(actor(), clock.now())
            _change_password(by, person_id, password, uniquifier, notices)


class _Outbox(MailUtil):
    """Flask-Security's mails, written to our outbox; notices of a change, with the change."""

    def normalize(self, email: str) -> str:
        return super().normalize(email.strip()).lower()

    def validate(self, email: str) -> str:
        return super().validate(email.strip()).lower()

    def send_mail(
        self, template: str, subject: str, recipient: Any, *_: Any, **context: Any
    ) -> None:
        person: Person = context["user"]
        kind = template.rpartition("/")[2]
        if kind in NOTICES:
            g.setdefault("security_notices", []).append(kind)
        else:
            _write_reset_mail(By(SERVICE, clock.now()), kind, person.id)


@use_case("person.ask_reset")
def _write_reset_mail(by: By, session: Session, template: str, person_id: int) -> None:
    _write_mail(session, by, template, session.get_one(Person, person_id))


@use_case("person.change_password")
def _change_password(
    by: By,
    session: Session,
    person_id: int,
    password: str | None,
    uniquifier: str,
    notices: list[str],
) -> None:
    """Keep a new password (hashed already). A new ``uniquifier`` ends every other session."""
    (person,) = locked(session, Person, person_id)
    person.password = password
    if person.fs_uniquifier != uniquifier:
        person.fs_uniquifier = uniquifier
        record(session, by, "person.changed_password", person, fields=["password"])
    for template in notices:
        _write_mail(session, by, template, person)


def _write_mail(session: Session, by: By, template: str, person: Person) -> None:
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
    Security(
        app,
        _People(db, Person, _NoRole),
        mail_util_cls=_Outbox,
        login_form=SignInForm,
        forgot_password_form=ResetForm,
    )
    app.before_request(_take_forms_only)
    app.before_request(_set_actor)
    app.before_request(_refuse_foreign_next)
    app.before_request(_throttle)
    app.after_request(_forget_success)


def _set_actor() -> None:
    if request.endpoint == "static" or not current_user.is_authenticated:
        return
    g.actor = actor_for(reading(), current_user.id, clock.today())


def _refuse_foreign_next() -> None:
    """After signing in one can be sent to a page of ours, and nowhere else. In other forms, "next"
    is what somebody typed: what comes next after a visit, say."""
    typed = request.form.getlist("next") if request.blueprint == "security" else []
    wanted = [*request.args.getlist("next"), *typed]
    if not all(_is_page_of_ours(address) for address in wanted if address):
        raise BrokerageError("That address is not a page of this service.")


def _is_page_of_ours(wanted: str) -> bool:
    if not wanted.startswith("/") or not wanted.isprintable() or "\\" in wanted:
        return False
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or wanted.startswith("//"):
        return False
    try:
        current_app.url_map.bind("localhost").match(parts.path, method="GET")
    except HTTPException:
        return False
    return True


def _take_forms_only() -> None:
    """Flask-Security would take JSON too, past the fields that throttling looks at."""
    if request.method == "POST" and request.is_json and request.blueprint == "security":
        abort(415)


def _tried() -> tuple[str, str]:
    """Whose password this tries, and from where: as digests."""
    typed = request.form.get("email") or getattr(current_user, "email", None) or ""
    return _of_person(typed), _digest(f"network {request.remote_addr}")


def _of_person(address: str) -> str:
    try:
        address = check_address(address) or ""  # as Flask-Security reads it, so that it counts once
    except RuleBroken:
        address = address.strip().lower()
    return _digest(f"person {address}")


def _digest(text: str) -> str:
    secret = str(current_app.config["SECRET_KEY"])
    return hashlib.sha256(f"{secret} {text}".encode()).hexdigest()


def _throttle() -> None:
    """Count a try before it is looked at, so that many at once do not slip through."""
    if request.method == "POST" and request.endpoint in THROTTLED:
        g.tried = _note_try(By(SERVICE, clock.now()), *_tried())


def _forget_success(response: Response) -> Response:
    tried: list[int] | None = g.pop("tried", None)
    if tried is not None and _succeeded(response):
        try:
            _forget_tries(By(SERVICE, clock.now()), tried, _of_person(current_user.email or ""))
        except Busy:
            log.warning("a sign-in stays counted as a try")
    return response


def _succeeded(response: Response) -> bool:
    if request.endpoint == "security.forgot_password" or not current_user.is_authenticated:
        return False
    # Somebody signed in already, who posts another's address, has not shown that they are they.
    return response.status_code == 302 and _tried()[0] == _of_person(current_user.email or "")


@use_case("sign_in.note_try")
def _note_try(by: By, session: Session, person: str, network: str) -> list[int]:
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < by.now - WINDOW))
    for of, most in ((person, TRIES), (network, TRIES_OF_A_NETWORK)):
        count = select(func.count()).where(SignInAttempt.of == of)
        if (session.scalar(count) or 0) >= most:
            raise TooManyTries("Too many tries. Wait five minutes, then try again.")
    tries = [SignInAttempt(of=of, at=by.now) for of in (person, network)]
    session.add_all(tries)
    session.flush()
    return [row.id for row in tries]


@use_case("sign_in.forget_tries")
def _forget_tries(by: By, session: Session, tried: list[int], person: str) -> None:
    good = or_(SignInAttempt.id.in_(tried), SignInAttempt.of == person)
    session.execute(delete(SignInAttempt).where(good))
