"""Where leaders say how many days they give, and a coordinator sees who has."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.leaders import asked_queries, asked_services
from brokerage.leaders.asked_forms import NextYearForm, StillForm
from brokerage.leaders.asked_rules import JUNE, QuestionKind
from brokerage.leaders.rules import school_year, school_year_name
from brokerage.partnerships.queries import all_coordinated, chosen
from brokerage.people.links import follow
from brokerage.web.access import access, actor
from brokerage.web.forms import by
from brokerage.web.paging import page_number, page_of
from brokerage.web.words import days

blueprint = Blueprint("asked", __name__)

Answer = str | Response | tuple[str, int]
Question = Any  # a question's row, as the queries answer it


@blueprint.route("/days/next-year/<token>", methods=["GET", "POST"])
@access("link.follow")
def next_year_by_link(token: str) -> Answer:
    link = follow("leaders.asked.next_year_by_link", token)
    question = asked_queries.question_by_id(reading(), link.subject_id)
    return _next_year(question, url_for("desks.home"), link.id)


@blueprint.route("/days/still/<token>", methods=["GET", "POST"])
@access("link.follow")
def still_by_link(token: str) -> Answer:
    link = follow("leaders.asked.still_by_link", token)
    question = asked_queries.question_by_id(reading(), link.subject_id)
    return _still(question, url_for("desks.home"), link.id)


@blueprint.route("/days/asked/<int:question_id>", methods=["GET", "POST"])
@access("days.round")
def note(question_id: int) -> Answer:
    """A coordinator notes what the leader said by telephone."""
    question = asked_queries.question_in_scope(reading(), actor(), question_id, clock.today())
    back = url_for("leaders.asked.round", partnership=question.partnership_id)
    if question.kind is QuestionKind.ROUND:
        return _next_year(question, back)
    return _still(question, back)


@blueprint.get("/days/round")
@access("days.round")
def round() -> str:
    """Who has said how many days they give in a school year, and who has not."""
    mine = all_coordinated(reading(), actor())
    partnership = chosen(mine, request.args.get("partnership", ""))
    today = clock.today()
    year = _year_asked_about(today)
    found = asked_queries.round_of(reading(), partnership.id, year, today)
    return render_template(
        "leaders/round.html",
        partnership=partnership,
        partnerships=mine,
        round=found,
        page=page_of(found.rows, page_number()),
        year=school_year_name(year),
        before=school_year_name(year - 1),
    )


def _year_asked_about(today: date) -> int:
    """The next school year from June on, else the present one."""
    year = school_year(today)
    return year + 1 if JUNE <= today.month < JUNE + 3 else year


def _next_year(question: Question, onward: str, link_id: int | None = None) -> Answer:
    before = asked_queries.account_of(reading(), question.leader_id, question.year - 1)
    form = NextYearForm(half_days=before.pledged if before else None)
    if form.validate_on_submit():
        with form.rules():
            asked_services.answer(by(), question.id, half_days=form.half_days.data, link_id=link_id)
            flash(f"Thank you: {days(form.half_days.data or 0)} in {_year(question)}.")
            return redirect(onward)
    return _page("next_year", question, form, before=before)


def _still(question: Question, onward: str, link_id: int | None = None) -> Answer:
    form = StillForm()
    if form.validate_on_submit():
        with form.rules():
            asked_services.answer(by(), question.id, half_days=form.said, link_id=link_id)
            flash("Thank you. It is noted.")
            return redirect(onward)
    return _page("still", question, form, left=asked_queries.left_now(reading(), question))


def _page(name: str, question: Question, form: Any, **words: Any) -> tuple[str, int]:
    page = render_template(
        f"leaders/{name}.html",
        question=question,
        form=form,
        own=question.leader.person_id == actor().person_id,
        year=_year(question),
        before_year=school_year_name(question.year - 1),
        **words,
    )
    return page, form.status


def _year(question: Question) -> str:
    return school_year_name(question.year)
