"""The addresses of the service, generated from its map: whatever page is added comes along."""

import re
from urllib.parse import quote

from flask import Flask
from werkzeug.routing import Rule

from tests.views.hostile_town import Side


def addresses(app: Flask, rule: Rule, side: Side, inner: Side | None = None) -> list[str]:
    """The rule's addresses of this side's things: one for each of those that it is chiefly about.

    ``inner`` gives every id but the first, for a thing of ours with a part of theirs.
    """
    kinds = [_kind(rule, name) for name in re.findall(r"<(?:[^<>]*:)?(\w+)>", rule.rule)]
    names = re.findall(r"<(?:[^<>]*:)?(\w+)>", rule.rule)
    if not names:
        return [rule.rule]
    chief = side.ids.get(kinds[0], [WORDS.get(names[0], "x")])
    made = []
    for value in chief[:3]:
        rest = [
            (inner or side).ids.get(k, [WORDS.get(n, "x")])[-1]
            for k, n in zip(kinds, names, strict=True)
        ]
        values = dict(zip(names, [value, *rest[1:]], strict=True))
        made.append(fill(rule, values))
    return made


WORDS = {
    "what": "open",
    "said": "yes",
    "whom": "leader",
    "about": "silence",
    "year": "2026",
    "month": "2026-11",
    "season": "autumn",
    "code": "phonics",
    "filename": "favicon.svg",
    "token": "1-a",
}


def fill(rule: Rule, values: dict[str, object]) -> str:
    """The rule's address with these values, however unlikely."""

    def value(found: re.Match[str]) -> str:
        choices = re.match(r"<any\((\w+)", found[0])
        given = choices[1] if choices else values[found[1]]
        return quote(str(given), safe="")

    return re.sub(r"<(?:[^<>]*:)?(\w+)>", value, rule.rule)


def _kind(rule: Rule, name: str) -> str:
    """What a name in an address stands for: a reference is that of what the address begins with."""
    if name != "reference":
        return name
    first = rule.rule.split("/")[1]
    return {"needs": "need", "engagements": "engagement"}.get(first, "pairing")
