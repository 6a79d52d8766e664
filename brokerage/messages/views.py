"""A coordinator's page of the messages that are not sent yet, or not surely."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.messages import queries, services
from brokerage.messages.rules import MessageState
from brokerage.web.access import access, actor
from brokerage.web.forms import by
from brokerage.web.paging import page_number

blueprint = Blueprint("messages", __name__)


@blueprint.get("/messages")
@access("message.read")
def queue() -> str:
    asked = request.args.get("state", "")
    state = MessageState(asked) if asked in {state.value for state in queries.UNSETTLED} else None
    how_it_stands = queries.queue_state(reading(), clock.now())
    return render_template(
        "messages/queue.html",
        page=queries.queue_page(reading(), actor(), page_number(), state),
        counts=queries.queue_counts(reading(), actor()),
        chosen=state,
        again={MessageState.FAILED, MessageState.MAYBE_SENT},
        state=how_it_stands,
        silent_since=queries.silent_since(how_it_stands.sending, clock.true_now()),
    )


@blueprint.post("/messages/<int:message_id>/try-again")
@access("message.send")
def try_again(message_id: int) -> Response:
    services.try_again(by(), message_id)
    sending = queries.sending(reading())
    stopped = sending is not None and sending.stop is not None
    when = "once sending goes on" if stopped else "within a minute"
    flash(f"The message will be sent {when}.")
    return redirect(url_for("messages.queue"))


@blueprint.post("/messages/<int:message_id>/seen-to")
@access("message.send")
def see_to(message_id: int) -> Response:
    services.see_to(by(), message_id)
    flash("It is seen to, and off this page and the desk.")
    return redirect(url_for("messages.queue"))
