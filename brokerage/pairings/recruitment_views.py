"""Where leaders are needed: for coordinators in full, for officers with small groups together."""

from datetime import date

from flask import Blueprint, Response, render_template, request

from brokerage import clock
from brokerage.database import reading
from brokerage.pairings import helping, recruitment
from brokerage.pairings.recruitment import Recruitment
from brokerage.pairings.recruitment_map import places_and_map
from brokerage.partnerships import queries as partnerships
from brokerage.web.access import access, actor
from brokerage.web.csv_file import download, write
from brokerage.web.paging import page_number, page_of

blueprint = Blueprint("recruitment", __name__)

FEW = "fewer than five"
COLUMNS = ("specialism", "phase", "place", "needs", "days wanted", "why")


def _found(partnership_id: int, today: date) -> Recruitment:
    in_full = partnership_id in actor().coordinates()
    return recruitment.recruitment(reading(), partnership_id, today, in_full=in_full)


@blueprint.get("/recruitment")
@access("recruitment.read")
def needed() -> str:
    held = partnerships.overseen(reading(), actor())
    partnership = partnerships.chosen(held, request.args.get("partnership", ""))
    today = clock.today()
    found = _found(partnership.id, today)
    specialism, phase = request.args.get("specialism", ""), request.args.get("phase", "")
    lines = found.like(specialism, phase)
    leaders = found.leaders_like(specialism, phase)
    places, drawn = places_and_map(reading(), partnership.id, lines, leaders)
    return render_template(
        "pairings/recruitment.html",
        partnership=partnership,
        partnerships=held,
        found=found,
        in_full=partnership.id in actor().coordinates(),
        page=page_of(lines, page_number()),
        places=places,
        map=drawn,
        specialism=specialism,
        phase=phase,
        today=today,
        FEW=FEW,
    )


@blueprint.get("/recruitment.csv")
@access("recruitment.read")
def needed_csv() -> Response:
    held = partnerships.overseen(reading(), actor())
    partnership = partnerships.chosen(held, request.args.get("partnership", ""))
    found = _found(partnership.id, clock.today())
    lines = [
        [line.specialism, line.phase, line.place, str(line.needs), f"{line.half_days / 2:g}", why]
        for line in found.lines
        for why in ["; ".join(f"{words}: {n}" if n else words for words, n in line.why)]
    ]
    if found.folded != 0:
        lines.append(["all other groups together", "", "", str(found.folded or FEW), "", ""])
    return download(write(COLUMNS, lines), "where-leaders-are-needed.csv")


@blueprint.get("/recruitment/what-would-help")
@access("pairing.read")
def what_would_help() -> str:
    held = partnerships.all_coordinated(reading(), actor())
    partnership = partnerships.chosen(held, request.args.get("partnership", ""))
    return render_template(
        "pairings/what_would_help.html",
        partnership=partnership,
        partnerships=held,
        helps=helping.what_would_help(reading(), partnership.id, clock.today()),
    )
