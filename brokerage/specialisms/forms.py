"""Adding an area of expertise, and choosing one."""

from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import Length

from brokerage.specialisms.seed import (
    ACHIEVEMENT,
    ALL_PHASES,
    BEHAVIOUR,
    GOVERNANCE,
    HEADSHIP,
    LEADERSHIP,
    TEACHING,
    WELFARE,
)
from brokerage.web.fields import Needed
from brokerage.web.forms import BrokerageForm

GROUPS = (LEADERSHIP, ACHIEVEMENT, TEACHING, BEHAVIOUR, WELFARE, GOVERNANCE, HEADSHIP)
PHASE_NAMES = {
    "nursery": "Nursery",
    "primary": "Primary",
    "secondary": "Secondary",
    "16plus": "16 plus",
    "special": "Special",
}
PHASE_CHOICES = [(phase, PHASE_NAMES[phase]) for phase in ALL_PHASES]


class AreaForm(BrokerageForm):
    partnership = SelectField("Partnership", coerce=int)
    name = StringField("Name", [Needed("Enter the name of the area."), Length(max=120)])
    group = SelectField("Group", choices=[(group, group) for group in GROUPS])
    phases = SelectMultipleField("Phases", choices=PHASE_CHOICES, description="None means all")
    aliases = StringField(
        "Other words for it", [Length(max=500)], description="Separated by commas; may be empty"
    )
