"""Pages on which a coordinator pauses sending, lets it go on, or sets messages aside."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.messages import queries, stopping_services
from brokerage.messages.forms import PauseForm, ResumeForm, SetAsideForm
from brokerage.web.access import access, actor
from brokerage.web.forms import by, sent_before
from brokerage.web.words import counted

blueprint = Blueprint("sending", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.route("/messages/pause", methods=["GET", "POST"])
@access("message.send")
def pause() -> Answer:
    form = PauseForm()
    if form.validate_on_submit():
        with form.rules():
            stopping_services.pause(by(), form.why.data)
            flash("Sending is paused. Messages wait, and none is lost.")
            return redirect(url_for("messages.queue"))
    return render_template("messages/pause.html", form=form), form.status


@blueprint.route("/messages/resume", methods=["GET", "POST"])
@access("message.send")
def resume() -> Answer:
    state = queries.queue_state(reading(), clock.now())
    form = ResumeForm(obj=state.sending)
    if form.validate_on_submit():
        with form.rules():
            stopping_services.resume(by(), version=form.version.data)
            flash("Sending goes on: what waits goes out within a few minutes.")
            return redirect(url_for("messages.queue"))
    if form.refused:
        reading().rollback()
        state = queries.queue_state(reading(), clock.now())
    kinds = queries.waiting_by_kind(reading(), actor())
    page = render_template("messages/resume.html", form=form, state=state, kinds=kinds)
    return page, form.status


@blueprint.route("/messages/set-aside", methods=["GET", "POST"])
@access("message.send")
def set_aside() -> Answer:
    form = SetAsideForm()
    kinds = queries.waiting_by_kind(reading(), actor())
    form.kinds.choices = [
        (one.kind, f"{one.subject} ({counted(one.count, 'message')})") for one in kinds
    ]
    if sent_before():
        form.kinds.choices = [(kind, kind) for kind in form.kinds.data or []]
    if form.validate_on_submit():
        with form.rules():
            setting = current_app.config["SETTINGS"].burst_guard
            done = stopping_services.set_aside(
                by(), form.kinds.data, form.why.data, setting=setting
            )
            flash(
                f"{counted(done['many'], 'message')} set aside: you find them among those that "
                f"failed. Sending {'is still stopped' if done['stopped'] else 'goes on'}."
            )
            return redirect(url_for("messages.queue"))
    return render_template("messages/set_aside.html", form=form, kinds=kinds), form.status
