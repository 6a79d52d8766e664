"""Pages about changes of an agreement: asked for, answered, noted by telephone, taken back."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.engagements import change_queries as queries
from brokerage.engagements import change_services as services
from brokerage.engagements.change_forms import FORMS, AnswerForm, NoteForm
from brokerage.engagements.change_reading import shown
from brokerage.engagements.change_rules import PART, RULES, WHO, Asked
from brokerage.engagements.change_steps import can_undo
from brokerage.engagements.change_telling import ANSWER, UNDO_CHANGE
from brokerage.engagements.forms import CheckForm
from brokerage.engagements.pages import Answer, Done, blueprint, found, thanks, to_page
from brokerage.engagements.queries import engagement_by_id, names_of, parts
from brokerage.engagements.rules import LIVE, WORKERS
from brokerage.errors import NotFound
from brokerage.life import Part
from brokerage.people.links import follow
from brokerage.people.queries import coordinator_of
from brokerage.web.access import access, actor
from brokerage.web.forms import by, sent_before

AGREED = "Everybody whom it touches has said yes: it is agreed, and all have the new version."
ASKED = "Those whom it touches are asked now. You hear when they have answered."
NOTED = "The answer is noted, and they get a copy."
STAYS = "Your yes is noted. It could not be made just now, so your coordinator sees to it."


def kinds_for(engagement: Any) -> list[tuple[str, str]]:
    """The changes that the actor may ask for now, by address, with their headings."""
    mine = parts(actor(), engagement)
    if engagement.state not in LIVE:
        return []
    paused = engagement.state.value == "paused"
    left_out = {"pause"} if paused else {"resume"}
    if Part.COORDINATOR in mine:
        left_out |= {"pause", "resume", "stop"}  # these they do themselves, on pages of their own
    return [
        (what, title)
        for what, (_, kind, title) in FORMS.items()
        if what not in left_out and mine & {PART[one] for one in RULES[kind].proposed_by}
    ]


@blueprint.get("/engagements/<reference>/change")
@access("engagement.plan")
def change_what(reference: str) -> str:
    """What can be asked for, and what is being asked about already."""
    engagement = found(reference, *WORKERS)
    return render_template(
        "engagements/change_what.html",
        engagement=engagement,
        kinds=kinds_for(engagement),
        change=queries.open_change(reading(), engagement),
        coordinates=Part.COORDINATOR in parts(actor(), engagement),
    )


@blueprint.route(
    "/engagements/<reference>/change/<any(days,dates,price,pause,resume,stop):what>",
    methods=["GET", "POST"],
)
@access("engagement.plan")
def change(reference: str, what: str) -> Answer:
    """Ask for a change, with the reason."""
    engagement = found(reference, *WORKERS)
    make, kind, title = FORMS[what]
    mine = parts(actor(), engagement)
    if not mine & {PART[one] for one in RULES[kind].proposed_by}:
        raise NotFound
    form = make(**_as_it_is(engagement, what))
    if Part.COORDINATOR not in mine or mine & {Part.HEAD, Part.LEADER}:
        del form.asked_for
    if form.validate_on_submit():
        with form.rules():
            number = services.propose(
                by(), engagement.id, form.wanted(kind), asked_for=form.asker()
            )
            return to_page(engagement, _said(number))
    page = render_template(
        "engagements/change_form.html", engagement=engagement, form=form, title=title, what=what
    )
    return page, form.status


def _as_it_is(engagement: Any, what: str) -> dict[str, Any]:
    if what == "dates":
        return {"expected_end": engagement.expected_end}
    if what == "price":
        pairing = engagement.pairing
        return {
            "pence_a_day": (pairing.pence_a_day or 0) / 100 if pairing.pence_a_day else None,
            "who_pays": pairing.who_pays or engagement.need.who_pays,
        }
    return {}


def _said(change_id: int) -> str:
    """What a proposal or an answer came to, as it stands now."""
    reading().rollback()
    now = queries.change_by_id(reading(), change_id)
    if now.state.value == "agreed":
        return AGREED if now.agreement_number else "It is decided, and both are told."
    if now.state.value == "refused":
        return "Noted. What was agreed before holds; your coordinator knows."
    return STAYS if now.stuck else ASKED


@blueprint.route("/engagements/<reference>/changes/<int:change_id>", methods=["GET", "POST"])
@access("engagement.read")
def read_change(reference: str, change_id: int) -> Answer:
    """A change as each of its people may read it, with what they can do about it."""
    engagement = found(reference)
    one = queries.change_of(reading(), engagement, change_id)
    return _page(one, lambda said: to_page(engagement, said))


@blueprint.route("/engagements/by-link/change/<token>", methods=["GET", "POST"])
@access("link.follow")
def change_by_link(token: str) -> Answer:
    link = follow(ANSWER, token)
    one = queries.change_by_id(reading(), link.subject_id)
    if not parts(actor(), one.engagement):
        raise NotFound
    return _page(one, thanks, link.id)


def _page(one: Any, done: Done, link_id: int | None = None) -> Answer:
    form, number = AnswerForm(), one.id
    if form.validate_on_submit():
        with form.rules():
            yes = form.answer.data == "yes"
            words = "" if yes else form.words.data or ""
            services.answer(by(), number, yes=yes, words=words, link_id=link_id)
            return done(_answered(number))
    today = clock.today()
    page = render_template(
        "engagements/change.html",
        engagement=one.engagement,
        shown=shown(reading(), actor(), one, today),
        form=form,
        by_link=link_id is not None,
        coordinator=coordinator_of(reading(), one.partnership_id, today),
        partnership=one.engagement.need.partnership,
    )
    return page, form.status


def _answered(number: int) -> str:
    said = _said(number)
    return "Your yes is noted. The others are still being asked." if said == ASKED else said


@blueprint.route(
    "/engagements/<reference>/changes/<int:change_id>/note/<any(head,leader,releaser):asked>",
    methods=["GET", "POST"],
)
@access("engagement.manage")
def note_change(reference: str, change_id: int, asked: str) -> Answer:
    """A coordinator notes what somebody said by telephone."""
    engagement = found(reference, Part.COORDINATOR)
    one = queries.change_of(reading(), engagement, change_id)
    if sent_before():
        flash(NOTED)
        return _back(engagement, one)
    still = queries.still_asked(reading(), one, clock.today())
    whose = Asked(asked)
    if whose not in still:
        flash("That was answered already, or is not being asked any more.")
        return _back(engagement, one)
    form = NoteForm(on=clock.today())
    if form.validate_on_submit():
        with form.rules():
            yes, words = form.answer.data == "yes", form.words.data or ""
            services.note_answer(by(), one.id, whose, yes=yes, on=form.on.data, words=words)
            flash(NOTED)
            return _back(engagement, one)
    page = render_template(
        "engagements/change_note.html",
        engagement=engagement,
        shown=shown(reading(), actor(), one, clock.today()),
        form=form,
        who=WHO[whose],
        person=still[whose],
    )
    return page, form.status


def _back(engagement: Any, one: Any) -> Response:
    address = url_for("engagements.read_change", reference=engagement.reference, change_id=one.id)
    return redirect(address)


@blueprint.post("/engagements/<reference>/changes/<int:change_id>/withdraw")
@access("engagement.plan")
def withdraw_change(reference: str, change_id: int) -> Response:
    engagement = found(reference)
    one = queries.change_of(reading(), engagement, change_id)
    services.withdraw(by(), one.id)
    return to_page(engagement, "It is taken back. Those who were asked are told.")


@blueprint.post("/engagements/<reference>/changes/<int:change_id>/again")
@access("engagement.manage")
def try_change_again(reference: str, change_id: int) -> Response:
    engagement = found(reference, Part.COORDINATOR)
    one = queries.change_of(reading(), engagement, change_id)
    services.try_again(by(), one.id)
    return to_page(engagement, AGREED)


@blueprint.route("/engagements/by-link/undo-change/<token>", methods=["GET", "POST"])
@access("link.follow")
def undo_change_by_link(token: str) -> Answer:
    """Somebody undoes what a coordinator noted for them about a change."""
    link = follow(UNDO_CHANGE, token)
    given = queries.answer_by_id(reading(), link.subject_id)
    one = queries.change_by_id(reading(), given.change_id)
    engagement = engagement_by_id(reading(), one.engagement_id)
    if not parts(actor(), engagement):
        raise NotFound
    form = CheckForm()
    if form.validate_on_submit():
        with form.rules():
            services.undo_answer(by(), given.id, link.id)
            return thanks("It is undone. Your coordinator knows.")
    names = names_of(reading(), [given.recorded_by])
    page = render_template(
        "engagements/change_undo.html",
        engagement=engagement,
        shown=shown(reading(), actor(), one, clock.today()),
        given=given,
        noted_by=names.get(given.recorded_by or 0, "Your coordinator"),
        form=form,
        can=can_undo(reading(), one, given),
        expires_at=link.expires_at,
        coordinator=coordinator_of(reading(), one.partnership_id, clock.today()),
        partnership=engagement.need.partnership,
    )
    return page, form.status
