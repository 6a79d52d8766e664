"""Days and rates of a month as a CSV, for business managers: the visits that count, one a row."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from brokerage.engagements.costs import price_of, terms_of
from brokerage.web.csv_file import write

HEADER = (
    "Date",
    "Leader",
    "Home school",
    "Home school URN",
    "Supported school",
    "Supported school URN",
    "Engagement",
    "Days",
    "Rate a day",
    "Amount",
    "Who pays",
    "Funding pot",
)
MONTHS_SHOWN = 15
_MONTH = re.compile(r"^(20[0-9]{2})-(0[1-9]|1[0-2])\Z")


@dataclass(frozen=True)
class Month:
    """A month, by its first and last day."""

    first: date
    last: date

    @property
    def code(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def name(self) -> str:
        return f"{self.first:%B %Y}"


def month_named(code: str) -> Month | None:
    """The month called ``2026-11``; None for anything else."""
    found = _MONTH.match(code)
    return month_of(date(int(found[1]), int(found[2]), 1)) if found else None


def month_of(day: date) -> Month:
    first = day.replace(day=1)
    return Month(first, (first + timedelta(31)).replace(day=1) - timedelta(1))


def latest_months(today: date) -> list[Month]:
    """The months to choose from, this one first."""
    found = [month_of(today)]
    while len(found) < MONTHS_SHOWN:
        found.append(month_of(found[-1].first - timedelta(1)))
    return found


def amount(half_days: int, pence_a_day: int | None) -> Decimal:
    """What a visit costs, in pounds, to the penny."""
    pounds = Decimal(half_days * (pence_a_day or 0)) / 200
    return pounds.quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Totals:
    """What the visits of a month come to."""

    visits: int
    half_days: int
    pounds: Decimal


def totals(visits: Sequence[Any]) -> Totals:
    pounds = sum((amount(one.half_days, price_of(one)) for one in visits), Decimal(0))
    return Totals(len(visits), sum(one.half_days for one in visits), pounds)


def as_csv(visits: Sequence[Any]) -> Iterator[str]:
    """The visits as CSV text, in pieces; no cell is one that a spreadsheet would run."""
    return write(HEADER, (_row(visit) for visit in visits))


def _row(visit: Any) -> list[str]:
    engagement = visit.engagement
    pairing, home, school = engagement.pairing, engagement.leader.home, engagement.school
    rate = amount(2, price_of(visit))
    return [
        visit.happened_on.strftime("%d/%m/%Y"),
        engagement.leader.person.name,
        home.name,
        str(home.urn),
        school.name,
        str(school.urn),
        engagement.reference,
        f"{visit.half_days / 2:g}",
        str(rate),
        str(amount(visit.half_days, price_of(visit))),
        terms_of(visit)["who_pays"],
        pairing.pot.name if pairing.pot else "",
    ]
