"""The new head's own page: signed in, or by their link."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.errors import NotFound, RuleBroken
from brokerage.headships import buddying_services, own_services, queries, services
from brokerage.headships.forms import ClosingForm, PulseForm, SpokeForm, WishForm
from brokerage.headships.reading import as_head
from brokerage.headships.rules import CLOSING, PULSE_CHOICES, PULSE_QUESTION
from brokerage.people.links import follow
from brokerage.web.access import access, actor
from brokerage.web.forms import by, sent_before

blueprint = Blueprint("new_head", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.route("/new-head/<token>", methods=["GET", "POST"])
@access("link.follow")
def by_link(token: str) -> Answer:
    """The same page without signing in. The link may be used as often as the head likes."""
    link = follow("new_head.by_link", token)
    headship = queries.headship_in_scope(reading(), actor(), link.subject_id)
    if not queries.is_own(actor(), headship.person_id):
        raise NotFound
    return own_page(headship, url_for("new_head.by_link", token=token))


def own_page(headship: Any, address: str) -> Answer:
    """The page of ``headship`` for its head; a POST does the one thing that was pressed."""
    pressed = request.form.get("do", "")
    forms = {
        "wish": WishForm(**_sent("wish", pressed), obj=headship),
        "pulse": PulseForm(**_sent("pulse", pressed)),
        "closing": ClosingForm(**_sent("finish", pressed)),
        "spoke": SpokeForm(**_sent("spoke", pressed), on=clock.today()),
    }
    status = 200
    if request.method == "POST":
        done = DOES.get(pressed)
        if done is None:
            raise RuleBroken("Use one of the buttons on the page.")
        if done(headship, forms):
            return redirect(address)
        status = max(form.status for form in forms.values())
    seen = as_head(reading(), headship, clock.today())
    page = render_template(
        "headships/own.html",
        headship=headship,
        seen=seen,
        forms=forms,
        address=address,
        today=clock.today(),
        question=PULSE_QUESTION,
        choices=PULSE_CHOICES,
        closing=CLOSING,
    )
    return page, status


def _sent(do: str, pressed: str) -> dict[str, Any]:
    """What was sent is for the form whose button was pressed, and no other."""
    return {} if do == pressed else {"formdata": None}


def _ring(headship: Any, forms: dict[str, Any]) -> bool:
    own_services.ring_me(by(), headship.id)
    coordinator = queries.coordinator_for(reading(), headship, clock.today())
    who = coordinator.name if coordinator else "The partnership"
    flash(f"{who} has been told this minute, and rings you today.")
    return True


def _spoke_today(headship: Any, forms: dict[str, Any]) -> bool:
    return _tick_spoke(headship, clock.today())


def _spoke(headship: Any, forms: dict[str, Any]) -> bool:
    form = forms["spoke"]
    if form.validate():
        with form.rules():
            return _tick_spoke(headship, form.on.data)
    return False


def _tick_spoke(headship: Any, on: date) -> bool:
    buddying_services.spoke(by(), _buddying_id(headship), on)
    flash("Noted: you spoke. Nothing else is.")
    return True


def _end_buddying(headship: Any, forms: dict[str, Any]) -> bool:
    buddying_services.end(by(), _buddying_id(headship))
    flash("It is ended, and nobody asks why. Somebody else will be looked for.")
    return True


def _buddying_id(headship: Any) -> int:
    live = headship.live_buddying()
    if live is None and not sent_before():
        raise RuleBroken("You have no buddy just now.")
    number: int = live.id if live is not None else 0
    return number


def _step(headship: Any, forms: dict[str, Any]) -> bool:
    done = request.form.get("done") == "yes"
    own_services.tick_step(by(), headship.id, request.form.get("step", ""), done=done)
    return True


def _pulse(headship: Any, forms: dict[str, Any]) -> bool:
    form = forms["pulse"]
    day = request.form.get("day", "")
    if form.validate():
        with form.rules():
            number = int(day) if day in ("30", "60", "100") else 0
            own_services.answer_pulse(by(), headship.id, number, form.choice.data)
            flash("Your answer stays on this page, for you alone, unless you share it.")
            return True
    return False


def _share(headship: Any, forms: dict[str, Any]) -> bool:
    day = request.form.get("day", "")
    own_services.share_pulse(by(), headship.id, int(day) if day in ("30", "60", "100") else 0)
    flash("Shared.")
    return True


def _wish(headship: Any, forms: dict[str, Any]) -> bool:
    form = forms["wish"]
    if form.validate():
        with form.rules():
            services.wish(
                by(),
                headship.id,
                worries=form.worries.data or [],
                same_trust_wished=form.same_trust_wished.data,
                version=form.version.data,
            )
            flash("Thank you: that helps to find the right buddy.")
            return True
    return False


def _finish(headship: Any, forms: dict[str, Any]) -> bool:
    form = forms["closing"]
    if form.validate():
        with form.rules():
            own_services.finish(by(), headship.id, answers=form.answers())
            flash("Thank you. That is the end of your first 100 days here.")
            return True
    return False


DOES: dict[str, Callable[[Any, dict[str, Any]], bool]] = {
    "ring": _ring,
    "spoke today": _spoke_today,
    "spoke": _spoke,
    "end buddying": _end_buddying,
    "step": _step,
    "pulse": _pulse,
    "share": _share,
    "wish": _wish,
    "finish": _finish,
}
"""What each button of the page does; whether the page is done with it, or shows its form again."""
