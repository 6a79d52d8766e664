"""What one row of the table of follow-ups says, and the rounds of its ladder. Pure."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Round(IntEnum):
    """The ladder: ask, remind, remind again, then the coordinator's desk; some things lapse."""

    ASK = 1
    REMIND = 2
    REMIND_AGAIN = 3
    DESK = 4
    LAPSE = 5


MAILED = frozenset({Round.ASK, Round.REMIND, Round.REMIND_AGAIN})
REMINDERS = frozenset({Round.REMIND, Round.REMIND_AGAIN})


class Whom(StrEnum):
    RELEASER = "the releaser"
    HEAD = "the supported head"
    LEADER = "the leader"
    COORDINATOR = "the coordinator"
    FOLLOWER = "who follows in post"


CALENDARS = {
    Whom.RELEASER: "the leader’s home school",
    Whom.LEADER: "the leader’s home school",
    Whom.HEAD: "the supported school",
    Whom.COORDINATOR: "the partnership",
    Whom.FOLLOWER: "their school",
}


@dataclass(frozen=True)
class Rule:
    """One kind of follow-up.

    ``days`` are the school days from asking until the end of the promise (None: the thing's own
    due day); the reminder goes out ``remind_before`` school days before that, a second one
    ``remind_again`` days before it (None: there is none). ``asks`` says whether the service asks
    first (or a use case has asked already); ``lapses``, whether it ends by itself after as many
    school days again; ``can_be_hushed``, whether a school's hush stays it; ``can_wait``, whether
    whoever is asked may say "ask me again on ...".

    ``digest`` are the rounds that go into the weekly digest instead of a mail of their own, and
    ``why`` says why they do, or do not. ``begins`` says in words from when it is asked, and
    ``on_desk`` what the coordinator reads in the end; ``silence_is_yes`` where they read nothing,
    since it is asked no more before it would be reminded of.
    """

    kind: str
    of: str
    whom: Whom
    says: str
    days: int | None = None
    remind_before: int = 1
    asks: bool = False
    lapses: bool = False
    can_be_hushed: bool = True
    remind_again: int | None = None
    digest: frozenset[Round] = frozenset()
    why: str = ""
    begins: str = ""
    on_desk: str = ""
    can_wait: bool = True
    silence_is_yes: bool = False

    @property
    def in_calendar_of(self) -> str:
        """Whose school days count: those of the one who is asked."""
        return CALENDARS[self.whom]
