"""Forms about needs."""

from collections.abc import Iterable
from typing import Any

from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from brokerage.leaders.rules import TERMS, WEEKDAYS
from brokerage.needs.rules import (
    COORDINATORS_REASONS,
    NEED_PHASES,
    SCHOOLS_REASONS,
    Details,
    Urgency,
    Words,
)
from brokerage.schools.forms import SchoolField
from brokerage.specialisms.seed import SeededSpecialism
from brokerage.web.fields import DateField, HalfDaysField, Needed
from brokerage.web.forms import ANOTHER_ONE, BrokerageForm, VersionedForm

PHASE_WORDS = {
    "nursery": "Nursery",
    "primary": "Primary",
    "secondary": "Secondary",
    "16plus": "16 plus",
    "special": "Special",
}
PHASES = [("", "Not sure yet")] + [(phase, PHASE_WORDS[phase]) for phase in NEED_PHASES]
NOT_SURE = ("", "Something else, or I am not sure")


def _said(text: str) -> str:
    return text[0].upper() + text[1:]


def areas_by_group(areas: Iterable[SeededSpecialism], none: str) -> list[tuple[str, str]]:
    """The areas as choices, each with its group before it."""
    return [("", none)] + [(area.code, f"{area.group}: {area.name}") for area in areas]


class ThreeQuestions:
    """The three questions."""

    worry = TextAreaField(
        "What worries you?",
        [Needed("Say in a line or two what worries you.")],
        description="A line or two in your own words is enough",
    )
    whom = TextAreaField(
        "Which children or staff is it about?",
        description="Such as: Year 5 and 6 boys; two new subject leaders. No names, please",
    )
    by_when = DateField("By when? (if there is a day)", description="For example, 27 3 2027")
    ring_when = StringField(
        "When can we ring?", description="Such as: Tuesdays after 3, or any morning before 8:30"
    )


def words_of(form: Any) -> Words:
    return Words(
        worry=form.worry.data or "",
        whom=form.whom.data or "",
        by_when=form.by_when.data,
        ring_when=form.ring_when.data or "",
    )


class NewNeedForm(ThreeQuestions, BrokerageForm):
    sent_already = ANOTHER_ONE
    urn = SelectField("School", coerce=int)
    partnership = SelectField("Whom do you ask?", coerce=int)


class NewNeedForSchoolForm(ThreeQuestions, BrokerageForm):
    sent_already = ANOTHER_ONE
    urn = SchoolField("Which school is it for?", [Needed("Choose the school.")])
    partnership = SelectField("Partnership", coerce=int)
    worry = TextAreaField(
        "What worries them?",
        [Needed("Say in a line or two what worries them.")],
        description="A line or two, in the head’s own words if you can",
    )
    head_agreed_on = DateField(
        "When did the head agree?", [Needed("Enter the day on which the head agreed to this.")]
    )
    head_agreed_how = StringField(
        "How did the head agree?",
        [Needed("Say how the head agreed: by telephone, by e-mail, in person.")],
        description="Such as: by telephone. The head gets a copy, and can take it back",
    )


class ChangeNeedForm(ThreeQuestions, VersionedForm):
    pass


class MoreForm(VersionedForm):
    """What a school can add if it likes."""

    not_kept = frozenset({"other"})

    code = RadioField("Is it one of these?", validate_choice=False)
    other = SelectField("Another area", validate_choice=False)
    phase = SelectField("Phase", choices=PHASES)
    half_days = HalfDaysField(
        "How many days of somebody’s time, roughly?", description="Such as 4, or 2.5"
    )
    outcomes = TextAreaField("What should be different afterwards?")
    who_pays = StringField("Who pays, if it costs something?")


def school_details(form: MoreForm) -> Details:
    return Details(
        code=form.code.data or form.other.data or None,
        phase=form.phase.data or None,
        half_days=form.half_days.data,
        outcomes=form.outcomes.data or "",
        who_pays=form.who_pays.data or "",
    )


class CallForm(VersionedForm):
    """What a coordinator notes during the call."""

    not_kept = frozenset({"rang", "text"})

    code = SelectField("Specialism", validate_choice=False)
    also_code = SelectField("A second specialism", validate_choice=False)
    phase = SelectField("Phase", choices=PHASES)
    half_days = HalfDaysField("Days", description="In halves, such as 2.5")
    urgency = RadioField(
        "Urgency",
        choices=[(each.value, _said(each.value)) for each in Urgency],
        invalid_choice_message="Choose how urgent it is.",
    )
    terms = SelectMultipleField(
        "Terms", choices=[(term, _said(term)) for term in TERMS], description="None means any"
    )
    weekdays = SelectMultipleField(
        "Weekdays", choices=[(day, day) for day in WEEKDAYS], description="None means any"
    )
    outcomes = TextAreaField("What should be different afterwards?")
    baseline = TextAreaField("How are things now?", description="What it will be measured against")
    designation = StringField("Designation wanted", description="Such as SLE, LLE or NLE")
    designation_required = BooleanField("Nobody without this designation")
    remote = BooleanField("It can be done from afar")
    phone_enough = BooleanField(
        "A telephone call would do",
        description="Then leaders who just now take a phone call only can be suggested too",
    )
    fragile = BooleanField(
        "The school is in difficulty",
        description="Then nobody is put first for not having had a turn. "
        "Seen by coordinators alone",
    )
    site_contact = StringField("Who to meet at the school")
    who_pays = StringField("Who pays")
    rang = BooleanField("I have spoken with the school")
    text = TextAreaField("A note", description="Seen by coordinators alone")


def call_details(form: CallForm) -> Details:
    return Details(
        code=form.code.data or None,
        also_code=form.also_code.data or None,
        phase=form.phase.data or None,
        half_days=form.half_days.data,
        terms=tuple(form.terms.data or ()),
        weekdays=tuple(form.weekdays.data or ()),
        designation=form.designation.data or None,
        designation_required=form.designation_required.data,
        remote=form.remote.data,
        phone_enough=form.phone_enough.data,
        fragile=form.fragile.data,
        outcomes=form.outcomes.data or "",
        baseline=form.baseline.data or "",
        site_contact=form.site_contact.data or "",
        who_pays=form.who_pays.data or "",
    )


class SendForm(BrokerageForm):
    pass


class AskForm(BrokerageForm):
    question = TextAreaField("Your question", [Needed("Write the question.")])


class AnswerForm(BrokerageForm):
    answer = TextAreaField("Your answer", [Needed("Write the answer.")])


class WaitForm(BrokerageForm):
    waiting_for = StringField(
        "What is missing?",
        [Needed("Say what is missing, so that it counts as unmet.")],
        description="Such as: a primary maths lead free on Thursdays. The school reads this",
    )


class RedirectForm(BrokerageForm):
    redirected_to = StringField(
        "Where does the school find help?",
        [Needed("Say where the school finds help instead.")],
        description="Such as: the English hub’s open day on 3 March. The school reads this",
    )


class WithdrawForm(BrokerageForm):
    reason = RadioField(
        "Why?",
        choices=[(each.value, _said(each.value)) for each in SCHOOLS_REASONS],
        invalid_choice_message="Choose a reason.",
    )
    over_note = StringField("In a few words, if you like")


class CloseForm(BrokerageForm):
    reason = RadioField(
        "Why?",
        choices=[(each.value, _said(each.value)) for each in COORDINATORS_REASONS],
        invalid_choice_message="Choose a reason.",
    )
    over_note = StringField("In a few words, if you like")


class AreaForm(BrokerageForm):
    """The specialism of a need that is made beside another."""

    sent_already = ANOTHER_ONE
    code = SelectField("Specialism", [Needed("Choose a specialism.")], validate_choice=False)


class BarForm(BrokerageForm):
    leader = SelectField(
        "Whom would the school rather not have?",
        coerce=int,
        invalid_value_message="Choose a leader from the list.",
        invalid_choice_message="Choose a leader from the list.",
    )
    reason = StringField("Why, if they said")


class NoteForm(BrokerageForm):
    sent_already = ANOTHER_ONE
    text = TextAreaField("Note", [Needed("Write the note.")])
