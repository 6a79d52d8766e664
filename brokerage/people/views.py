"""Pages about persons: their own account; a coordinator's list of people and posts."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_security import hash_password, login_user
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.actor import PostKind
from brokerage.database import reading
from brokerage.errors import NotFound, RuleBroken
from brokerage.partnerships.queries import all_coordinated, own_partnerships
from brokerage.people import queries, services
from brokerage.people.forms import (
    EndPostForm,
    FirstPasswordForm,
    NewPersonForm,
    PersonForm,
    PostForm,
)
from brokerage.people.links import follow
from brokerage.web.access import access, actor
from brokerage.web.forms import by, sent_before
from brokerage.web.paging import page_number
from brokerage.web.words import counted

blueprint = Blueprint("people", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.route("/account", methods=["GET", "POST"])
@access("own.account")
def account() -> Answer:
    person = queries.person(reading(), actor().person_id or 0)
    form = PersonForm(obj=person)
    if form.validate_on_submit():
        with form.rules():
            services.change_person(
                by(),
                person.id,
                version=form.version.data,
                name=form.name.data,
                email=form.email.data,
                telephone=form.telephone.data,
            )
            flash("Your details are saved.")
            return redirect(url_for("people.account"))
    page = render_template("people/account.html", form=form, person=person)
    return page, form.status


@blueprint.get("/people")
@access("person.read")
def search() -> str:
    text = request.args.get("q", "").strip()[:100]
    page = queries.people_page(reading(), actor(), clock.today(), text, page_number())
    return render_template("people/search.html", text=text, page=page)


@blueprint.route("/people/new", methods=["GET", "POST"])
@access("person.invite")
def add() -> Answer:
    form = NewPersonForm()
    _offer_partnerships(form)
    if form.validate_on_submit():
        with form.rules():
            person_id = services.add_person(
                by(),
                name=form.name.data,
                email=form.email.data,
                telephone=form.telephone.data,
                kind=PostKind(form.kind.data),
                partnership_id=form.partnership.data,
                urn=form.school.data,
                from_on=form.from_on.data,
                invite=form.invite.data,
            )
            invited = " and an invitation is on its way" if form.invite.data else ""
            flash(f"{form.name.data} is added{invited}.")
            return redirect(url_for("people.read", person_id=person_id))
    return render_template("people/new.html", form=form), form.status


@blueprint.get("/people/<int:person_id>")
@access("person.read")
def read(person_id: int) -> str:
    person = queries.person_in_scope(reading(), actor(), person_id, clock.today())
    return render_template(
        "people/read.html",
        person=person,
        today=clock.today(),
        refused_at=queries.refused_at(reading(), person),
    )


@blueprint.route("/people/<int:person_id>/change", methods=["GET", "POST"])
@access("person.change")
def change(person_id: int) -> Answer:
    person = queries.person_in_scope(reading(), actor(), person_id, clock.today())
    form = PersonForm(obj=person)
    if form.validate_on_submit():
        with form.rules():
            services.change_person(
                by(),
                person.id,
                version=form.version.data,
                name=form.name.data,
                email=form.email.data,
                telephone=form.telephone.data,
            )
            flash("The details are saved.")
            return redirect(url_for("people.read", person_id=person_id))
    page = render_template("people/change.html", form=form, person=person)
    return page, form.status


@blueprint.post("/people/<int:person_id>/address-is-right")
@access("person.change")
def address_is_right(person_id: int) -> Response:
    again = services.address_is_right(by(), person_id)
    flash(f"The address is written to again; {counted(again, 'message')} will be sent again.")
    return redirect(url_for("people.read", person_id=person_id))


@blueprint.post("/people/<int:person_id>/invite")
@access("person.invite")
def invite(person_id: int) -> Response:
    mine = own_partnerships(reading(), actor())
    services.invite(by(), person_id, next(p.id for p in mine if p.id in actor().coordinates()))
    flash("The invitation is on its way.")
    return redirect(url_for("people.read", person_id=person_id))


@blueprint.route("/people/<int:person_id>/post", methods=["GET", "POST"])
@access("person.change")
def begin_post(person_id: int) -> Answer:
    person = queries.person_in_scope(reading(), actor(), person_id, clock.today())
    form = PostForm()
    _offer_partnerships(form)
    if form.validate_on_submit():
        with form.rules():
            services.begin_post(
                by(),
                person_id,
                kind=PostKind(form.kind.data),
                partnership_id=form.partnership.data,
                urn=form.school.data,
                from_on=form.from_on.data,
            )
            flash("The post is noted.")
            return redirect(url_for("people.read", person_id=person_id))
    return render_template("people/post.html", form=form, person=person), form.status


@blueprint.route("/people/<int:person_id>/post/<int:post_id>/end", methods=["GET", "POST"])
@access("person.change")
def end_post(person_id: int, post_id: int) -> Answer:
    if sent_before():  # whose last post is ended may be the coordinator's to see no more
        flash("The post is ended.")
        return redirect(url_for("people.search"))
    person = queries.person_in_scope(reading(), actor(), person_id, clock.today())
    post = next((post for post in person.posts if post.id == post_id), None)
    if post is None:
        raise NotFound
    form = EndPostForm(to_on=clock.today())
    if form.validate_on_submit():
        with form.rules():
            services.end_post(by(), post_id, to_on=form.to_on.data)
            flash("The post is ended.")
            return redirect(url_for("people.search"))
    return render_template("people/end_post.html", form=form, person=person, post=post), form.status


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@access("link.follow")
def accept_invitation(token: str) -> Answer:
    link = follow("people.accept_invitation", token)
    form = FirstPasswordForm()
    if form.validate_on_submit():
        hashed = hash_password(form.password.data)  # slow on purpose: never under the write lock
        with form.rules():
            services.set_first_password(by(), link.id, hashed)
            login_user(queries.person(reading(), link.person_id), authn_via=["invitation"])
            flash("Welcome. You are signed in.")
            return redirect(url_for("desks.home"))
    return render_template("people/invitation.html", form=form, person=link.person), form.status


@blueprint.post("/demo/sign-in")
@access("demo.sign_in")
def demo_sign_in() -> Response:
    """In a demo only: sign in as one of its made-up people."""
    if not current_app.config["DEMO"]:
        raise NotFound
    number = request.form.get("person_id", "")
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        raise RuleBroken("Choose one of the people on the page.")
    login_user(queries.person(reading(), int(number)), authn_via=["demo"])
    return redirect(url_for("desks.home"))


def _offer_partnerships(form: Any) -> None:
    mine = all_coordinated(reading(), actor())
    form.partnership.choices = [(p.id, p.name) for p in mine]
