"""Where the three answer: by a link that came by mail, or signed in. GET shows, POST acts."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.errors import NotFound, RuleBroken
from brokerage.leaders import services as leader_services
from brokerage.leaders.rules import Accepting
from brokerage.pairings import accounts, asking_services, queries, services, undoing
from brokerage.pairings.asking import PURPOSE
from brokerage.pairings.forms import ANSWER_FORMS, AnswerForm, ObjectForm, UndoForm
from brokerage.pairings.queries import Pairing
from brokerage.pairings.rules import UNDER_WAY, Step
from brokerage.pairings.thanks import SAID, THANKS
from brokerage.partnerships.queries import partnership_of_link
from brokerage.people.links import GONE, Link, follow, known
from brokerage.people.links import token as token_of
from brokerage.people.queries import coordinator_of
from brokerage.web.access import access, actor
from brokerage.web.forms import by, sent_before

blueprint = Blueprint("pairings", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.route("/release/<token>", methods=["GET", "POST"])
@access("link.follow")
def release_by_link(token: str) -> Answer:
    return _by_link(Step.RELEASE, token)


@blueprint.route("/choose/<token>", methods=["GET", "POST"])
@access("link.follow")
def choose_by_link(token: str) -> Answer:
    return _by_link(Step.CHOOSE, token)


@blueprint.route("/accept/<token>", methods=["GET", "POST"])
@access("link.follow")
def accept_by_link(token: str) -> Answer:
    return _by_link(Step.ACCEPT, token)


@blueprint.get("/asked")
@access("asked.read")
def asked() -> str:
    return render_template(
        "pairings/asked.html",
        pairings=queries.asked_of(reading(), actor(), clock.today()),
        accepted=queries.accepted_by(reading(), actor()),
        today=clock.today(),
    )


@blueprint.route("/asked/<reference>", methods=["GET", "POST"])
@access("asked.read")
def answer(reference: str) -> Answer:
    today = clock.today()
    for pairing in queries.asked_of(reading(), actor(), today):
        if pairing.reference == reference.upper() and pairing.step is not None:
            return _page(pairing, pairing.step, None)
    pairing = queries.pairing_by_reference(reading(), actor(), reference.upper(), today)
    sentence = "This was answered already, or is not being asked any more."
    mine = [one for one in pairing.answers if one.person_id == actor().person_id]
    said = request.form.get("answer", "")
    what = SAID.get((mine[-1].step, said)) if mine else None
    return _gone(sentence, pairing.partnership_id, what)


@blueprint.route("/asked/<reference>/pull-out", methods=["GET", "POST"])
@access("asked.read")
def pull_out(reference: str) -> Answer:
    """A leader who has accepted cannot after all."""
    if sent_before():
        return redirect(url_for("pairings.thank", what="declined"))
    mine = queries.accepted_by(reading(), actor())
    pairing = next((one for one in mine if one.reference == reference.upper()), None)
    if pairing is None:
        raise NotFound
    form = ObjectForm()
    if form.validate_on_submit():
        with form.rules():
            services.pull_out(by(), pairing.id, words=form.words.data or "")
            return redirect(url_for("pairings.thank", what="declined"))
    return render_template("pairings/pull_out.html", form=form, pairing=pairing), form.status


@blueprint.get("/thank-you/<what>")
@access("link.follow")
def thank(what: str) -> str:
    if what not in THANKS:
        raise NotFound
    title, following = THANKS[what]
    return render_template("pairings/thanks.html", title=title, following=following)


def _by_link(step: Step, token: str) -> Answer:
    try:
        link = follow(PURPOSE[step], token)
    except RuleBroken as broken:
        return _gone_link(token, broken.sentence)
    return _page(queries.pairing_of_link(reading(), link.subject_id), step, link)


def _page(pairing: Pairing, step: Step, link: Link | None) -> Answer:
    """The page on which one of the three answers; for a school, with all it may choose from."""
    cards = [pairing]
    if step is Step.CHOOSE:
        cards = queries.to_choose_from(reading(), pairing.need_id)
    if not cards or pairing.step is not step:
        what = SAID.get((step, request.form.get("answer", "")))
        return _gone(GONE, pairing.partnership_id, what)
    forms: dict[str, AnswerForm] = {}
    for number, card in enumerate(cards):
        pressed = request.form.get("reference") == card.reference
        form = ANSWER_FORMS[step]() if pressed else ANSWER_FORMS[step](formdata=None)
        forms[card.reference] = form
        if pressed and form.validate_on_submit():
            with form.rules():
                return _act(form, card, step, link)
        for field in form:
            field.id = f"{field.id}-{number}" if number else field.id
    if request.method == "POST" and request.form.get("reference") not in forms:
        forms[cards[0].reference].refuse("That one is not being asked any more. Look again.")
    partnership = pairing.need.partnership
    page = render_template(
        f"pairings/{step.value}.html",
        pairing=pairing,
        cards=cards,
        forms=forms,
        sent=next((form for form in forms.values() if form.errors or form.refused), None),
        coordinator=coordinator_of(reading(), partnership.id, clock.today()),
        partnership=partnership,
        about=accounts.about(reading(), pairing, clock.today()),
    )
    return page, max(form.status for form in forms.values())


def _act(form: AnswerForm, card: Pairing, step: Step, link: Link | None) -> Answer:
    """Do what the button said; go on to a page that says what happens next."""
    said = form.answer.data or ""
    if said == "close":
        return _close(form, card)
    if said == "ring":
        asking_services.ring_me(by(), card.id, step)
        return redirect(url_for("pairings.thank", what="ring"))
    link_id = _own_link(card, step, link)
    if said == "year":
        until = accounts.end_of_year(card.year)
        services.release_for_the_year(
            by(), card.id, half_days=form.half_days.data or 0, until=until, link_id=link_id
        )
    else:
        services.answer(
            by(),
            card.id,
            step,
            yes=said != "no",
            words=(form.words.data or "") if said == "no" else "",
            conditions=(form.conditions.data or "") if said == "conditions" else "",
            please_not=said == "no" and form.please_not.data,
            link_id=link_id,
        )
    if step is Step.CHOOSE and said == "no":
        for other in queries.to_choose_from(reading(), card.need_id):
            flash("Noted. There is somebody else for you to look at.")
            return redirect(_address(other, step, link))
    return redirect(url_for("pairings.thank", what=SAID[step, said]))


def _close(form: AnswerForm, card: Pairing) -> Response:
    until: date = form.closed_until.data
    leader_services.change_availability(
        by(), card.leader_id, version=None, accepting=Accepting.CLOSED, closed_until=until
    )
    flash("You are closed to new requests until then. This one still waits for your answer.")
    return redirect(request.path)


def _own_link(card: Pairing, step: Step, link: Link | None) -> int | None:
    """The link to use up: each card has its own, of the same person."""
    if link is None or link.subject_id == card.id:
        return link.id if link else None
    own = queries.open_link(reading(), PURPOSE[step], card.id, link.person_id)
    return own.id if own else None


def _address(card: Pairing, step: Step, link: Link | None) -> str:
    own = queries.open_link(reading(), PURPOSE[step], card.id, link.person_id) if link else None
    if own is not None:
        return url_for(PURPOSE[step], token=token_of(own))
    return url_for("pairings.answer", reference=card.reference)


@blueprint.route("/object/<token>", methods=["GET", "POST"])
@access("link.follow")
def object_by_link(token: str) -> Answer:
    """The releaser, told that their release for the year is used, can object for this once."""
    try:
        link = follow("pairings.object_by_link", token)
    except RuleBroken as broken:
        return _gone_link(token, broken.sentence)
    pairing = queries.pairing_of_link(reading(), link.subject_id)
    form = ObjectForm()
    if form.validate_on_submit():
        with form.rules():
            services.object_to_release(by(), pairing.id, link.id, words=form.words.data or "")
            return redirect(url_for("pairings.thank", what="objected"))
    about = accounts.about(reading(), pairing, clock.today())
    can = pairing.state in UNDER_WAY
    page = render_template("pairings/object.html", form=form, pairing=pairing, can=can, about=about)
    return page, form.status


@blueprint.route("/undo/<token>", methods=["GET", "POST"])
@access("link.follow")
def undo_by_link(token: str) -> Answer:
    """Somebody undoes what a coordinator noted for them."""
    try:
        link = follow("pairings.undo_by_link", token)
    except RuleBroken as broken:
        return _gone_link(token, broken.sentence)
    given = queries.answer_of_link(reading(), link.subject_id)
    pairing = queries.pairing_of_link(reading(), given.pairing_id)
    form = UndoForm()
    if form.validate_on_submit():
        with form.rules():
            services.undo_answer(by(), given.id, link.id)
            return redirect(url_for("pairings.thank", what="undone"))
    page = render_template(
        "pairings/undo.html",
        form=form,
        given=given,
        pairing=pairing,
        can=undoing.can_undo(reading(), pairing, given),
        coordinator=coordinator_of(reading(), pairing.partnership_id, clock.today()),
        expires_at=link.expires_at,
    )
    return page, form.status


def _gone_link(token: str, sentence: str) -> Answer:
    link = known(token)
    return _gone(sentence, link.partnership_id if link is not None else None)


def _gone(sentence: str, partnership_id: int | None, what: str | None = None) -> Answer:
    """Nothing is asked here any more: say so, and whom to turn to. The very form that was sent
    before is answered as the first time, with the thank-you page ``what``."""
    if what is not None and sent_before():
        return redirect(url_for("pairings.thank", what=what))
    partnership = partnership_of_link(reading(), partnership_id)
    person = coordinator_of(reading(), partnership.id, clock.today()) if partnership else None
    page = render_template(
        "pairings/gone.html", sentence=sentence, coordinator=person, partnership=partnership
    )
    return page, 410
