"""What needs me now: where each person starts from, and the pages that everybody may read."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from brokerage.database import reading
from brokerage.partnerships.queries import own_partnerships
from brokerage.web.access import access, actor

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
    return render_template("desks/desk.html", partnerships=own_partnerships(reading(), actor()))


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
