"""Use cases about a partnership's settings."""

from typing import Any

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import check_version, locked, set_changed, use_case
from brokerage.errors import NotFound
from brokerage.ledger.steps import record
from brokerage.partnerships.models import Partnership
from brokerage.partnerships.rules import (
    PROMISES,
    PairingOrder,
    check_promise,
    check_promises,
)
from brokerage.partnerships.steps import free_name


@use_case("partnership.change")
def change_partnership(
    by: By,
    session: Session,
    partnership_id: int,
    *,
    version: int | None,
    name: str,
    telephone: str | None,
    email: str | None,
    about: str,
    pairing_order: PairingOrder,
    hundred_in_school_days: bool,
    promises: dict[str, int | None],
) -> None:
    """Set a partnership's name, contact, order of agreement and every promise.

    Promises already running keep the day that was said; new ones follow the settings.
    """
    if partnership_id not in by.actor.coordinates():
        raise NotFound
    (partnership,) = locked(session, Partnership, partnership_id)
    check_version(partnership, version, "these settings")
    promised = {field: check_promise(field, promises.get(field)) for field in PROMISES}
    check_promises(promised)
    new: dict[str, Any] = {
        "name": free_name(session, name, partnership.id),
        "telephone": telephone or None,
        "email": (email or "").lower() or None,
        "about": about,
        "pairing_order": pairing_order,
        "hundred_in_school_days": hundred_in_school_days,
        **promised,
    }
    changed = set_changed(partnership, new)
    if changed:
        record(
            session,
            by,
            "partnership.changed",
            partnership,
            partnership_id=partnership.id,
            fields=changed,
        )
