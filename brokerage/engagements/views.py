"""Pages of engagements: the list, and one page for all the people of one."""

from typing import Any

from flask import render_template, request

from brokerage import clock
from brokerage.database import reading
from brokerage.engagements import (
    agreement_views,
    calendar_views,
    case_study_views,
    change_reading,
    change_views,
    contact,
    contact_views,
    coordinating_views,
    date_views,
    going_on,
    link_views,
    outcome_views,
    pages,
    queries,
    review_views,
    succession_views,
    swap_views,
    template_views,
    undo_views,
    visit_views,
)
from brokerage.engagements.case_study_queries import case_study_of
from brokerage.engagements.lasting import columns
from brokerage.engagements.pages import found
from brokerage.engagements.review_rules import kept_now
from brokerage.engagements.rules import (
    COUNTED,
    LIFE,
    LIVE,
    LOGGERS,
    OVER,
    SPEAKERS,
    UNDER_WAY,
    VISIT_LIFE,
    WORKERS,
    WORKING,
    EngagementState,
    ReviewKind,
)
from brokerage.engagements.succession_queries import open_successions
from brokerage.engagements.timeline import timeline
from brokerage.life import Part
from brokerage.people.queries import coordinator_of
from brokerage.web.access import access, actor
from brokerage.web.paging import page_number

blueprint = pages.blueprint
TOPICS = (
    agreement_views,
    template_views,
    change_views,
    swap_views,
    visit_views,
    review_views,
    link_views,
    undo_views,
    succession_views,
    coordinating_views,
    date_views,
    calendar_views,
    contact_views,
    outcome_views,
    case_study_views,
)
"""The other modules whose pages stand on this blueprint."""


@blueprint.get("/engagements")
@access("engagement.read")
def listed() -> str:
    filters = queries.Filters(
        state=request.args.get("state", ""), school=request.args.get("school", "").strip()[:100]
    )
    page = queries.engagements_page(reading(), actor(), filters, page_number())
    return render_template(
        "engagements/listed.html",
        page=page,
        filters=filters,
        states=[UNDER_WAY, *(state.value for state in EngagementState)],
        next_planned=queries.next_planned,
        narrowed=bool(filters.state or filters.school),
        today=clock.today(),
    )


@blueprint.get("/engagements/<reference>")
@access("engagement.read")
def read(reference: str) -> str:
    engagement = found(reference)
    today = clock.today()
    return render_template(
        "engagements/read.html",
        engagement=engagement,
        next_visit=queries.next_planned(engagement),
        planned=queries.planned(engagement),
        entries=timeline(reading(), actor(), engagement),
        open_change=change_reading.open_one(reading(), actor(), engagement, today),
        earlier=going_on.earlier_support(reading(), engagement),
        gone_on=going_on.gone_on_in(reading(), engagement),
        head=pages.head_of(engagement),
        coordinator=coordinator_of(reading(), engagement.partnership_id, today),
        can=_can(engagement),
        successions=_successions(engagement),
        live=engagement.state in LIVE,
        over=engagement.state in OVER,
        today=today,
        reviewed=columns(engagement, today),
        case_study=case_study_of(reading(), engagement),
    )


def _successions(engagement: Any) -> list[Any]:
    """Who has left, for those who work on it and whoever follows."""
    mine = queries.parts(actor(), engagement)
    works = bool(mine & WORKERS)
    me = actor().person_id
    return [one for one in open_successions(engagement) if works or one.person_id == me]


def _can(engagement: Any) -> dict[str, Any]:
    """What the actor can do now: for the buttons of the page."""
    mine = queries.parts(actor(), engagement)
    state = engagement.state
    coordinates = Part.COORDINATOR in mine
    works, speaks, leads = bool(mine & WORKERS), bool(mine & SPEAKERS), bool(mine & LOGGERS)
    working = state in WORKING
    answered = {review.kind for review in engagement.reviews}
    evaluated = ReviewKind.EVALUATION in answered
    due = queries.look_back_due_of(engagement, clock.today())
    return {
        "log": leads and working,
        "plan": works and working,
        "contact": works and working and engagement.first_contact_on is None,
        "say_contact": speaks and contact.may_be_said(engagement),
        "complete": leads and LIFE.may(state, "complete", mine),
        "mid_point": speaks
        and state is EngagementState.ACTIVE
        and ReviewKind.MID_POINT not in answered,
        "evaluate": speaks and LIFE.may(state, "close", mine),
        "comment": leads and evaluated and ReviewKind.LEADER_COMMENT not in answered,
        "look_back": speaks and due is not None,
        "say_of_log": speaks,
        "correct": [one for one in COUNTED if leads and VISIT_LIFE.may(one, "correct", mine)],
        "coordinates": coordinates,
        **{event: LIFE.may(state, event, mine) for event in ("pause", "resume", "end_early")},
        "change": works and state in LIVE,
        "name_contacts": speaks and state in LIVE,
        "keep_outcomes": works and kept_now(state),
        "tell_in_private": bool(mine - {Part.COORDINATOR}),
        "works": works,
        "for_leader": coordinates and Part.LEADER not in mine,
        "for_head": coordinates and Part.HEAD not in mine,
    }
