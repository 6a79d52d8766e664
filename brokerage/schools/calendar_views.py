"""Pages of a calendar: a partnership's, and a school's own where it differs."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.actor import PostKind
from brokerage.database import reading
from brokerage.errors import NotFound
from brokerage.partnerships.queries import partnership_in_scope
from brokerage.school_calendar.reading import Calendar, calendar_page
from brokerage.school_calendar.term_files import NotTermDates, TermDates, as_csv, read_term_dates
from brokerage.school_calendar.terms import DayKind, SeasonOf, school_year_of, version_of
from brokerage.schools import calendar_services as services
from brokerage.schools.calendar_forms import ShutForm, TakeInForm, TermFileForm, TermForm
from brokerage.schools.queries import partnerships_of_schools, school_in_scope
from brokerage.web.access import access, actor
from brokerage.web.forms import by

blueprint = Blueprint("calendar", __name__)

Answer = str | Response | tuple[str, int]
MOST_BYTES = 1024 * 1024
YEARS_AHEAD = 2


@blueprint.get("/partnerships/<int:partnership_id>/calendar")
@blueprint.get("/schools/<int:urn>/calendar")
@access("calendar.read")
def show(**whose: int) -> str:
    return render_template("schools/calendar.html", **_context(whose))


@blueprint.route(
    "/partnerships/<int:partnership_id>/calendar/<int:year>/<season>", methods=["GET", "POST"]
)
@blueprint.route("/schools/<int:urn>/calendar/<int:year>/<season>", methods=["GET", "POST"])
@access("calendar.change")
def term(year: int, season: str, **whose: int) -> Answer:
    context = _kept(whose)
    which = _season(year, season)
    shown = context["page"].term(year, which)
    off = shown.half_term
    dates = (shown.first, shown.last, off.first if off else None, off.last if off else None)
    form = TermForm(
        version=version_of(*dates) if shown.source == "own" else 0,
        first=shown.first,
        last=shown.last,
        half_term_first=off.first if off else None,
        half_term_last=off.last if off else None,
    )
    if form.validate_on_submit():
        with form.rules():
            services.set_term(
                by(),
                whose,
                year,
                which,
                first=form.first.data,
                last=form.last.data,
                half_term_first=form.half_term_first.data,
                half_term_last=form.half_term_last.data,
                version=form.version.data,
            )
            flash("The term is saved.")
            return _back(whose)
    page = render_template(
        "schools/calendar_term.html", form=form, year=year, season=which, **context
    )
    return page, form.status


@blueprint.post("/partnerships/<int:partnership_id>/calendar/<int:year>/<season>/unset")
@blueprint.post("/schools/<int:urn>/calendar/<int:year>/<season>/unset")
@access("calendar.change")
def unset(year: int, season: str, **whose: int) -> Response:
    _kept(whose)
    services.unset_term(by(), whose, year, _season(year, season))
    flash("The term is as before.")
    return _back(whose)


@blueprint.route("/partnerships/<int:partnership_id>/calendar/shut", methods=["GET", "POST"])
@blueprint.route("/schools/<int:urn>/calendar/shut", methods=["GET", "POST"])
@access("calendar.change")
def shut(**whose: int) -> Answer:
    context = _kept(whose)
    form = ShutForm()
    if form.validate_on_submit():
        with form.rules():
            services.shut(
                by(),
                whose,
                kind=DayKind(form.kind.data),
                first=form.first.data,
                last=form.last.data or form.first.data,
                note=form.note.data or "",
            )
            flash("It is noted.")
            return _back(whose)
    return render_template("schools/calendar_shut.html", form=form, **context), form.status


@blueprint.post("/partnerships/<int:partnership_id>/calendar/open/<int:closed_id>")
@blueprint.post("/schools/<int:urn>/calendar/open/<int:closed_id>")
@access("calendar.change")
def open_again(closed_id: int, **whose: int) -> Response:
    _kept(whose)
    services.open_again(by(), whose, closed_id)
    flash("It is taken back.")
    return _back(whose)


@blueprint.route("/partnerships/<int:partnership_id>/calendar/file", methods=["GET", "POST"])
@blueprint.route("/schools/<int:urn>/calendar/file", methods=["GET", "POST"])
@access("calendar.change")
def file(**whose: int) -> Answer:
    """A file is read and shown; nothing is kept until somebody has looked at it."""
    context = _kept(whose)
    form = TermFileForm()
    found: TermDates | None = None
    if form.validate_on_submit():
        sent = form.file.data.read(MOST_BYTES + 1) if form.file.data else b""
        try:
            if len(sent) > MOST_BYTES:
                raise NotTermDates("The file is too large for a list of term dates.")
            found = read_term_dates(sent, form.file.data.filename if form.file.data else "The file")
        except NotTermDates as fault:
            form.file.errors = [str(fault)]
    take_in = TakeInForm(formdata=None, content=as_csv(found) if found else "")
    page = render_template(
        "schools/calendar_file.html", form=form, found=found, take_in=take_in, **context
    )
    return page, form.status


@blueprint.post("/partnerships/<int:partnership_id>/calendar/take-in")
@blueprint.post("/schools/<int:urn>/calendar/take-in")
@access("calendar.change")
def take_in(**whose: int) -> Answer:
    context = _kept(whose)
    form = TakeInForm()
    if form.validate_on_submit():
        with form.rules():
            try:
                found = read_term_dates((form.content.data or "").encode(), "The file")
            except NotTermDates:
                raise NotFound from None
            services.take_in(by(), whose, found)
            flash("The term dates are taken in.")
            return _back(whose)
    page = render_template(
        "schools/calendar_file.html",
        form=TermFileForm(formdata=None),
        found=None,
        take_in=form,
        **context,
    )
    return page, form.status


def _season(year: int, season: str) -> SeasonOf:
    this_year = school_year_of(clock.today())
    if season not in set(SeasonOf) or not this_year - 1 <= year <= this_year + YEARS_AHEAD:
        raise NotFound
    return SeasonOf(season)


def _context(whose: dict[str, int]) -> dict[str, Any]:
    """Whose calendar it is, and what stands in it; raises NotFound for somebody else's."""
    partnership_id, urn = whose.get("partnership_id"), whose.get("urn")
    if partnership_id is not None:
        name = partnership_in_scope(reading(), actor(), partnership_id).name
    else:
        school = school_in_scope(reading(), actor(), urn or 0)
        shared = partnerships_of_schools(reading(), [school.urn])
        mine = sorted(shared & set(actor().partnership_ids)) or sorted(shared)
        name, partnership_id = school.name, mine[0] if mine else None
    page: Calendar = calendar_page(reading(), partnership_id, urn, clock.today(), YEARS_AHEAD)
    return {
        "whose": whose,
        "name": name,
        "shared_with": partnership_id if urn is not None else None,
        "of_board": partnership_id in actor().partnerships(PostKind.COORDINATOR, PostKind.OFFICER),
        "page": page,
        "keeps": services.keeps(reading(), actor(), whose),
    }


def _kept(whose: dict[str, int]) -> dict[str, Any]:
    context = _context(whose)
    if not context["keeps"]:
        raise NotFound
    return context


def _back(whose: dict[str, Any]) -> Response:
    return redirect(url_for("schools.calendar.show", **whose))
