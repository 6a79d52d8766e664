"""Where a coordinator lets another leader go on with support."""

from typing import Any

from flask import flash, redirect, render_template, url_for

from brokerage import clock
from brokerage.database import reading
from brokerage.engagements import swap_services
from brokerage.engagements.change_forms import SwapForm
from brokerage.engagements.pages import Answer, blueprint, found, to_page
from brokerage.engagements.rules import LIVE
from brokerage.life import Part
from brokerage.pairings import shortlists
from brokerage.pairings.profiles import ready
from brokerage.web.access import access, actor
from brokerage.web.forms import by, sent_before
from brokerage.web.paging import page_number
from brokerage.web.words import days


@blueprint.route("/engagements/<reference>/swap", methods=["GET", "POST"])
@access("engagement.manage")
def swap(reference: str) -> Answer:
    """What happens when somebody else goes on, and who could."""
    engagement = found(reference, Part.COORDINATOR)
    left = engagement.half_days - engagement.used
    again = sent_before()
    if (engagement.state not in LIVE or left < 1) and not again:
        return to_page(engagement, "This support is over already, or all its days are used.")
    shortlist = None if again else _could(engagement, left)
    form = SwapForm()
    form.leader.choices = [(form.leader.data, "")] if again else _choices(engagement, shortlist)
    if form.validate_on_submit():
        with form.rules():
            pairing = swap_services.swap(
                by(),
                engagement.id,
                form.leader.data,
                reason=form.reason.data,
                by_hand=form.by_hand.data or "",
            )
            flash("This support has ended, and the new leader’s pairing is under way.")
            return redirect(url_for("pairings.read", reference=pairing))
    page = render_template(
        "engagements/swap.html",
        engagement=engagement,
        form=form,
        left=left,
        shortlist=shortlist,
    )
    return page, form.status


def _could(engagement: Any, left: int) -> Any:
    """The shortlist for the days that are left; None where the need is not ready for one."""
    if not ready(engagement.need):
        return None
    return shortlists.for_need(
        reading(), engagement.need, clock.today(), page_number(), actor=actor(), half_days=left
    )


def _choices(engagement: Any, shortlist: Any) -> list[tuple[int, str]]:
    rows = shortlist.page.rows if shortlist else []
    return [(one.leader.id, _says(one)) for one in rows if one.leader.id != engagement.leader_id]


def _says(one: Any) -> str:
    below = f", {one.below} below the floor" if one.below else ""
    return (
        f"{one.leader.person.name}, {one.leader.home.name}: {one.score} points{below}, "
        f"{days(one.half_days_left)} left"
    )
