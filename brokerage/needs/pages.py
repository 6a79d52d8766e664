"""Pages about a need that this room and those above it share."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.needs import queries, register
from brokerage.needs.rules import LIFE
from brokerage.needs.saying import pages_words
from brokerage.web.access import actor
from brokerage.web.forms import BrokerageForm

Answer = str | Response | tuple[str, int]


def form_page(
    need: Any,
    form: BrokerageForm,
    title: str,
    lead: str,
    button: str,
    do: Callable[[], str],
    done: str,
) -> Answer:
    """A page of one form about a need; ``do`` answers the reference of the need to show next."""
    if form.validate_on_submit():
        with form.rules():
            reference = do()
            flash(done)
            return redirect(url_for("needs.read", reference=reference))
    context = {"form": form, "need": need, "title": title, "lead": lead, "button": button}
    return render_template("needs/one_form.html", **context), form.status


def follow_page(need: Any, form: BrokerageForm) -> Answer:
    """The school's own view of its need, as a link opens it, with the form that takes it back."""
    return render_template(
        "needs/follow.html",
        need=need,
        form=form,
        due=queries.due_of(reading(), need, clock.today()),
        history=register.history_in_words(reading(), need, for_coordinator=False),
        withdraws=LIFE.may(need.state, "withdraw", queries.parts(actor(), need)),
        **pages_words(),
    ), form.status


def thanks(title: str, sentence: str) -> str:
    """What somebody reads who answered by a link."""
    return render_template("needs/thanks.html", title=title, sentence=sentence)
