"""Where leaders are needed: for coordinators in full, for officers with small groups together."""

import csv
import io
from datetime import date

from flask import Blueprint, Response, render_template, request

from brokerage import clock
from brokerage.database import reading
from brokerage.pairings import helping, recruitment
from brokerage.pairings.recruitment import Recruitment
from brokerage.pairings.recruitment_map import places_and_map
from brokerage.partnerships import queries as partnerships
from brokerage.web.access import access, actor
from brokerage.web.paging import page_number, page_of

blueprint = Blueprint("recruitment", __name__)

FEW = "fewer than five"


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
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(["specialism", "phase", "place", "needs", "days wanted", "why"])
    for line in found.lines:
        why = "; ".join(f"{words}: {count}" if count else words for words, count in line.why)
        text = [_as_text(cell) for cell in (line.specialism, line.phase, line.place)]
        write.writerow([*text, line.needs, f"{line.half_days / 2:g}", why])
    if found.folded != 0:
        write.writerow(["all other groups together", "", "", found.folded or FEW, "", ""])
    headers = {"Content-Disposition": "attachment; filename=where-leaders-are-needed.csv"}
    return Response("\ufeff" + out.getvalue(), mimetype="text/csv", headers=headers)


@blueprint.get("/recruitment/what-would-help")
@access("pairing.read")
def what_would_help() -> str:
    mine = actor().coordinates()
    held = [one for one in partnerships.overseen(reading(), actor()) if one.id in mine]
    partnership = partnerships.chosen(held, request.args.get("partnership", ""))
    return render_template(
        "pairings/what_would_help.html",
        partnership=partnership,
        partnerships=held,
        helps=helping.what_would_help(reading(), partnership.id, clock.today()),
    )


def _as_text(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@\t" else cell
