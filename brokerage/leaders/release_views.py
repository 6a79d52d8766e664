"""Who releases a leader, and the standing release: by the releaser signed in or by a link, and by a
coordinator on their behalf."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.leaders import queries, release_services
from brokerage.leaders.account_queries import GivenAndReceived, given_and_received
from brokerage.leaders.forms import ReleaserForm, StandingForm
from brokerage.leaders.record_views import leader_to_keep, page_of, shown
from brokerage.leaders.rules import school_year
from brokerage.people.links import follow
from brokerage.web.access import access, actor
from brokerage.web.forms import by

blueprint = Blueprint("release", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.route("/leaders/<int:leader_id>/releaser", methods=["GET", "POST"])
@access("leader.add")
def releaser(leader_id: int) -> Answer:
    leader = leader_to_keep(leader_id)
    form = ReleaserForm(
        of=leader, version=leader.version, email=leader.releaser.email if leader.releaser else ""
    )
    if form.validate_on_submit():
        with form.rules():
            release_services.name_releaser(
                by(), leader_id, version=form.version.data, email=form.email.data or ""
            )
            flash("Saved.")
            return redirect(page_of(leader))
    asked = queries.releaser_of(reading(), leader, clock.today())
    return shown("releaser", leader, form, asked=asked)


@blueprint.route("/leaders/<int:leader_id>/release", methods=["GET", "POST"])
@access("leader.release")
def standing(leader_id: int) -> Answer:
    """The standing release: the releaser's page, and the coordinator's on their behalf."""
    today = clock.today()
    leader = queries.leader_to_release(reading(), actor(), leader_id, today)
    form = StandingForm(obj=leader)
    if form.validate_on_submit():
        with form.rules():
            release_services.give_standing(
                by(), leader_id, **_typed(form, version=form.version.data)
            )
            flash("The standing release is noted.")
            return redirect(url_for("leaders.release.standing", leader_id=leader_id))
    asked = queries.releaser_of(reading(), leader, today)
    both = _given_and_received(leader)
    reads = queries.is_in_scope(reading(), actor(), leader_id, today)
    return shown("release", leader, form, asked=asked, today=today, school=both, reads=reads)


@blueprint.post("/leaders/<int:leader_id>/release/withdraw")
@access("leader.release")
def withdraw_release(leader_id: int) -> Response:
    release_services.withdraw_standing(by(), leader_id)
    flash("The standing release is withdrawn. Each release is asked for again.")
    return redirect(url_for("leaders.release.standing", leader_id=leader_id))


@blueprint.post("/leaders/<int:leader_id>/release/ask")
@access("leader.add")
def ask(leader_id: int) -> Response:
    release_services.ask_standing(by(), leader_id)
    flash("The message is on its way.")
    return redirect(url_for("leaders.release.standing", leader_id=leader_id))


@blueprint.route("/standing-release/<token>", methods=["GET", "POST"])
@access("link.follow")
def answer(token: str) -> Answer:
    """The releaser's answer by link, without signing in."""
    link = follow("leaders.release.answer", token)
    leader = queries.leader_to_release(reading(), actor(), link.subject_id, clock.today())
    form = StandingForm(obj=leader)
    if form.validate_on_submit():
        with form.rules():
            release_services.give_standing(
                by(), leader.id, link_id=link.id, **_typed(form, version=form.version.data)
            )
            flash("Thank you. The standing release is noted.")
            return redirect(url_for("desks.home"))
    page = render_template(
        "leaders/release_by_link.html",
        form=form,
        leader=leader,
        school=_given_and_received(leader),
    )
    return page, form.status


def _given_and_received(leader: Any) -> GivenAndReceived:
    """What the home school gave and received this school year: who decides should know."""
    return given_and_received(reading(), leader.home_urn, school_year(clock.today()))


def _typed(form: StandingForm, version: int | None) -> dict[str, Any]:
    return {
        "version": version,
        "half_days": form.standing_half_days.data or 0,
        "weekdays": form.standing_weekdays.data,
        "terms": form.standing_terms.data,
        "until": form.standing_until.data,
    }
