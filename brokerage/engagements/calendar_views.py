"""A person's own calendar: the page of its private address, the feed behind it, one visit's file.

The feed needs no sign-in, since no calendar can: who has its address reads it. It says no more than
when and where; it can be replaced, and dies with its person's last post.
"""

from urllib.parse import urlsplit

from flask import Response as FlaskResponse
from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.engagements import calendar_queries, calendar_services, diary, queries
from brokerage.engagements.pages import blueprint, found
from brokerage.errors import NotFound
from brokerage.life import Part
from brokerage.web.access import access, actor
from brokerage.web.forms import by

NAMED_AS = (Part.LEADER, Part.HEAD, Part.COORDINATOR)
"""In whose words a visit is named, for somebody who is more than one of them."""


@blueprint.get("/account/calendar")
@access("own.account")
def own_calendar() -> str:
    feed = calendar_queries.feed_of(reading(), actor().person_id or 0)
    address = ""
    if feed is not None:
        path = url_for("engagements.feed", token=calendar_queries.token(feed))
        address = f"{current_app.config['PUBLIC_URL']}{path}"
    return render_template(
        "engagements/own_calendar.html",
        feed=feed,
        address=address,
        webcal=address.replace(f"{urlsplit(address).scheme}://", "webcal://", 1),
        visits=calendar_queries.visits_in_calendar(reading(), actor(), clock.today()),
        today=clock.today(),
    )


@blueprint.post("/account/calendar/make")
@access("own.account")
def make_calendar() -> Response:
    calendar_services.make_address(by())
    flash("This is your calendar’s new address. One that you had before works no more.")
    return redirect(url_for("engagements.own_calendar"))


@blueprint.post("/account/calendar/stop")
@access("own.account")
def stop_calendar() -> Response:
    calendar_services.stop(by())
    flash("Your calendar’s address works no more.")
    return redirect(url_for("engagements.own_calendar"))


@blueprint.get("/calendar/<token>.ics")
@access("link.follow")
def feed(token: str) -> FlaskResponse:
    """The visits behind a private address, for a calendar; unknown or stopped, it is not found."""
    today = clock.today()
    of_token, person = calendar_queries.feed_of_token(reading(), token, today)
    shown = calendar_queries.visits_in_calendar(reading(), person, today)
    number, read_before = of_token.id, of_token.last_read_on == today
    answer = _file(diary.text(shown), "visits.ics")
    answer.add_etag()
    answer.make_conditional(request)
    reading().rollback()
    if not read_before:
        calendar_services.note_read(number, today)
    return answer


@blueprint.get("/engagements/<reference>/visits/<int:visit_id>/visit.ics")
@access("engagement.plan")
def visit_file(reference: str, visit_id: int) -> FlaskResponse:
    """One visit, for whoever has just planned or moved it and has no mail about it."""
    engagement = found(reference, *NAMED_AS)
    mine = queries.parts(actor(), engagement)
    part = next(part for part in NAMED_AS if part in mine)
    visit = queries.visit_of(engagement, visit_id)
    one = diary.entry(visit, engagement, part)
    if one is None:
        raise NotFound
    return _file(diary.text([one]), "visit.ics")


def _file(text: str, name: str) -> FlaskResponse:
    answer = FlaskResponse(text, content_type="text/calendar; charset=utf-8; method=PUBLISH")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
