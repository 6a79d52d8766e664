"""A coordinator's pages: confirm, record what is agreed already, pause, resume, end, settle."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.engagements import queries, services, visit_services
from brokerage.engagements.already_agreed import Agreed, record_already_agreed
from brokerage.engagements.change_forms import PauseForm
from brokerage.engagements.forms import (
    AlreadyAgreedForm,
    EndForm,
    ResolveForm,
)
from brokerage.engagements.pages import Answer, blueprint, form_page, found, to_page
from brokerage.leaders.pot_forms import PaysForm
from brokerage.leaders.pot_queries import open_pots
from brokerage.leaders.queries import leaders_of
from brokerage.life import Part
from brokerage.pairings import second_person
from brokerage.partnerships.queries import all_coordinated
from brokerage.specialisms.queries import groups
from brokerage.web.access import access, actor, may
from brokerage.web.forms import by


@blueprint.route("/pairings/<reference>/confirm", methods=["GET", "POST"])
@access("pairing.confirm")
def confirm(reference: str) -> Answer:
    """What was agreed, to look at once more; the press makes it an engagement. An officer comes
    here where every coordinator is of the supported school."""
    today = clock.today()
    pairing = second_person.pairing_to_confirm(reading(), actor(), reference, today)
    partnership_id, urn = pairing.partnership_id, pairing.need.urn
    form = PaysForm(pot=pairing.pot_id)
    form.offer(open_pots(reading(), partnership_id, pairing.year, besides=pairing.pot_id))
    if form.validate_on_submit():
        with form.rules():
            made = services.confirm(by(), reference, pot_id=form.pot_id)
            flash("It is agreed. All three have the agreement.")
            if not may("engagement.manage"):
                return redirect(url_for("desks.desk"))
            return redirect(url_for("engagements.read", reference=made))
    somebody_else = second_person.says(reading(), actor(), partnership_id, urn, today)
    page = render_template(
        "engagements/confirm.html", pairing=pairing, form=form, somebody_else=somebody_else
    )
    return page, form.status


@blueprint.route("/engagements/already-agreed", methods=["GET", "POST"])
@access("engagement.manage")
def already_agreed() -> Answer:
    """Need, pairing, answers and engagement on one screen."""
    form = AlreadyAgreedForm(agreed_on=clock.today())
    mine = all_coordinated(reading(), actor())
    form.partnership.choices = [(partnership.id, partnership.name) for partnership in mine]
    if len(mine) == 1:
        del form.partnership
    partnership_id = form.partnership.data if form.partnership else mine[0].id
    leaders = {p.id: leaders_of(reading(), p.id, clock.today()) for p in mine}
    people = {one.id: one for several in leaders.values() for one in several}
    form.leader.choices = [(0, "Choose one")] + [
        (one.id, f"{one.person.name}, {one.home.name}") for one in people.values()
    ]
    form.code.choices = groups(reading(), actor().coordinates())
    if form.validate_on_submit() and _is_member(form, leaders.get(partnership_id, [])):
        with form.rules():
            made = record_already_agreed(by(), partnership_id, _agreed(form))
            flash("It is recorded. All three have the agreement.")
            return redirect(url_for("engagements.read", reference=made))
    return render_template("engagements/already_agreed.html", form=form), form.status


def _is_member(form: Any, leaders: list[Any]) -> bool:
    if any(leader.id == form.leader.data for leader in leaders):
        return True
    form.leader.errors = ["This leader is not on that partnership’s register."]
    return False


def _agreed(form: Any) -> Agreed:
    return Agreed(
        urn=form.urn.data,
        leader_id=form.leader.data,
        code=form.code.data,
        phase=form.phase.data,
        half_days=form.half_days.data,
        worry=form.worry.data,
        outcomes=form.outcomes.data or "",
        pence_a_day=form.price.pence,
        who_pays=form.who_pays.data or "",
        first_date=form.first_date.data,
        agreed_on=form.agreed_on.data,
        agreed_how=form.agreed_how.data,
    )


@blueprint.route("/engagements/<reference>/visits/<int:visit_id>/resolve", methods=["GET", "POST"])
@access("engagement.manage")
def resolve(reference: str, visit_id: int) -> Answer:
    engagement = found(reference, Part.COORDINATOR)
    visit = queries.visit_of(engagement, visit_id)
    form = ResolveForm(half_days=visit.half_days)
    if form.validate_on_submit():
        with form.rules():
            visit_services.resolve(by(), visit.id, half_days=form.half_days.data)
            return to_page(engagement, "The visit’s log is settled.")
    lead = "Talk to both first. What you note here counts."
    return form_page(
        engagement, form, "Settle a disputed visit", "Settle it", lead=lead, visit=visit
    )


@blueprint.route("/engagements/<reference>/pause", methods=["GET", "POST"])
@access("engagement.manage")
def pause(reference: str) -> Answer:
    engagement = found(reference, Part.COORDINATOR)
    form = PauseForm()
    if form.validate_on_submit():
        with form.rules():
            reason, until = form.reason.data, form.until.data
            services.pause(by(), engagement.id, reason=reason, until=until)
            return to_page(engagement, "It is paused. Its days stay agreed; both are told.")
    lead = "Its days stay agreed. Visits planned in the pause are called off, and both are told."
    return form_page(engagement, form, "Pause this support", "Pause it", lead=lead)


@blueprint.post("/engagements/<reference>/resume")
@access("engagement.manage")
def resume(reference: str) -> Response:
    engagement = found(reference, Part.COORDINATOR)
    services.resume(by(), engagement.id)
    return to_page(engagement, "It goes on, and both are told. Next: plan the next visit.")


@blueprint.route("/engagements/<reference>/end", methods=["GET", "POST"])
@access("engagement.manage")
def end_early(reference: str) -> Answer:
    engagement = found(reference, Part.COORDINATOR)
    form = EndForm()
    if form.validate_on_submit():
        with form.rules():
            services.end_early(
                by(),
                engagement.id,
                reason=form.reason.data,
                need_goes_on=form.goes_on.data == "yes",
            )
            return to_page(engagement, "It is ended. Days not used are the leader’s again.")
    lead = "Days not used go back to the leader. Leader, head and releaser are told."
    return form_page(engagement, form, "End this support early", "End it", lead=lead)


@blueprint.post("/engagements/<reference>/concerns/<int:concern_id>/settle")
@access("engagement.manage")
def settle_concern(reference: str, concern_id: int) -> Response:
    engagement = found(reference, Part.COORDINATOR)
    concern = queries.concern_of(reading(), actor(), engagement, concern_id)
    services.settle_concern(by(), concern.id)
    return to_page(engagement, "The concern is settled.")
