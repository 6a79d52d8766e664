"""A coordinator's page of the plan: what is suggested, kept, dropped, and sent."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.errors import NotFound
from brokerage.needs.queries import need_to_triage
from brokerage.needs.rules import IN_QUEUE
from brokerage.pairings import (
    asking_services,
    queries,
    queue,
    run_queries,
    run_services,
    shortlists,
)
from brokerage.pairings.matching_views import Answer
from brokerage.pairings.matching_views import blueprint as blueprint
from brokerage.pairings.profiles import ready
from brokerage.pairings.run_forms import InsteadForm, RunForm
from brokerage.pairings.run_rules import LIVE, RunKind, RunState, title
from brokerage.partnerships.queries import Partnership, all_coordinated, chosen
from brokerage.web.access import access, actor
from brokerage.web.forms import by
from brokerage.web.paging import page_number
from brokerage.web.words import counted

MOST_AT_ONCE = 50


@blueprint.app_template_global("run_title")
def run_title(run: run_queries.PlanRun) -> str:
    return title(run.kind, clock.london_date(run.asked_at))


@blueprint.get("/matching")
@access("match.run")
def plan() -> Answer:
    return _page(RunForm(formdata=None), request.args.get("partnership", ""))


@blueprint.post("/matching/run/<int:partnership_id>")
@access("match.run")
def run(partnership_id: int) -> Answer:
    form = RunForm()
    if form.validate_on_submit():
        with form.rules():
            run_id = run_services.ask(by(), partnership_id, form.wishes())
            return redirect(url_for("pairings.runs.read", run_id=run_id))
    if partnership_id not in actor().coordinates():
        raise NotFound
    return _page(form, str(partnership_id))


def _page(form: RunForm, wanted: str) -> Answer:
    mine, partnership = _partnership(wanted)
    counts = queue.counts(reading(), partnership.id)
    runs = run_queries.newest(reading(), partnership.id)
    finished = [run for run in runs if run.state is RunState.DONE and run.kind is RunKind.PLAN]
    page = render_template(
        "pairings/plan.html",
        partnership=partnership,
        partnerships=mine,
        counts=counts,
        page=queue.lines(reading(), partnership.id, page_number()),
        form=form,
        under_way=next((run for run in runs if run.state in LIVE), None),
        unused=next((run for run in finished[:1] if run.used_at is None), None),
        refused=bool(form.errors or form.form_errors),
    )
    return page, form.status


def _partnership(wanted: str) -> tuple[list[Partnership], Partnership]:
    """The partnerships that the actor coordinates, and the one asked for (else the first)."""
    mine = all_coordinated(reading(), actor())
    return mine, chosen(mine, wanted)


@blueprint.post("/matching/look-again/<int:partnership_id>")
@access("match.run")
def look_again(partnership_id: int) -> Response:
    run_id = run_services.look_again(by(), partnership_id)
    return redirect(url_for("pairings.runs.read", run_id=run_id))


@blueprint.post("/matching/<reference>/drop")
@access("match.run")
def drop(reference: str) -> Response:
    back = _back(reference)
    asking_services.drop(by(), reference)
    flash("The suggestion is dropped. Nobody has heard of it.")
    return redirect(back)


@blueprint.post("/matching/<reference>/keep")
@access("match.run")
def keep(reference: str) -> Response:
    back = _back(reference)
    run_services.keep(by(), reference)
    flash("Kept: no plan changes this suggestion until you let it go.")
    return redirect(back)


@blueprint.post("/matching/<reference>/let-go")
@access("match.run")
def let_go(reference: str) -> Response:
    back = _back(reference)
    run_services.let_go(by(), reference)
    flash("The next plan may change this suggestion.")
    return redirect(back)


def _back(reference: str) -> str:
    """The plan of the partnership whose suggestion this is; raises NotFound."""
    pairing = queries.pairing_in_partnership(reading(), actor(), reference)
    return url_for("pairings.matching.plan", partnership=pairing.partnership_id)


@blueprint.post("/matching/send/<int:partnership_id>")
@access("pairing.propose")
def send(partnership_id: int) -> Response:
    """Send the suggestions that were ticked; each by itself, and each one's result is shown."""
    if partnership_id not in actor().coordinates():
        raise NotFound
    ticked = request.form.getlist("chosen")[:MOST_AT_ONCE]
    came = run_services.send_chosen(by(), ticked)
    sent = [reference for reference, refused in came if not refused]
    if not came:
        flash("Tick the suggestions that are to be sent.")
    if sent:
        flash(f"{counted(len(sent), 'suggestion')} sent: the first of the three is asked.")
    for reference, refused in came:
        if refused:
            flash(f"{reference} was not sent. {refused}")
    return redirect(url_for("pairings.matching.plan", partnership=partnership_id))


@blueprint.route("/needs/<reference>/instead", methods=["GET", "POST"])
@access("pairing.propose")
def instead(reference: str) -> Answer:
    """Put somebody of one's own choice on the plan, with the reason."""
    need = need_to_triage(reading(), actor(), reference)
    found = None
    if ready(need) and need.state in IN_QUEUE:
        found = shortlists.for_need(reading(), need, clock.today(), 1, actor=actor())
    form = InsteadForm()
    form.leader.choices = [
        (one.leader.id, one.leader.person.name) for one in (found.page.rows if found else [])
    ]
    if found and form.validate_on_submit():
        with form.rules():
            run_services.suggest_instead(by(), need.id, form.leader.data, form.reason.data)
            flash("They are suggested now, and kept. Nobody has heard anything yet.")
            return redirect(url_for("pairings.matching.plan", partnership=need.partnership_id))
    page = render_template("pairings/instead.html", form=form, need=need, shortlist=found)
    return page, form.status
