"""Forms about system leaders: a short one for each part of a record."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    EmailField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import Length

from brokerage.leaders.rules import (
    BEEN_THERE,
    FAITHS,
    TERMS,
    WEEKDAYS,
    Accepting,
    ConflictKind,
    Level,
)
from brokerage.schools.forms import SchoolField
from brokerage.specialisms.forms import PHASE_CHOICES
from brokerage.web.fields import DateField, HalfDaysField, Needed
from brokerage.web.forms import BrokerageForm, VersionedForm

ANY = "None ticked means any"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _choices(words: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(word, _capital(word)) for word in words]


class WholeField(IntegerField):  # type: ignore[misc]
    """A whole number, or nothing."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0].strip()[:12] if valuelist else ""
        self.data = None
        if not self.typed:
            return
        if not (self.typed.isascii() and self.typed.isdigit()):
            raise ValueError("Enter a whole number, such as 15.")
        self.data = int(self.typed)

    def _value(self) -> str:
        return str(self.data) if self.data is not None else getattr(self, "typed", "")


class AreaField(SelectField):  # type: ignore[misc]
    """An area of expertise, its choices by group. One that is chosen already stays choosable, be it
    retired or not; the use case judges what was chosen."""

    def __init__(self, label: str = "", validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, validate_choice=False, **kwargs)


class NewLeaderForm(BrokerageForm):
    partnership = SelectField("Partnership", coerce=int)
    name = StringField("Name", [Needed("Enter the leader's name."), Length(max=150)])
    email = EmailField("E-mail address", description="How they are known here: ask them for it")
    telephone = TelField("Telephone", [Length(max=40)])
    school = SchoolField("Home school", [Needed("Choose the leader's home school.")])
    code = AreaField("First area of expertise")
    other = StringField("Not on the list? Type it", [Length(max=120)])
    phase = SelectField("In which phase", choices=PHASE_CHOICES, default="primary")


class DetailsForm(VersionedForm):
    school = SchoolField("Home school", [Needed("Choose the home school.")])
    engagements_at_once = WholeField(
        "Engagements at once",
        [Needed("Enter how many engagements at once.")],
        description="How many schools you support at the same time, at most",
    )
    max_km = WholeField(
        "How far you travel, in kilometres", description="Leave it empty for any distance"
    )
    remote = BooleanField("Can also support by video call")
    weekdays = SelectMultipleField("Weekdays", choices=_choices(WEEKDAYS), description=ANY)
    terms = SelectMultipleField("Terms", choices=_choices(TERMS), description=ANY)
    been_there = SelectMultipleField("You have led in", choices=_choices(BEEN_THERE))
    faiths = SelectMultipleField("Faith schools you know from inside", choices=_choices(FAITHS))
    about = TextAreaField(
        "In your own words",
        description="What a head who might choose you should know. No pupils, no named staff.",
    )
    public = BooleanField(
        "Show on the public list",
        description="Name, home school, phase and designation: never an address or number",
    )


class ClaimForm(VersionedForm):
    code = AreaField("Area of expertise")
    other = StringField("Not on the list? Type it", [Length(max=120)])
    phases = SelectMultipleField("Phases", choices=PHASE_CHOICES)
    level = RadioField(
        "Level",
        choices=[
            (Level.LEADS.value, "Can lead support in it"),
            (Level.SUPPORTS.value, "Can support somebody else who leads"),
        ],
        default=Level.LEADS.value,
    )
    evidence = TextAreaField(
        "What shows it", description="For example: led the English hub; reading rose two years on"
    )
    evidence_on = DateField("When was that?", description="For example, 27 3 2026")


class DesignationForm(VersionedForm):
    kind = StringField(
        "Designation",
        [Needed("Enter the designation.")],
        description="SLE, LLE, NLE, NLG, or your own scheme's name",
    )
    awarding_body = StringField("Awarded by")
    awarded_on = DateField("Awarded on")
    trained_on = DateField("Trained on")
    review_due = DateField("Review due")


class DaysForm(VersionedForm):
    this_year = HalfDaysField("Days this school year", least=0, most=400)
    next_year = HalfDaysField("Days next school year", least=0, most=400)


class AvailabilityForm(VersionedForm):
    accepting = RadioField(
        "New requests",
        choices=[
            (Accepting.YES.value, "Accepting"),
            (Accepting.CALL_ONLY.value, "A phone call only"),
            (Accepting.CLOSED.value, "Not accepting"),
        ],
    )
    closed_until = DateField(
        "Open again on", description="If not accepting: requests open by themselves on this day"
    )


class ReleaserForm(VersionedForm):
    email = EmailField(
        "E-mail address of who releases",
        description="Leave it empty for the head of the home school; for its head, the chair",
    )


class StandingForm(VersionedForm):
    standing_half_days = HalfDaysField(
        "Days in the school year", [Needed("Enter how many days.")], most=400
    )
    standing_weekdays = SelectMultipleField("Weekdays", choices=_choices(WEEKDAYS), description=ANY)
    standing_terms = SelectMultipleField("Terms", choices=_choices(TERMS), description=ANY)
    standing_until = DateField("Until", [Needed("Enter until when.")])


class EndForm(BrokerageForm):
    last_day = DateField("Last day on the register", [Needed("Enter the last day.")])


class ConflictForm(BrokerageForm):
    """What stands between a leader and a school; each page of it knows one of the two, and has no
    box for it."""

    partnership = SelectField("Partnership", coerce=int)
    leader = SelectField("Leader", coerce=int)
    school = SchoolField("School", [Needed("Choose a school.")])
    kind = RadioField(
        "What stands between them",
        choices=[(kind.value, _capital(kind.value)) for kind in ConflictKind],
        invalid_choice_message="Choose what stands between them.",
    )
    words = StringField(
        "In a few words, if need be", description="No more than a coordinator must know"
    )
    until = DateField("Until", description="Leave it empty if it is to last until you end it")

    def offer(self, partnerships: list[Any]) -> None:
        """The partnerships that it may be noted in."""
        self.partnership.choices = [(one.id, one.name) for one in partnerships]

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        if self.leader and not self.leader.data and not self.leader.errors:
            self.leader.errors = ["Choose a leader."]
            return False
        return good


class ImportForm(BrokerageForm):
    partnership = SelectField("Partnership", coerce=int)
    register = FileField(
        "Register file",
        description="A CSV as this page gives it out: one row a leader",
        validators=[Needed("Choose the register file.")],
    )
    dry_run = BooleanField("Only tell me what would change", default=True)
