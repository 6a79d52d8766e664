"""Which schools a partnership has: its authorities, and schools picked by hand."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from brokerage.database import reading
from brokerage.errors import NotFound
from brokerage.partnerships.queries import coordinated
from brokerage.schools import queries, services
from brokerage.schools.forms import AuthorityForm, PickForm
from brokerage.web.access import access, actor
from brokerage.web.forms import by

blueprint = Blueprint("members", __name__)


@blueprint.route("/partnerships/<int:partnership_id>/schools", methods=["GET", "POST"])
@access("partnership.change")
def show(partnership_id: int) -> Response | tuple[str, int]:
    partnership = coordinated(reading(), actor(), partnership_id)
    known = queries.authorities(reading())
    codes = [held.la_code for held in partnership.authorities]
    picks = "school" in request.form
    of_authority = AuthorityForm(None if picks else request.form)
    of_authority.la_code.choices = [
        (code, f"{code} {name}") for code, name in known.items() if code not in codes
    ]
    pick = PickForm(request.form if picks else None)
    form: Any = pick if picks else of_authority
    if form.validate_on_submit():
        with form.rules():
            if picks:
                services.pick_school(by(), partnership_id, pick.school.data or 0)
            else:
                services.add_authority(by(), partnership_id, of_authority.la_code.data)
            flash("Added.")
            return redirect(url_for("schools.members.show", partnership_id=partnership_id))
    page = render_template(
        "schools/members.html",
        partnership=partnership,
        names=known,
        numbers=queries.schools_by_authority(reading(), codes),
        codes=codes,
        picked=queries.hand_picked(reading(), partnership_id),
        total=queries.number_of_schools(reading(), partnership_id),
        of_authority=of_authority,
        pick=pick,
        form=form,
    )
    return page, form.status


@blueprint.post("/partnerships/<int:partnership_id>/schools/remove")
@access("partnership.change")
def remove(partnership_id: int) -> Response:
    """Remove an authority, or a school that was picked by hand."""
    la_code, urn = request.form.get("la_code"), request.form.get("urn", "")
    if la_code:
        services.remove_authority(by(), partnership_id, la_code)
    elif urn.isascii() and urn.isdigit() and len(urn) < 8:
        services.unpick_school(by(), partnership_id, int(urn))
    else:
        raise NotFound
    flash("Removed.")
    return redirect(url_for("schools.members.show", partnership_id=partnership_id))
