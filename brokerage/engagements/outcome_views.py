"""Pages about an engagement's outcomes: keeping them, whether they lasted, and what somebody tells
the coordinator in private."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.engagements import concern_services, outcome_services, queries
from brokerage.engagements.lasting import columns, table
from brokerage.engagements.pages import Answer, blueprint, form_page, found, to_page
from brokerage.engagements.review_forms import ChangedOutcomeForm, OutcomeForm, PrivateForm
from brokerage.engagements.review_rules import MOST_OUTCOMES, NOT_NOW, check_kept, kept_now
from brokerage.engagements.rules import WORKERS, ReviewKind
from brokerage.errors import RuleBroken
from brokerage.web.access import access
from brokerage.web.forms import VersionedForm, by, sent_before

TITLES = {
    ReviewKind.MID_POINT: "Half way",
    ReviewKind.EVALUATION: "At the end",
    ReviewKind.LOOK_BACK_3: "3 months on",
    ReviewKind.LOOK_BACK_6: "6 months on",
}


@blueprint.route("/engagements/<reference>/outcomes", methods=["GET", "POST"])
@access("engagement.plan")
def outcomes(reference: str) -> Answer:
    """The outcomes in their order, and a form for one more."""
    engagement = found(reference, *WORKERS)
    form = OutcomeForm()
    if form.validate_on_submit():
        with form.rules():
            outcome_services.add(by(), engagement.id, **_typed(form))
            return _back(reference, "It is added.")
    return render_template(
        "engagements/outcomes.html",
        engagement=engagement,
        form=form,
        working=kept_now(engagement.state),
        not_now=NOT_NOW,
        most=MOST_OUTCOMES,
    ), form.status


@blueprint.route("/engagements/<reference>/outcomes/<int:outcome_id>", methods=["GET", "POST"])
@access("engagement.plan")
def outcome(reference: str, outcome_id: int) -> Answer:
    """Say one in other words, or take it away."""
    engagement = found(reference, *WORKERS)
    one = queries.outcome_of(engagement, outcome_id)
    check_kept(engagement.state)
    form = ChangedOutcomeForm(obj=one)
    if form.validate_on_submit():
        with form.rules():
            outcome_services.change(by(), one.id, version=form.version.data, **_typed(form))
            return _back(reference, "It is changed.")
    return render_template(
        "engagements/outcome.html",
        engagement=engagement,
        outcome=one,
        form=form,
        removable=queries.review_of(engagement, ReviewKind.MID_POINT) is None,
    ), form.status


@blueprint.post("/engagements/<reference>/outcomes/<int:outcome_id>/remove")
@access("engagement.plan")
def remove_outcome(reference: str, outcome_id: int) -> Response:
    engagement = found(reference, *WORKERS)
    if sent_before():
        return _back(reference, "It is taken away.")
    one = queries.outcome_of(engagement, outcome_id)
    form = VersionedForm()
    if not form.validate():
        raise RuleBroken(form.version.errors[0])
    outcome_services.remove(by(), one.id, version=form.version.data)
    return _back(reference, "It is taken away.")


@blueprint.post("/engagements/<reference>/outcomes/<int:outcome_id>/up")
@access("engagement.plan")
def move_outcome_up(reference: str, outcome_id: int) -> Response:
    engagement = found(reference, *WORKERS)
    outcome_services.move_up(by(), queries.outcome_of(engagement, outcome_id).id)
    return _back(reference, "It is moved up.")


@blueprint.get("/engagements/<reference>/did-it-last")
@access("engagement.plan")
def lasting(reference: str) -> str:
    """Each outcome from its baseline to six months on; what was not answered is said to be so."""
    engagement = found(reference, *WORKERS)
    return render_template(
        "engagements/lasting.html",
        engagement=engagement,
        rows=table(engagement),
        columns=columns(engagement, clock.today()),
        titles=TITLES,
        differences={
            review.kind: review.choice
            for review in engagement.reviews
            if review.difference is not None
        },
    )


@blueprint.route("/engagements/<reference>/private", methods=["GET", "POST"])
@access("engagement.read")
def in_private(reference: str) -> Answer:
    """Something for the coordinator alone, from anybody with a part in it."""
    engagement = found(reference)
    form = PrivateForm()
    if form.validate_on_submit():
        with form.rules():
            concern_services.raise_concern(by(), engagement.id, words=form.words.data)
            return to_page(engagement, "Your coordinator has it. Nobody else reads it.")
    lead = "Your coordinator reads this, and nobody else: nobody of either school."
    title = "Tell your coordinator something in private"
    return form_page(engagement, form, title, "Send", lead=lead)


def _typed(form: OutcomeForm) -> dict[str, str]:
    return {name: form[name].data or "" for name in ("words", "measure", "baseline")}


def _back(reference: str, sentence: str) -> Response:
    flash(sentence)
    return redirect(url_for("engagements.outcomes", reference=reference))
