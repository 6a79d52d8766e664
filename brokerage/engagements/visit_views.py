"""Pages about visits: logged, agreed, disputed; the first contact, and the last visit."""

from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.engagements import (
    correcting_services,
    pages,
    queries,
    services,
    visit_days,
    visit_services,
)
from brokerage.engagements.correcting_services import check_correctable
from brokerage.engagements.date_views import days_instead
from brokerage.engagements.forms import (
    CheckForm,
    ContactForm,
    CorrectForm,
    LogForm,
    NotHappenedForm,
    WordsForm,
)
from brokerage.engagements.pages import Answer, Done, blueprint, form_page, found, to_page
from brokerage.engagements.rules import LOGGERS, SPEAKERS, WORKERS, EngagementState, VisitState
from brokerage.errors import RuleBroken
from brokerage.life import Part
from brokerage.web.access import access, actor
from brokerage.web.forms import by, sent_before
from brokerage.web.words import days, london_day, short_day

ANOTHER = "0"
"""In the address of a log: of no visit that was planned."""
NOTED_OR_OFF = (
    "This visit is noted already, or is off. To change what was noted, choose “Correct this note” "
    "on the page of this support. If you send this now, it counts as another visit."
)
LOGGED = "The visit is noted, and the school has a copy."
CORRECTED = "The note is corrected, and the school has a copy."
GOES_ON = (
    " The support goes on, since days are left. Plan anew the visits that were called off: the head"
    " is asked what has changed once the visits are done."
)
CORRECTING = (
    "What counts changes at once. The head gets the corrected note, and five school days to say "
    "that it is not right. Once all days are used, the support is done."
    " A worry that was noted stays with the coordinator as it is."
)
USED_UP = (
    " The days are now used up, so no further visit is planned: the head is asked what has changed."
)


@blueprint.route("/engagements/<reference>/log", methods=["GET", "POST"])
@access("engagement.log")
def log(reference: str) -> Answer:
    engagement = found(reference, *LOGGERS)
    visit = _visit_asked(engagement)
    if request.method == "GET" and visit is not None and visit.state is not VisitState.PLANNED:
        return to_page(engagement, "This visit was noted already, or is off.")
    return log_answer(
        engagement,
        visit,
        lambda said: to_page(engagement, said),
        not_happened=lambda visit: url_for(
            "engagements.did_not_happen", reference=engagement.reference, visit_id=visit.id
        ),
    )


def _visit_asked(engagement: Any) -> Any:
    """The visit named in the address (None: one that was not planned), or else the next that is
    planned."""
    number = request.args.get("visit", "")
    if number == ANOTHER:
        return None
    if not number.isascii() or not number.isdigit() or len(number) > 15:
        return queries.next_planned(engagement)
    return queries.visit_of(engagement, int(number))


def log_answer(
    engagement: Any, visit: Any, done: Done, *, not_happened: Any, link_id: int | None = None
) -> Answer:
    """The page of a visit's log, and what is sent from it."""
    if sent_before():
        return done(LOGGED)
    if obstacle := visit_days.cannot_be_logged(engagement.state):
        raise RuleBroken(obstacle)
    form = LogForm()
    _offer(form, engagement, visit)
    if form.validate_on_submit():
        said = LOGGED + _used_up(engagement, visit, form)
        with form.rules():
            if not _may_be_noted(visit):
                raise RuleBroken(NOTED_OR_OFF)
            visit_services.log(
                by(),
                engagement.id,
                visit_id=visit.id if visit is not None and form.of_planned else None,
                happened_on=form.day,
                half_days=form.half_days.data,
                done=form.done.data,
                next=form.next.data or "",
                worry=form.worry.data or "",
                next_date=form.next_date.data if form.next_date else None,
                link_id=link_id,
            )
            return done(said)
    form.place_errors()
    return log_page(engagement, visit, form, NotHappenedForm(formdata=None), not_happened)


def _may_be_noted(visit: Any) -> bool:
    return visit is None or visit.state is VisitState.PLANNED


def _used_up(engagement: Any, visit: Any, form: LogForm) -> str:
    """What to say besides where this log uses the last days; nothing where it leaves some."""
    if form.half_days.data < engagement.half_days - engagement.used:
        return ""
    off = visit_days.to_come(queries.planned(engagement), clock.today())
    names = [short_day(one.planned_on) for one in off if not (one is visit and form.of_planned)]
    return USED_UP + (f" Called off: the visit of {', '.join(names)}." if names else "")


def log_page(engagement: Any, visit: Any, form: Any, other: Any, not_happened: Any) -> Answer:
    """The log, with "it did not happen" below where a visit was planned for now or before."""
    may = _may_be_noted(visit)
    due = may and visit is not None and visit.planned_on <= clock.today()
    another = url_for("engagements.log", reference=engagement.reference, visit=ANOTHER)
    status = max(form.status, other.status)
    return render_template(
        "engagements/log.html",
        engagement=engagement,
        visit=visit if due else None,
        form=form,
        action="" if may else another,
        other=other,
        not_happened=not_happened(visit) if due else "",
        days_instead=days_instead(engagement, visit) if due else [],
        head=pages.head_of(engagement),
        phone=pages.WHOSE[Part.LEADER] if pages.by_phone(engagement, Part.LEADER) else "",
    ), status


def fresh_log_form(engagement: Any, visit: Any) -> LogForm:
    """The log's form as it is first shown, beside another that was sent."""
    form = LogForm(formdata=None)
    _offer(form, engagement, visit)
    return form


def _offer(form: LogForm, engagement: Any, visit: Any) -> None:
    """Offer on the form what can be: the days, how long, and the next visit."""
    today, planned_on = clock.today(), visit.planned_on if visit is not None else None
    visited_on = planned_on if planned_on is not None and planned_on <= today else today
    others = [one.planned_on for one in queries.planned(engagement) if one is not visit]
    form.offer(
        today,
        planned_on,
        engagement.half_days - engagement.used,
        visit_days.following(reading(), engagement, visited_on, today),
        next((day for day in others if day is not None and day > today), None),
    )


@blueprint.route("/engagements/<reference>/visits/<int:visit_id>/correct", methods=["GET", "POST"])
@access("engagement.log")
def correct(reference: str, visit_id: int) -> Answer:
    engagement = found(reference, *LOGGERS)
    visit = queries.visit_of(engagement, visit_id)
    if not sent_before():
        check_correctable(visit.state, queries.parts(actor(), engagement))
    form = CorrectForm(obj=visit)
    before = engagement.state
    if form.validate_on_submit():
        with form.rules():
            correcting_services.correct(
                by(),
                visit.id,
                happened_on=form.happened_on.data,
                half_days=form.half_days.data,
                done=form.done.data or "",
                next=form.next.data or "",
                version=form.version.data,
            )
            came = {EngagementState.COMPLETED: USED_UP, EngagementState.ACTIVE: GOES_ON}
            changed = engagement.state is not before
            return to_page(engagement, CORRECTED + (came[engagement.state] if changed else ""))
    title = f"Correct the note of {london_day(visit.happened_on)}"
    return form_page(engagement, form, title, "Correct this note", lead=CORRECTING)


@blueprint.post("/engagements/<reference>/visits/<int:visit_id>/agree")
@access("engagement.answer")
def agree(reference: str, visit_id: int) -> Response:
    engagement = found(reference, *SPEAKERS)
    visit = queries.visit_of(engagement, visit_id)
    visit_services.agree(by(), visit.id, version=request.form.get("version", type=int))
    return to_page(engagement, "Thank you. The visit’s log is agreed.")


@blueprint.route("/engagements/<reference>/visits/<int:visit_id>/dispute", methods=["GET", "POST"])
@access("engagement.answer")
def dispute(reference: str, visit_id: int) -> Answer:
    engagement = found(reference, *SPEAKERS)
    visit = queries.visit_of(engagement, visit_id)
    form = WordsForm()
    form.words.label.text = "What is not right?"
    if form.validate_on_submit():
        with form.rules():
            visit_services.dispute(by(), visit.id, words=form.words.data or "")
            return to_page(engagement, "Noted: your coordinator will ring you both.")
    title = "This visit’s log is not right"
    return form_page(engagement, form, title, "Send", part=Part.HEAD, visit=visit)


@blueprint.route("/engagements/<reference>/spoken", methods=["GET", "POST"])
@access("engagement.plan")
def contact(reference: str) -> Answer:
    engagement = found(reference, *WORKERS)
    own = bool(queries.parts(actor(), engagement) & {Part.HEAD, Part.LEADER})
    who = "We" if own else "They"
    form = ContactForm(on=clock.today())
    if not own:
        form.on.label.text = "On which day did they speak?"
    if form.validate_on_submit():
        with form.rules():
            services.note_first_contact(by(), engagement.id, form.on.data)
            return to_page(engagement, f"It is noted that {'you' if own else 'they'} have spoken.")
    title, part = "Leader and school have spoken", None if own else Part.LEADER
    return form_page(engagement, form, title, f"{who} have spoken", part=part)


@blueprint.route("/engagements/<reference>/done", methods=["GET", "POST"])
@access("engagement.log")
def complete(reference: str) -> Answer:
    engagement = found(reference, *LOGGERS)
    form = CheckForm()
    if form.validate_on_submit():
        with form.rules():
            services.complete(by(), engagement.id)
            return to_page(engagement, "The visits are done. The head is asked what has changed.")
    unused = engagement.half_days - engagement.used
    lead = (
        "The head of the supported school is asked what has changed. No visit can be logged then."
    )
    if unused:
        lead += f" Not used: {days(unused)}. They go back to the leader."
    planned = queries.planned(engagement)
    off = visit_days.to_come(planned, clock.today())
    return form_page(
        engagement,
        form,
        "Are the visits done?",
        "The visits are done",
        lead=lead,
        off=off,
        unnoted=[visit for visit in planned if visit not in off],
    )
