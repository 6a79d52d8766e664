"""The register of unmet needs: for coordinators in full, for officers with small groups folded."""

from typing import Any

from flask import Blueprint, Response, render_template

from brokerage.actor import PostKind
from brokerage.database import reading
from brokerage.needs import register
from brokerage.needs.saying import pages_words
from brokerage.needs.unmet import Gap, fold_small
from brokerage.web.access import access, actor
from brokerage.web.csv_file import download, write

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
    columns = [] if folded else ["waiting", "sent elsewhere", "nobody found"]
    lines = [
        [by, row["group"], *map(str, row["numbers"]), str(row["total"])]
        for by, rows in tables.items()
        for row in rows
    ]
    return download(write(["by", "group", *columns, "together"], lines), "unmet-needs.csv")


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
