"""A coordinator's pages before anything is sent: a need's shortlist, proposing somebody."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.leaders.pot_queries import open_pots
from brokerage.leaders.rules import school_year
from brokerage.needs.queries import need_to_triage
from brokerage.needs.rules import IN_QUEUE
from brokerage.pairings import second_person, services, shortlists
from brokerage.pairings.forms import ProposeForm
from brokerage.pairings.profiles import ready
from brokerage.web.access import access, actor
from brokerage.web.forms import by
from brokerage.web.paging import page_number

blueprint = Blueprint("matching", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.get("/needs/<reference>/shortlist")
@access("pairing.read")
def shortlist(reference: str) -> str:
    need = need_to_triage(reading(), actor(), reference)
    found = None
    if ready(need):
        pages = page_number(), page_number("others")
        found = shortlists.for_need(reading(), need, clock.today(), *pages, actor=actor())
    return render_template(
        "pairings/shortlist.html",
        need=need,
        shortlist=found,
        open_now=need.state in IN_QUEUE,
    )


@blueprint.route("/needs/<reference>/propose/<int:leader_id>", methods=["GET", "POST"])
@access("pairing.propose")
def propose(reference: str, leader_id: int) -> Answer:
    need = need_to_triage(reading(), actor(), reference)
    if not ready(need):
        return redirect(url_for("pairings.matching.shortlist", reference=need.reference))
    fit = shortlists.fit_of(reading(), need, leader_id, clock.today(), actor())
    form = ProposeForm(half_days=need.half_days, who_pays=need.who_pays)
    form.offer(open_pots(reading(), need.partnership_id, school_year(clock.today())))
    if form.validate_on_submit():
        with form.rules():
            made = services.propose(
                by(),
                need.id,
                leader_id,
                half_days=form.half_days.data or 0,
                pence_a_day=form.price.pence,
                who_pays=form.who_pays.data or "",
                pot_id=form.pot_id,
                first_date=form.first_date.data,
                by_hand=form.by_hand.data or "",
            )
            flash("Sent: the first of the three is being asked.")
            return redirect(url_for("pairings.read", reference=made))
    somebody_else = second_person.says(
        reading(), actor(), need.partnership_id, need.urn, clock.today()
    )
    page = render_template(
        "pairings/propose.html", form=form, need=need, fit=fit, somebody_else=somebody_else
    )
    return page, form.status
