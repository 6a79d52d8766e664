"""The page of areas of expertise, on which a coordinator adds local ones."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from brokerage.database import reading
from brokerage.partnerships.queries import own_partnerships
from brokerage.specialisms import queries, services
from brokerage.specialisms.forms import PHASE_NAMES, AreaForm
from brokerage.web.access import access, actor
from brokerage.web.forms import by

blueprint = Blueprint("specialisms", __name__)


@blueprint.route("/specialisms", methods=["GET", "POST"])
@access("specialism.change")
def areas() -> str | Response | tuple[str, int]:
    mine = actor().coordinates()
    form = AreaForm()
    partnerships = [p for p in own_partnerships(reading(), actor()) if p.id in mine]
    form.partnership.choices = [(p.id, p.name) for p in partnerships]
    if form.validate_on_submit():
        with form.rules():
            services.add_area(
                by(),
                partnership_id=form.partnership.data,
                name=form.name.data,
                group=form.group.data,
                phases=form.phases.data,
                aliases=[
                    word.strip() for word in (form.aliases.data or "").split(",") if word.strip()
                ],
            )
            flash(f"{form.name.data} is on the list.")
            return redirect(url_for("specialisms.areas"))
    page = render_template(
        "specialisms/areas.html",
        form=form,
        groups=queries.groups(reading(), mine),
        local=queries.local_areas(reading(), mine),
        phase_names=PHASE_NAMES,
    )
    return page, form.status


@blueprint.post("/specialisms/<code>/retire")
@access("specialism.change")
def retire(code: str) -> Response:
    services.retire_area(by(), code)
    flash("The area is offered no more. What was done in it stays.")
    return redirect(url_for("specialisms.areas"))
