"""Pages about reviews: the mid-point, the evaluation, the leader's comment, the look-backs."""

from typing import Any

from brokerage import clock
from brokerage.engagements import queries, review_services
from brokerage.engagements.forms import EvaluationForm, LookBackForm, MidPointForm, WordsForm
from brokerage.engagements.pages import Answer, Done, blueprint, form_page, found, to_page
from brokerage.engagements.rules import Difference, EngagementState, MidPoint, ReviewKind
from brokerage.errors import RuleBroken
from brokerage.life import Part
from brokerage.web.access import access
from brokerage.web.forms import by, sent_before

SPEAKERS = (Part.HEAD, Part.COORDINATOR)
LEADERS = (Part.LEADER, Part.COORDINATOR)


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
    engagement = found(reference, *LEADERS)
    return comment_answer(engagement, lambda said: to_page(engagement, said))


@blueprint.route("/engagements/<reference>/look-back", methods=["GET", "POST"])
@access("engagement.answer")
def look_back(reference: str) -> Answer:
    engagement = found(reference, *SPEAKERS)
    return look_back_answer(engagement, lambda said: to_page(engagement, said))


def mid_point_answer(engagement: Any, done: Done, link_id: int | None = None) -> Answer:
    """Keep, change or stop."""
    _not_yet(engagement, ReviewKind.MID_POINT)
    if engagement.state is not EngagementState.ACTIVE and not sent_before():
        raise RuleBroken("The mid-point comes while the support is under way.")
    form = MidPointForm()
    if form.validate_on_submit():
        with form.rules():
            review_services.mid_point(
                by(),
                engagement.id,
                choice=MidPoint(form.choice.data),
                words=form.words.data or "",
                exit_plan=form.exit_plan.data or "",
                link_id=link_id,
            )
            return done("Thank you. Your answer is noted.")
    title = "Half way: keep, change or stop?"
    return form_page(engagement, form, title, "Send", part=Part.HEAD)


def evaluation_answer(engagement: Any, done: Done, link_id: int | None = None) -> Answer:
    """What difference it made, which closes it."""
    _not_yet(engagement, ReviewKind.EVALUATION)
    if engagement.state is not EngagementState.COMPLETED and not sent_before():
        raise RuleBroken("The evaluation comes once the visits are done, and once only.")
    form = EvaluationForm()
    if form.validate_on_submit():
        with form.rules():
            review_services.evaluate(
                by(),
                engagement.id,
                difference=Difference(form.difference.data),
                words=form.words.data or "",
                exit_plan=form.exit_plan.data or "",
                link_id=link_id,
            )
            return done("Thank you. This support is closed with your answer.")
    title = "What has changed?"
    return form_page(engagement, form, title, "Send and close", part=Part.HEAD, purpose=True)


def comment_answer(engagement: Any, done: Done, link_id: int | None = None) -> Answer:
    """The leader's own word beside the evaluation, which they read first."""
    _not_yet(engagement, ReviewKind.LEADER_COMMENT)
    evaluated = queries.review_of(engagement, ReviewKind.EVALUATION)
    if evaluated is None:
        raise RuleBroken("Your comment comes after the head’s evaluation.")
    form = WordsForm()
    form.words.label.text = "Your own word on it"
    if form.validate_on_submit():
        with form.rules():
            words = form.words.data or ""
            review_services.comment(by(), engagement.id, words=words, link_id=link_id)
            return done("Thank you. Your comment stands beside the evaluation.")
    title = "What the head said, and your comment"
    return form_page(engagement, form, title, "Send", part=Part.LEADER, review=evaluated)


def look_back_answer(engagement: Any, done: Done, link_id: int | None = None) -> Answer:
    """How much of it is still there, some months on."""
    kind = queries.look_back_due_of(engagement, clock.today())
    if kind is None and not sent_before():
        raise RuleBroken("There is nothing to look back on now: it was answered, or it is early.")
    form = LookBackForm()
    form.difference.label.text = "How much of a difference is there today?"
    if form.validate_on_submit():
        with form.rules():
            review_services.look_back(
                by(),
                engagement.id,
                kind=kind or ReviewKind.LOOK_BACK_3,  # none: it is a second sending, done already
                difference=Difference(form.difference.data),
                words=form.words.data or "",
                link_id=link_id,
            )
            return done("Thank you. Your answer is noted.")
    months = "Three" if kind is ReviewKind.LOOK_BACK_3 else "Six"
    title = f"{months} months on: did it last?"
    return form_page(engagement, form, title, "Send", part=Part.HEAD, purpose=True)


def _not_yet(engagement: Any, kind: ReviewKind) -> None:
    if queries.review_of(engagement, kind) is not None and not sent_before():
        raise RuleBroken(review_services.ONCE)
