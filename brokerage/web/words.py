"""How dates, times and numbers are written for people. All times are London's."""

from datetime import date, datetime

from brokerage.clock import LONDON, london_date


def london_day(when: date | datetime | None) -> str:
    """``Tuesday 4 November 2025``; a dash for nothing."""
    if when is None:
        return "–"
    day = london_date(when) if isinstance(when, datetime) else when
    return f"{day:%A} {day.day} {day:%B %Y}"


def short_day(when: date | datetime | None) -> str:
    """``4 Nov 2025``."""
    if when is None:
        return "–"
    day = london_date(when) if isinstance(when, datetime) else when
    return f"{day.day} {day:%b %Y}"


def london_time(when: datetime | None) -> str:
    """``4 Nov 2025, 9:05am``."""
    if when is None:
        return "–"
    local = when.astimezone(LONDON)
    return (
        f"{short_day(when)}, {local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"
    )


def days(half_days: int) -> str:
    """Half-days in words: ``half a day``, ``1 day``, ``2½ days``."""
    whole, half = divmod(half_days, 2)
    if not whole:
        return "half a day" if half else "no days"
    return f"{whole}{'½' if half else ''} {'day' if half_days == 2 else 'days'}"


def pounds(pence: float) -> str:
    """``£350``, ``£1,250.50``."""
    return f"£{pence / 100:,.2f}".removesuffix(".00")


def kilometres(metres: float | None) -> str:
    """``800 m``, ``2.4 km``, ``17 km``; ``distance not known`` for None."""
    if metres is None:
        return "distance not known"
    if metres < 1000:
        return f"{round(metres / 100) * 100 or 100} m"
    return f"{metres / 1000:.1f} km" if metres < 10_000 else f"{round(metres / 1000)} km"


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 school``, ``3 schools``, ``no schools``."""
    return f"{number or 'no'} {one if number == 1 else many or one + 's'}"
