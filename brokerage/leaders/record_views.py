"""Changing a leader's record, a part at a time: the leader, or a coordinator for them."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.actor import PostKind
from brokerage.database import reading
from brokerage.errors import NotFound
from brokerage.leaders import queries, services
from brokerage.leaders.forms import (
    AvailabilityForm,
    ClaimForm,
    DaysForm,
    DesignationForm,
    DetailsForm,
)
from brokerage.leaders.rules import Accepting, Award, Level, school_year, school_year_name
from brokerage.specialisms.forms import PHASE_NAMES
from brokerage.specialisms.queries import groups, names
from brokerage.web.access import access, actor
from brokerage.web.forms import by

blueprint = Blueprint("record", __name__)

Leader = Any  # a leader's row, as the queries answer it
Answer = str | Response | tuple[str, int]


def leader_to_keep(leader_id: int) -> Leader:
    """The leader whose record is being changed."""
    return queries.leader_to_change(reading(), actor(), leader_id, clock.today())


def page_of(leader: Leader) -> str:
    """Where one goes back to."""
    if leader.person_id == actor().person_id and actor().holds(PostKind.SYSTEM_LEADER):
        return url_for("leaders.me")
    return url_for("leaders.read", leader_id=leader.id)


def shown(template: str, leader: Leader, form: Any, **words: Any) -> tuple[str, int]:
    """The page of a form about a leader."""
    own = leader.person_id == actor().person_id
    page = render_template(
        f"leaders/{template}.html",
        form=form,
        leader=leader,
        own=own,
        leader_page=page_of(leader),
        **words,
    )
    return page, form.status


@blueprint.route("/leaders/<int:leader_id>/details", methods=["GET", "POST"])
@access("leader.change")
def details(leader_id: int) -> Answer:
    leader = leader_to_keep(leader_id)
    form = DetailsForm(obj=leader, school=leader.home_urn)
    if form.validate_on_submit():
        with form.rules():
            services.change_details(
                by(),
                leader_id,
                version=form.version.data,
                urn=form.school.data,
                max_km=form.max_km.data,
                remote=form.remote.data,
                engagements_at_once=form.engagements_at_once.data or 0,
                weekdays=form.weekdays.data,
                terms=form.terms.data,
                faiths=form.faiths.data,
                been_there=form.been_there.data,
                about=form.about.data or "",
                public=form.public.data,
            )
            flash("The details are saved.")
            return redirect(page_of(leader))
    return shown("details", leader, form)


@blueprint.route("/leaders/<int:leader_id>/availability", methods=["GET", "POST"])
@access("leader.change")
def availability(leader_id: int) -> Answer:
    leader = leader_to_keep(leader_id)
    now = leader.accepting_on(clock.today())
    until = leader.closed_until if now is Accepting.CLOSED else None
    form = AvailabilityForm(
        of=leader, version=leader.version, accepting=now.value, closed_until=until
    )
    if form.validate_on_submit():
        with form.rules():
            services.change_availability(
                by(),
                leader_id,
                version=form.version.data,
                accepting=Accepting(form.accepting.data),
                closed_until=form.closed_until.data,
            )
            flash("Saved.")
            return redirect(page_of(leader))
    return shown("availability", leader, form)


@blueprint.post("/leaders/<int:leader_id>/<any(open, close):what>")
@access("leader.change")
def press(leader_id: int, what: str) -> Response:
    """Accepting, or not accepting, in one press."""
    leader = leader_to_keep(leader_id)
    accepting = Accepting.YES if what == "open" else Accepting.CLOSED
    services.change_availability(
        by(), leader_id, version=None, accepting=accepting, closed_until=None
    )
    flash("New requests are open." if what == "open" else "No new requests until you say so.")
    return redirect(page_of(leader))


@blueprint.route("/leaders/<int:leader_id>/specialisms", methods=["GET", "POST"])
@access("leader.change")
def specialisms(leader_id: int) -> Answer:
    leader = leader_to_keep(leader_id)
    return _claim(leader, ClaimForm(of=leader, version=leader.version))


@blueprint.route("/leaders/<int:leader_id>/specialisms/<int:claim_id>", methods=["GET", "POST"])
@access("leader.change")
def specialism(leader_id: int, claim_id: int) -> Answer:
    leader = leader_to_keep(leader_id)
    claim = next((claim for claim in leader.specialisms if claim.id == claim_id), None)
    if claim is None:
        raise NotFound
    form = ClaimForm(
        of=leader,
        version=leader.version,
        code=claim.code,
        phases=[claim.phase.value],
        level=claim.level.value,
        evidence=claim.evidence,
        evidence_on=claim.evidence_on,
    )
    return _claim(leader, form, claim.code)


def _claim(leader: Leader, form: ClaimForm, changing: str | None = None) -> Answer:
    posts = queries.memberships(reading(), leader, clock.today())
    form.code.choices = groups(reading(), [p.partnership_id for p in posts if p.partnership_id])
    if form.validate_on_submit():
        with form.rules():
            services.claim_specialism(
                by(),
                leader.id,
                version=form.version.data,
                code=changing or form.code.data or "",
                other="" if changing else form.other.data or "",
                phases=form.phases.data,
                level=Level(form.level.data),
                evidence=form.evidence.data or "",
                evidence_on=form.evidence_on.data,
            )
            flash("The specialism is saved.")
            return redirect(url_for("leaders.record.specialisms", leader_id=leader.id))
    area_names = names(reading())
    return shown(
        "specialisms",
        leader,
        form,
        changing=changing,
        area_names=area_names,
        phases=PHASE_NAMES,
    )


@blueprint.post("/leaders/<int:leader_id>/specialisms/<int:claim_id>/remove")
@access("leader.change")
def drop_specialism(leader_id: int, claim_id: int) -> Response:
    services.drop_specialism(by(), leader_id, claim_id)
    flash("The specialism is taken off.")
    return redirect(url_for("leaders.record.specialisms", leader_id=leader_id))


@blueprint.route("/leaders/<int:leader_id>/designations", methods=["GET", "POST"])
@access("leader.change")
def designations(leader_id: int) -> Answer:
    leader = leader_to_keep(leader_id)
    return _designation(leader, DesignationForm(of=leader, version=leader.version))


@blueprint.route(
    "/leaders/<int:leader_id>/designations/<int:designation_id>", methods=["GET", "POST"]
)
@access("leader.change")
def designation(leader_id: int, designation_id: int) -> Answer:
    leader = leader_to_keep(leader_id)
    held = next((held for held in leader.designations if held.id == designation_id), None)
    if held is None:
        raise NotFound
    return _designation(
        leader, DesignationForm(of=leader, obj=held, version=leader.version), held.kind
    )


def _designation(leader: Leader, form: DesignationForm, changing: str | None = None) -> Answer:
    if form.validate_on_submit():
        with form.rules():
            award = Award(
                changing or " ".join((form.kind.data or "").split()),
                form.awarding_body.data or None,
                form.awarded_on.data,
                form.review_due.data,
                form.trained_on.data,
            )
            services.designate(by(), leader.id, version=form.version.data, award=award)
            flash("The designation is saved.")
            return redirect(url_for("leaders.record.designations", leader_id=leader.id))
    return shown("designations", leader, form, changing=changing)


@blueprint.post("/leaders/<int:leader_id>/designations/<int:designation_id>/remove")
@access("leader.change")
def drop_designation(leader_id: int, designation_id: int) -> Response:
    services.drop_designation(by(), leader_id, designation_id)
    flash("The designation is taken off.")
    return redirect(url_for("leaders.record.designations", leader_id=leader_id))


@blueprint.route("/leaders/<int:leader_id>/days", methods=["GET", "POST"])
@access("leader.change")
def days(leader_id: int) -> Answer:
    leader = leader_to_keep(leader_id)
    year = school_year(clock.today())
    accounts = {account.year: account for account in leader.accounts}
    pledged = {which: found.pledged for which, found in accounts.items()}
    form = DaysForm(
        of=leader,
        version=leader.version,
        this_year=pledged.get(year),
        next_year=pledged.get(year + 1),
    )
    form.this_year.label.text = f"Days in {school_year_name(year)} (now)"
    form.next_year.label.text = f"Days in {school_year_name(year + 1)}"
    if form.validate_on_submit():
        with form.rules():
            services.pledge(
                by(),
                leader_id,
                version=form.version.data,
                this_year=form.this_year.data,
                next_year=form.next_year.data,
            )
            flash("The days are saved.")
            return redirect(page_of(leader))
    return shown("days", leader, form, account=accounts.get(year))
