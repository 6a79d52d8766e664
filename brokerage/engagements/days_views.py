"""Pages about days: a leader's account, what a school gives and receives, a month as a file."""

from typing import Any

from flask import Blueprint, Response, render_template, request

from brokerage import clock
from brokerage.database import reading
from brokerage.engagements import days_file, days_queries
from brokerage.engagements.days_file import Month, latest_months, month_named, month_of
from brokerage.engagements.days_forms import AsAtForm
from brokerage.errors import NotFound
from brokerage.leaders import account_queries
from brokerage.leaders.queries import leaders_released_by
from brokerage.leaders.rules import school_year, school_year_name
from brokerage.partnerships.queries import all_coordinated, chosen, coordinated
from brokerage.schools.queries import is_of_school
from brokerage.web.access import access, actor
from brokerage.web.csv_file import download

blueprint = Blueprint("days", __name__)


@blueprint.get("/leaders/<int:leader_id>/account")
@access("days.read")
def account(leader_id: int) -> tuple[str, int]:
    """How a leader's days stand, or stood on any day, and what moved."""
    session, today = reading(), clock.today()
    leader = account_queries.leader_whose_days(session, actor(), leader_id, today)
    form = AsAtForm(request.args, meta={"csrf": False})
    asked = form.on.data if form.validate() else None
    on = min(asked or today, today)
    mine = account_queries.may_know_of(session, actor(), leader, today)
    year = school_year(on)
    moved = account_queries.movements_until(session, leader_id, year, on)
    page = render_template(
        "engagements/account.html",
        leader=leader,
        own=leader.person_id == actor().person_id,
        form=form,
        on=on,
        past=on < today,
        year=school_year_name(year),
        shown=account_queries.shown_to(moved, mine),
        lines=days_queries.lines(session, actor(), moved, mine),
    )
    return page, 400 if form.errors else 200


@blueprint.get("/schools/<int:urn>/days")
@access("days.read")
def school(urn: int) -> str:
    """What a school gives and receives, by school year."""
    session, today = reading(), clock.today()
    found = days_queries.school_whose_days(session, actor(), urn)
    years = account_queries.years_of(session, urn) or [school_year(today)]
    return render_template(
        "engagements/school_days.html",
        school=found,
        years=[
            (school_year_name(year), account_queries.given_and_received(session, urn, year))
            for year in years
        ],
        leaders=[
            leader
            for leader in leaders_released_by(session, actor(), today)
            if leader.home_urn == urn
        ],
        months=latest_months(today) if is_of_school(actor(), urn) else [],
    )


@blueprint.get("/schools/<int:urn>/days/<month>/csv")
@access("days.read")
def school_file(urn: int, month: str) -> Response:
    """The visits of a month that a school gave and received, for the school itself."""
    days_queries.school_whose_days(reading(), actor(), urn)
    if not is_of_school(actor(), urn):
        raise NotFound
    return _file(_month(month), f"school-{urn}", days_queries.of_school(urn))


@blueprint.get("/days")
@access("days.file")
def months() -> str:
    """Which month, of which partnership, and what it comes to."""
    mine = all_coordinated(reading(), actor())
    partnership = chosen(mine, request.args.get("partnership", ""))
    month = month_named(request.args.get("month", "")) or month_of(clock.today())
    scope = days_queries.of_partnership(partnership.id)
    visits = days_queries.visits_between(reading(), month.first, month.last, scope)
    return render_template(
        "engagements/months.html",
        partnership=partnership,
        partnerships=mine,
        month=month,
        months=latest_months(clock.today()),
        totals=days_file.totals(visits),
    )


@blueprint.get("/days/<int:partnership_id>/<month>/csv")
@access("days.file")
def file(partnership_id: int, month: str) -> Response:
    """The visits of a month that count, with their rates, for business managers."""
    coordinated(reading(), actor(), partnership_id)
    scope = days_queries.of_partnership(partnership_id)
    return _file(_month(month), f"partnership-{partnership_id}", scope)


def _month(code: str) -> Month:
    month = month_named(code)
    if month is None:
        raise NotFound
    return month


def _file(month: Month, whose: str, scope: Any) -> Response:
    visits = days_queries.visits_between(reading(), month.first, month.last, scope)
    return download(days_file.as_csv(visits), f"days-{whose}-{month.code}.csv")
