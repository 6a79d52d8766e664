"""One line of the weekly digest."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class DigestLine:
    """What is asked, about what (by its reference: mails hold no details), since when, and the
    marker of the link that answers it."""

    says: str
    reference: str
    since: date
    link: str
