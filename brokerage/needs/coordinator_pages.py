"""What a coordinator sees at the addresses that schools use too: the queue, and one need."""

from typing import Any

from flask import render_template, request

from brokerage import clock
from brokerage.database import reading
from brokerage.leaders import conflicts
from brokerage.needs import queries, register
from brokerage.needs.rules import LIFE, NeedState, Urgency, missing_to_match
from brokerage.needs.saying import pages_words
from brokerage.web.access import actor
from brokerage.web.paging import page_number


def queue_page() -> str:
    filters = {
        name: request.args.get(name, "").strip()[:100]
        for name in ("state", "urgency", "school", "text")
    }
    page = queries.queue(
        reading(), actor(), page_number(), **{**filters, "state": filters["state"] or "queue"}
    )
    today = clock.today()
    return render_template(
        "needs/queue.html",
        page=page,
        filters=filters,
        dues={need.id: queries.due_of(reading(), need, today) for need in page.rows},
        states=list(queries.STATES),
        urgencies=list(Urgency),
        **pages_words(),
    )


def need_page(need: Any) -> str:
    """A need as its coordinator works on it."""
    events = ("open", "ask", "answer", "wait", "take_up", "redirect", "withdraw", "close", "reopen")
    parts = queries.parts(actor(), need)
    can = {event: LIFE.may(need.state, event, parts) for event in events}
    can["close"] = can["close"] and need.state is not NeedState.PLACED
    return render_template(
        "needs/triage.html",
        need=need,
        due=queries.due_of(reading(), need, clock.today()),
        can=can,
        live=can["redirect"],
        missing=missing_to_match(need.code, need.phase, need.half_days),
        related=queries.related(reading(), need),
        barred=queries.barred(reading(), need),
        conflicts=conflicts.of_school(reading(), actor(), need.urn, clock.today()),
        heads=queries.heads_of(reading(), need.urn, clock.today()),
        area_names={
            area.code: area.name for area in queries.areas(reading(), [need.partnership_id])
        },
        history=register.history_in_words(reading(), need, for_coordinator=True),
        **pages_words(),
    )
