"""Pages that end a need, and with it whatever is suggested or asked for it. Their addresses are
those of needs."""

from flask import Blueprint, flash, redirect, render_template, url_for

from brokerage.database import reading
from brokerage.needs import queries as needs
from brokerage.needs.forms import CloseForm, RedirectForm, WithdrawForm
from brokerage.needs.pages import Answer, follow_page, form_page, thanks
from brokerage.needs.rules import CloseReason
from brokerage.needs.telling import FOLLOW
from brokerage.pairings import ending_services
from brokerage.people.links import follow
from brokerage.web.access import access, actor
from brokerage.web.forms import by

blueprint = Blueprint("ending", __name__)


@blueprint.route("/needs/<reference>/withdraw", methods=["GET", "POST"])
@access("need.post")
def withdraw(reference: str) -> Answer:
    need = needs.need_in_scope(reading(), actor(), reference)
    form = WithdrawForm()
    if form.validate_on_submit():
        with form.rules():
            ending_services.withdraw(
                by(),
                need.id,
                reason=CloseReason(form.reason.data),
                over_note=form.over_note.data or "",
            )
            flash(f"{need.reference} is withdrawn. You can reopen it from its page.")
            return redirect(url_for("needs.queue"))
    return render_template("needs/withdraw.html", form=form, need=need), form.status


@blueprint.post("/needs/by-link/read/<token>")
@access("link.follow")
def withdraw_by_link(token: str) -> Answer:
    """The school takes its need back where a link shows it."""
    link = follow(FOLLOW, token)
    need = needs.need_of_id(reading(), actor(), link.subject_id)
    form = WithdrawForm()
    if form.validate_on_submit():
        with form.rules():
            ending_services.withdraw_by_link(
                by(),
                link.id,
                reason=CloseReason(form.reason.data),
                over_note=form.over_note.data or "",
            )
            return thanks("It is withdrawn", "Your coordinator knows.")
    return follow_page(need, form)


@blueprint.route("/needs/<reference>/redirect", methods=["GET", "POST"])
@access("need.triage")
def send_elsewhere(reference: str) -> Answer:
    need = needs.need_to_triage(reading(), actor(), reference)
    form = RedirectForm()
    lead = "A hub, an event or other help fits better. It is kept in the register of unmet needs."
    return form_page(
        need,
        form,
        "Point to other help",
        lead,
        "Tell the school",
        lambda: ending_services.redirect(by(), need.id, redirected_to=form.redirected_to.data),
        "The school is told.",
    )


@blueprint.route("/needs/<reference>/close", methods=["GET", "POST"])
@access("need.triage")
def close(reference: str) -> Answer:
    need = needs.need_to_triage(reading(), actor(), reference)
    form = CloseForm()
    return form_page(
        need,
        form,
        "Close this need",
        "The school is told, and can reopen it.",
        "Close it",
        lambda: ending_services.close(
            by(), need.id, reason=CloseReason(form.reason.data), over_note=form.over_note.data or ""
        ),
        "The need is closed.",
    )
