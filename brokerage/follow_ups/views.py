"""“Ask me again on ...”, by link or signed in; and how we follow up, in plain words."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.errors import NotFound, RuleBroken
from brokerage.follow_ups import putting_off
from brokerage.follow_ups.forms import LaterForm
from brokerage.follow_ups.in_words import rows
from brokerage.follow_ups.putting_off import KINDS, NOT_ASKED, MayWait
from brokerage.people.links import follow
from brokerage.web.access import access, actor
from brokerage.web.addresses import is_id
from brokerage.web.forms import by, sent_before
from brokerage.web.words import london_day

blueprint = Blueprint("follow_ups", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.app_template_global()
def later_address() -> str:
    """Where somebody who came by a link may say that they would rather be asked later; empty where
    the page asks them nothing that can wait."""
    token = (request.view_args or {}).get("token")
    if actor().via != "link" or token is None or request.endpoint not in KINDS:
        return ""
    link = follow(request.endpoint, token)
    if not putting_off.asked_by_link(reading(), actor(), link, clock.today()):
        return ""
    return url_for("follow_ups.later_by_link", purpose=request.endpoint, token=token)


@blueprint.route("/later/<purpose>/<token>", methods=["GET", "POST"])
@access("link.follow")
def later_by_link(purpose: str, token: str) -> Answer:
    if purpose not in KINDS:
        raise NotFound
    link = follow(purpose, token)
    asked = putting_off.asked_by_link(reading(), actor(), link, clock.today())
    if not asked:
        raise RuleBroken(NOT_ASKED)
    return _later(asked[0])


@blueprint.route("/later/<name>/<thing>/<kind>/<about>", methods=["GET", "POST"])
@access("own.account")
def later(name: str, thing: str, kind: str, about: str) -> Answer:
    """What is asked ``about`` something in a ``thing``: their ids."""
    if not is_id(thing) or not is_id(about):
        raise NotFound
    mine = putting_off.may_wait(reading(), actor(), name, int(thing), clock.today())
    for one in mine:
        if (one.asking.kind, one.asking.subject_id) == (kind, int(about)):
            return _later(one)
    raise NotFound


def _later(one: MayWait) -> Answer:
    """The page on which to choose a day; then the same page says which it is."""
    if sent_before():
        return redirect(request.path)
    if request.method == "POST" and not one.days:
        raise RuleBroken(one.why_not)
    form = LaterForm(one.days)
    if form.validate_on_submit():
        with form.rules():
            until = putting_off.put_off(
                by(),
                one.name,
                one.thing_id,
                one.asking.kind,
                one.asking.subject_id,
                date.fromisoformat(form.until.data),
            )
            flash(f"You will be asked again on {london_day(date.fromisoformat(until))}.")
            return redirect(request.path)
    return render_template("follow_ups/later.html", form=form, one=one), form.status


@blueprint.get("/how-we-follow-up")
@access("follow_up.read")
def how_we_follow_up() -> str:
    return render_template("follow_ups/how.html", rows=rows())
