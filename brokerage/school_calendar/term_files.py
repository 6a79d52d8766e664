"""Term dates from a file: a CSV of our own plain kind, or the calendar (.ics) that authorities and
schools publish. Pure.

A calendar says what a day is in its own words ("Autumn Term 2026 begins", "Half Term"), so those
words are looked for; whatever has none of them is named and left out, never guessed. What was
understood is shown to a person before any of it is taken.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar

from brokerage.matching.spreadsheets import NotASpreadsheetError, read_sheet
from brokerage.school_calendar.terms import Dates, DayKind, SeasonOf, Term, school_year_of

COLUMNS = ("what", "first", "last", "note")
HALF_TERM = "half-term"
WORDS: dict[str, str] = {
    **{f"{season} term": season.value for season in SeasonOf},
    **{season.value: season.value for season in SeasonOf},
    "half-term": HALF_TERM,
    "half term": HALF_TERM,
    "inset day": DayKind.INSET.value,
    "inset": DayKind.INSET.value,
    "shut": DayKind.SHUT.value,
    "closed": DayKind.SHUT.value,
    "no visits": DayKind.NO_VISITS.value,
}
"""What the column `what` may say."""
SHORTEST_TERM = timedelta(20)
MOST_EVENTS = 2000


class NotTermDates(Exception):
    """Nothing can be read from the file; the message is one sentence that says why."""


@dataclass(frozen=True)
class Shut:
    """Days on which a school is shut or wants no visits."""

    kind: DayKind
    first: date
    last: date
    note: str = ""


@dataclass(frozen=True)
class TermDates:
    """What a file says: terms, closed days, and in sentences what was left out and why."""

    terms: tuple[Term, ...]
    shut: tuple[Shut, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Said:
    """One line or event: ``what`` is a season, half-term or a kind of day; ``edge`` is "first" or
    "last" where it names only one end of a term."""

    what: str
    first: date
    last: date
    note: str = ""
    edge: str = ""


def read_term_dates(content: bytes, name: str) -> TermDates:
    """The term dates of a file; raises NotTermDates."""
    left_out: list[str] = []
    if content.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"BEGIN:VCALENDAR"):
        said = list(_from_calendar(content, name, left_out))
    else:
        said = list(_from_csv(content, name, left_out))
    found = _put_together(said, left_out)
    if not found.terms and not found.shut:
        raise NotTermDates(f"{name} holds no term, half-term or INSET day that could be read.")
    return found


def as_csv(found: TermDates) -> str:
    """The same as a CSV that `read_term_dates` reads."""
    lines = [",".join(COLUMNS)]
    for term in found.terms:
        lines.append(f"{term.season} term,{term.first},{term.last},")
        if term.half_term is not None:
            lines.append(f"half-term,{term.half_term.first},{term.half_term.last},")
    for shut in found.shut:
        note = shut.note.replace('"', "'")
        lines.append(f'{shut.kind.value},{shut.first},{shut.last},"{note}"')
    return "\n".join(lines) + "\n"


def _from_csv(content: bytes, name: str, left_out: list[str]) -> Iterator[Said]:
    try:
        sheet = read_sheet(content, name, COLUMNS, ("what", "first"))
    except NotASpreadsheetError as fault:
        raise NotTermDates(str(fault)) from fault
    left_out += [f"Line {fault.line}: {fault.says}." for fault in sheet.faults]
    for row in sheet.rows:
        what = WORDS.get(" ".join(row.cells["what"].casefold().split()))
        first, last = _day(row.cells["first"]), _day(row.cells["last"] or row.cells["first"])
        if what is None:
            known = "autumn term, spring term, summer term, half-term, INSET day, shut or no visits"
            left_out.append(f"Line {row.line}: “{row.cells['what'][:40]}” is none of {known}.")
        elif first is None or last is None or last < first:
            left_out.append(f"Line {row.line}: its dates are no days such as 27/03/2027, in order.")
        else:
            yield Said(what, first, last, row.cells["note"][:120])


def _day(text: str) -> date | None:
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%d %b %Y"):
        try:
            found = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, no instant
        except ValueError:
            continue
        return found if 2000 <= found.year <= 2100 else None
    return None


def _from_calendar(content: bytes, name: str, left_out: list[str]) -> Iterator[Said]:
    try:
        events = Calendar.from_ical(content.decode("utf-8", "replace")).walk("VEVENT")
    except ValueError as fault:
        raise NotTermDates(f"{name} begins as a calendar and cannot be read as one.") from fault
    for event in events[:MOST_EVENTS]:
        words = " ".join(str(event.get("SUMMARY", "")).split())[:120]
        dates = _dates_of(event)
        found = _meaning(words, dates) if dates is not None else None
        if found is not None:
            yield found
        elif not re.search(r"holiday|bank", words, re.IGNORECASE):
            left_out.append(f"“{words or 'an event without a title'}” says nothing known.")


def _dates_of(event: object) -> Dates | None:
    """First and last day; the end of a whole-day event is the day after its last (RFC 5545)."""
    try:
        start, end = event.start, event.end  # type: ignore[attr-defined]
    except (ValueError, AttributeError, KeyError):
        return None
    first = start.date() if isinstance(start, datetime) else start
    if isinstance(end, datetime):
        last = end.date()
    else:
        last = end - timedelta(1) if end > first else first
    in_reach = 2000 <= first.year <= last.year <= 2100 and first <= last
    return Dates(first, last) if in_reach else None


def _meaning(words: str, dates: Dates) -> Said | None:
    """What an event's words say, or None. The order matters: a half-term is no term."""
    text = words.casefold()
    if re.search(r"\binset\b|training day|non.pupil day|teacher training", text):
        return Said(DayKind.INSET.value, dates.first, dates.last, words)
    if re.search(r"half.?term", text) and not re.search(r"(start|begin|end|finish)", text):
        return Said(HALF_TERM, dates.first, dates.last)
    season = next((one.value for one in SeasonOf if one.value in text), None)
    if season is None or "term" not in text or "holiday" in text or "half" in text:
        return None
    if re.search(r"start|begin|first day|opens", text):
        return Said(season, dates.first, dates.first, edge="first")
    if re.search(r"\bend|last day|finish|closes", text):
        return Said(season, dates.last, dates.last, edge="last")
    if dates.last - dates.first >= SHORTEST_TERM:
        return Said(season, dates.first, dates.last)
    return None


def _put_together(said: Iterable[Said], left_out: list[str]) -> TermDates:
    said = list(said)
    whole = {(one.what, school_year_of(one.first)): one for one in _whole_terms(said, left_out)}
    halves = [one for one in said if one.what == HALF_TERM]
    terms = []
    for one in sorted(whole.values(), key=lambda term: term.first):
        off = next((h for h in halves if one.first < h.first and h.last < one.last), None)
        if off is not None:
            halves.remove(off)
        half_term = Dates(off.first, off.last) if off else None
        terms.append(Term(SeasonOf(one.what).value, one.first, one.last, half_term))
    left_out += [f"The half-term from {half.first:%d/%m/%Y} lies in no term." for half in halves]
    kinds = {kind.value for kind in DayKind}
    shut = {
        Shut(DayKind(one.what), one.first, one.last, one.note) for one in said if one.what in kinds
    }
    return TermDates(
        tuple(terms), tuple(sorted(shut, key=lambda one: (one.first, one.kind))), tuple(left_out)
    )


def _whole_terms(said: Iterable[Said], left_out: list[str]) -> Iterator[Said]:
    """Terms that were given whole, and those whose two ends were given apart."""
    ends: dict[tuple[str, int], dict[str, date]] = {}
    for one in said:
        if one.what not in set(SeasonOf):
            continue
        if one.edge:
            ends.setdefault((one.what, school_year_of(one.first)), {})[one.edge] = one.first
        elif one.last - one.first >= SHORTEST_TERM:
            yield one
        else:
            left_out.append(f"The {one.what} term from {one.first:%d/%m/%Y} is too short.")
    for (season, year), found in ends.items():
        if {"first", "last"} <= set(found) and found["first"] + SHORTEST_TERM <= found["last"]:
            yield Said(season, found["first"], found["last"])
        else:
            left_out.append(f"Of the {season} term {year}/{year % 100 + 1:02d} one end is missing.")
