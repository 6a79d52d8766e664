"""The form that all forms are made from, and who is acting when one is sent."""

import hashlib
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from flask import request
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField
from wtforms.widgets import HiddenInput

from brokerage import clock
from brokerage.actor import By
from brokerage.database import reading
from brokerage.errors import BrokerageError, RuleBroken
from brokerage.web.access import actor

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_FORM_KEY = re.compile(r"^[0-9a-f]{32}$")


def clean(value: Any) -> Any:
    """Text as it may be stored: outer space off, line ends alike, no control characters."""
    if not isinstance(value, str):
        return value
    return _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


class _PlainWords:
    """The form library's own sentences, as people would say them."""

    _SAID: ClassVar[dict[str, str]] = {
        "Not a valid choice.": "Choose one of these.",
        "Not a valid integer value.": "Enter a whole number.",
        "Invalid Choice: could not coerce.": "Choose one of these.",
    }

    def gettext(self, sentence: str) -> str:
        return self._SAID.get(sentence, sentence)

    def ngettext(self, one: str, many: str, number: int) -> str:
        return one if number == 1 else many


class BrokerageForm(FlaskForm):  # type: ignore[misc]
    """A form with a CSRF token and a form key, whose texts arrive clean."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            filters = [*unbound_field.kwargs.get("filters", ()), clean]
            return unbound_field.bind(form=form, **{**options, "filters": filters})

        def get_translations(self, form: Any) -> _PlainWords:
            return _PlainWords()

    form_key = HiddenField(default=lambda: uuid.uuid4().hex)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refused = False

    @contextmanager
    def rules(self) -> Iterator[None]:
        """Put the sentence of a broken rule on the form, beside its field where it has one, so that
        the page comes back with everything that was typed."""
        try:
            yield
        except RuleBroken as broken:
            self.refused = True
            field = self._fields.get(broken.field) if broken.field else None
            errors = field.errors if field is not None else self.form_errors
            new = [*errors, broken.sentence]
            if field is not None:
                field.errors = new
            else:
                self.form_errors: list[str] = new
            # The key was not used up, but what is sent next may differ from what was sent before.
            self.form_key.data = uuid.uuid4().hex

    @property
    def status(self) -> int:
        """The HTTP status of a page that shows this form."""
        if self.refused:
            return 409
        return 400 if self.errors else 200


class VersionedForm(BrokerageForm):
    """A form that changes a row, and knows from which version of it the page was made."""

    version = IntegerField(widget=HiddenInput())

    def meanwhile(self, row: Any) -> list[tuple[str, str]]:
        """After a refusal: what somebody else has saved in ``row`` meanwhile, by label, wherever it
        is not what was typed here. What is sent next counts as made from it.

        ``row`` has its columns by the names of the fields; it is read afresh.
        """
        if not self.refused:
            return []
        reading().rollback()
        if self.version.data == row.version:
            return []
        self.version.data = row.version
        saved = []
        for field in self:
            if hasattr(row, field.name) and field.name != "version":
                value = getattr(row, field.name)
                value = field.coerce(value) if hasattr(field, "coerce") else value
                if (value or None) != (field.data or None):
                    saved.append((field.label.text, _said(field, value)))
        return saved


def _said(field: Any, value: Any) -> str:
    """A saved value as its field's page would say it."""
    if hasattr(field, "in_words"):
        return str(field.in_words(value))
    choices: dict[str, str] = {
        str(kept): text for kept, text in getattr(field, "choices", None) or ()
    }
    if isinstance(value, bool):
        return "yes" if value else "no"
    return choices.get(str(value), str(value) if value not in (None, "") else "nothing")


def by() -> By:
    """Who is acting in this request, now, with which form key."""
    key = request.form.get("form_key", "")
    sent = sorted((k, v) for k, v in request.form.items(multi=True) if k != "csrf_token")
    return By(
        actor=actor(),
        now=clock.now(),
        form_key=key if _FORM_KEY.match(key) else None,
        form_print=hashlib.sha256(repr((request.path, sent)).encode()).hexdigest(),
    )


def require_form_key() -> None:
    """Before each request: a form of ours that was sent without its key is sent back."""
    endpoint = request.endpoint
    if request.method != "POST" or endpoint is None or endpoint.startswith("security."):
        return
    if not _FORM_KEY.match(request.form.get("form_key", "")):
        raise BrokerageError("This page had become old. Go back, load it again, and send it anew.")
