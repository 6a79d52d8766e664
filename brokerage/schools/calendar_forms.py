"""Forms of a calendar: a term, days out of the usual, a file of term dates."""

from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import Length

from brokerage.school_calendar.terms import DayKind
from brokerage.web.fields import DateField, Needed
from brokerage.web.forms import BrokerageForm, VersionedForm

KINDS = [
    (DayKind.INSET.value, "INSET day: staff only"),
    (DayKind.SHUT.value, "Shut for another reason (snow, strike, a move)"),
    (DayKind.NO_VISITS.value, "Open, but no visits (tests, mock examinations, census)"),
]


class TermForm(VersionedForm):
    first = DateField("First day of term", [Needed("Enter the first day of term.")])
    last = DateField("Last day of term", [Needed("Enter the last day of term.")])
    half_term_first = DateField("Half-term: first day off", description="Leave empty if none")
    half_term_last = DateField("Half-term: last day off")


class ShutForm(BrokerageForm):
    kind = RadioField("What is it?", choices=KINDS, default=DayKind.INSET.value)
    first = DateField("Day", [Needed("Enter the day.")])
    last = DateField("Until", description="For more than one day; else leave empty")
    note = StringField("Note", [Length(max=120)], description="If it helps others to understand")


class TermFileForm(BrokerageForm):
    file = FileField("File")


class TakeInForm(BrokerageForm):
    """What was understood of a file, carried along until somebody has looked at it."""

    content = HiddenField()
