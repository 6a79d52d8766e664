"""A coordinator's page: what if this person were given here after all?"""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.needs.queries import need_to_triage
from brokerage.needs.rules import IN_QUEUE
from brokerage.pairings import what_if
from brokerage.pairings.profiles import ready
from brokerage.web.access import access, actor

blueprint = Blueprint("what_if", __name__)


@blueprint.get("/needs/<reference>/what-if/<int:leader_id>")
@access("pairing.read")
def asked(reference: str, leader_id: int) -> str | Response:
    need = need_to_triage(reading(), actor(), reference)
    if not ready(need):
        return redirect(url_for("pairings.matching.shortlist", reference=need.reference))
    return render_template(
        "pairings/what_if.html",
        need=need,
        answer=what_if.what_if(reading(), need, leader_id, clock.today(), actor()),
        open_now=need.state in IN_QUEUE,
    )
