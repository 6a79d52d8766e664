"""What the pages of this room share: the blueprint, and finding the engagement they are about."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.engagements import queries
from brokerage.errors import NotFound
from brokerage.life import Part
from brokerage.people.links import follow
from brokerage.web.access import actor

blueprint = Blueprint("engagements", __name__)

Answer = str | Response | tuple[str, int]
WHOSE = {Part.HEAD: "the head of the supported school", Part.LEADER: "the leader"}
Done = Callable[[str], Response]
"""Where an answer leads, with what was done: to the engagement's page, or to thanks."""


def found(reference: str, *parts: Part) -> Any:
    """The engagement, for somebody with a part in it (with one of ``parts``, if any are named).

    Raises NotFound for anybody else.
    """
    engagement = queries.engagement_by_reference(reading(), actor(), reference)
    return _for(engagement, *parts)


def followed(purpose: str, token: str, *parts: Part) -> tuple[Any, Any, Any]:
    """The link of this token, its engagement, and its visit if it is about one."""
    link = follow(purpose, token)
    visit = None
    engagement_id = link.subject_id
    if link.subject == "visit":
        visit = queries.visit_by_id(reading(), link.subject_id)
        engagement_id = visit.engagement_id
    engagement = queries.engagement_by_id(reading(), engagement_id)
    return link, _for(engagement, *parts), visit


def by_phone(engagement: Any, part: Part) -> bool:
    """Whether a coordinator is writing down what somebody else said."""
    mine = queries.parts(actor(), engagement)
    return part not in mine and Part.COORDINATOR in mine


def form_page(
    engagement: Any, form: Any, title: str, button: str, *, part: Part | None = None, **words: Any
) -> Answer:
    """A page with one form. ``part`` is whose words these are: a coordinator is told that they
    write them down for somebody, who gets a copy."""
    phone = part if part is not None and by_phone(engagement, part) else None
    return render_template(
        "engagements/one_form.html",
        engagement=engagement,
        form=form,
        title=title,
        button=button,
        phone=WHOSE[phone] if phone else "",
        **{"lead": "", "visit": None, "off": [], "unnoted": []} | words,
    ), form.status


def to_page(engagement: Any, sentence: str) -> Response:
    """Back to the engagement's page, with what was done."""
    flash(sentence)
    return redirect(url_for("engagements.read", reference=engagement.reference))


def thanks(sentence: str) -> Response:
    """To the page that thanks somebody who answered by a link, with what was done."""
    flash(sentence)
    return redirect(url_for("engagements.thank_you"))


def head_of(engagement: Any) -> Any:
    """The head of the supported school today."""
    return queries.supported_head(reading(), engagement, clock.today())


def _for(engagement: Any, *parts: Part) -> Any:
    mine = queries.parts(actor(), engagement)
    if not mine or (parts and not mine & set(parts)):
        raise NotFound
    return engagement
