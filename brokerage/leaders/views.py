"""Pages of the register of leaders: finding and reading, adding and ending, the public list."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from brokerage import clock
from brokerage.database import reading
from brokerage.errors import NotFound
from brokerage.leaders import (
    account_queries,
    asked_views,
    conflict_views,
    conflicts,
    file_views,
    pot_views,
    queries,
    record_views,
    release_views,
    services,
)
from brokerage.leaders.forms import EndForm, NewLeaderForm
from brokerage.leaders.register_export import public_csv
from brokerage.leaders.rules import PHASES, Accepting, kept_words, review_state, school_year
from brokerage.partnerships.queries import all_coordinated, chosen, overseen, partnership_named
from brokerage.specialisms.forms import PHASE_NAMES
from brokerage.specialisms.queries import groups, names
from brokerage.web.access import access, actor
from brokerage.web.csv_file import download
from brokerage.web.forms import by, sent_before
from brokerage.web.paging import page_number

blueprint = Blueprint("leaders", __name__)
blueprint.register_blueprint(record_views.blueprint)
blueprint.register_blueprint(release_views.blueprint)
blueprint.register_blueprint(file_views.blueprint)
blueprint.register_blueprint(conflict_views.blueprint)
blueprint.register_blueprint(pot_views.blueprint)
blueprint.register_blueprint(asked_views.blueprint)

Leader = Any  # a leader's row, as the queries answer it
Answer = str | Answered | tuple[str, int]
LONGEST = 100  # letters of a filter that are looked at


@blueprint.get("/leaders")
@access("leader.list")
def register() -> str:
    mine = overseen(reading(), actor())
    partnership = chosen(mine, request.args.get("partnership", ""))
    filters, today = _filters(), clock.today()
    page = queries.register_page(reading(), partnership.id, today, filters, page_number())
    return render_template(
        "leaders/register.html",
        partnership=partnership,
        partnerships=mine,
        page=page,
        filters=filters,
        today=today,
        areas=groups(reading(), [partnership.id]),
        area_names=names(reading()),
        no_filters=queries.Filters(),
        kinds=[(kind, kind) for kind in queries.kinds(reading(), partnership.id, today)],
        phases=PHASE_NAMES,
        accepting=[(word.value, word.value.capitalize()) for word in Accepting],
    )


def _filters() -> queries.Filters:
    typed = {name: value.strip()[:LONGEST] for name, value in request.args.items()}
    days = typed.get("days", "")
    known = days.isascii() and days.isdigit() and len(days) < 4
    return queries.Filters(
        text=typed.get("q", ""),
        code=typed.get("area", ""),
        phase=typed.get("phase", "") if typed.get("phase") in PHASES else "",
        kind=typed.get("kind", ""),
        accepting=typed.get("accepting", ""),
        half_days=2 * int(days) if known else 0,
    )


@blueprint.get("/leaders/<int:leader_id>")
@access("leader.read")
def read(leader_id: int) -> str:
    leader = queries.leader_in_scope(reading(), actor(), leader_id, clock.today())
    return page_of(leader)


@blueprint.get("/leaders/me")
@access("leader.own")
def me() -> str:
    return page_of(queries.leader_of_person(reading(), actor().person_id))


def page_of(leader: Leader) -> str:
    """The page of one leader."""
    today, own = clock.today(), leader.person_id == actor().person_id
    posts = queries.memberships(reading(), leader, today)
    coordinated = [post for post in posts if post.partnership_id in actor().coordinates()]
    keeper = leader.keeper.name if leader.keeper and leader.kept_by != leader.person_id else None
    return render_template(
        "leaders/read.html",
        leader=leader,
        own=own,
        can_change=own or bool(coordinated),
        can_release=bool(coordinated) and not own,
        posts=posts,
        coordinated=coordinated,
        conflicts=[] if own else conflicts.of_leader(reading(), actor(), leader.id, today),
        today=today,
        balances=_balances(leader, today),
        accepting=leader.accepting_on(today),
        releaser=queries.releaser_of(reading(), leader, today),
        area_names=names(reading()),
        phases=PHASE_NAMES,
        review_state=review_state,
        kept=kept_words(keeper, clock.london_date(leader.kept_at), today),
    )


def _balances(leader: Leader, today: date) -> dict[int, Any]:
    """How the leader's days stand this year and later, as this person may know of them."""
    mine = account_queries.may_know_of(reading(), actor(), leader, today)
    shown = account_queries.shown_balances(reading(), leader, mine)
    return {year: one for year, one in shown.items() if year >= school_year(today)}


@blueprint.route("/leaders/new", methods=["GET", "POST"])
@access("leader.add")
def add() -> Answer:
    form = NewLeaderForm()
    mine = all_coordinated(reading(), actor())
    form.partnership.choices = [(p.id, p.name) for p in mine]
    form.code.choices = groups(reading(), [p.id for p in mine])
    if form.validate_on_submit():
        with form.rules():
            leader_id = services.register(
                by(),
                partnership_id=form.partnership.data,
                name=form.name.data,
                email=form.email.data,
                telephone=form.telephone.data,
                urn=form.school.data,
                code=form.code.data or "",
                other=form.other.data or "",
                phase=form.phase.data,
            )
            flash(f"{form.name.data} is on the register.")
            return redirect(url_for("leaders.read", leader_id=leader_id))
    return render_template("leaders/new.html", form=form), form.status


@blueprint.route("/leaders/<int:leader_id>/end/<int:partnership_id>", methods=["GET", "POST"])
@access("leader.add")
def end(leader_id: int, partnership_id: int) -> Answer:
    if sent_before():  # who has left the register is on it no more
        flash("They leave the register after that day.")
        return redirect(url_for("leaders.register"))
    today = clock.today()
    leader = queries.leader_to_change(reading(), actor(), leader_id, today)
    posts = queries.memberships(reading(), leader, today)
    post = next((post for post in posts if post.partnership_id == partnership_id), None)
    if post is None or partnership_id not in actor().coordinates():
        raise NotFound
    form = EndForm(last_day=today)
    if form.validate_on_submit():
        with form.rules():
            services.end_membership(
                by(), leader_id, partnership_id=partnership_id, last_day=form.last_day.data
            )
            flash(f"{leader.person.name} leaves the register after that day.")
            return redirect(url_for("leaders.register"))
    return render_template("leaders/end.html", form=form, leader=leader, post=post), form.status


@blueprint.get("/leaders/public/<int:partnership_id>")
@access("leader.public")
def public(partnership_id: int) -> str:
    """The list for anybody: no addresses, no numbers."""
    partnership = partnership_named(reading(), partnership_id)
    today = clock.today()
    areas: dict[str, list[queries.PublicRow]] = {}
    for row in _public_rows(partnership_id, today):
        areas.setdefault(row.area, []).append(row)
    return render_template(
        "leaders/public.html", partnership=partnership, areas=areas, today=today, phases=PHASE_NAMES
    )


@blueprint.get("/leaders/public/<int:partnership_id>/csv")
@access("leader.public")
def public_file(partnership_id: int) -> Response:
    partnership = partnership_named(reading(), partnership_id)
    rows = _public_rows(partnership.id, clock.today())
    return download(public_csv(rows), f"leaders-{partnership.id}.csv")


def _public_rows(partnership_id: int, today: date) -> list[queries.PublicRow]:
    return queries.public_list(reading(), partnership_id, today, names(reading()))
