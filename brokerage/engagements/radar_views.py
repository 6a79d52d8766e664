"""The radar: a coordinator's page of support that is stuck, and what to do about it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.engagements import radar_queries, radar_services
from brokerage.engagements.pages import WHOSE, Answer, found
from brokerage.engagements.radar_forms import LeaveForm, RadarMessageForm
from brokerage.engagements.radar_rules import ADVICE, Sign
from brokerage.errors import NotFound
from brokerage.life import Part
from brokerage.messages.steps import prepared
from brokerage.school_calendar.queries import calendar_of
from brokerage.web.access import access, actor
from brokerage.web.addresses import is_id
from brokerage.web.forms import by
from brokerage.web.paging import page_number, page_of
from brokerage.web.words import london_day

blueprint = Blueprint("radar", __name__)

SIGNS = {sign.code: sign for sign in Sign}
PARTS = {"leader": Part.LEADER, "head": Part.HEAD}
LEFT_FOR = 5
"""School days that a line is left for, unless another day is chosen."""


@blueprint.get("/radar")
@access("radar.read")
def listed() -> str:
    session, today = reading(), clock.today()
    every = radar_queries.radar(session, actor(), today)
    counts = {sign: sum(sign.code in one.codes for one in every) for sign in Sign}
    chosen = SIGNS.get(request.args.get("sign", ""))
    shown = [one for one in every if chosen is None or chosen.code in one.codes]
    page = page_of(shown, page_number())
    return render_template(
        "engagements/radar.html",
        page=page,
        every=len(every),
        counts={sign: number for sign, number in counts.items() if number},
        chosen=chosen,
        heads=radar_queries.heads_of(session, {one.urn for one in page.rows}, today),
        written=radar_queries.written_about(session, [one.engagement_id for one in page.rows]),
        step=_step,
        whom=lambda sign: next(name for name, part in PARTS.items() if part is ADVICE[sign].whom),
    )


def _step(stuck: Any) -> str:
    """The address of the one next thing about an engagement that is stuck."""
    values: dict[str, Any] = {"reference": stuck.reference}
    sign, endpoint = stuck.first.sign, stuck.first.advice.endpoint
    if sign is Sign.MISSING_LOG:
        values["visit"] = stuck.unnoted
    if sign is Sign.SLIPPING and stuck.movable is not None:
        endpoint, values["visit_id"] = "engagements.move", stuck.movable
    return url_for(endpoint, **values)


@blueprint.route("/engagements/<reference>/radar/<whom>/<about>", methods=["GET", "POST"])
@access("radar.read")
def write(reference: str, whom: str, about: str) -> Answer:
    """A prepared message, to be changed and sent in the coordinator's own name."""
    engagement = found(reference, Part.COORDINATOR)
    sign, part = SIGNS.get(about), PARTS.get(whom)
    if sign is None or part is None:
        raise NotFound
    session, today = reading(), clock.today()
    person = radar_services.addressee(session, engagement, part, today)
    subject, text = "", ""
    if person is not None:
        signed = radar_services.own_signatory(session, actor().person_id, engagement)
        name = f"radar_{sign.code}_{whom}"
        subject, text = prepared(name, to=person, signed=signed, reference=engagement.reference)
    form = RadarMessageForm(subject=subject, text=text)
    if person is not None and form.validate_on_submit():
        seen = form.seen.data or ""
        with form.rules():
            radar_services.write_to(
                by(),
                engagement.id,
                sign,
                part,
                subject=form.subject.data,
                text=form.text.data,
                seen=int(seen) if is_id(seen) else 0,
            )
            flash(f"The message to {person.name} is on its way.")
            return redirect(url_for("radar.listed"))
    last = None
    if person is not None:
        session.rollback()
        last = radar_queries.written_lately(session, engagement, sign, person.id, today)
    form.seen.data = str(last.id if last else 0)
    page = render_template(
        "engagements/radar_write.html",
        engagement=engagement,
        form=form,
        person=person,
        part=WHOSE[part],
        last=last,
    )
    return page, form.status


@blueprint.route("/engagements/<reference>/radar/leave", methods=["GET", "POST"])
@access("radar.read")
def leave(reference: str) -> Answer:
    """Seen: off the radar until a day."""
    engagement = found(reference, Part.COORDINATOR)
    session, today = reading(), clock.today()
    calendar = calendar_of(session, engagement.partnership_id, None)
    form = LeaveForm(until=calendar.add_school_days(today, LEFT_FOR))
    if form.validate_on_submit():
        with form.rules():
            radar_services.leave_until(by(), engagement.id, form.until.data)
            return _left(form.until.data)
    page = render_template(
        "engagements/radar_leave.html",
        engagement=engagement,
        form=form,
        stuck=radar_queries.stuck_by_id(session, engagement.id, today),
    )
    return page, form.status


def _left(until: Any) -> Response:
    flash(f"It is off the radar until {london_day(until)}.")
    return redirect(url_for("radar.listed"))
