"""The register of unmet needs: for coordinators in full, for officers with small groups folded."""

import csv
import io
from typing import Any

from flask import Blueprint, Response, render_template

from brokerage.actor import PostKind
from brokerage.database import reading
from brokerage.needs import register
from brokerage.needs.saying import pages_words
from brokerage.needs.unmet import Gap, fold_small
from brokerage.web.access import access, actor

blueprint = Blueprint("unmet", __name__)

FEW = "fewer than five"


@blueprint.get("/needs/unmet")
@access("need.unmet")
def unmet() -> str:
    tables, folded = _tables()
    return render_template("needs/unmet.html", tables=tables, folded=folded, **pages_words())


@blueprint.get("/needs/unmet.csv")
@access("need.unmet")
def unmet_csv() -> Response:
    tables, folded = _tables()
    out = io.StringIO()
    write = csv.writer(out)
    columns = [] if folded else ["waiting", "sent elsewhere", "nobody found"]
    write.writerow(["by", "group", *columns, "together"])
    for by, rows in tables.items():
        for row in rows:
            write.writerow([by, _as_text(row["group"]), *row["numbers"], row["total"]])
    headers = {"Content-Disposition": "attachment; filename=unmet-needs.csv"}
    return Response("\ufeff" + out.getvalue(), mimetype="text/csv", headers=headers)


def _tables() -> tuple[dict[str, list[dict[str, Any]]], bool]:
    """The counts by specialism, phase and authority; whether small groups are folded together,
    as they are for whoever does not coordinate."""
    coordinates = actor().coordinates()
    seen = coordinates or actor().partnerships(PostKind.OFFICER)
    counted = register.unmet(reading(), seen)
    rows = _in_full if coordinates else _folded
    return {by: rows(gaps) for by, gaps in counted.items()}, not coordinates


def _in_full(gaps: list[Gap]) -> list[dict[str, Any]]:
    return [
        {
            "group": gap.group,
            "numbers": [gap.waiting, gap.redirected, gap.nobody],
            "total": gap.total,
        }
        for gap in gaps
    ]


def _folded(gaps: list[Gap]) -> list[dict[str, Any]]:
    return [
        {"group": line.group, "numbers": [], "total": FEW if line.total is None else line.total}
        for line in fold_small({gap.group: gap.total for gap in gaps})
    ]


def _as_text(group: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{group}" if group[:1] in "=+-@\t" else group
