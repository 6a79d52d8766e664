"""A coordinator's pages about pairings: where each stands, and what can be done about it."""

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.leaders import conflicts
from brokerage.life import Part
from brokerage.pairings import (
    asking_services,
    ending_views,
    plan_views,
    queries,
    recruitment_views,
    run_views,
    second_person,
    services,
    what_if_views,
)
from brokerage.pairings.answer_views import Answer
from brokerage.pairings.answer_views import blueprint as blueprint
from brokerage.pairings.forms import RecordForm, WithdrawForm
from brokerage.pairings.queries import Pairing
from brokerage.pairings.rules import (
    IN_WORDS,
    LIVES,
    OVER,
    STEPS,
    UNDER_WAY,
    PairingState,
    Step,
)
from brokerage.web.access import access, actor
from brokerage.web.forms import by
from brokerage.web.paging import page_number

blueprint.register_blueprint(plan_views.blueprint)
blueprint.register_blueprint(run_views.blueprint)
blueprint.register_blueprint(ending_views.blueprint)
blueprint.register_blueprint(what_if_views.blueprint)
blueprint.register_blueprint(recruitment_views.blueprint)

FILTERS: dict[str, tuple[str, frozenset[PairingState]]] = {
    "under-way": ("Under way", UNDER_WAY),
    "suggested": ("Suggested, not sent", frozenset({PairingState.SUGGESTED})),
    "confirmed": ("Confirmed", frozenset({PairingState.CONFIRMED})),
    "over": ("Came to nothing", OVER),
}
WHAT = {
    Step.RELEASE: "Release by their own school",
    Step.CHOOSE: "Choice by the supported school",
    Step.ACCEPT: "The leader’s own answer",
}


@blueprint.app_template_filter("pairing_state")
def in_words(state: PairingState) -> str:
    return IN_WORDS[state]


@blueprint.get("/pairings")
@access("pairing.read")
def index() -> str:
    state = request.args.get("state", "")
    state = state if state in FILTERS else "under-way"
    today = clock.today()
    page = queries.pairings_page(reading(), actor(), FILTERS[state][1], today, page_number())
    return render_template(
        "pairings/index.html", page=page, state=state, filters=FILTERS, today=today, what=WHAT
    )


@dataclass(frozen=True)
class Asking:
    """One of the three on a pairing's page: who it is, and what came of asking them."""

    what: str
    person: str
    answer: object | None
    now: bool
    overdue: bool
    undone: object | None
    """An answer noted for them that they undid, if it is that which is asked again."""


@blueprint.get("/pairings/<reference>")
@access("pairing.read")
def read(reference: str) -> str:
    pairing = queries.pairing_in_partnership(reading(), actor(), reference)
    today = clock.today()
    may = LIVES[pairing.order].may
    return render_template(
        "pairings/read.html",
        pairing=pairing,
        steps=_askings(pairing, today),
        can_withdraw=may(pairing.state, "withdraw", {Part.COORDINATOR}),
        can_confirm=may(pairing.state, "confirm", {Part.COORDINATOR}),
        is_over=pairing.state in OVER,
        today=today,
        conflicts=conflicts.of_pair(reading(), actor(), pairing.leader_id, pairing.need.urn, today),
        somebody_else=second_person.says(
            reading(), actor(), pairing.partnership_id, pairing.need.urn, today
        ),
    )


def _askings(pairing: Pairing, today: date) -> list[Asking]:
    given = {answer.step: answer for answer in pairing.answers if answer.undone_at is None}
    undone = {answer.step: answer for answer in pairing.answers if answer.undone_at is not None}
    found = []
    for step in STEPS[pairing.order]:
        answer = given.get(step)
        person = answer.person if answer else queries.asked_for(reading(), pairing, step, today)
        now = pairing.step is step and pairing.state in UNDER_WAY
        overdue = now and pairing.due_on is not None and pairing.due_on < today
        name = person.name if person else "Nobody known in that post"
        taken_back = undone.get(step) if now else None
        found.append(Asking(WHAT[step], name, answer, now, overdue, taken_back))
    return found


@blueprint.route("/pairings/<reference>/answer", methods=["GET", "POST"])
@access("pairing.change")
def record_answer(reference: str) -> Answer:
    pairing = queries.pairing_in_partnership(reading(), actor(), reference)
    here = url_for("pairings.read", reference=pairing.reference)
    form = RecordForm(on=clock.today())
    if form.validate_on_submit():
        step = Step(request.form["step"]) if request.form.get("step") in list(Step) else None
        with form.rules():
            services.record_answer(
                by(),
                reference,
                step or Step.RELEASE,
                yes=form.answer.data == "yes",
                on=form.on.data,
                words=form.words.data or "",
                conditions=form.conditions.data or "",
            )
            flash("The answer is noted, and they get a copy.")
            return redirect(here)
    if pairing.step is None and not form.refused:
        return redirect(here)
    step = pairing.step
    person = queries.asked_for(reading(), pairing, step, clock.today()) if step else None
    page = render_template(
        "pairings/record.html", form=form, pairing=pairing, person=person, what=WHAT, step=step
    )
    return page, form.status


@blueprint.post("/pairings/<reference>/ask-again")
@access("pairing.change")
def ask_again(reference: str) -> Response:
    name = asking_services.ask_again(by(), reference)
    flash(f"A reminder is on its way to {name}.")
    return redirect(url_for("pairings.read", reference=reference))


@blueprint.route("/pairings/<reference>/withdraw", methods=["GET", "POST"])
@access("pairing.change")
def withdraw(reference: str) -> Answer:
    pairing = queries.pairing_in_partnership(reading(), actor(), reference)
    form = WithdrawForm()
    if form.validate_on_submit():
        with form.rules():
            services.withdraw(by(), reference, reason=form.reason.data)
            flash("It is taken back. Those who had been asked are told that it is settled.")
            return redirect(url_for("pairings.read", reference=pairing.reference))
    return render_template("pairings/withdraw.html", form=form, pairing=pairing), form.status
