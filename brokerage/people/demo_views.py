"""In a demo only: whom one can be, and the messages as their readers would get them."""

import re

from flask import Blueprint, current_app, render_template
from markupsafe import Markup

from brokerage.database import reading
from brokerage.errors import NotFound
from brokerage.messages import queries
from brokerage.people.links import fill
from brokerage.web.access import access
from brokerage.web.paging import page_number

blueprint = Blueprint("demo", __name__)

_ADDRESS = re.compile(r"(https?://\S+)")


@blueprint.get("/demo/people")
@access("demo.sign_in")
def people() -> str:
    _only_in_a_demo()
    return render_template("people/demo_people.html")


@blueprint.get("/demo/mailbox")
@access("demo.mailbox")
def mailbox() -> str:
    _only_in_a_demo()
    page = queries.mailbox_page(reading(), page_number())
    return render_template("people/mailbox.html", page=page)


@blueprint.get("/demo/mailbox/<int:message_id>")
@access("demo.mailbox")
def message(message_id: int) -> str:
    _only_in_a_demo()
    found = queries.message(reading(), message_id)
    try:
        text = fill(found)
    except NotFound:
        text = found.body
    lines = [_with_links(line) for line in text.split("\n")]
    return render_template("people/mailbox_message.html", message=found, lines=lines)


def _only_in_a_demo() -> None:
    if not current_app.config["DEMO"]:
        raise NotFound


def _with_links(line: str) -> Markup:
    parts = _ADDRESS.split(line)
    link = Markup('<a class="govuk-link" href="{0}">{0}</a>')
    return Markup("").join(
        link.format(part) if _ADDRESS.fullmatch(part) else Markup("{}").format(part)
        for part in parts
    )
