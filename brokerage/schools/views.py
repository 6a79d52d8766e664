"""Pages about schools."""

from typing import Any

from flask import Blueprint, render_template, request

from brokerage.database import reading
from brokerage.schools import calendar_views, imports_views, members_views, queries
from brokerage.schools.rules import label
from brokerage.web.access import access, actor
from brokerage.web.paging import page_number

blueprint = Blueprint("schools", __name__)
blueprint.register_blueprint(imports_views.blueprint)
blueprint.register_blueprint(members_views.blueprint)
blueprint.register_blueprint(calendar_views.blueprint)


@blueprint.get("/schools")
@access("school.search")
def search() -> str:
    text = request.args.get("q", "").strip()[:100]
    phase = request.args.get("phase", "")
    closed = "closed" in request.args
    session = reading()
    page = queries.schools_page(
        session, actor(), text=text, phase=phase, closed=closed, number=page_number()
    )
    followed = queries.successors_of(session, [s.urn for s in page.rows if not s.takes_work])
    return render_template(
        "schools/search.html",
        text=text,
        phase=phase,
        phases=queries.PHASES,
        closed=closed,
        page=page,
        followed=followed,
        seen=_seen(followed),
    )


@blueprint.get("/schools/suggest")
@access("school.search")
def suggest() -> dict[str, Any]:
    """The schools that a type-ahead offers, as JSON: of the person's partnerships."""
    return _suggested(queries.in_scope(actor()))


@blueprint.get("/schools/suggest-everywhere")
@access("partnership.change")
def suggest_everywhere() -> dict[str, Any]:
    """The same, of the whole register: for those who say which schools a partnership has."""
    return _suggested(None)


@blueprint.get("/schools/<int:urn>")
@access("school.read")
def read(urn: int) -> str:
    school = queries.school_in_scope(reading(), actor(), urn)
    followed = {} if school.takes_work else queries.successors_of(reading(), [urn])
    return render_template(
        "schools/read.html",
        school=school,
        successors=followed.get(urn, []),
        seen=_seen(followed),
        sees_days=queries.sees_days(reading(), actor(), urn),
        keeps_conflicts=urn not in actor().heads()
        and bool(queries.partnerships_of_schools(reading(), [urn]) & actor().coordinates()),
    )


def _suggested(scope: Any) -> dict[str, Any]:
    text = request.args.get("q", "").strip()[:100]
    found = queries.find_schools(reading(), text, scope=scope, limit=10)
    return {"schools": [{"urn": s.urn, "label": label(s.name, s.town, s.urn)} for s in found]}


def _seen(followed: dict[int, list[Any]]) -> frozenset[int]:
    urns = [school.urn for schools in followed.values() for school in schools]
    return queries.seen_by(reading(), actor(), urns)
