"""Pages about schools."""

from typing import Any

from flask import Blueprint, render_template, request

from brokerage.database import reading
from brokerage.schools import queries
from brokerage.schools.rules import label
from brokerage.web.access import access, actor

blueprint = Blueprint("schools", __name__)


@blueprint.get("/schools")
@access("school.search")
def search() -> str:
    text = request.args.get("q", "").strip()[:100]
    scope = queries.in_scope(actor())
    found = queries.find_schools(reading(), text, scope=scope, open_only=False, limit=50)
    return render_template("schools/search.html", text=text, found=found)


@blueprint.get("/schools/suggest")
@access("school.search")
def suggest() -> dict[str, Any]:
    """The schools that a type-ahead offers, as JSON."""
    text = request.args.get("q", "").strip()[:100]
    found = queries.find_schools(reading(), text, scope=queries.in_scope(actor()), limit=10)
    return {"schools": [{"urn": s.urn, "label": label(s.name, s.town, s.urn)} for s in found]}


@blueprint.get("/schools/<int:urn>")
@access("school.read")
def read(urn: int) -> str:
    school = queries.school_in_scope(reading(), actor(), urn)
    return render_template(
        "schools/read.html", school=school, successors=queries.successors(reading(), urn)
    )
