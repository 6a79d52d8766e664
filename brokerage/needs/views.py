"""Pages about needs for those who ask: posting, reading, changing; and the address of the queue."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.clock import london_date
from brokerage.database import reading
from brokerage.needs import (
    coordinator_pages,
    link_views,
    queries,
    register,
    services,
    triage_views,
    unmet_views,
)
from brokerage.needs.forms import (
    NOT_SURE,
    AnswerForm,
    ChangeNeedForm,
    MoreForm,
    NewNeedForm,
    NewNeedForSchoolForm,
    SendForm,
    areas_by_group,
    school_details,
    words_of,
)
from brokerage.needs.rules import CHANGEABLE, LIFE, READERS, NeedState, may_remind
from brokerage.needs.saying import pages_words
from brokerage.partnerships.queries import own_partnerships
from brokerage.specialisms.rules import suggest
from brokerage.web.access import access, actor
from brokerage.web.forms import by
from brokerage.web.paging import page_number

blueprint = Blueprint("needs", __name__)
blueprint.register_blueprint(triage_views.blueprint)
blueprint.register_blueprint(unmet_views.blueprint)
blueprint.register_blueprint(link_views.blueprint)

Answer = str | Response | tuple[str, int]


@blueprint.get("/needs")
@access("need.read")
def queue() -> str:
    """A coordinator's queue; anybody else's own needs (a coordinator's too, asked for so)."""
    if actor().coordinates() and request.args.get("of") != "school":
        return coordinator_pages.queue_page()
    page = queries.own_needs(reading(), actor(), page_number())
    own = bool(actor().schools(*READERS))
    return render_template("needs/own.html", page=page, own=own, **pages_words())


@blueprint.route("/needs/new", methods=["GET", "POST"])
@access("need.post")
def post() -> Answer:
    urns = actor().schools(*READERS)
    if not urns:
        return redirect(url_for("needs.post_for_school"))
    form = NewNeedForm()
    _offer(form, queries.schools_named(reading(), urns))
    if form.validate_on_submit():
        with form.rules():
            reference = services.draft(
                by(),
                urn=form.urn.data if form.urn else next(iter(urns)),
                words=words_of(form),
                partnership_id=form.partnership.data if form.partnership else None,
            )
            return _next(reference, "needs.more")
    contacts = queries.contacts(reading(), actor(), clock.today())
    return render_template("needs/new.html", form=form, contacts=contacts), form.status


@blueprint.route("/needs/new/for-a-school", methods=["GET", "POST"])
@access("need.post")
def post_for_school() -> Answer:
    form = NewNeedForSchoolForm()
    _offer(form, None)
    if form.validate_on_submit():
        with form.rules():
            reference = services.draft_for(
                by(),
                urn=form.urn.data or 0,
                words=words_of(form),
                head_agreed_on=form.head_agreed_on.data,
                head_agreed_how=form.head_agreed_how.data,
                partnership_id=form.partnership.data if form.partnership else None,
            )
            return _next(reference, "needs.more")
    contacts = queries.contacts(reading(), actor(), clock.today())
    return render_template("needs/new.html", form=form, contacts=contacts), form.status


@blueprint.route("/needs/<reference>/more", methods=["GET", "POST"])
@access("need.post")
def more(reference: str) -> Answer:
    need = queries.need_in_scope(reading(), actor(), reference)
    areas = queries.areas(reading(), [need.partnership_id])
    likely = [(area.code, area.name) for area in suggest(f"{need.worry}\n{need.whom}", areas)]
    form = MoreForm(obj=need)
    form.code.choices = [*likely, NOT_SURE]
    form.other.choices = areas_by_group(areas, "Choose, if you know")
    if request.method == "GET" and need.code and need.code not in dict(likely):
        form.other.data = need.code
    if form.validate_on_submit():
        with form.rules():
            services.add_details(
                by(), need.id, version=form.version.data, given=school_details(form)
            )
            return _next(reference, "needs.check")
    return render_template("needs/more.html", form=form, need=need, likely=likely), form.status


@blueprint.get("/needs/<reference>/check")
@access("need.post")
def check(reference: str) -> Answer:
    need = queries.need_in_scope(reading(), actor(), reference)
    if need.state is not NeedState.DRAFT:
        return redirect(url_for("needs.read", reference=need.reference))
    asked = queries.head_asked(reading(), need)
    return render_template(
        "needs/check.html",
        form=SendForm(),
        asked=asked,
        may_remind=asked is not None and may_remind(london_date(asked.at), clock.today()),
        need=need,
        sends=LIFE.may(need.state, "submit", queries.parts(actor(), need)),
        **pages_words(),
    )


@blueprint.post("/needs/<reference>/send")
@access("need.post")
def send(reference: str) -> Response:
    need = queries.need_in_scope(reading(), actor(), reference)
    services.submit(by(), need.id)
    if request.form.get("then") == "another":
        flash(f"{need.reference} is sent. Now the next one.")
        return redirect(url_for("needs.post"))
    return redirect(url_for("needs.sent", reference=need.reference))


@blueprint.get("/needs/<reference>/sent")
@access("need.read")
def sent(reference: str) -> Answer:
    need = queries.need_in_scope(reading(), actor(), reference)
    if need.submitted_at is None:
        return redirect(url_for("needs.check", reference=need.reference))
    return render_template("needs/sent.html", need=need)


@blueprint.post("/needs/<reference>/ask-head")
@access("need.post")
def ask_head(reference: str) -> Response:
    need = queries.need_in_scope(reading(), actor(), reference)
    services.ask_head(by(), need.id)
    flash("An e-mail is on its way to your head, with a link to send it.")
    return redirect(url_for("needs.check", reference=need.reference))


@blueprint.get("/needs/<reference>")
@access("need.read")
def read(reference: str) -> Answer:
    need = queries.need_in_scope(reading(), actor(), reference)
    if need.state is NeedState.DRAFT:
        return redirect(url_for("needs.check", reference=need.reference))
    if need.partnership_id in actor().coordinates():
        return coordinator_pages.need_page(need)
    return render_template("needs/read.html", need=need, **about(need))


def about(need: Any) -> dict[str, Any]:
    """What the school's own page of a need shows beside it: never notes, never bars."""
    parts = queries.parts(actor(), need)
    events = ("withdraw", "answer", "reopen")
    return {
        "due": queries.due_of(reading(), need, clock.today()),
        "history": register.history_in_words(reading(), need, for_coordinator=False),
        "can": {event: LIFE.may(need.state, event, parts) for event in events},
        "changes": need.state in CHANGEABLE and bool(parts),
        **pages_words(),
    }


@blueprint.route("/needs/<reference>/change", methods=["GET", "POST"])
@access("need.post")
def change(reference: str) -> Answer:
    need = queries.need_in_scope(reading(), actor(), reference)
    form = ChangeNeedForm(obj=need)
    if form.validate_on_submit():
        with form.rules():
            services.change(by(), need.id, version=form.version.data, words=words_of(form))
            flash("Your changes are saved.")
            return redirect(url_for("needs.read", reference=need.reference))
    return render_template("needs/change.html", form=form, need=need), form.status


@blueprint.post("/needs/<reference>/reopen")
@access("need.post")
def reopen(reference: str) -> Response:
    need = queries.need_in_scope(reading(), actor(), reference)
    services.reopen(by(), need.id)
    flash(f"{need.reference} is open again, in its old place in the queue.")
    return redirect(url_for("needs.read", reference=need.reference))


@blueprint.route("/needs/<reference>/answer", methods=["GET", "POST"])
@access("need.read")
def answer(reference: str) -> Answer:
    need = queries.need_in_scope(reading(), actor(), reference)
    form = AnswerForm()
    if form.validate_on_submit():
        with form.rules():
            services.answer(by(), need.id, text=form.answer.data)
            flash("The answer is noted.")
            return redirect(url_for("needs.read", reference=need.reference))
    return render_template("needs/answer.html", form=form, need=need), form.status


def _offer(form: Any, schools: list[Any] | None) -> None:
    """Ask for the school and the partnership only where there are several."""
    if schools is not None:
        form.urn.choices = [(school.urn, school.name) for school in schools]
        if len(schools) == 1:
            del form.urn
    mine = own_partnerships(reading(), actor())
    form.partnership.choices = [(partnership.id, partnership.name) for partnership in mine]
    if len(mine) < 2:
        del form.partnership


def _next(reference: str, endpoint: str) -> Response:
    if request.form.get("then") == "later":
        flash(f"{reference} is kept. Nobody has been told: come back to it when you like.")
        return redirect(url_for("needs.queue", of="school"))
    return redirect(url_for(endpoint, reference=reference))
