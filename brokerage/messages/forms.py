"""Forms about sending as a whole."""

from wtforms import SelectMultipleField, StringField
from wtforms.validators import Length

from brokerage.web.fields import Needed
from brokerage.web.forms import BrokerageForm, VersionedForm


class PauseForm(BrokerageForm):
    why = StringField(
        "Why is sending to stop?",
        [Needed("Say why, so that others know what to wait for."), Length(max=200)],
        description="Every coordinator of this service sees this, with your name",
    )


class ResumeForm(VersionedForm):
    """Nothing is typed: the page says what will go out, and the button is the yes."""


class SetAsideForm(BrokerageForm):
    kinds = SelectMultipleField(
        "Which of them are not to be sent?", [Needed("Choose at least one kind.")]
    )
    why = StringField(
        "Why not?",
        [Needed("Say why, so that others know what became of them."), Length(max=200)],
        description="It stands beside each message that is set aside",
    )
