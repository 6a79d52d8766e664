"""A coordinator's pages of funding pots."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.leaders import pot_queries, pot_services
from brokerage.leaders.pot_forms import NewPotForm, PotForm
from brokerage.leaders.rules import school_year, school_year_name
from brokerage.partnerships.queries import all_coordinated, chosen, coordinated
from brokerage.web.access import access, actor
from brokerage.web.forms import by
from brokerage.web.paging import page_number

blueprint = Blueprint("pots", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.get("/pots")
@access("pot.keep")
def listed() -> str:
    mine = all_coordinated(reading(), actor())
    partnership = chosen(mine, request.args.get("partnership", ""))
    now = school_year(clock.today())
    years = {year: school_year_name(year) for year in (now + 1, now, now - 1)}
    asked = request.args.get("year", "")
    year = next((each for each in years if str(each) == asked), now)
    return render_template(
        "leaders/pots.html",
        partnership=partnership,
        partnerships=mine,
        pots=pot_queries.pots_of(reading(), partnership.id, year),
        year=year,
        years=years,
    )


@blueprint.route("/pots/new/<int:partnership_id>", methods=["GET", "POST"])
@access("pot.keep")
def add(partnership_id: int) -> Answer:
    partnership = coordinated(reading(), actor(), partnership_id)
    now = school_year(clock.today())
    form = NewPotForm(year=now)
    form.year.choices = [(year, school_year_name(year)) for year in (now, now + 1)]
    if form.validate_on_submit():
        with form.rules():
            made = pot_services.add(
                by(),
                partnership_id,
                name=form.name.data or "",
                year=form.year.data,
                half_days=form.half_days.data,
                pence=form.pence.data,
            )
            flash("The pot is there. It can be chosen wherever you say who pays.")
            return redirect(url_for("leaders.pots.read", pot_id=made))
    return _form_page(form, f"Add a pot: {partnership.name}", "Add it", partnership_id)


@blueprint.get("/pots/<int:pot_id>")
@access("pot.keep")
def read(pot_id: int) -> str:
    pot = pot_queries.pot_in_scope(reading(), actor(), pot_id)
    return render_template(
        "leaders/pot.html",
        pot=pot,
        year=school_year_name(pot.year),
        page=pot_queries.movements_page(reading(), pot, page_number()),
    )


@blueprint.route("/pots/<int:pot_id>/change", methods=["GET", "POST"])
@access("pot.keep")
def change(pot_id: int) -> Answer:
    pot = pot_queries.pot_in_scope(reading(), actor(), pot_id)
    form = PotForm(obj=pot)
    if form.validate_on_submit():
        with form.rules():
            pot_services.change(
                by(),
                pot_id,
                version=form.version.data,
                name=form.name.data or "",
                half_days=form.half_days.data,
                pence=form.pence.data,
            )
            flash("Saved.")
            return redirect(url_for("leaders.pots.read", pot_id=pot_id))
    return _form_page(form, f"Change the pot {pot.name}", "Save", pot.partnership_id)


@blueprint.post("/pots/<int:pot_id>/<any(close, open):what>")
@access("pot.keep")
def press(pot_id: int, what: str) -> Response:
    """Closed to new support, or open again."""
    pot_services.close(by(), pot_id, closed=what == "close")
    closed = "It is closed: no more support is paid from it. What is agreed stays so."
    flash(closed if what == "close" else "It is open again.")
    return redirect(url_for("leaders.pots.read", pot_id=pot_id))


def _form_page(form: Any, title: str, button: str, partnership_id: int) -> tuple[str, int]:
    page = render_template(
        "leaders/pot_form.html",
        form=form,
        title=title,
        button=button,
        partnership_id=partnership_id,
    )
    return page, form.status
