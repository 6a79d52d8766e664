"""A coordinator's pages about runs: how far one is, what it changes, the plan as a map."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from brokerage import clock
from brokerage.database import reading
from brokerage.errors import NotFound
from brokerage.pairings import comparing, plan_map, run_queries, run_services
from brokerage.pairings.comparing import Side
from brokerage.pairings.plan_views import run_title
from brokerage.pairings.run_queries import PlanRun
from brokerage.pairings.run_rules import LIVE, RunKind, RunState, is_idle
from brokerage.pairings.run_words import figures_in_words, worked_out
from brokerage.partnerships.queries import coordinated
from brokerage.web.access import access, actor
from brokerage.web.forms import by
from brokerage.web.paging import page_number
from brokerage.web.words import counted

blueprint = Blueprint("runs", __name__)

AGAIN_SECONDS = 3
LEFT_OUT_SHOWN = 20


@blueprint.app_template_filter("figures")
def in_words(run: PlanRun) -> str:
    return figures_in_words(run.figures or [])


@blueprint.app_template_filter("wishes")
def wishes(run: PlanRun) -> str:
    return run.wishes.in_words()


@blueprint.get("/matching/plans/<int:run_id>")
@access("match.run")
def read(run_id: int) -> Response:
    """How far a run is, and what came of it; while it is under way, the page comes again by itself
    unless it was asked to stay still."""
    run = run_queries.run_of(reading(), actor(), run_id, whole=True)
    under_way = run.state in LIVE
    still = "still" in request.args
    page = render_template(
        "pairings/run.html",
        run=run,
        under_way=under_way,
        idle=is_idle(run.state, run.asked_at, clock.now()),
        still=still,
        seconds=AGAIN_SECONDS,
        usable=run.state is RunState.DONE and run.kind is RunKind.PLAN,
        **_compared(run),
    )
    response = make_response(page)
    if under_way and not still:
        response.headers["Refresh"] = str(AGAIN_SECONDS)
    return response


def _compared(run: PlanRun) -> dict[str, object]:
    """Beside a finished run: what it would change, in comparison with what is asked for."""
    if run.state is not RunState.DONE:
        return {"compared": None, "others": [], "beside": None, "worked_out": [], "left_out": []}
    others = run_queries.others_done(reading(), run)
    beside = next((one for one in others if str(one.id) == request.args.get("with")), None)
    compared = None
    if run.answers is not None:
        new = comparing.of_run(run, run_title(run))
        compared = comparing.compare(
            reading(), run.partnership_id, _old(run, beside), new, page_number()
        )
    left_out = run.left_out or {}
    needs = run_queries.needs_named(
        reading(), run.partnership_id, [int(need) for need in list(left_out)[:LEFT_OUT_SHOWN]]
    )
    return {
        "compared": compared,
        "others": others,
        "beside": beside,
        "worked_out": worked_out(run.certificate) if run.certificate else [],
        "left_out": [(need, left_out[str(need.id)]) for need in needs],
        "more_left_out": len(left_out) - len(needs),
    }


def _old(run: PlanRun, beside: PlanRun | None) -> Side:
    if beside is None:
        return comparing.of_suggestions(reading(), run.partnership_id)
    return comparing.of_run(beside, run_title(beside))


@blueprint.get("/matching/plans")
@access("match.run")
def listed() -> str:
    wanted = request.args.get("partnership", "")
    known = [number for number in sorted(actor().coordinates()) if str(number) == wanted]
    partnership = coordinated(reading(), actor(), (known or sorted(actor().coordinates()))[0])
    page = run_queries.runs_page(reading(), partnership.id, page_number())
    return render_template("pairings/runs.html", partnership=partnership, page=page)


@blueprint.post("/matching/plans/<int:run_id>/use")
@access("match.run")
def use(run_id: int) -> Response:
    run = run_queries.run_of(reading(), actor(), run_id)
    here, partnership_id = url_for("pairings.runs.read", run_id=run.id), run.partnership_id
    used = run_services.use(by(), run_id)
    flash(f"{counted(used['suggested'], 'suggestion')} now. Nobody has heard anything yet.")
    if used["left_out"]:
        flash(
            f"{counted(used['left_out'], 'answer')} of this plan could not stand any more: see why."
        )
        return redirect(here)
    return redirect(url_for("pairings.matching.plan", partnership=partnership_id))


@blueprint.get("/matching/map/<int:partnership_id>")
@access("match.run")
def drawn(partnership_id: int) -> str:
    """What is suggested now (or a run's answers) as a map and a table, to look at and to print."""
    partnership = coordinated(reading(), actor(), partnership_id)
    run = None
    wanted = request.args.get("run", "")
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 10:
        run = run_queries.run_of(reading(), actor(), int(wanted), whole=True)
        if run.partnership_id != partnership.id:
            raise NotFound
    side = (
        comparing.of_run(run, run_title(run))
        if run
        else comparing.of_suggestions(reading(), partnership.id)
    )
    page = plan_map.routes(reading(), partnership.id, side.given, page_number())
    return render_template(
        "pairings/map.html",
        partnership=partnership,
        run=run,
        side=side,
        page=page,
        drawing=plan_map.drawing(page.rows),
    )
