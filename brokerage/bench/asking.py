"""How often the database is asked."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event


@contextmanager
def counted(engine: Engine) -> Iterator[list[None]]:
    """Within it, the list grows by one with each query."""
    seen: list[None] = []

    def note(*_: object) -> None:
        seen.append(None)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
