"""Pages about new heads: telling of one, the coordinator's list, and one headship."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.errors import RuleBroken
from brokerage.headships import buddying_services, own_views, queries, services
from brokerage.headships.forms import AnnounceForm, AnswerForm, StartForm, TellForm, WishForm
from brokerage.headships.profiles import shortlist
from brokerage.headships.reading import as_coordinator, listed
from brokerage.headships.rules import Category, about_them
from brokerage.partnerships.queries import own_partnerships
from brokerage.people.links import follow
from brokerage.web.access import access, actor
from brokerage.web.forms import by, sent_before
from brokerage.web.paging import page_number

blueprint = Blueprint("headships", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.get("/new-heads")
@access("headship.read")
def index() -> str:
    if not actor().coordinates():
        own = queries.own_headship(reading(), actor().person_id or 0)
        buddyings = queries.own_buddyings(reading(), actor().person_id or 0)
        return render_template("headships/landing.html", own=own, buddyings=buddyings)
    ended = request.args.get("show") == "ended"
    page = queries.headships_page(reading(), actor(), page_number(), ended=ended)
    rows = [listed(headship, clock.today()) for headship in page.rows]
    return render_template("headships/list.html", page=page, rows=rows, ended=ended)


@blueprint.route("/new-heads/tell", methods=["GET", "POST"])
@access("headship.tell")
def tell() -> Answer:
    form = TellForm()
    form.partnership.choices = [(p.id, p.name) for p in own_partnerships(reading(), actor())]
    if form.validate_on_submit():
        with form.rules():
            headship_id = services.tell(
                by(),
                partnership_id=form.partnership.data,
                urn=form.school.data or 0,
                name=form.name.data,
                email=form.email.data,
                telephone=form.telephone.data,
                starts_on=form.starts_on.data,
                category=Category(form.category.data),
                announced_on=form.announced_on.data,
                told_by=form.told_by.data or "",
            )
            if form.partnership.data not in actor().coordinates():
                return redirect(url_for("headships.told"))
            flash("Thank you. The welcome is on its way to the new head’s own address.")
            return redirect(url_for("headships.read", headship_id=headship_id))
    return render_template("headships/tell.html", form=form), form.status


@blueprint.get("/new-heads/told")
@access("headship.tell")
def told() -> str:
    return render_template("headships/told.html")


@blueprint.get("/new-heads/open/<token>")
@access("link.follow")
def open_by_link(token: str) -> Response:
    """From a coordinator's mail to the page, which asks them to sign in if they are not."""
    link = follow("headships.open_by_link", token)
    return redirect(url_for("headships.read", headship_id=link.subject_id))


@blueprint.route("/new-heads/<int:headship_id>", methods=["GET", "POST"])
@access("headship.read")
def read(headship_id: int) -> Answer:
    """The new head's own page, for them; the headship, for its coordinators."""
    headship = queries.headship_in_scope(reading(), actor(), headship_id)
    if queries.is_own(actor(), headship.person_id):
        return own_views.own_page(headship, url_for("headships.read", headship_id=headship_id))
    if request.method == "POST":
        raise RuleBroken("This is for the new head alone.")
    seen = as_coordinator(reading(), headship, clock.today())
    return render_template("headships/read.html", headship=headship, seen=seen)


@blueprint.get("/new-heads/<int:headship_id>/buddies")
@access("headship.change")
def buddies(headship_id: int) -> str:
    headship = queries.headship_coordinated(reading(), actor(), headship_id)
    found = shortlist(reading(), headship, clock.today())
    return render_template(
        "headships/buddies.html", headship=headship, found=found, about_them=about_them
    )


@blueprint.post("/new-heads/<int:headship_id>/buddies/<int:person_id>/ask")
@access("headship.change")
def ask(headship_id: int, person_id: int) -> Response:
    buddying_services.ask(by(), headship_id, person_id)
    flash("The question is on its way. They answer by one press, or by telephone to you.")
    return redirect(url_for("headships.read", headship_id=headship_id))


@blueprint.post("/new-heads/<int:headship_id>/<any(welcome,link,invite,end):what>")
@access("headship.change")
def act(headship_id: int, what: str) -> Response:
    """The things a coordinator does to a headship in one press."""
    use_cases = {
        "welcome": (services.welcome, "The welcome is on its way to their own address."),
        "link": (services.send_link, "A fresh link is on its way to their own address."),
        "invite": (services.invite, "The invitation to sign in is on its way."),
        "end": (services.end, "The first 100 days are over."),
    }
    use_case, said = use_cases[what]
    use_case(by(), headship_id)
    flash(said)
    return redirect(url_for("headships.read", headship_id=headship_id))


@blueprint.route("/new-heads/<int:headship_id>/announce", methods=["GET", "POST"])
@access("headship.change")
def announce(headship_id: int) -> Answer:
    headship = queries.headship_coordinated(reading(), actor(), headship_id)
    form = AnnounceForm(
        of=headship,
        version=headship.version,
        announced_on=headship.announced_on or clock.today(),
    )
    if form.validate_on_submit():
        with form.rules():
            services.announce(
                by(),
                headship_id,
                announced_on=form.announced_on.data,
                version=form.version.data,
            )
            flash("The day of the announcement is noted.")
            return redirect(url_for("headships.read", headship_id=headship_id))
    return render_template("headships/announce.html", form=form, headship=headship), form.status


@blueprint.route("/new-heads/<int:headship_id>/start", methods=["GET", "POST"])
@access("headship.change")
def move_start(headship_id: int) -> Answer:
    headship = queries.headship_coordinated(reading(), actor(), headship_id)
    form = StartForm(obj=headship)
    if form.validate_on_submit():
        with form.rules():
            services.move_start(
                by(), headship_id, starts_on=form.starts_on.data, version=form.version.data
            )
            flash("The start is moved.")
            return redirect(url_for("headships.read", headship_id=headship_id))
    return render_template("headships/start.html", form=form, headship=headship), form.status


@blueprint.route("/new-heads/<int:headship_id>/wish", methods=["GET", "POST"])
@access("headship.change")
def wish(headship_id: int) -> Answer:
    """What the new head said by telephone, recorded for them."""
    headship = queries.headship_coordinated(reading(), actor(), headship_id)
    form = WishForm(obj=headship)
    if form.validate_on_submit():
        with form.rules():
            services.wish(
                by(),
                headship_id,
                worries=form.worries.data or [],
                same_trust_wished=form.same_trust_wished.data,
                version=form.version.data,
            )
            flash("Noted. The new head has a copy.")
            return redirect(url_for("headships.read", headship_id=headship_id))
    return render_template("headships/wish.html", form=form, headship=headship), form.status


@blueprint.route("/new-heads/<int:headship_id>/stop", methods=["GET", "POST"])
@access("headship.change")
def stop(headship_id: int) -> Answer:
    headship = queries.headship_coordinated(reading(), actor(), headship_id)
    if request.method == "POST":
        services.fall_through(by(), headship_id)
        flash("It is stopped. Nothing more is sent about it.")
        return redirect(url_for("headships.index"))
    return render_template("headships/stop.html", headship=headship)


@blueprint.post("/new-heads/rings/<int:ring_id>/settle")
@access("headship.change")
def settle(ring_id: int) -> Response:
    headship_id = services.settle_ring(by(), ring_id)
    flash("Noted: somebody has rung.")
    return redirect(url_for("headships.read", headship_id=headship_id))


@blueprint.post("/new-heads/buddyings/<int:buddying_id>/<any(confirm,introduce,withdraw,end):what>")
@access("headship.change")
def act_on_buddying(buddying_id: int, what: str) -> Response:
    """The things a coordinator does to a buddying in one press."""
    use_cases = {
        "confirm": (buddying_services.confirm, "The buddy is confirmed."),
        "introduce": (buddying_services.introduce, "Each has the other’s card."),
        "withdraw": (buddying_services.withdraw, "The question is taken back."),
        "end": (buddying_services.end, "The buddying is ended. Nobody is asked why."),
    }
    use_case, said = use_cases[what]
    headship_id = use_case(by(), buddying_id)
    flash(said)
    return redirect(url_for("headships.read", headship_id=headship_id))


@blueprint.route("/new-heads/<int:headship_id>/answered", methods=["GET", "POST"])
@access("headship.change")
def answered(headship_id: int) -> Answer:
    """What the buddy answered by telephone, recorded for them."""
    headship = queries.headship_coordinated(reading(), actor(), headship_id)
    buddying = headship.live_buddying()
    if buddying is None and not sent_before():
        raise RuleBroken("Nobody is being asked just now.")
    form = AnswerForm()
    if form.validate_on_submit():
        with form.rules():
            number = buddying.id if buddying is not None else 0  # none: it was answered just now
            buddying_services.answer(by(), number, yes=form.answer.data == "yes")
            flash("Noted. They get a copy.")
            return redirect(url_for("headships.read", headship_id=headship_id))
    page = render_template(
        "headships/answered.html", form=form, headship=headship, buddying=buddying
    )
    return page, form.status
