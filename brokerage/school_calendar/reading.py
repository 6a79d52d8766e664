"""What the page of a calendar shows: each term and where it comes from, and the closed days."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from brokerage.school_calendar.bank_holidays import published_until
from brokerage.school_calendar.models import ClosedDays
from brokerage.school_calendar.queries import closed_days_of, terms_of
from brokerage.school_calendar.terms import Dates, SeasonOf, default_terms, school_year_of

WARNED_BEFORE = timedelta(90)


@dataclass(frozen=True)
class ShownTerm:
    """One term as it holds. ``source`` is "own", "partnership" or "usual"."""

    year: int
    season: SeasonOf
    first: date
    last: date
    half_term: Dates | None
    source: str


@dataclass(frozen=True)
class Calendar:
    """``bank_holidays_end`` is set once the published list runs out within 90 days."""

    terms: tuple[ShownTerm, ...]
    closed: tuple[ClosedDays, ...]
    bank_holidays_end: date | None

    def term(self, year: int, season: SeasonOf) -> ShownTerm:
        return next(term for term in self.terms if (term.year, term.season) == (year, season))


def calendar_page(
    session: Session, partnership_id: int | None, urn: int | None, today: date, years_ahead: int
) -> Calendar:
    """The school years from the last one to ``years_ahead``, and closed days from this year on."""
    this_year = school_year_of(today)
    rows = terms_of(session, partnership_id, urn)
    shown = []
    for year in range(this_year - 1, this_year + years_ahead + 1):
        usual = dict(zip(SeasonOf, default_terms(year), strict=True))
        for season in SeasonOf:
            of_season = [row for row in rows if (row.year, row.season) == (year, season)]
            own = next((row for row in of_season if (row.urn is None) is (urn is None)), None)
            row = own or (of_season[0] if of_season else None)
            term = row.term if row else usual[season]
            source = "own" if own else "partnership" if row else "usual"
            dates = (term.first, term.last, term.half_term)
            shown.append(ShownTerm(year, season, *dates, source))
    closed = tuple(
        row
        for row in closed_days_of(session, partnership_id, urn)
        if school_year_of(row.last) >= this_year
    )
    return Calendar(tuple(shown), closed, bank_holidays_run_out(today))


def bank_holidays_run_out(today: date) -> date | None:
    """The day on which the published list of bank holidays ends, once that is 90 days off; after
    it they are reckoned by the usual rule, which cannot foresee a coronation."""
    end = published_until()
    return end if end - today <= WARNED_BEFORE else None
