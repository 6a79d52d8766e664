"""What may stand in an address: whatever no row could ever be called is not there (404)."""

from typing import Any

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter

LARGEST = 2**31 - 1
"""The largest id that a row can have, on both databases."""


class Id(IntegerConverter):
    """A number in an address: an id of ours, or a URN."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max": LARGEST, **kwargs})

    def to_python(self, value: str) -> int:
        # Bounded before it is read: thousands of digits are no number to Python.
        return int(super().to_python(value[:20]))


def is_id(text: str) -> bool:
    """Whether this text is a number that an id can be."""
    return text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= LARGEST


def register(app: Flask) -> None:
    """Read the numbers of all addresses so, and refuse what PostgreSQL cannot look for."""
    app.url_map.converters["int"] = Id

    @app.before_request
    def refuse_nul() -> None:
        if "\0" in request.path:
            abort(404)
        if any("\0" in text for pair in request.args.items(multi=True) for text in pair):
            abort(400)
