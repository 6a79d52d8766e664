"""Forms about case studies."""

from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import Length

from brokerage.engagements.forms import TEXT
from brokerage.web.fields import Needed
from brokerage.web.forms import BrokerageForm, VersionedForm


class CaseStudyForm(VersionedForm):
    title = StringField(
        "Title",
        [Needed("Give it a title."), Length(max=200, message="Use up to 200 characters.")],
    )
    situation = TextAreaField("What it was about", [TEXT])
    done = TextAreaField("What was done", [TEXT])
    changed = TextAreaField("What has changed", [TEXT])
    lasted = TextAreaField("Did it last?", [TEXT])


class AskForm(BrokerageForm):
    ordinary = BooleanField("None of these words is a name here")
