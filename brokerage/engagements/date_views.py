"""Pages about the date of a visit: planned, moved in one press, or off; also by the link in the
mail that tells the other side of it."""

from datetime import date
from typing import Any

from flask import render_template, url_for

from brokerage import clock
from brokerage.database import reading
from brokerage.engagements import pages, queries, visit_days, visit_services
from brokerage.engagements.forms import MoveForm, NotHappenedForm, PlanForm
from brokerage.engagements.pages import Answer, Done, blueprint, followed, found, thanks, to_page
from brokerage.engagements.rules import WORKERS, VisitState
from brokerage.engagements.telling import DATE
from brokerage.errors import RuleBroken
from brokerage.life import Part
from brokerage.people.links import GONE
from brokerage.web.access import access, actor
from brokerage.web.forms import by, sent_before
from brokerage.web.words import london_day

LEAD = "Both schools are open on these days. One press, and the other side is told."
ANEW = "Press its new date: both schools are open then, and the other side is told."
STANDS = "It stands as it is unless you change it."
OFF = "The other side knows."


def days_instead(engagement: Any, visit: Any) -> list[date]:
    """Days to offer for a visit that cannot be, or was not, on its own."""
    return visit_days.instead_of(reading(), engagement, visit.planned_on, clock.today())


def _verb(visit: Any) -> str:
    """Of a planned visit that is not to be: it did not happen, or it will not."""
    return "did" if visit.planned_on <= clock.today() else "will"


@blueprint.route("/engagements/<reference>/visits/new", methods=["GET", "POST"])
@access("engagement.plan")
def plan(reference: str) -> Answer:
    engagement = found(reference, *WORKERS)
    form = PlanForm()
    if form.validate_on_submit():
        with form.rules():
            on = form.planned_on.data
            visit_services.plan(by(), engagement.id, on)
            return to_page(engagement, f"A visit is planned for {london_day(on)}. {OFF}")
    today = clock.today()
    dated = [visit.happened_on or visit.planned_on or today for visit in engagement.visits]
    days = visit_days.following(reading(), engagement, max(dated, default=today), today)
    return _page(engagement, form, form.planned_on, days, "Plan a visit", "Plan this visit")


@blueprint.route("/engagements/<reference>/visits/<int:visit_id>/move", methods=["GET", "POST"])
@access("engagement.plan")
def move(reference: str, visit_id: int) -> Answer:
    engagement = found(reference, *WORKERS)
    visit = queries.visit_of(engagement, visit_id)
    off = url_for("engagements.did_not_happen", reference=reference, visit_id=visit_id)
    return move_answer(engagement, visit, lambda said: to_page(engagement, said), off)


def _still_planned(visit: Any) -> None:
    if visit.state is not VisitState.PLANNED and not sent_before():
        raise RuleBroken("This visit was noted already, or is off.")


def move_answer(engagement: Any, visit: Any, done: Done, off: str) -> Answer:
    """The page of a visit's date, and what is sent from it."""
    _still_planned(visit)
    form = MoveForm(obj=visit)
    if form.validate_on_submit():
        with form.rules():
            on = form.planned_on.data
            visit_services.move(by(), visit.id, on, version=form.version.data)
            return done(f"The visit is moved to {london_day(on)}. {OFF}")
    title = f"Move the visit planned for {london_day(visit.planned_on)}"
    days = days_instead(engagement, visit)
    said = f"It {_verb(visit)} not happen"
    return _page(engagement, form, form.planned_on, days, title, "Move it", off=(off, said))


@blueprint.route("/engagements/by-link/date/<token>", methods=["GET", "POST"])
@access("link.follow")
def date_by_link(token: str) -> Answer:
    """The date of a visit, for whoever was told of it: it stands, or they move it. The link goes on
    working as long as the visit is to come."""
    _, engagement, visit = followed(DATE, token, *WORKERS)
    if visit.state is not VisitState.PLANNED and not sent_before():
        raise RuleBroken(GONE)
    off = url_for("engagements.date_off_by_link", token=token)
    return move_answer(engagement, visit, thanks, off)


@blueprint.post("/engagements/by-link/date/<token>/off")
@access("link.follow")
def date_off_by_link(token: str) -> Answer:
    _, engagement, visit = followed(DATE, token, *WORKERS)
    return not_happened_answer(engagement, visit, thanks)


@blueprint.route(
    "/engagements/<reference>/visits/<int:visit_id>/did-not-happen", methods=["GET", "POST"]
)
@access("engagement.plan")
def did_not_happen(reference: str, visit_id: int) -> Answer:
    engagement = found(reference, *WORKERS)
    visit = queries.visit_of(engagement, visit_id)
    return not_happened_answer(engagement, visit, lambda said: to_page(engagement, said))


def not_happened_answer(engagement: Any, visit: Any, done: Done) -> Answer:
    """A page of its own for a visit that is not to be, or was not; with a new date in one press."""
    _still_planned(visit)
    form = NotHappenedForm()
    said = said_not_happened(visit, form)
    if said is not None:
        return done(said)
    verb, days = _verb(visit), days_instead(engagement, visit)
    title = f"The visit planned for {london_day(visit.planned_on)} {verb} not happen"
    return _page(engagement, form, form.new_date, days, title, f"It {verb} not happen")


def said_not_happened(visit: Any, form: Any, link_id: int | None = None) -> str | None:
    """Note that the visit did not happen; what is said of it, or None where a rule is broken."""
    if form.validate_on_submit():
        with form.rules():
            new, said = form.new_date.data, f"It is noted that the visit {_verb(visit)} not happen."
            visit_services.did_not_happen(by(), visit.id, new, link_id=link_id)
            return f"{said} The new date is {london_day(new)}." if new else said
    return None


def _page(
    engagement: Any,
    form: Any,
    box: Any,
    days: list[date],
    title: str,
    button: str,
    *,
    off: tuple[str, str] = ("", ""),
) -> Answer:
    own, anew = queries.parts(actor(), engagement), box.name == "new_date"
    by_phone = pages.by_phone(engagement, Part.LEADER) and Part.HEAD not in own
    return render_template(
        "engagements/another_day.html",
        engagement=engagement,
        form=form,
        box=box,
        days=days,
        title=title,
        lead=ANEW if anew else f"{STANDS} {LEAD}" if off[0] else LEAD,
        button=button,
        off=off[0],
        off_words=off[1],
        phone=pages.WHOSE[Part.LEADER] if by_phone and anew else "",
    ), form.status
