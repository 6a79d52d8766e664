"""The table of follow-ups in plain words, made from the rules themselves. Pure."""

from dataclasses import dataclass

from brokerage.follow_ups.rules import MAILED, RULES, Round, Rule
from brokerage.web.words import counted

DESK = "the coordinator’s desk"
SILENCE = "silence is taken as a yes"


@dataclass(frozen=True)
class InWords:
    """One kind of follow-up, as a coordinator reads it."""

    says: str
    whom: str
    calendar: str
    begins: str
    promise: str
    reminders: str
    digest: str
    why: str
    in_the_end: str
    hush: str


def rows() -> list[InWords]:
    """One row for each rule, in the table's order."""
    return [_row(rule) for rule in RULES.values()]


def _row(rule: Rule) -> InWords:
    return InWords(
        says=rule.says,
        whom=rule.whom.value,
        calendar=rule.in_calendar_of,
        begins=rule.begins,
        promise=counted(rule.days, "school day") if rule.days else "as the partnership promises",
        reminders=_reminders(rule),
        digest=_digest(rule),
        why=rule.why,
        in_the_end=_in_the_end(rule),
        hush="yes" if rule.can_be_hushed else "no",
    )


def _in_the_end(rule: Rule) -> str:
    if rule.silence_is_yes:
        return SILENCE
    return DESK + (", then it lapses" if rule.lapses else "")


def _reminders(rule: Rule) -> str:
    if rule.silence_is_yes:
        return "no"
    first = _before(rule.remind_before)
    return first if rule.remind_again is None else f"{first}; {_before(rule.remind_again)}"


def _before(days: int) -> str:
    return f"{counted(days, 'school day')} before the end" if days else "on the last day"


def _digest(rule: Rule) -> str:
    if rule.digest == MAILED:
        return "all of it"
    if rule.silence_is_yes and rule.digest:
        return "all of it"
    if Round.REMIND in rule.digest:
        return "its reminders"
    return "no"
