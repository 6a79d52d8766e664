"""The register written out, so that it reads back as it is."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from brokerage.clock import london_date
from brokerage.leaders import register_cells as cells
from brokerage.leaders.models import Leader
from brokerage.leaders.queries import PublicRow, leaders_of
from brokerage.leaders.register_file import COLUMNS, Said, award_text, specialism_text
from brokerage.leaders.rules import Award, school_year, school_year_name
from brokerage.web.csv_file import write


def export(session: Session, partnership_id: int, today: date) -> Iterator[str]:
    """A partnership's register as CSV text, in pieces."""
    year = school_year(today)
    names = [school_year_name(each) for each in (year, year + 1)]
    header = [
        *COLUMNS,
        *(f"days {name}" for name in names),
        "home_school",
        f"left {names[0]}",
        "kept_on",
    ]
    leaders = leaders_of(session, partnership_id, today)
    return write(header, ([*_row(leader), *_days(leader, year)] for leader in leaders))


def _row(leader: Leader) -> list[str]:
    claims = [
        Said(claim.code, claim.phase.value, claim.level, claim.evidence_on, claim.evidence)
        for claim in leader.specialisms
    ]
    values = {
        "email": leader.person.email or "",
        "name": leader.person.name,
        "telephone": leader.person.telephone or "",
        "home_urn": str(leader.home_urn),
        "designations": cells.join(
            (award_text(award_of(held)) for held in leader.designations), cells.ITEMS
        ),
        "specialisms": cells.join(map(specialism_text, claims), cells.ITEMS),
        "accepting": leader.accepting.value,
        "closed_until": cells.day_text(leader.closed_until),
        "engagements_at_once": str(leader.engagements_at_once),
        "max_km": "" if leader.max_km is None else str(leader.max_km),
        "remote": cells.yes_text(leader.remote),
        "weekdays": cells.join(leader.weekdays, cells.ITEMS),
        "terms": cells.join(leader.terms, cells.ITEMS),
        "faiths": cells.join(leader.faiths, cells.ITEMS),
        "been_there": cells.join(leader.been_there, cells.ITEMS),
        "about": leader.about,
        "public": cells.yes_text(leader.public),
        "releaser_email": (leader.releaser.email or "") if leader.releaser else "",
        "standing_days": cells.days_text(leader.standing_half_days),
        "standing_weekdays": cells.join(leader.standing_weekdays, cells.ITEMS),
        "standing_terms": cells.join(leader.standing_terms, cells.ITEMS),
        "standing_until": cells.day_text(leader.standing_until),
    }
    return [values[column] for column in COLUMNS]


def _days(leader: Leader, year: int) -> list[str]:
    accounts = {found.year: found for found in leader.accounts}
    pledged = [
        cells.days_text(accounts[each].pledged) if each in accounts else ""
        for each in (year, year + 1)
    ]
    left = cells.days_text(accounts[year].left) if year in accounts else ""
    return [*pledged, leader.home.name, left, cells.day_text(london_date(leader.kept_at))]


def award_of(held: object) -> Award:
    """A designation's row as a value."""
    names = ("kind", "awarding_body", "awarded_on", "review_due", "trained_on")
    return Award(*(getattr(held, name) for name in names))


def public_csv(rows: list[PublicRow]) -> Iterator[str]:
    """The public list as CSV text, in pieces."""
    header = ("Area of expertise", "Name", "Home school", "Phase", "Designation")
    lists = (
        (row.area, row.name, row.home, ", ".join(row.phases), ", ".join(row.designations))
        for row in rows
    )
    return write(header, lists)
