"""What needs me now: where each person starts from, and the pages that everybody may read."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.actor import HEADS, PostKind
from brokerage.database import reading
from brokerage.desks import board as figures
from brokerage.desks import coordinator, own
from brokerage.desks.queries import glance
from brokerage.desks.rules import MOST, in_order
from brokerage.engagements.queries import own_support
from brokerage.follow_ups import services as follow_ups
from brokerage.follow_ups.queries import hushed
from brokerage.leaders.rules import school_year, school_year_name
from brokerage.needs.rules import STATE_WORDS
from brokerage.partnerships.queries import overseen, own_partnerships
from brokerage.web.access import access, actor
from brokerage.web.forms import by
from brokerage.web.words import london_day

blueprint = Blueprint("desks", __name__)


@blueprint.get("/")
@access("home")
def home() -> str | Response:
    if actor().signed_in:
        return redirect(url_for("desks.desk"))
    return render_template("desks/home.html")


@blueprint.get("/desk")
@access("own.account")
def desk() -> str:
    return _desk(MOST)


@blueprint.get("/desk/all")
@access("own.account")
def whole_desk() -> str:
    return _desk(None)


def _desk(most: int | None) -> str:
    session, today = reading(), clock.today()
    support = own_support(session, actor())
    mine = own.lines(session, actor(), today, support)
    as_officer = coordinator.of_officer(session, actor(), today)
    leads = sorted(actor().heads())
    quiet = hushed(session, leads, today)
    lines = in_order([*coordinator.lines(session, actor(), today), *as_officer, *mine])
    return render_template(
        "desks/desk.html",
        lines=lines[:most],
        more=len(lines) - len(lines[:most]),
        glance=glance(session, actor(), today, support),
        partnerships=actor().partnership_ids,
        leads={urn: quiet.get(urn) for urn in leads},
        asks_for=bool(actor().schools(*HEADS, PostKind.DEPUTY)),
        today=today,
        state_words=STATE_WORDS,
    )


@blueprint.post("/desk/hush/<int:urn>")
@access("school.hush")
def hush(urn: int) -> Response:
    """Nobody of the school is asked anything for ten days."""
    until = date.fromisoformat(follow_ups.hush(by(), urn))
    flash(f"Nobody at the school will be asked anything until the end of {london_day(until)}.")
    return redirect(url_for("desks.desk"))


@blueprint.post("/desk/hush/<int:urn>/end")
@access("school.hush")
def end_hush(urn: int) -> Response:
    """The school may be asked again, before the ten days are over."""
    follow_ups.end_hush(by(), urn)
    flash("The school is asked again from the next school day on.")
    return redirect(url_for("desks.desk"))


@blueprint.get("/board")
@access("board.read")
def board() -> str:
    session, today = reading(), clock.today()
    year = school_year(today)
    return render_template(
        "desks/board.html",
        boards=[
            figures.board(session, partnership, year, today)
            for partnership in overseen(session, actor())
        ],
        year=school_year_name(year),
        today=today,
    )


@blueprint.get("/privacy")
@access("about")
def privacy() -> str:
    return render_template("desks/privacy.html")


@blueprint.get("/accessibility")
@access("about")
def accessibility() -> str:
    return render_template("desks/accessibility.html")


@blueprint.get("/health")
@access("health")
def health() -> dict[str, str]:
    """For a proxy or a monitor: whether pages can be served."""
    own_partnerships(reading(), actor())
    return {"status": "ok"}
