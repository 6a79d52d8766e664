"""What every page's template can use: words, links, the bar at the top."""

import hashlib
import uuid
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, request, url_for
from jinja2 import (
    ChainableUndefined,
    ChoiceLoader,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
)
from jinja2.utils import missing
from markupsafe import Markup, escape

from brokerage import paths
from brokerage.web import words
from brokerage.web.access import actor, may


@dataclass(frozen=True)
class Entry:
    """An entry of the bar at the top: shown to those who may come there."""

    text: str
    endpoint: str
    permission: str


BAR = [
    Entry("Desk", "desks.desk", "own.account"),
    Entry("Needs", "needs.queue", "need.read"),
    Entry("Matching", "pairings.matching.plan", "match.run"),
    Entry("Support", "engagements.listed", "engagement.read"),
    Entry("Radar", "radar.listed", "radar.read"),
    Entry("Leaders", "leaders.register", "leader.list"),
    Entry("Your record", "leaders.me", "leader.own"),
    Entry("New heads", "headships.index", "headship.tell"),
    Entry("Board", "desks.board", "board.read"),
    Entry("Partnership", "partnerships.mine", "partnership.read"),
]
# What stands at every page's foot, so that the bar stays one line.
KEEPING = [
    Entry("Schools", "schools.search", "school.search"),
    Entry("Case studies", "engagements.case_studies", "case_study.read"),
    Entry("People", "people.search", "person.read"),
    Entry("Messages", "messages.queue", "message.read"),
    Entry("How we follow up", "follow_ups.how_we_follow_up", "follow_up.read"),
    Entry("Areas of expertise", "specialisms.areas", "specialism.change"),
]


class Unknown(StrictUndefined):
    """What a template asks for and there is not: a fault, but for what the components of GOV.UK
    Frontend take for nothing: an option that they were not given, and their words for it."""

    def __new__(
        cls,
        hint: str | None = None,
        obj: Any = missing,
        name: str | None = None,
        *args: Any,
        **named: Any,
    ) -> Any:
        if isinstance(obj, dict) or name in ("undefined", "null", "caller"):
            return ChainableUndefined(hint, obj, name, *args, **named)
        return super().__new__(cls)


def register(app: Flask) -> None:
    """Prepare the templates."""
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(paths.templates()),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.jinja_env.undefined = Unknown
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        day=words.london_day,
        short_day=words.short_day,
        time=words.london_time,
        days=words.days,
        pounds=words.pounds,
        km=words.kilometres,
        counted=words.counted,
        paragraphs=paragraphs,
    )
    app.jinja_env.globals.update(
        may=may,
        actor=actor,
        asset=asset,
        bar=bar,
        keeping=keeping,
        page_link=page_link,
        new_form_key=lambda: uuid.uuid4().hex,
    )


def paragraphs(text: str | None) -> Markup:
    """Somebody's text as paragraphs, every mark of theirs shown as typed."""
    blocks = (text or "").strip().split("\n\n")
    return Markup("").join(
        Markup('<p class="govuk-body">{}</p>').format(
            Markup("<br>").join(escape(line) for line in block.split("\n"))
        )
        for block in blocks
        if block
    )


def asset(name: str) -> str:
    """The address of a page asset; it changes with its contents, so it can be kept for ever."""
    return url_for("static", filename=name, v=_digest(paths.static() / name))


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "missing"


def bar() -> list[tuple[str, str, bool]]:
    """The bar's entries for this person: text, address, and whether it is where they are."""
    here = _entry_here()
    return [
        (entry.text, url_for(entry.endpoint), entry is here)
        for entry in BAR
        if may(entry.permission)
    ]


def keeping() -> list[tuple[str, str]]:
    """What else this person keeps: text and address."""
    return [(entry.text, url_for(entry.endpoint)) for entry in KEEPING if may(entry.permission)]


def _entry_here() -> Entry | None:
    """The entry whose page this is; else the first whose room it is in."""
    room = (request.blueprint or "").split(".")[0]
    exact = (entry for entry in BAR if entry.endpoint == request.endpoint)
    of_room = (entry for entry in BAR if entry.endpoint.split(".")[0] == room)
    return next(exact, next(of_room, None))


def page_link(number: int, name: str = "page") -> str:
    """The present address with another page number; for a second list of a page, which has another
    ``name``, at the place of that name."""
    arguments = {**request.view_args, **request.args.to_dict(flat=False), name: number}  # type: ignore[dict-item]
    return url_for(request.endpoint or "", **arguments, _anchor=None if name == "page" else name)
