"""Conflicts between leaders and schools, for coordinators alone: of a leader, and of a school."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.leaders import conflict_services as services
from brokerage.leaders import conflicts
from brokerage.leaders.forms import ConflictForm
from brokerage.leaders.rules import ConflictKind
from brokerage.web.access import access, actor
from brokerage.web.forms import by

blueprint = Blueprint("conflicts", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.route("/leaders/<int:leader_id>/conflicts", methods=["GET", "POST"])
@access("leader.conflicts")
def of_leader(leader_id: int) -> Answer:
    today = clock.today()
    leader = conflicts.leader_concerned(reading(), actor(), leader_id, today)
    form = ConflictForm()
    del form.leader
    form.offer(conflicts.partnerships_with(reading(), actor(), leader, today))
    here = url_for("leaders.conflicts.of_leader", leader_id=leader_id)
    if _noted(form, leader_id, form.school.data):
        return redirect(here)
    page = render_template(
        "leaders/conflicts.html",
        form=form,
        box=form.school,
        whose=leader.person.name,
        back_to=url_for("leaders.read", leader_id=leader_id),
        conflicts=conflicts.of_leader(reading(), actor(), leader_id, today),
        by_school=False,
    )
    return page, form.status


@blueprint.route("/schools/<int:urn>/conflicts", methods=["GET", "POST"])
@access("leader.conflicts")
def of_school(urn: int) -> Answer:
    today = clock.today()
    school = conflicts.school_concerned(reading(), actor(), urn)
    form = ConflictForm()
    del form.school
    mine = conflicts.partnerships_of(reading(), actor(), urn)
    leaders = conflicts.leaders_to_choose(reading(), actor(), [one.id for one in mine], today)
    form.leader.choices = [(0, "Choose one")] + [
        (one.id, f"{one.person.name}, {one.home.name}") for one in leaders
    ]
    form.offer(mine)
    here = url_for("leaders.conflicts.of_school", urn=urn)
    if _noted(form, form.leader.data, urn):
        return redirect(here)
    page = render_template(
        "leaders/conflicts.html",
        form=form,
        box=form.leader,
        whose=school.name,
        back_to=url_for("schools.read", urn=urn),
        conflicts=conflicts.of_school(reading(), actor(), urn, today),
        by_school=True,
    )
    return page, form.status


def _noted(form: Any, leader_id: int | None, urn: int | None) -> bool:
    """Whether the form was sent and what it says is noted."""
    if not form.validate_on_submit():
        return False
    with form.rules():
        services.note_conflict(
            by(),
            form.partnership.data,
            leader_id=leader_id or 0,
            urn=urn or 0,
            kind=ConflictKind(form.kind.data),
            words=form.words.data or "",
            until=form.until.data,
        )
        flash("It is noted, for coordinators alone.")
    return not form.refused


@blueprint.post("/conflicts/<int:conflict_id>/end/<any(leader, school):side>")
@access("leader.conflicts")
def end(conflict_id: int, side: str) -> Response:
    conflict = conflicts.conflict_in_scope(reading(), actor(), conflict_id)
    leader_id, urn = conflict.leader_id, conflict.urn
    services.end_conflict(by(), conflict_id)
    flash("It stands between them no longer.")
    if side == "leader":
        return redirect(url_for("leaders.conflicts.of_leader", leader_id=leader_id))
    return redirect(url_for("leaders.conflicts.of_school", urn=urn))
