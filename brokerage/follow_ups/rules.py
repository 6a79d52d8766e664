"""What the service asks, of whom, when, and what comes of it when nobody answers: one table, pure.

What is due is worked out from the things themselves each time, never stored ahead (``ladder``): a
date that moves needs nothing rewritten, and a missed day is made up for once.
"""

from dataclasses import dataclass, replace
from datetime import date

from brokerage.follow_ups.rule import CALENDARS as CALENDARS
from brokerage.follow_ups.rule import MAILED as MAILED
from brokerage.follow_ups.rule import REMINDERS as REMINDERS
from brokerage.follow_ups.rule import Round as Round
from brokerage.follow_ups.rule import Rule as Rule
from brokerage.follow_ups.rule import Whom as Whom

_FIRST = "A first question that others wait for goes out by itself, and so do its reminders."
_DAYS = Rule("", "days_question", Whom.LEADER, "", 10, 5, True, digest=REMINDERS, why="No hurry.")

RULES = {
    rule.kind: rule
    for rule in (
        Rule(
            "release",
            "pairing",
            Whom.RELEASER,
            "Release a leader",
            lapses=True,
            begins="when a leader of theirs is proposed",
            on_desk="The releaser has not answered",
            why=_FIRST,
        ),
        Rule(
            "choose",
            "pairing",
            Whom.HEAD,
            "Choose who comes",
            lapses=True,
            remind_before=2,
            remind_again=0,
            begins="when somebody was found for them",
            on_desk="The school has not chosen",
            why=_FIRST,
        ),
        Rule(
            "accept",
            "pairing",
            Whom.LEADER,
            "Accept a deployment",
            lapses=True,
            remind_before=2,
            remind_again=0,
            begins="when the others have agreed",
            on_desk="The leader has not answered",
            why=_FIRST,
        ),
        Rule(
            "question",
            "need",
            Whom.HEAD,
            "Answer a question",
            days=5,
            remind_before=2,
            remind_again=0,
            begins="when the coordinator asked it",
            on_desk="The school has not answered your question",
            why="The clock stands still until it is answered.",
        ),
        Rule(
            "call",
            "need",
            Whom.COORDINATOR,
            "Ring about a new need",
            can_be_hushed=False,
            can_wait=False,
            digest=REMINDERS,
            begins="when a school asked for support",
            on_desk="A school waits for your call",
            why="It is on the desk already. For an urgent need it goes out by itself.",
        ),
        Rule(
            "name",
            "need",
            Whom.COORDINATOR,
            "Name somebody for a need",
            can_be_hushed=False,
            can_wait=False,
            digest=REMINDERS,
            begins="when a school asked for support",
            on_desk="A school waits for a name",
            why="It is on the desk already. For an urgent need it goes out by itself.",
        ),
        Rule(
            "first_contact",
            "engagement",
            Whom.LEADER,
            "Speak for the first time",
            days=3,
            asks=True,
            begins="when the days in which they were to speak are over",
            on_desk="They have not spoken yet",
            why="A week has gone by already.",
        ),
        *(
            Rule(
                f"change_{whom.name.lower()}",
                "change",
                whom,
                "Agree to a change",
                remind_before=2,
                can_be_hushed=whom is not Whom.COORDINATOR,
                can_wait=whom is not Whom.COORDINATOR,
                begins="when a change that touches them is asked for",
                on_desk="A change is not answered",
                why=_FIRST,
            )
            for whom in (Whom.RELEASER, Whom.HEAD, Whom.LEADER, Whom.COORDINATOR)
        ),
        Rule(
            "pause_over",
            "change",
            Whom.COORDINATOR,
            "Say whether paused support goes on",
            days=3,
            asks=True,
            can_be_hushed=False,
            can_wait=False,
            begins="on the day until which support is paused",
            on_desk="A pause is over",
            why="Two people wait for their word.",
        ),
        Rule(
            "first_contact_school",
            "engagement",
            Whom.HEAD,
            "Say whether you have spoken with the leader",
            days=10,
            asks=True,
            can_wait=False,
            digest=frozenset({Round.ASK}),
            begins="when the days in which they were to speak are over",
            silence_is_yes=True,
            why="The leader says so already. Where they do not, it goes out by itself.",
        ),
        Rule(
            "visit_log",
            "visit",
            Whom.LEADER,
            "Log a visit",
            days=5,
            asks=True,
            digest=REMINDERS,
            begins="the day after a visit was planned",
            on_desk="A visit is not logged",
            why="Nobody waits for a log.",
        ),
        Rule(
            "succession",
            "succession",
            Whom.FOLLOWER,
            "Say whether support goes on",
            days=5,
            remind_before=2,
            digest=REMINDERS,
            begins="when somebody in post had agreed to it who has left",
            on_desk="Somebody new in post has not said that it goes on",
            why="Support goes on meanwhile.",
        ),
        Rule(
            "mid_point",
            "engagement",
            Whom.HEAD,
            "Keep, change or stop",
            days=5,
            remind_before=2,
            digest=REMINDERS,
            begins="when half of the days are used",
            on_desk="The school has not said: keep, change or stop",
            why="Visits go on meanwhile.",
        ),
        Rule(
            "evaluation",
            "engagement",
            Whom.HEAD,
            "Say what has changed",
            days=10,
            remind_before=5,
            remind_again=1,
            digest=REMINDERS,
            begins="when the visits are done",
            on_desk="The school has not said what has changed",
            why="The visits are done: a week more or less does no harm.",
        ),
        *(
            Rule(
                f"look_back_{months}",
                "engagement",
                Whom.HEAD,
                f"{word} months on",
                days=10,
                remind_before=5,
                remind_again=1,
                asks=True,
                digest=MAILED,
                begins=f"{word.lower()} months after the end",
                on_desk=f"The school has not answered {word.lower()} months on",
                why="Months have gone by: a week more or less does no harm.",
            )
            for months, word in ((3, "Three"), (6, "Six"))
        ),
        *(
            replace(_DAYS, kind=kind, says=f"Say {what}", begins=on, on_desk=f"Not said: {what}")
            for kind, what, on in (
                ("days_next_year", "how many days next year", "on the first school day of June"),
                ("days_still", "if the days left are right", "in the first full week of a term"),
            )
        ),
        *(
            Rule(
                kind,
                "case_study",
                whom,
                "Agree to a case study, or not",
                days=10,
                remind_before=5,
                asks=True,
                digest=MAILED,
                begins="when a case study was written of support that is over",
                on_desk=f"{whom.capitalize()} has not said whether a case study may be shown",
                why="Nothing waits for it.",
                can_wait=False,
            )
            for kind, whom in (("case_study", Whom.HEAD), ("case_study_leader", Whom.LEADER))
        ),
    )
}


@dataclass(frozen=True)
class Asking:
    """Something that somebody is, or is to be, asked.

    ``since`` is the day on which the asking began: the day of the question, or the first day on
    which the service is to ask. ``due_on`` is the last day of the promise; for what the service
    asks first it counts from the day on which it did (``asked_on``). ``urn`` is
    the school that may be hushed, ``calendar_urn`` the one whose calendar holds (None: the
    partnership's). What is ``urgent`` never waits for the weekly digest. ``put_off``: the person
    said when they would rather be asked again, which is ``since``.
    """

    kind: str
    subject: str
    subject_id: int
    since: date
    recipient_id: int | None
    due_on: date | None = None
    asked_on: date | None = None
    urn: int | None = None
    calendar_urn: int | None = None
    urgent: bool = False
    put_off: bool = False

    @property
    def rule(self) -> Rule:
        return RULES[self.kind]

    @property
    def asks(self) -> bool:
        """Whether the service asks, and not a use case has asked already."""
        return self.rule.asks or self.put_off

    def in_digest(self, round: Round) -> bool:
        """Whether this round goes into the weekly digest."""
        return round in self.rule.digest and not self.urgent
