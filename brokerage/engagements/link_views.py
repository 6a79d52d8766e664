"""Pages that a link in a mail opens, without signing in. Showing changes nothing: a press does."""

from typing import Any

from flask import render_template, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.engagements import pages, queries, services, visit_services
from brokerage.engagements.date_views import said_not_happened
from brokerage.engagements.forms import ContactForm, NotHappenedForm, WordsForm
from brokerage.engagements.pages import Answer, blueprint, followed, thanks
from brokerage.engagements.review_views import (
    comment_answer,
    evaluation_answer,
    look_back_answer,
    mid_point_answer,
)
from brokerage.engagements.rules import LOGGERS, SPEAKERS, VISIT_LIFE, WORKERS
from brokerage.engagements.telling import (
    COMMENT,
    CONTACT,
    EVALUATION,
    LOG,
    LOOK_BACK,
    MID_POINT,
    VISIT,
)
from brokerage.engagements.visit_views import (
    fresh_log_form,
    log_answer,
    log_page,
)
from brokerage.web.access import access, actor
from brokerage.web.forms import by


@blueprint.get("/engagements/by-link/thank-you")
@access("link.follow")
def thank_you() -> str:
    return render_template("engagements/thank_you.html")


@blueprint.route("/engagements/by-link/log/<token>", methods=["GET", "POST"])
@access("link.follow")
def log_by_link(token: str) -> Answer:
    link, engagement, visit = followed(LOG, token, *LOGGERS)
    return log_answer(
        engagement, visit, thanks, not_happened=lambda _: _not_happened(token), link_id=link.id
    )


@blueprint.post("/engagements/by-link/log/<token>/did-not-happen")
@access("link.follow")
def did_not_happen_by_link(token: str) -> Answer:
    link, engagement, visit = followed(LOG, token, *LOGGERS)
    form = NotHappenedForm()
    said = said_not_happened(visit, form, link.id)
    if said is not None:
        return thanks(said)
    other = fresh_log_form(engagement, visit)
    return log_page(engagement, visit, other, form, lambda _: _not_happened(token))


def _not_happened(token: str) -> str:
    return url_for("engagements.did_not_happen_by_link", token=token)


@blueprint.route("/engagements/by-link/visit/<token>", methods=["GET", "POST"])
@access("link.follow")
def visit_by_link(token: str) -> Answer:
    link, engagement, visit = followed(VISIT, token, *SPEAKERS)
    form = WordsForm()
    form.words.label.text = "What is not right?"
    if form.validate_on_submit():
        with form.rules():
            visit_services.dispute(by(), visit.id, words=form.words.data or "", link_id=link.id)
            return thanks("Noted: your coordinator will ring you both.")
    return render_template(
        "engagements/visit_by_link.html",
        engagement=engagement,
        visit=visit,
        form=form,
        opened=VISIT_LIFE.may(visit.state, "dispute", queries.parts(actor(), engagement)),
        right=url_for("engagements.visit_right_by_link", token=token),
    ), form.status


@blueprint.post("/engagements/by-link/visit/<token>/right")
@access("link.follow")
def visit_right_by_link(token: str) -> Response:
    link, _, visit = followed(VISIT, token, *SPEAKERS)
    visit_services.agree(by(), visit.id, link_id=link.id)
    return thanks("The visit’s log is agreed.")


@blueprint.route("/engagements/by-link/spoken/<token>", methods=["GET", "POST"])
@access("link.follow")
def contact_by_link(token: str) -> Answer:
    link, engagement, _ = followed(CONTACT, token, *WORKERS)
    form = ContactForm(on=clock.today())
    if form.validate_on_submit():
        with form.rules():
            services.note_first_contact(by(), engagement.id, form.on.data, link_id=link.id)
            return thanks("It is noted that you have spoken.")
    return render_template(
        "engagements/contact_by_link.html",
        engagement=engagement,
        form=form,
        people=_to_ring(engagement),
        not_yet=url_for("engagements.not_yet_by_link", token=token),
    ), form.status


def _to_ring(engagement: Any) -> list[Any]:
    """The other of the two, to be rung now."""
    both = [engagement.leader.person, pages.head_of(engagement)]
    return [person for person in both if person is not None and person.id != actor().person_id]


@blueprint.post("/engagements/by-link/spoken/<token>/not-yet")
@access("link.follow")
def not_yet_by_link(token: str) -> Response:
    _, engagement, _ = followed(CONTACT, token, *WORKERS)
    services.note_no_contact_yet(by(), engagement.id)
    return thanks("Your coordinator knows. Once you have spoken, the same link takes your yes.")


@blueprint.route("/engagements/by-link/mid-point/<token>", methods=["GET", "POST"])
@access("link.follow")
def mid_point_by_link(token: str) -> Answer:
    link, engagement, _ = followed(MID_POINT, token, *SPEAKERS)
    return mid_point_answer(engagement, thanks, link.id)


@blueprint.route("/engagements/by-link/evaluation/<token>", methods=["GET", "POST"])
@access("link.follow")
def evaluation_by_link(token: str) -> Answer:
    link, engagement, _ = followed(EVALUATION, token, *SPEAKERS)
    return evaluation_answer(engagement, thanks, link.id)


@blueprint.route("/engagements/by-link/comment/<token>", methods=["GET", "POST"])
@access("link.follow")
def comment_by_link(token: str) -> Answer:
    link, engagement, _ = followed(COMMENT, token, *LOGGERS)
    return comment_answer(engagement, thanks, link.id)


@blueprint.route("/engagements/by-link/look-back/<token>", methods=["GET", "POST"])
@access("link.follow")
def look_back_by_link(token: str) -> Answer:
    link, engagement, _ = followed(LOOK_BACK, token, *SPEAKERS)
    return look_back_answer(engagement, thanks, link.id)
