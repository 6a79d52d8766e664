"""Forms about engagements."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Length, NumberRange, Optional

from brokerage.engagements.rules import Difference, MidPoint
from brokerage.pairings.forms import MOST_POUNDS, PoundsField
from brokerage.schools.forms import SchoolField
from brokerage.specialisms.forms import PHASE_CHOICES
from brokerage.web.fields import DateField, DayChoiceField, HalfDaysField, Needed
from brokerage.web.forms import ANOTHER_ONE, BrokerageForm, VersionedForm
from brokerage.web.words import london_day, short_day

TODAY, YESTERDAY, PLANNED, OTHER = "today", "yesterday", "planned", "other"
LINE = Length(max=300, message="Use up to 300 characters.")
TEXT = Length(max=4000, message="Use up to 4,000 characters.")

MID_POINT_WORDS = {
    MidPoint.KEEP: "Keep it as it is",
    MidPoint.CHANGE: "Change something",
    MidPoint.STOP: "Stop here",
}
DIFFERENCE_WORDS = {
    Difference.NONE: "No difference",
    Difference.LITTLE: "A little",
    Difference.CLEAR: "A clear difference",
    Difference.LARGE: "A large difference",
}


class LogForm(BrokerageForm):
    """A visit in three taps and a line."""

    sent_already = (
        "This visit was sent and noted already. To change that note, choose “Correct this note” "
        "beside it on the page of this support."
    )
    when = RadioField("When was it?", validators=[Needed("Say when it was.")])
    happened_on = DateField("Which day?")
    half_days = RadioField(
        "How long?", coerce=int, validate_choice=False, validators=[Needed("Say how long.")]
    )
    done = StringField("What did you do?", [Needed("Say in a line what you did."), TEXT])
    next = StringField("What comes next? (if you like)", [TEXT])
    next_date = DayChoiceField("When is the next visit?")
    worry = TextAreaField(
        "Does anything worry you? (if so)",
        [TEXT],
        description="Only your coordinator reads this",
    )
    instead = BooleanField("This took the place of the visit planned")

    def offer(
        self,
        today: date,
        planned_on: date | None,
        half_days_left: int,
        next_days: Sequence[date] = (),
        next_on: date | None = None,
    ) -> None:
        """Offer the days and lengths that can be, and ``next_days`` for the next visit (``next_on``
        is the day of one that is planned already). With the last half-day there is none."""
        self.days = {TODAY: today, YESTERDAY: today - timedelta(days=1)}
        if planned_on is not None and planned_on < today - timedelta(days=1):
            self.days[PLANNED] = planned_on
        words = {TODAY: "Today", YESTERDAY: "Yesterday", PLANNED: london_day(planned_on)}
        self.when.choices = [
            (name, words[name] + (", as planned" if day == planned_on else ""))
            for name, day in self.days.items()
        ] + [(OTHER, "Another day")]
        self.half_days.choices = [(1, "Half a day")] + ([(2, "A whole day")] * (half_days_left > 1))
        self.to_come = planned_on if planned_on is not None and planned_on > today else None
        if self.to_come is None:
            del self.instead
        else:
            day = short_day(self.to_come)
            self.instead.label.text = f"This took the place of the visit planned for {day}"
        if half_days_left == 1:
            del self.next_date
        else:
            self.next_date.offered = list(next_days)
            if next_on is not None:
                self.next_date.description = f"One is planned for {london_day(next_on)} already"
        if not self.is_submitted():
            named = [name for name, day in self.days.items() if day == planned_on]
            self.when.data = named[0] if named else None
            self.half_days.data = 1 if half_days_left == 1 else None

    def validate_happened_on(self, field: Any) -> None:
        if self.when.data == OTHER and field.data is None and not field.errors:
            raise ValidationError("Enter the day of the visit.")

    @property
    def day(self) -> date:
        """The day of the visit."""
        found: date = self.days.get(self.when.data) or self.happened_on.data
        return found

    @property
    def of_planned(self) -> bool:
        """Whether the log is of the visit that was planned."""
        return self.to_come is None or bool(self.instead.data)

    def place_errors(self) -> None:
        """A fault of the day stands beside what was tapped."""
        if self.when.data != OTHER and self.happened_on.errors:
            self.when.errors, self.happened_on.errors = self.happened_on.errors, []


class CorrectForm(VersionedForm):
    """A visit as it was noted, to be put right."""

    happened_on = DateField("Which day was it?", [Needed("Enter the day of the visit.")])
    half_days = RadioField(
        "How long?",
        coerce=int,
        choices=[(1, "Half a day"), (2, "A whole day")],
        validate_choice=False,
        validators=[Needed("Say how long.")],
    )
    done = StringField("What did you do?", [Needed("Say in a line what you did."), TEXT])
    next = StringField("What comes next? (if you like)", [TEXT])


class NotHappenedForm(BrokerageForm):
    new_date = DateField("Another new date (or none yet)", description="For example, 27 3 2027")


class PlanForm(BrokerageForm):
    sent_already = ANOTHER_ONE
    planned_on = DateField(
        "Another day",
        [Needed("Enter the day of the visit.")],
        description="A day on which schools are open. For example, 27 3 2027",
    )


class MoveForm(VersionedForm, PlanForm):
    pass


class ContactForm(BrokerageForm):
    on = DateField("On which day did you speak?", [Needed("Enter the day on which you spoke.")])


class WordsForm(BrokerageForm):
    """A line or two of somebody's own."""

    words = TextAreaField("In a line or two", [TEXT])


class ResolveForm(BrokerageForm):
    half_days = RadioField(
        "How much of it counts?",
        coerce=int,
        choices=[(0, "None: it did not happen"), (1, "Half a day"), (2, "A whole day")],
        validate_choice=False,
        validators=[Needed("Say how much of it counts.")],
    )


class ReasonForm(BrokerageForm):
    reason = StringField("Why?", [Needed("Give the reason in a line."), LINE])


class EndForm(ReasonForm):
    goes_on = RadioField(
        "Does the school still need somebody?",
        choices=[
            ("yes", "Yes: the need goes back to its old place in the queue"),
            ("no", "No: the need is closed"),
        ],
        validators=[Needed("Say whether the school still needs somebody.")],
    )


class CheckForm(BrokerageForm):
    """Nothing to fill in: a page to read before the press."""


class MidPointForm(BrokerageForm):
    choice = RadioField(
        "Is it what you need?",
        choices=[(choice.value, words) for choice, words in MID_POINT_WORDS.items()],
        validators=[Needed("Choose one of the three.")],
    )
    words = TextAreaField(
        "What should change, or what is good? (if you like)",
        [TEXT],
        description="You and your coordinator read this",
    )
    exit_plan = TextAreaField(
        "What happens afterwards? (if you know)",
        [TEXT],
        description="Who carries it on when the days are used. The leader reads this too",
    )


class DifferenceForm(BrokerageForm):
    difference = RadioField(
        "How much of a difference did it make?",
        choices=[(level.value, words) for level, words in DIFFERENCE_WORDS.items()],
        validators=[Needed("Choose one of the four.")],
    )


class EvaluationForm(DifferenceForm):
    words = TextAreaField(
        "What has changed, or what has not?",
        [Needed("Say in a line or two what has changed, or what has not."), TEXT],
        description="You, the leader and your coordinator read this",
    )
    exit_plan = TextAreaField("Who carries it on? (if you like)", [TEXT])


class LookBackForm(DifferenceForm):
    words = TextAreaField("Anything to add? (if you like)", [TEXT])


class AlreadyAgreedForm(BrokerageForm):
    sent_already = ANOTHER_ONE
    partnership = SelectField("Partnership", coerce=int)
    urn = SchoolField("Which school is supported?", [Needed("Choose the school.")])
    leader = SelectField("By whom?", coerce=int, validate_choice=False)
    code = SelectField("With what?", validate_choice=False)
    phase = SelectField("Phase", choices=[("", "Choose one"), *PHASE_CHOICES])
    half_days = HalfDaysField(
        "How many days?", [Needed("Enter how many days.")], description="Such as 4, or 2.5"
    )
    worry = TextAreaField("What for?", [Needed("Say in a line what it is for."), TEXT])
    outcomes = TextAreaField("What should be different afterwards? (if agreed)", [TEXT])
    price = PoundsField(
        "Price of a day, in pounds (if there is one)",
        [Optional(), NumberRange(0, MOST_POUNDS, message=f"Enter 0 to {MOST_POUNDS} pounds.")],
    )
    who_pays = StringField(
        "Who pays? (if it costs something)",
        [Length(max=200)],
        description="A pot pays where its name stands here",
    )
    first_date = DateField("First visit (if there is a date)")
    agreed_on = DateField("When was it agreed?", [Needed("Enter the day of the agreement.")])
    agreed_how = StringField(
        "How was it agreed?",
        [Needed("Say how it was agreed, such as “by telephone”."), Length(max=200)],
        description="Such as: by telephone with all three",
    )

    def validate_leader(self, field: Any) -> None:
        if not field.data:
            raise ValidationError("Choose the leader.")

    def validate_code(self, field: Any) -> None:
        if not field.data:
            raise ValidationError("Choose what it is about.")

    def validate_phase(self, field: Any) -> None:
        if not field.data:
            raise ValidationError("Choose the phase.")
