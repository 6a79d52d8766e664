"""What a person reads when something is refused, not there, or broken."""

import logging

from flask import Flask, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException

from brokerage.errors import (
    BrokerageError,
    Busy,
    DoneAlready,
    NotAllowed,
    NotFound,
    RuleBroken,
    TooManyTries,
)

log = logging.getLogger("brokerage")

Page = tuple[str, int, dict[str, str]]

TITLES = {
    400: "That could not be read",
    403: "This is not yours to do",
    404: "Page not found",
    405: "That cannot be done here",
    409: "That could not be done",
    413: "That is too large",
    415: "That kind of file cannot be read",
    429: "Too many tries",
    500: "Sorry, something went wrong",
    503: "The service is busy",
}
RETRY_AFTER = {429: "300", 503: "10"}
SENTENCES = {
    400: "Go back, check what you typed, and send it again.",
    404: "This page does not exist, or is not yours to see.",
    405: "Go back and use the buttons on the page.",
    413: "The file is larger than the service takes. Send a smaller one.",
    429: "Wait a few minutes, then try again.",
    500: "Nothing was lost. Try again in a minute; if it happens again, tell your coordinator.",
    503: "Nothing was changed. Wait a moment and try again.",
}


def typed_texts() -> list[str]:
    """What a person wrote in a form that was refused without being shown again: what stands in the
    boxes that its page named (``written_in``), but no bare numbers. None of a form that has not
    proved to come from a page of ours: a foreign page could put words in our mouth."""
    if not g.get("csrf_valid", False):
        return []
    boxes = dict.fromkeys(request.form.get("written_in", "").split())
    written = [text for name in boxes for text in request.form.getlist(name)]
    return [text for text in written if any(letter.isalpha() for letter in text)]


def page(status: int, sentence: str | None = None, title: str | None = None) -> Page:
    """The error page for ``status``, as a view returns it."""
    title = title or TITLES.get(status, TITLES[400])
    words = sentence or SENTENCES.get(status, SENTENCES[400])
    headers = {"Retry-After": RETRY_AFTER[status]} if status in RETRY_AFTER else {}
    return render_template("errors/page.html", title=title, sentence=words), status, headers


def register(app: Flask) -> None:
    """Answer every refusal and fault with a page, on which what was typed can be copied."""
    app.jinja_env.globals["typed_texts"] = typed_texts

    @app.errorhandler(BrokerageError)
    def refused(error: BrokerageError) -> Page:
        statuses = {NotFound: 404, NotAllowed: 403, Busy: 503, TooManyTries: 429}
        default = 409 if isinstance(error, RuleBroken) else 400
        done = "This was done already" if isinstance(error, DoneAlready) else None
        return page(statuses.get(type(error), default), error.sentence, done)

    @app.errorhandler(CSRFError)
    def stale(error: CSRFError) -> Page:
        return page(
            400, "This page had become old. Go back, load it again, and send what you typed anew."
        )

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> Page | HTTPException:
        if error.code is None or error.code < 400:
            return error
        return page(error.code)

    @app.errorhandler(OperationalError)
    def database_away(error: OperationalError) -> Page:
        log.error("database unavailable: %s", type(error.orig).__name__)
        return page(503)

    @app.errorhandler(NoConnection)
    def no_connection(error: NoConnection) -> Page:
        log.error("no connection to the database was free in time")
        return page(503)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Page:
        log.exception("unforeseen fault: %s", type(error).__name__)
        return page(500)
