"""Where somebody who follows another in post reads what was agreed, and goes on with it in one
press; by link, signed in, or as a coordinator whom they told by telephone."""

from collections.abc import Callable
from typing import Any

from flask import render_template, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.engagements import queries, succession_services
from brokerage.engagements.agreement import versions
from brokerage.engagements.forms import CheckForm
from brokerage.engagements.pages import Answer, Done, blueprint, found, thanks, to_page
from brokerage.engagements.rules import LIVE
from brokerage.engagements.succession_queries import (
    PART,
    open_successions,
    succession_by_id,
    succession_for,
)
from brokerage.engagements.telling import SUCCESSION
from brokerage.errors import NotFound, RuleBroken
from brokerage.life import Part
from brokerage.people.links import GONE, follow
from brokerage.web.access import access, actor
from brokerage.web.forms import by, sent_before

YES = "It goes on as agreed."
TALK = "Your coordinator will ring you. Nothing stops meanwhile."


@blueprint.route("/engagements/by-link/go-on/<token>", methods=["GET", "POST"])
@access("link.follow")
def succession_by_link(token: str) -> Answer:
    link = follow(SUCCESSION, token)
    if sent_before():
        return thanks(YES)
    engagement, succession = _open(link)
    talk = url_for("engagements.talk_first_by_link", token=token)
    return _answer(engagement, succession, talk, thanks, link.id)


@blueprint.post("/engagements/by-link/go-on/<token>/talk")
@access("link.follow")
def talk_first_by_link(token: str) -> Response:
    _, succession = _open(follow(SUCCESSION, token))
    succession_services.talk_first(by(), succession.id)
    return thanks(TALK)


@blueprint.route("/engagements/<reference>/go-on/<int:succession_id>", methods=["GET", "POST"])
@access("asked.read")
def succession(reference: str, succession_id: int) -> Answer:
    engagement = found(reference)
    if sent_before():
        return to_page(engagement, YES)
    follows = succession_for(actor(), engagement, succession_id)
    if follows.person_id is None or engagement.state not in LIVE:
        raise NotFound
    talk = url_for(
        "engagements.talk_first", reference=engagement.reference, succession_id=succession_id
    )
    return _answer(engagement, follows, talk, lambda said: to_page(engagement, said))


@blueprint.post("/engagements/<reference>/go-on/<int:succession_id>/talk")
@access("asked.read")
def talk_first(reference: str, succession_id: int) -> Response:
    engagement = found(reference)
    follows = succession_for(actor(), engagement, succession_id)
    succession_services.talk_first(by(), follows.id)
    return to_page(engagement, TALK)


def _open(link: Any) -> tuple[Any, Any]:
    """The engagement of a link, and who follows in it, as long as that is still to be answered."""
    about = succession_by_id(reading(), link.subject_id)
    engagement = queries.engagement_by_id(reading(), about.engagement_id)
    if about.id not in {one.id for one in open_successions(engagement)} or (
        engagement.state not in LIVE
    ):
        raise RuleBroken(GONE)
    return engagement, succession_for(actor(), engagement, about.id)


def _answer(
    engagement: Any, follows: Any, talk: str, done: Done, link_id: int | None = None
) -> Answer:
    form = CheckForm()
    if form.validate_on_submit():
        with form.rules():
            succession_services.agree(by(), follows.id, link_id=link_id)
            return done(YES)
    whose: Callable[[Any], bool] = lambda one: one.person_id == actor().person_id  # noqa: E731
    phone = "" if whose(follows) else f"{follows.person.name}"
    return render_template(
        "engagements/succession.html",
        engagement=engagement,
        succession=follows,
        of_school=PART[follows.side] is Part.HEAD,
        agreement=versions(reading(), engagement)[0],
        leader_left=queries.leader_today(reading(), engagement, clock.today()) is None,
        next_visit=queries.next_planned(engagement),
        today=clock.today(),
        phone=phone,
        talk=talk,
        form=form,
    ), form.status
