"""Pages that a link in a mail opens, without signing in. Showing changes nothing: a press does."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from brokerage.database import reading
from brokerage.errors import RuleBroken
from brokerage.needs import queries, services
from brokerage.needs.forms import AnswerForm, SendForm, WithdrawForm
from brokerage.needs.pages import Answer, follow_page, thanks
from brokerage.needs.rules import LIFE, NeedState
from brokerage.needs.saying import pages_words
from brokerage.needs.telling import ANSWER, FOLLOW, OPEN, SEND, UNDO
from brokerage.people.links import GONE, follow
from brokerage.web.access import access, actor
from brokerage.web.forms import by, sent_before

blueprint = Blueprint("links", __name__)


@blueprint.get("/needs/by-link/open/<token>")
@access("link.follow")
def open_page(token: str) -> Response:
    """To a need's own page, where one signs in first."""
    link = follow(OPEN, token)
    need = queries.need_of_id(reading(), actor(), link.subject_id)
    return redirect(url_for("needs.read", reference=need.reference))


@blueprint.get("/needs/by-link/read/<token>")
@access("link.follow")
def follow_need(token: str) -> Answer:
    """The school's own view of its need; the press that takes it back ends its pairings too, and is
    answered by that room."""
    link = follow(FOLLOW, token)
    return follow_page(queries.need_of_id(reading(), actor(), link.subject_id), WithdrawForm())


@blueprint.route("/needs/by-link/answer/<token>", methods=["GET", "POST"])
@access("link.follow")
def answer(token: str) -> Answer:
    link = follow(ANSWER, token)
    need = queries.need_of_id(reading(), actor(), link.subject_id)
    form = AnswerForm()
    if form.validate_on_submit():
        with form.rules():
            services.answer_by_link(by(), link.id, text=form.answer.data)
            return thanks("Thank you", "Your coordinator has your answer.")
    return render_template("needs/answer.html", form=form, need=need), form.status


@blueprint.route("/needs/by-link/undo-answer/<token>", methods=["GET", "POST"])
@access("link.follow")
def undo_answer(token: str) -> Answer:
    """What was noted for the school by telephone, and one press to take it back."""
    link = follow(UNDO, token)
    need = queries.need_of_id(reading(), actor(), link.subject_id)
    form = SendForm()
    if form.validate_on_submit():
        with form.rules():
            services.undo_answer(by(), link.id)
            return thanks("It is taken back", "You get the question again, to answer yourself.")
    can_undo = LIFE.may(need.state, "undo_answer", queries.parts(actor(), need))
    page = render_template("needs/undo_answer.html", form=form, need=need, can_undo=can_undo)
    return page, form.status


@blueprint.route("/needs/by-link/send/<token>", methods=["GET", "POST"])
@access("link.follow")
def send(token: str) -> Answer:
    """A head sends what a deputy has written."""
    link = follow(SEND, token)
    need = queries.need_of_id(reading(), actor(), link.subject_id)
    if need.state is not NeedState.DRAFT and not sent_before():
        raise RuleBroken(GONE)
    form = SendForm()
    if form.validate_on_submit():
        with form.rules():
            services.submit_by_link(by(), link.id)
            reading().expire_all()
            return render_template("needs/sent.html", need=need)
    return render_template("needs/send.html", form=form, need=need, **pages_words()), form.status
