"""The form by which one looks back into a days account."""

from brokerage.web.fields import DateField
from brokerage.web.forms import BrokerageForm


class AsAtForm(BrokerageForm):
    """Sent by GET: it changes nothing."""

    on = DateField("As at the end of", description="For example, 31 12 2026")
