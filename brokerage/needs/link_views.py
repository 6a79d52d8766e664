"""Pages that a link in a mail opens, without signing in. Showing changes nothing: a press does."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.errors import RuleBroken
from brokerage.needs import queries, register, services
from brokerage.needs.forms import AnswerForm, SendForm, WithdrawForm
from brokerage.needs.rules import LIFE, CloseReason, NeedState
from brokerage.needs.saying import pages_words
from brokerage.needs.telling import ANSWER, FOLLOW, OPEN, SEND, UNDO
from brokerage.people.links import GONE, follow
from brokerage.web.access import access, actor
from brokerage.web.forms import by

blueprint = Blueprint("links", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.get("/needs/by-link/open/<token>")
@access("link.follow")
def open_page(token: str) -> Response:
    """To a need's own page, where one signs in first."""
    link = follow(OPEN, token)
    need = queries.need_of_id(reading(), actor(), link.subject_id)
    return redirect(url_for("needs.read", reference=need.reference))


@blueprint.route("/needs/by-link/read/<token>", methods=["GET", "POST"])
@access("link.follow")
def follow_need(token: str) -> Answer:
    """The school's own view of its need, where it can be taken back."""
    link = follow(FOLLOW, token)
    need = queries.need_of_id(reading(), actor(), link.subject_id)
    form = WithdrawForm()
    if form.validate_on_submit():
        with form.rules():
            services.withdraw_by_link(
                by(),
                link.id,
                reason=CloseReason(form.reason.data),
                over_note=form.over_note.data or "",
            )
            return _thanks("It is withdrawn", "Your coordinator knows.")
    return render_template(
        "needs/follow.html",
        need=need,
        form=form,
        due=queries.due_of(reading(), need, clock.today()),
        history=register.history_in_words(reading(), need, for_coordinator=False),
        withdraws=LIFE.may(need.state, "withdraw", queries.parts(actor(), need)),
        **pages_words(),
    ), form.status


@blueprint.route("/needs/by-link/answer/<token>", methods=["GET", "POST"])
@access("link.follow")
def answer(token: str) -> Answer:
    link = follow(ANSWER, token)
    need = queries.need_of_id(reading(), actor(), link.subject_id)
    form = AnswerForm()
    if form.validate_on_submit():
        with form.rules():
            services.answer_by_link(by(), link.id, text=form.answer.data)
            return _thanks("Thank you", "Your coordinator has your answer.")
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
            return _thanks("It is taken back", "You get the question again, to answer yourself.")
    can_undo = LIFE.may(need.state, "undo_answer", queries.parts(actor(), need))
    page = render_template("needs/undo_answer.html", form=form, need=need, can_undo=can_undo)
    return page, form.status


@blueprint.route("/needs/by-link/send/<token>", methods=["GET", "POST"])
@access("link.follow")
def send(token: str) -> Answer:
    """A head sends what a deputy has written."""
    link = follow(SEND, token)
    need = queries.need_of_id(reading(), actor(), link.subject_id)
    if need.state is not NeedState.DRAFT:
        raise RuleBroken(GONE)
    form = SendForm()
    if form.validate_on_submit():
        with form.rules():
            services.submit_by_link(by(), link.id)
            reading().expire_all()
            return render_template("needs/sent.html", need=need)
    return render_template("needs/send.html", form=form, need=need, **pages_words()), form.status


def _thanks(title: str, sentence: str) -> str:
    return render_template("needs/thanks.html", title=title, sentence=sentence)
