"""Forms about changes of an agreement."""

from typing import Any

from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from brokerage.engagements.change_rules import Asked, ChangeKind
from brokerage.engagements.change_services import Wanted
from brokerage.engagements.forms import LINE, ReasonForm
from brokerage.pairings.forms import MOST_POUNDS, PoundsField
from brokerage.web.fields import DateField, HalfDaysField, Needed
from brokerage.web.forms import BrokerageForm

FOR = [
    (Asked.COORDINATOR.value, "I do, for the partnership"),
    (Asked.HEAD.value, "The head, who told me so by telephone"),
    (Asked.LEADER.value, "The leader, who told me so by telephone"),
]


class ChangeForm(BrokerageForm):
    """What all changes need: the reason; of a coordinator, who asks for it."""

    reason = TextAreaField("Why?", [Needed("Give the reason in a line."), LINE])
    asked_for = RadioField(
        "Who asks for it?",
        choices=FOR,
        default=Asked.COORDINATOR.value,
        validators=[Needed("Say who asks for it.")],
    )

    def wanted(self, kind: ChangeKind) -> Wanted:
        """What is asked for."""
        return Wanted(kind=kind, reason=self.reason.data or "", **self.what())

    def what(self) -> dict[str, Any]:
        return {}

    def asker(self) -> Asked | None:
        """For whom a coordinator asks."""
        said = Asked(self.asked_for.data) if "asked_for" in self else Asked.COORDINATOR
        return None if said is Asked.COORDINATOR else said


class DaysInAllForm(ChangeForm):
    half_days = HalfDaysField(
        "How many days shall it be in all?", [Needed("Enter how many days it shall be in all.")]
    )

    def what(self) -> dict[str, Any]:
        return {"half_days": self.half_days.data}


class DatesForm(ChangeForm):
    expected_end = DateField(
        "Until when shall it go on?",
        [Needed("Enter until when it shall go on.")],
        description="For example, 26 3 2027",
    )

    def what(self) -> dict[str, Any]:
        return {"expected_end": self.expected_end.data}


class PriceForm(ChangeForm):
    pence_a_day = PoundsField(
        "Price of a day, in pounds",
        [
            Optional(),
            NumberRange(0, MOST_POUNDS, message=f"Enter an amount from 0 to {MOST_POUNDS}."),
        ],
        description="Leave it empty if nothing is charged",
    )
    who_pays = StringField("Who pays?", [Length(max=200, message="Use at most 200 letters.")])

    def what(self) -> dict[str, Any]:
        return {"pence_a_day": self.pence_a_day.pence, "who_pays": self.who_pays.data or ""}


class PauseForm(ReasonForm):
    until = DateField(
        "Until when? (if you know)",
        description="On that day your coordinator asks whether it goes on. For example, 4 1 2027",
    )


class PauseWishForm(ChangeForm):
    until = PauseForm.until

    def what(self) -> dict[str, Any]:
        return {"until": self.until.data}


FORMS: dict[str, tuple[type[ChangeForm], ChangeKind, str]] = {
    "days": (DaysInAllForm, ChangeKind.MORE_DAYS, "More or fewer days"),
    "dates": (DatesForm, ChangeKind.DATES, "A later or earlier end"),
    "price": (PriceForm, ChangeKind.PRICE, "Another price, or who pays"),
    "pause": (PauseWishForm, ChangeKind.PAUSE, "A pause"),
    "resume": (ChangeForm, ChangeKind.RESUME, "Going on after the pause"),
    "stop": (ChangeForm, ChangeKind.STOP, "Stopping early"),
}
"""By what stands in the address: the form, the kind of change, and its heading."""


class AnswerForm(BrokerageForm):
    """Yes or no to a change: ``answer`` is the button that was pressed."""

    answer = HiddenField()
    words = TextAreaField(
        "Your reason for a no (if you like)",
        [LINE],
        description="Only your coordinator sees it",
    )

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        if self.answer.data not in ("yes", "no"):
            self.form_errors = ["Press one of the buttons to answer."]
            return False
        return good


class NoteForm(BrokerageForm):
    answer = RadioField(
        "What did they say?",
        [Needed("Choose yes or no.")],
        choices=[("yes", "Yes"), ("no", "No")],
    )
    on = DateField("On what day?", [Needed("Enter the day of the call.")])
    words = TextAreaField(
        "In their words, if you noted them", [LINE], description="Only coordinators see them"
    )


class SwapForm(BrokerageForm):
    leader = RadioField(
        "Who goes on?",
        coerce=int,
        validate_choice=False,
        validators=[Needed("Choose who goes on.")],
    )
    reason = TextAreaField("Why does somebody else go on?", [Needed("Give the reason."), LINE])
    by_hand = TextAreaField(
        "Your reason to propose them all the same",
        [LINE],
        description="Only where a rule or the floor leaves them out. Only coordinators see it",
    )
