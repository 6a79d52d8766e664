"""What forms need of the database: the name of a row, and whether a form was sent before."""

from typing import Any

from sqlalchemy import inspect, select

from brokerage.actor import By
from brokerage.database import FormKey, reading


def row_name(row: Any) -> tuple[str, str] | None:
    """What names a row everywhere: its table and its key, as the ledger writes them; None for what
    is no row, or not yet one."""
    state = inspect(row, raiseerr=False)
    if state is None or state.identity is None:
        return None
    return row.__tablename__, "/".join(str(part) for part in state.identity)


def done_before(by: By) -> bool:
    """Whether a form of this key and these contents was sent, and done, already."""
    if by.form_key is None:
        return False
    same = select(FormKey.id).where(FormKey.key == by.form_key, FormKey.form_print == by.form_print)
    return reading().scalar(same.limit(1)) is not None
