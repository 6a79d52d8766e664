"""Forms of the radar."""

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from brokerage.web.fields import DateField, Needed
from brokerage.web.forms import BrokerageForm


class RadarMessageForm(BrokerageForm):
    """A message that was prepared, to be read and changed before it goes. ``seen`` is the latest
    message about the same that the page told of."""

    seen = HiddenField(default="0")
    subject = StringField(
        "Subject",
        [
            Needed("Write a subject."),
            Length(max=200, message="Use up to 200 characters."),
        ],
    )
    text = TextAreaField(
        "Message",
        [
            Needed("Write the message."),
            Length(max=4000, message="Use up to 4,000 characters."),
        ],
        description="Nothing about the need itself, please: e-mail is read by others too",
    )


class LeaveForm(BrokerageForm):
    until = DateField(
        "Show it again on",
        [Needed("Enter the day on which it is to be shown again.")],
        description="A school day. For example, 27 3 2027",
    )
