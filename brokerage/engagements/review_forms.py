"""Forms about outcomes, and about what a review says of each of them."""

from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from wtforms import RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import Length

from brokerage.engagements.forms import TEXT, EvaluationForm, LookBackForm, MidPointForm, WordsForm
from brokerage.engagements.lasting import Measured
from brokerage.engagements.review_rules import LEVELS, Level, Said, field_of
from brokerage.engagements.rules import ReviewKind
from brokerage.web.fields import Needed
from brokerage.web.forms import ANOTHER_ONE, BrokerageForm, VersionedForm

SHORT = Length(max=500, message="Use up to 500 characters.")
PRIVATE = "Something for your coordinator alone (if you like)"
FORMS: dict[ReviewKind, type[BrokerageForm]] = {
    ReviewKind.MID_POINT: MidPointForm,
    ReviewKind.EVALUATION: EvaluationForm,
    ReviewKind.LOOK_BACK_3: LookBackForm,
    ReviewKind.LOOK_BACK_6: LookBackForm,
}
HOW = {
    ReviewKind.MID_POINT: "How does it stand today?",
    ReviewKind.EVALUATION: "How does it stand now?",
    ReviewKind.LOOK_BACK_3: "And today?",
    ReviewKind.LOOK_BACK_6: "And today?",
}
EVIDENCE = {
    ReviewKind.MID_POINT: "What do you see? (if you like)",
    ReviewKind.EVALUATION: "What is different now, and how do you know?",
    ReviewKind.LOOK_BACK_3: "How do you know? (if you like)",
    ReviewKind.LOOK_BACK_6: "How do you know? (if you like)",
}
Form = TypeVar("Form", bound=BrokerageForm)


class OutcomeForm(BrokerageForm):
    sent_already = ANOTHER_ONE
    words = TextAreaField(
        "What is to be different afterwards?",
        [Needed("Say in a line what is to be different."), SHORT],
    )
    measure = StringField(
        "How will it be known? (if you know)",
        [SHORT],
        description="Such as: the phonics check in June, or what books show in two classes",
    )
    baseline = StringField("How does it stand today? (if you know)", [SHORT])


class ChangedOutcomeForm(VersionedForm, OutcomeForm):
    pass


class PrivateForm(BrokerageForm):
    """Something for the coordinator alone."""

    sent_already = ANOTHER_ONE
    words = TextAreaField("What is it?", [Needed("Write a line or two."), TEXT])


class OneOf:
    """A validator: one of these must be chosen, or this sentence stands beside it."""

    field_flags: dict[str, bool] = {}  # noqa: RUF012 - WTForms reads it

    def __init__(self, levels: Collection[Level], sentence: str) -> None:
        self.levels, self.sentence = levels, sentence

    def __call__(self, form: object, field: Any) -> None:
        if field.data not in self.levels:
            raise ValidationError(self.sentence)


def with_private(form: type[Form]) -> type[Form]:
    """The form with a box of which nobody but the coordinator reads."""
    box = TextAreaField(PRIVATE, [TEXT], description="Nobody else reads this")
    return type(form.__name__, (form,), {"private": box})


def review_form(kind: ReviewKind, about: Sequence[Measured]) -> Any:
    """The form of a review: first what it asks of each outcome, then of the whole, then what is
    private. What was asked for as a whole has its words in the box of the whole at the end."""
    fields: dict[str, Any] = {}
    for one in about:
        fields[field_of("level", one.outcome_id)] = RadioField(
            HOW[kind],
            choices=[(level.value, words) for level, words in LEVELS[kind].items()],
            validate_choice=False,  # it would say the same of each
            validators=[OneOf(LEVELS[kind], f"Say how it stands: {_short(one.words)}")],
        )
        if kind is ReviewKind.EVALUATION and one.outcome_id is None:
            continue
        needed = Needed(f"Say what is different now, and how you know: {_short(one.words)}")
        fields[field_of("evidence", one.outcome_id)] = TextAreaField(
            EVIDENCE[kind], [needed, TEXT] if kind is ReviewKind.EVALUATION else [TEXT]
        )
    made = type(FORMS[kind].__name__, (with_private(FORMS[kind]),), fields)()
    # Errors are listed in the order in which the page asks.
    first = {name: made._fields.pop(name) for name in fields}
    made._fields = first | made._fields
    if kind is ReviewKind.EVALUATION and about[0].outcome_id is not None:
        made.words.label.text = "Anything else that has changed, or has not? (if you like)"
        made.words.validators = [TEXT]
    return made


def said_in(form: Any, about: Sequence[Measured]) -> list[Said]:
    """What was answered of each outcome."""
    return [
        Said(
            one.outcome_id,
            Level(form[field_of("level", one.outcome_id)].data),
            _evidence(form, one.outcome_id),
        )
        for one in about
    ]


def _short(words: str) -> str:
    """An outcome's words, cut so that a list of errors can be read at a glance."""
    line = " ".join(words.split())
    return line if len(line) <= 60 else f"{line[:57]}..."


def comment_form() -> Any:
    """The leader's own word."""
    form = with_private(WordsForm)()
    form.words.label.text = "Your own word on it"
    return form


def _evidence(form: Any, outcome_id: int | None) -> str:
    name = field_of("evidence", outcome_id)
    return (form[name].data or "") if name in form._fields else ""
