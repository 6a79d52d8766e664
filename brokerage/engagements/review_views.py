"""Pages about reviews: the mid-point, the evaluation, the leader's comment, the look-backs."""

from typing import Any

from flask import render_template

from brokerage import clock
from brokerage.database import reading
from brokerage.engagements import queries, review_services
from brokerage.engagements.lasting import measured
from brokerage.engagements.pages import WHOSE, Answer, Done, blueprint, by_phone, found, to_page
from brokerage.engagements.review_forms import comment_form, review_form, said_in
from brokerage.engagements.review_rules import LEVELS, Level, field_of
from brokerage.engagements.rules import (
    LOGGERS,
    SPEAKERS,
    Difference,
    EngagementState,
    MidPoint,
    ReviewKind,
)
from brokerage.errors import RuleBroken
from brokerage.life import Part
from brokerage.people.queries import coordinator_of
from brokerage.web.access import access
from brokerage.web.forms import by, sent_before

NOTED = {
    MidPoint.KEEP: "Thank you. Your answer is noted.",
    MidPoint.CHANGE: "Thank you. Your coordinator is told, and rings about what is to change.",
    MidPoint.STOP: "Thank you. Your coordinator is told, and rings you before anything ends.",
}
CLOSED = "Thank you. This support is closed with your answer."
CLOSED_FOR_THEM = "It is noted, and they get a copy. This support is closed."
NEXT = {
    MidPoint.KEEP: "It is noted.",
    MidPoint.CHANGE: "It is noted. What is to change in the agreement is yours to put to them now.",
    MidPoint.STOP: "It is noted. If it is to stop, end it early from here.",
}
"""The same for a coordinator who noted it: what comes next."""


@blueprint.app_template_global("level_words")
def level_words(kind: str, level: Level) -> str:
    """What a review says of an outcome, as people read it."""
    return LEVELS[ReviewKind(kind)][level]


@blueprint.route("/engagements/<reference>/mid-point", methods=["GET", "POST"])
@access("engagement.answer")
def mid_point(reference: str) -> Answer:
    engagement = found(reference, *SPEAKERS)
    return mid_point_answer(engagement, lambda said: to_page(engagement, said))


@blueprint.route("/engagements/<reference>/evaluation", methods=["GET", "POST"])
@access("engagement.answer")
def evaluation(reference: str) -> Answer:
    engagement = found(reference, *SPEAKERS)
    return evaluation_answer(engagement, lambda said: to_page(engagement, said))


@blueprint.route("/engagements/<reference>/comment", methods=["GET", "POST"])
@access("engagement.log")
def comment(reference: str) -> Answer:
    engagement = found(reference, *LOGGERS)
    return comment_answer(engagement, lambda said: to_page(engagement, said))


@blueprint.route("/engagements/<reference>/look-back", methods=["GET", "POST"])
@access("engagement.answer")
def look_back(reference: str) -> Answer:
    engagement = found(reference, *SPEAKERS)
    return look_back_answer(engagement, lambda said: to_page(engagement, said))


def mid_point_answer(engagement: Any, done: Done, link_id: int | None = None) -> Answer:
    """How each outcome stands; keep, change or stop."""
    kind = ReviewKind.MID_POINT
    _not_yet(engagement, kind)
    if engagement.state is not EngagementState.ACTIVE and not sent_before():
        raise RuleBroken("The mid-point comes while the support is under way.")
    about = measured(engagement)
    form = review_form(kind, about)
    phone = _told(engagement, form, Part.HEAD)
    if form.validate_on_submit():
        with form.rules():
            choice = MidPoint(form.choice.data)
            review_services.mid_point(
                by(),
                engagement.id,
                choice=choice,
                words=form.words.data or "",
                exit_plan=form.exit_plan.data or "",
                said=said_in(form, about),
                private=_private(form),
                link_id=link_id,
            )
            return done((NEXT if phone else NOTED)[choice])
    title = "Half way: keep, change or stop?"
    return _page(engagement, form, title, "Send", phone, about=about, kind=kind)


def evaluation_answer(engagement: Any, done: Done, link_id: int | None = None) -> Answer:
    """What difference it made, to each outcome and as a whole, which closes it."""
    kind = ReviewKind.EVALUATION
    _not_yet(engagement, kind)
    if engagement.state is not EngagementState.COMPLETED and not sent_before():
        raise RuleBroken("The evaluation comes once the visits are done, and once only.")
    about = measured(engagement)
    form = review_form(kind, about)
    phone = _told(engagement, form, Part.HEAD)
    if form.validate_on_submit():
        with form.rules():
            review_services.evaluate(
                by(),
                engagement.id,
                difference=Difference(form.difference.data),
                words=form.words.data or "",
                exit_plan=form.exit_plan.data or "",
                said=said_in(form, about),
                private=_private(form),
                link_id=link_id,
            )
            return done(CLOSED_FOR_THEM if phone else CLOSED)
    title = "What has changed?"
    return _page(engagement, form, title, "Send and close", phone, about=about, kind=kind)


def comment_answer(engagement: Any, done: Done, link_id: int | None = None) -> Answer:
    """The leader's own word beside the evaluation, which they read first."""
    _not_yet(engagement, ReviewKind.LEADER_COMMENT)
    evaluated = queries.review_of(engagement, ReviewKind.EVALUATION)
    if evaluated is None:
        raise RuleBroken("Your comment comes after the head’s evaluation.")
    form = comment_form()
    phone = _told(engagement, form, Part.LEADER)
    if form.validate_on_submit():
        with form.rules():
            words, private = form.words.data or "", _private(form)
            review_services.comment(
                by(), engagement.id, words=words, private=private, link_id=link_id
            )
            return done("Thank you. Your comment stands beside the evaluation.")
    title = "What the head said, and your comment"
    return _page(
        engagement, form, title, "Send", phone, about=measured(engagement), review=evaluated
    )


def look_back_answer(engagement: Any, done: Done, link_id: int | None = None) -> Answer:
    """How much of it is still there, some months on: the same measures again."""
    due = queries.look_back_due_of(engagement, clock.today())
    if due is None and not sent_before():
        raise RuleBroken("There is nothing to look back on now: it was answered, or it is early.")
    kind = due or ReviewKind.LOOK_BACK_3  # none: it is a second sending, done already
    about = measured(engagement)
    form = review_form(kind, about)
    form.difference.label.text = "On the whole, how much of a difference is there today?"
    phone = _told(engagement, form, Part.HEAD)
    if form.validate_on_submit():
        with form.rules():
            review_services.look_back(
                by(),
                engagement.id,
                kind=kind,
                difference=Difference(form.difference.data),
                words=form.words.data or "",
                said=said_in(form, about),
                private=_private(form),
                link_id=link_id,
            )
            return done("Thank you. Your answer is noted.")
    months = "Three" if kind is ReviewKind.LOOK_BACK_3 else "Six"
    title = f"{months} months on: did it last?"
    return _page(engagement, form, title, "Send", phone, about=about, kind=kind)


def _told(engagement: Any, form: Any, part: Part) -> str:
    """Who told it to a coordinator by telephone, who then has no box for themselves; empty for
    somebody who speaks for themselves."""
    if not by_phone(engagement, part):
        return ""
    del form.private
    return WHOSE[part]


def _private(form: Any) -> str:
    return (form.private.data or "") if form.private else ""


def _page(
    engagement: Any,
    form: Any,
    title: str,
    button: str,
    phone: str,
    *,
    about: list[Any],
    kind: ReviewKind | None = None,
    review: Any = None,
) -> Answer:
    """A review: each outcome with what is known of it and what is asked of it (of ``kind``), then
    the rest of the form. ``review`` is an evaluation that is commented on."""
    return render_template(
        "engagements/review.html",
        engagement=engagement,
        form=form,
        title=title,
        button=button,
        phone=phone,
        about=about,
        kind=kind,
        review=review,
        field_of=field_of,
        coordinator=coordinator_of(reading(), engagement.partnership_id, clock.today()),
    ), form.status


def _not_yet(engagement: Any, kind: ReviewKind) -> None:
    if queries.review_of(engagement, kind) is not None and not sent_before():
        raise RuleBroken(review_services.ONCE)
