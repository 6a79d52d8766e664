"""Pages of a calendar: a partnership's, and a school's own where it differs."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.errors import NotFound
from brokerage.partnerships.queries import partnership_in_scope
from brokerage.school_calendar.reading import Calendar, calendar_page
from brokerage.school_calendar.term_files import NotTermDates, TermDates, as_csv, read_term_dates
from brokerage.school_calendar.terms import DayKind, SeasonOf, school_year_of
from brokerage.schools import calendar_services as services
from brokerage.schools.calendar_forms import ShutForm, TakeInForm, TermFileForm, TermForm
from brokerage.schools.queries import partnerships_of_schools, school_in_scope
from brokerage.web.access import access, actor
from brokerage.web.forms import by

blueprint = Blueprint("calendar", __name__)

Answer = str | Response | tuple[str, int]
MOST_BYTES = 1024 * 1024
YEARS_AHEAD = 2


@blueprint.get("/calendar/<any(partnership, school):what>/<int:number>")
@access("calendar.read")
def show(what: str, number: int) -> str:
    return render_template("schools/calendar.html", **_context(what, number))


@blueprint.route(
    "/calendar/<any(partnership, school):what>/<int:number>/<int:year>/<season>",
    methods=["GET", "POST"],
)
@access("calendar.change")
def term(what: str, number: int, year: int, season: str) -> Answer:
    context = _kept(what, number)
    which = _season(year, season)
    shown = context["page"].term(year, which)
    off = shown.half_term
    form = TermForm(
        first=shown.first,
        last=shown.last,
        half_term_first=off.first if off else None,
        half_term_last=off.last if off else None,
    )
    if form.validate_on_submit():
        with form.rules():
            services.set_term(
                by(),
                (what, number),
                year,
                which,
                first=form.first.data,
                last=form.last.data,
                half_term_first=form.half_term_first.data,
                half_term_last=form.half_term_last.data,
            )
            flash("The term is saved.")
            return _back(what, number)
    page = render_template(
        "schools/calendar_term.html", form=form, year=year, season=which, **context
    )
    return page, form.status


@blueprint.post("/calendar/<any(partnership, school):what>/<int:number>/<int:year>/<season>/unset")
@access("calendar.change")
def unset(what: str, number: int, year: int, season: str) -> Response:
    _kept(what, number)
    services.unset_term(by(), (what, number), year, _season(year, season))
    flash("The term is as before.")
    return _back(what, number)


@blueprint.route(
    "/calendar/<any(partnership, school):what>/<int:number>/shut", methods=["GET", "POST"]
)
@access("calendar.change")
def shut(what: str, number: int) -> Answer:
    context = _kept(what, number)
    form = ShutForm()
    if form.validate_on_submit():
        with form.rules():
            services.shut(
                by(),
                (what, number),
                kind=DayKind(form.kind.data),
                first=form.first.data,
                last=form.last.data or form.first.data,
                note=form.note.data or "",
            )
            flash("It is noted.")
            return _back(what, number)
    return render_template("schools/calendar_shut.html", form=form, **context), form.status


@blueprint.post("/calendar/<any(partnership, school):what>/<int:number>/open/<int:closed_id>")
@access("calendar.change")
def open_again(what: str, number: int, closed_id: int) -> Response:
    _kept(what, number)
    services.open_again(by(), (what, number), closed_id)
    flash("It is taken back.")
    return _back(what, number)


@blueprint.route(
    "/calendar/<any(partnership, school):what>/<int:number>/file", methods=["GET", "POST"]
)
@access("calendar.change")
def file(what: str, number: int) -> Answer:
    """A file is read and shown; nothing is kept until somebody has looked at it."""
    context = _kept(what, number)
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


@blueprint.post("/calendar/<any(partnership, school):what>/<int:number>/take-in")
@access("calendar.change")
def take_in(what: str, number: int) -> Answer:
    context = _kept(what, number)
    form = TakeInForm()
    if form.validate_on_submit():
        with form.rules():
            try:
                found = read_term_dates((form.content.data or "").encode(), "The file")
            except NotTermDates:
                raise NotFound from None
            services.take_in(by(), (what, number), found)
            flash("The term dates are taken in.")
            return _back(what, number)
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


def _context(what: str, number: int) -> dict[str, Any]:
    """Whose calendar it is, and what stands in it; raises NotFound for somebody else's."""
    partnership_id: int | None = number
    urn: int | None = None
    if what == "partnership":
        name = partnership_in_scope(reading(), actor(), number).name
    else:
        school = school_in_scope(reading(), actor(), number)
        shared = partnerships_of_schools(reading(), [number])
        mine = sorted(shared & set(actor().partnership_ids)) or sorted(shared)
        name, partnership_id, urn = school.name, mine[0] if mine else None, number
    page: Calendar = calendar_page(reading(), partnership_id, urn, clock.today(), YEARS_AHEAD)
    return {
        "what": what,
        "number": number,
        "name": name,
        "shared_with": partnership_id if urn is not None else None,
        "page": page,
        "keeps": services.keeps(reading(), actor(), (what, number)),
    }


def _kept(what: str, number: int) -> dict[str, Any]:
    context = _context(what, number)
    if not context["keeps"]:
        raise NotFound
    return context


def _back(what: str, number: int) -> Response:
    return redirect(url_for("schools.calendar.show", what=what, number=number))
