"""Pages of the pool of buddies, and of a buddy: to answer, to tick, to end."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.errors import RuleBroken
from brokerage.headships import buddying_services, queries
from brokerage.headships.forms import PoolForm, SpokeForm
from brokerage.headships.rules import about_them
from brokerage.headships.waiting import everybody_waiting
from brokerage.people.links import follow
from brokerage.people.queries import person
from brokerage.web.access import access, actor
from brokerage.web.forms import by, sent_before
from brokerage.web.paging import page_number, page_of

blueprint = Blueprint("buddies", __name__)

ANSWERED = (
    "This is not being asked any more. If you said yes and something has come up, open the page "
    "again: you can end it there."
)

Answer = str | Response | tuple[str, int]


@blueprint.get("/new-heads/pool")
@access("pool.change")
def pool() -> str:
    text = request.args.get("q", "").strip()[:100]
    everybody = request.args.get("show") == "all"
    page = queries.heads_page(
        reading(), actor(), clock.today(), text, page_number(), pool_only=not everybody
    )
    return render_template("headships/pool.html", page=page, text=text, everybody=everybody)


@blueprint.get("/new-heads/waiting")
@access("buddying.plan")
def waiting() -> str:
    """A buddy for each new head who waits; whom to ask is for the coordinator to say."""
    plan = everybody_waiting(reading(), actor(), clock.today())
    page = page_of(plan.rows, page_number())
    return render_template("headships/waiting.html", plan=plan, page=page)


@blueprint.route("/new-heads/pool/me", methods=["GET", "POST"])
@access("pool.own")
def own_place() -> Answer:
    return _place(person(reading(), actor().person_id or 0), url_for("headships.index"))


@blueprint.route("/new-heads/pool/<int:person_id>", methods=["GET", "POST"])
@access("pool.change")
def place(person_id: int) -> Answer:
    head = queries.head_coordinated(reading(), actor(), person_id, clock.today())
    return _place(head, url_for("buddies.pool"))


def _place(head: Any, then: str) -> Answer:
    member = queries.pool_member(reading(), head.id)
    form = PoolForm(obj=member)
    own = queries.is_own(actor(), head.id)
    if form.validate_on_submit():
        with form.rules():
            buddying_services.join_pool(
                by(),
                head.id,
                willing=form.willing.data == "yes",
                at_once=form.at_once.data,
                max_km=form.max_km.data,
                been_there=form.been_there.data or [],
                until=form.until.data,
                version=form.version.data or 0,  # none before the first
            )
            flash("Thank you: that is noted." if own else f"Noted. {head.name} gets a copy.")
            return redirect(then)
    page = render_template(
        "headships/place.html", form=form, head=head, member=member, own=own, then=then
    )
    return page, form.status


@blueprint.route("/buddy/<token>", methods=["GET", "POST"])
@access("link.follow")
def answer(token: str) -> Answer:
    """Yes or no, by link; no reason is asked."""
    link = follow("buddies.answer", token)
    buddying = queries.buddying_of(reading(), actor(), link.subject_id)
    if request.method == "POST":
        return redirect(_answer(buddying, link.id))
    return _asked_page(buddying, url_for("buddies.answer", token=token))


@blueprint.route("/buddying/<token>", methods=["GET", "POST"])
@access("link.follow")
def by_link(token: str) -> Answer:
    link = follow("buddies.by_link", token)
    buddying = queries.buddying_of(reading(), actor(), link.subject_id)
    return _buddying_page(buddying, url_for("buddies.by_link", token=token))


@blueprint.route("/new-heads/buddyings/<int:buddying_id>", methods=["GET", "POST"])
@access("buddying.read")
def read(buddying_id: int) -> Answer:
    buddying = queries.buddying_of(reading(), actor(), buddying_id)
    address = url_for("buddies.read", buddying_id=buddying_id)
    asked = buddying.state.value == "asked"
    if request.method == "POST" and (asked or "answer" in request.form):
        if not asked and not sent_before():
            raise RuleBroken(ANSWERED)
        return redirect(_answer(buddying, None))
    if asked:
        return _asked_page(buddying, address)
    return _buddying_page(buddying, address)


@blueprint.get("/buddy/thanks/<any(yes,no,over):said>")
@access("link.follow")
def thanks(said: str) -> str:
    return render_template("headships/thanks.html", said=said)


def _answer(buddying: Any, link_id: int | None) -> str:
    """Give the answer that was pressed; the address of the page that thanks for it."""
    said = request.form.get("answer")
    if said not in ("yes", "no"):
        raise RuleBroken("Press yes or no.")
    buddying_services.answer(by(), buddying.id, yes=said == "yes", link_id=link_id)
    return url_for("buddies.thanks", said=said)


def _asked_page(buddying: Any, address: str) -> str:
    headship = buddying.headship
    coordinator = queries.coordinator_for(reading(), headship, clock.today())
    return render_template(
        "headships/asked.html",
        buddying=buddying,
        headship=headship,
        public=headship.is_public(clock.today()),
        partnership=queries.partnership_of(reading(), headship),
        coordinator=coordinator,
        reasons=[about_them(reason) for reason in buddying.reasons],
        address=address,
    )


def _buddying_page(buddying: Any, address: str) -> Answer:
    form = SpokeForm(on=clock.today())
    if request.method == "POST":
        match request.form.get("do", ""):
            case "end":
                buddying_services.end(by(), buddying.id)
                return redirect(url_for("buddies.thanks", said="over"))
            case "spoke today":
                buddying_services.spoke(by(), buddying.id, clock.today())
                flash("Noted: you two spoke. Nothing else is.")
                return redirect(address)
            case "spoke" if form.validate():
                with form.rules():
                    buddying_services.spoke(by(), buddying.id, form.on.data)
                    flash("Noted: you two spoke. Nothing else is.")
                    return redirect(address)
            case "spoke":
                pass
            case _:
                raise RuleBroken("Use one of the buttons on the page.")
    page = render_template(
        "headships/buddying.html",
        buddying=buddying,
        headship=buddying.headship,
        public=buddying.headship.is_public(clock.today()),
        days=sorted({contact.on for contact in buddying.contacts}, reverse=True),
        form=form,
        address=address,
    )
    return page, form.status
