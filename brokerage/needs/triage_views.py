"""Pages for coordinators: the queue, the call, and what becomes of a need."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.needs import queries, triage_services
from brokerage.needs.forms import (
    AreaForm,
    AskForm,
    BarForm,
    CallForm,
    NoteForm,
    WaitForm,
    areas_by_group,
    call_details,
)
from brokerage.needs.pages import Answer, form_page
from brokerage.needs.rules import Urgency
from brokerage.web.access import access, actor
from brokerage.web.forms import by

blueprint = Blueprint("triage", __name__)


@blueprint.route("/needs/<reference>/call", methods=["GET", "POST"])
@access("need.triage")
def call(reference: str) -> Answer:
    need = queries.need_to_triage(reading(), actor(), reference)
    form = CallForm(obj=need, rang=need.called_at is None)
    areas = queries.areas(reading(), [need.partnership_id])
    form.code.choices = areas_by_group(areas, "Not known yet")
    form.also_code.choices = areas_by_group(areas, "None")
    if form.validate_on_submit():
        with form.rules():
            triage_services.record_call(
                by(),
                need.id,
                version=form.version.data,
                given=call_details(form),
                urgency=Urgency(form.urgency.data),
                rang=form.rang.data,
                text=form.text.data or "",
            )
            flash("The call is noted." if form.rang.data else "The details are saved.")
            return _back(need)
    return render_template("needs/call.html", form=form, need=need), form.status


@blueprint.post("/needs/<reference>/take-on")
@access("need.triage")
def take_on(reference: str) -> Response:
    need = queries.need_to_triage(reading(), actor(), reference)
    triage_services.take_on(by(), need.id)
    flash(f"{need.reference} is yours.")
    return _back(need)


@blueprint.post("/needs/<reference>/take-up")
@access("need.triage")
def take_up(reference: str) -> Response:
    need = queries.need_to_triage(reading(), actor(), reference)
    triage_services.take_up(by(), need.id)
    flash(f"{need.reference} is open again.")
    return _back(need)


@blueprint.route("/needs/<reference>/ask", methods=["GET", "POST"])
@access("need.triage")
def ask(reference: str) -> Answer:
    need = queries.need_to_triage(reading(), actor(), reference)
    form = AskForm()
    lead = "The head answers by a link, without signing in. Until then the clock stands still."
    return form_page(
        need,
        form,
        "Ask the school",
        lead,
        "Send the question",
        lambda: triage_services.ask(by(), need.id, question=form.question.data),
        "The question is on its way.",
    )


@blueprint.route("/needs/<reference>/wait", methods=["GET", "POST"])
@access("need.triage")
def wait(reference: str) -> Answer:
    need = queries.need_to_triage(reading(), actor(), reference)
    form = WaitForm()
    lead = "It is kept as unmet, and comes back when somebody has days. The school is told."
    return form_page(
        need,
        form,
        "Nobody suitable yet",
        lead,
        "Put it to wait",
        lambda: triage_services.wait(by(), need.id, waiting_for=form.waiting_for.data),
        "It waits now. The school is told.",
    )


@blueprint.route("/needs/<reference>/scoping-visit", methods=["GET", "POST"])
@access("need.triage")
def scoping_visit(reference: str) -> Answer:
    need = queries.need_to_triage(reading(), actor(), reference)
    form = AreaForm(code=need.code)
    form.code.choices = areas_by_group(queries.areas(reading(), [need.partnership_id]), "Choose")
    lead = "Half a day by somebody who knows the field, as a small need of its own."
    return form_page(
        need,
        form,
        "Set up a scoping visit",
        lead,
        "Set it up",
        lambda: triage_services.scoping_visit(by(), need.id, code=form.code.data),
        "The scoping visit stands in the queue.",
    )


@blueprint.post("/needs/<reference>/copy-findings/<int:visit_id>")
@access("need.triage")
def copy_findings(reference: str, visit_id: int) -> Response:
    need = queries.need_to_triage(reading(), actor(), reference)
    triage_services.copy_findings(by(), need.id, visit_id=visit_id)
    flash("Outcomes and baseline are copied.")
    return _back(need)


@blueprint.route("/needs/<reference>/split", methods=["GET", "POST"])
@access("need.triage")
def split(reference: str) -> Answer:
    need = queries.need_to_triage(reading(), actor(), reference)
    form = AreaForm()
    form.code.choices = areas_by_group(queries.areas(reading(), [need.partnership_id]), "Choose")
    lead = "A copy with another specialism. Close this one if the other takes its place."
    return form_page(
        need,
        form,
        "Turn into another need",
        lead,
        "Make the other need",
        lambda: triage_services.split(by(), need.id, code=form.code.data),
        "The other need stands in the queue.",
    )


@blueprint.route("/needs/<reference>/bar", methods=["GET", "POST"])
@access("need.triage")
def bar(reference: str) -> Answer:
    need = queries.need_to_triage(reading(), actor(), reference)
    form = BarForm()
    leaders = queries.leaders_in(reading(), need.partnership_id, clock.today())
    form.leader.choices = [(one.id, f"{one.person.name}, {one.home.name}") for one in leaders]
    return form_page(
        need,
        form,
        "Please not this leader",
        "Only coordinators see this. The leader will not be suggested for this need.",
        "Note it",
        lambda: triage_services.bar(
            by(), need.id, leader_id=form.leader.data, reason=form.reason.data or ""
        ),
        "It is noted.",
    )


@blueprint.post("/needs/<reference>/bar/<int:leader_id>/take-back")
@access("need.triage")
def unbar(reference: str, leader_id: int) -> Response:
    need = queries.need_to_triage(reading(), actor(), reference)
    triage_services.unbar(by(), need.id, leader_id=leader_id)
    flash("It is taken back.")
    return _back(need)


@blueprint.route("/needs/<reference>/note", methods=["GET", "POST"])
@access("need.triage")
def write_note(reference: str) -> Answer:
    need = queries.need_to_triage(reading(), actor(), reference)
    form = NoteForm()
    return form_page(
        need,
        form,
        "Write a note",
        "Seen by coordinators alone.",
        "Keep the note",
        lambda: triage_services.write_note(by(), need.id, text=form.text.data),
        "The note is kept.",
    )


def _back(need: Any) -> Response:
    return redirect(url_for("needs.read", reference=need.reference))
