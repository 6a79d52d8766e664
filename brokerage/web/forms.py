"""The form that all forms are made from, and who is acting when one is sent."""

import hashlib
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from flask import request
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, PasswordField, StringField, ValidationError
from wtforms.widgets import HiddenInput

from brokerage import clock
from brokerage.actor import By
from brokerage.database import reading
from brokerage.errors import BrokerageError, ChangedMeanwhile, RuleBroken, SentAlready
from brokerage.web.access import actor
from brokerage.web.rows import done_before, row_name
from brokerage.web.words import london_day

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_FORM_KEY = re.compile(r"^[0-9a-f]{32}$")
ANOTHER_ONE = "This was already sent and noted. If you send it again now, it counts as another one."
"""Of a form that makes something new each time that it is sent."""


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

    sent_already: ClassVar[str] = (
        "This was already sent and noted. What stands here now is not noted."
    )
    """Said where it comes back, under a new key, since it was sent before with other words."""
    form_key = HiddenField(default=lambda: uuid.uuid4().hex)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refused = False

    @property
    def written_in(self) -> str:
        """The names of its boxes to write in, for the page to carry along: a sending that is
        refused elsewhere can then tell what was written from what was chosen."""
        unseen = (HiddenField, PasswordField)
        texts = [f for f in self if isinstance(f, StringField) and not isinstance(f, unseen)]
        return " ".join(text.name for text in texts)

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
            told = isinstance(broken, SentAlready)
            new = [*errors, self.sent_already if told else broken.sentence]
            if field is not None:
                field.errors = new
            else:
                self.form_errors: list[str] = new
            # The key was not used up, but what is sent next may differ from what was sent before.
            self.form_key.data = uuid.uuid4().hex
            self._refused_by(broken)

    def _refused_by(self, broken: RuleBroken) -> None:
        """What else a form does with a broken rule."""

    @property
    def status(self) -> int:
        """The HTTP status of a page that shows this form."""
        if self.refused:
            return 409
        return 400 if self.errors else 200


@dataclass(frozen=True)
class Differing:
    """A field that two people changed at once: what is saved now and what was typed, as people
    read them."""

    name: str
    label: str
    saved: str
    typed: str


class VersionedForm(BrokerageForm):
    """A form that changes a row, and knows from which version of it the page was made.

    Where somebody else has saved meanwhile, nothing is changed and the page comes back. What they
    changed and this person did not touch stands in its box as it is now (``followed``). What both
    changed is shown twice (``differing``), and the form is not taken until it says of each which is
    to be kept. ``was`` tells one from the other: how each field stood as the page was made.

    ``of`` is the row that the version belongs to, where the form is not made from ``obj``.
    """

    sent_already = "This was already sent and saved. Check it, and send it again to change it."
    version = IntegerField(widget=HiddenInput())
    not_kept: ClassVar[frozenset[str]] = frozenset()
    """Fields that the row does not keep: what was typed there is nobody else's to differ from."""

    def __init__(self, *args: Any, of: Any = None, **given: Any) -> None:
        super().__init__(*args, **given)
        self._given = {name: value for name, value in given.items() if name != "formdata"}
        row = given.get("obj") if of is None else of
        self.thing = row_name(row)
        self.differing: list[Differing] = []
        self.followed: list[tuple[str, str]] = []
        self._undecided: list[str] = []
        self._was: dict[str, str] | None = None
        if self.version.raw_data is not None:
            self._was = _pairs(request.form.get("was", ""))
            self._take_what_is_saved()

    @property
    def was(self) -> str:
        """How each field stood as this page was made, for the page to carry along."""
        if self._was is None:
            self._was = self._digests(self)
        return " ".join(f"{name}:{digest}" for name, digest in self._was.items())

    def validate_version(self, field: Any) -> None:
        if field.data is None and not field.errors:
            raise ValidationError("This page had become old. Load it again, and send it anew.")

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        if self._undecided:
            saved = type(self)(formdata=None, **self._given)
            self.differing = [self._both(name, saved) for name in self._undecided]
            self.form_errors = [*self.form_errors, "Choose for each of these which is to be kept."]
        return good and not self._undecided

    def _refused_by(self, broken: RuleBroken) -> None:
        if isinstance(broken, ChangedMeanwhile):
            reading().rollback()
            self._compare()
        elif isinstance(broken, SentAlready):
            reading().rollback()
            self._begin_anew()

    def _take_what_is_saved(self) -> None:
        """Of the fields that differed, those for which the saved value was chosen get it."""
        kept = self._kept()
        for name in request.form.getlist("differs"):
            chosen = request.form.get(f"take-{name}")
            if name in kept and chosen == "saved":
                _fill(self[name], self[name].object_data)
            elif name in kept and chosen != "typed":
                self._undecided.append(name)

    def _kept(self) -> list[str]:
        """The names of the fields that the row keeps."""
        row = self._given.get("obj")
        own = {"version", "csrf_token", "form_key", *self.not_kept}
        return [
            field.name
            for field in self
            if field.name not in own and (field.name in self._given or hasattr(row, field.name))
        ]

    def _digests(self, form: "VersionedForm") -> dict[str, str]:
        return {name: _digest(form[name].data) for name in self._kept()}

    def _compare(self) -> None:
        """Sort out what changed on either side. What is sent next counts as made from what is saved
        now; a change of this very moment, that is not read yet, is found by the next sending."""
        saved = type(self)(formdata=None, **self._given)
        if saved.version.data == self.version.data:
            return
        now, before = self._digests(saved), self._was or {}
        for name, digest in now.items():
            typed = _digest(self[name].data)
            if typed == digest or before.get(name) == digest:
                continue  # alike by now, or changed by this person alone
            if before.get(name) == typed:
                self.followed.append((self[name].label.text, _said(self[name], saved[name].data)))
                _fill(self[name], saved[name].object_data)
            else:
                self.differing.append(self._both(name, saved))
        self.version.data, self._was = saved.version.data, now

    def _begin_anew(self) -> None:
        """What was sent before is saved: the next sending changes that. Where it cannot be told
        whether more was saved since than that, each field that differs from it is shown twice."""
        saved = type(self)(formdata=None, **self._given)
        typed_on = self.version.data or 0
        if saved.version.data == typed_on:
            return
        now = self._digests(saved)
        if saved.version.data != typed_on + 1:
            unlike = [name for name, digest in now.items() if _digest(self[name].data) != digest]
            self.differing = [self._both(name, saved) for name in unlike]
        self.version.data, self._was = saved.version.data, now

    def _both(self, name: str, saved: "VersionedForm") -> Differing:
        field = self[name]
        typed = _said(field, field.data)
        return Differing(name, field.label.text, _said(field, saved[name].data), typed)


def _pairs(text: str) -> dict[str, str]:
    """A page's word on how each field stood, whatever was sent in its place."""
    words = (word.partition(":") for word in text.split())
    return {name: digest for name, _, digest in words}


def _fill(field: Any, value: Any) -> None:
    """Put a saved value into a field, in place of what was typed."""
    field.process_errors = []
    field.process_data(value)


def _digest(value: Any) -> str:
    """What tells one value from another: what is empty is alike, a list's order does not count."""
    plain = sorted(value) if isinstance(value, list | tuple) else value
    return hashlib.sha256(repr(plain or None).encode()).hexdigest()[:12]


def _said(field: Any, value: Any) -> str:
    """A value as its field's page would say it."""
    if hasattr(field, "in_words"):
        return str(field.in_words(value))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return london_day(value)
    choices: dict[str, str] = {}
    if hasattr(field, "iter_choices") and field.choices:
        choices = {str(choice.value): str(choice.label) for choice in field.iter_choices()}
    values = value if isinstance(value, list) else [value]
    words = [choices.get(str(one), str(one)) for one in values if one not in (None, "")]
    return ", ".join(words) or "Nothing"


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


def sent_before() -> bool:
    """Whether this very form was sent and done before. What it finds done is then its own doing:
    it goes the same way as the first sending, and gets the same answer."""
    return request.method == "POST" and done_before(by())


def require_form_key() -> None:
    """Before each request: a form of ours that was sent without its key is sent back."""
    endpoint = request.endpoint
    if request.method != "POST" or endpoint is None or endpoint.startswith("security."):
        return
    if not _FORM_KEY.match(request.form.get("form_key", "")):
        raise BrokerageError("This page had become old. Go back, load it again, and send it anew.")
