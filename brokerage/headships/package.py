"""The package: what is worth doing when, in the first 100 days, by what is new about the head.

Each step has the day by which it is best begun: day 1 is the first in post, 0 and less lie before.
A few at a time are shown; ticking them off is the head's own affair.
"""

from collections.abc import Collection
from dataclasses import dataclass

from brokerage.headships.rules import Category

AT_A_TIME = 5
AHEAD, BEHIND = 7, 21  # a step is shown from a week before its day until three weeks after


@dataclass(frozen=True)
class Step:
    """One thing to do. ``code`` is kept with its tick and never used for another step."""

    code: str
    day: int
    title: str
    why: str = ""


_EVERYBODY = (
    Step("keys", -10, "Keys, alarm, passwords, the signature at the bank: ask who holds them"),
    Step("predecessor", -10, "An hour with whoever led before you", "What would they not put off?"),
    Step("chair", -7, "Meet your chair of governors", "Agree how often you two will talk."),
    Step("diary", -3, "Block an hour a day in the first fortnight to walk about"),
    Step("gate", 1, "Be at the gate, morning and afternoon", "Names first; changes later."),
    Step(
        "dsl",
        1,
        "Sit down with the designated safeguarding lead",
        "Who is their deputy? How are worries recorded, and what is open now?",
    ),
    Step(
        "record",
        2,
        "Look at the single central record with whoever keeps it",
        "Ask to see one line from start to finish.",
    ),
    Step("office", 3, "Ask the office how the week works", "Post, money, lates, lunch."),
    Step("leaders", 4, "Ten minutes alone with each senior leader", "What should I not change?"),
    Step("site", 5, "Walk the site with the caretaker", "Fire, water, asbestos, gates, and roofs."),
    Step("every-room", 8, "Be in every classroom once, without a clipboard"),
    Step(
        "money",
        10,
        "Read the budget with your business manager",
        "Three years ahead, the reserve, and what is spent already.",
    ),
    Step("staff", 12, "Offer every member of staff fifteen minutes, and keep to it"),
    Step("unions", 15, "Meet the union representatives before you need to"),
    Step("pupils", 16, "Let pupils show you round", "They know where it gets cold."),
    Step("send", 20, "Read the plans of the pupils with the greatest needs with the SENDCo"),
    Step("attendance", 22, "See who is away, and who rings home"),
    Step("data", 25, "Find the three numbers about learning that you trust, and why"),
    Step(
        "governors",
        28,
        "See how the governing board does: vacancies, minutes, training",
        "Write the first report short.",
    ),
    Step("parents", 30, "Hear parents: a coffee, an open door, a short survey"),
    Step("vacancies", 35, "Who may leave? Staffing, advertisements, and the dates to give notice"),
    Step("appraisal", 40, "Set your own targets with governors, and see that others’ are set"),
    Step("wins", 45, "Mend two small things that everybody complains of"),
    Step("plan", 60, "Draft the improvement plan: three things, not twelve"),
    Step("policies", 65, "Check which policies are due, and which nobody follows"),
    Step("local", 70, "Meet two heads nearby and your contact at the authority"),
    Step("share-plan", 80, "Try the plan on staff and governors before it is finished"),
    Step("yourself", 90, "Book the days off that you did not take"),
    Step("look-back", 98, "Look back: what would you tell yourself on day 1?"),
)
_OF_CATEGORY: dict[Category, tuple[Step, ...]] = {
    Category.NEW_TO_HEADSHIP: (
        Step("authority", 6, "Find out what you may sign, and what needs governors"),
        Step("coaching", 25, "Ask what coaching there is for first headships, and apply"),
        Step("leave-old-job", 14, "Notice what you still do from your last job, and hand it on"),
    ),
    Category.NEW_TO_TOWN: (
        Step("who-is-who", 5, "Get the list of who deals with what in this town"),
        Step("drive", 9, "Drive round your catchment on a Saturday"),
        Step("heads-meeting", 18, "Go to the next meeting of local heads"),
    ),
    Category.NEW_TO_TRUST: (
        Step("scheme", 4, "Read the scheme of delegation: what is yours, what is the trust’s"),
        Step("trust-people", 8, "Meet the trust’s finance, people and estates leads"),
        Step("handbook", 18, "Read what the trust handbook asks of you this year"),
    ),
    Category.ACTING: (
        Step("how-long", 1, "Ask in writing: until when, on what pay, and who does your old job"),
        Step("tell", 2, "Agree with the chair what staff and parents are told, and when"),
        Step("leave-alone", 6, "List what can wait for the next head, and let it wait"),
    ),
    Category.INTERIM: (
        Step("brief", 1, "Agree your brief with the chair: what must be different when you leave"),
        Step("handover", 50, "Begin the handover file now"),
    ),
    Category.CO_HEAD: (
        Step("split", 1, "Write down with your co-head who decides what, and who is rung at night"),
        Step("handover-hour", 8, "Fix the hour in the week in which you two hand over"),
    ),
    Category.EXECUTIVE: (
        Step("heads-of-school", 3, "Agree with each head of school what you never decide for them"),
        Step("week-in-each", 10, "Fix your days in each school, and keep them"),
    ),
}
_NOT_FOR = {
    Category.ACTING: {"appraisal", "plan", "share-plan", "predecessor"},
    Category.INTERIM: {"appraisal"},
}


def package(category: Category) -> tuple[Step, ...]:
    """All steps for a category, in the order of their days."""
    left_out = _NOT_FOR.get(category, set())
    steps = [step for step in _EVERYBODY if step.code not in left_out]
    return tuple(sorted([*steps, *_OF_CATEGORY.get(category, ())], key=lambda step: step.day))


def this_week(category: Category, far: int, ticked: Collection[str]) -> tuple[Step, ...]:
    """The few things to do now, the longest due first: ``far`` is the day of the hundred, counted
    on below 1 before the start."""
    near = [
        step
        for step in package(category)
        if step.code not in ticked and far - BEHIND <= step.day <= far + AHEAD
    ]
    return tuple(near[:AT_A_TIME])


def is_step(category: Category, code: str) -> bool:
    return any(step.code == code for step in package(category))
