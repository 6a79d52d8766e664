"""A browser without a screen: it keeps cookies, and knows when it was left without an answer."""

import http.client
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

PATIENCE = 60
HIDDEN = re.compile(r'name="(csrf_token|form_key|reference|version)"[^>]*? value="([^"]+)"')


class NoAnswer(Exception):
    """The connection ended before an answer was there: the form may have been taken, or not."""


@dataclass(frozen=True)
class Page:
    """What came back."""

    status: int
    text: str
    location: str | None

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page's first form."""
        found: dict[str, str] = {}
        for name, value in HIDDEN.findall(self.text):
            found.setdefault(name, value)
        return found


def a_form_key() -> str:
    return uuid.uuid4().hex


class Browser:
    """One person's browser at one service."""

    def __init__(self, address: str) -> None:
        self.host = urlsplit(address).netloc
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Page:
        return self._ask("GET", path, None)

    def post(self, path: str, fields: Mapping[str, str]) -> Page:
        return self._ask("POST", path, urlencode(fields))

    def _ask(self, method: str, path: str, body: str | None) -> Page:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(self.host, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as fault:
            raise NoAnswer(type(fault).__name__) from fault
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: crumb.value for name, crumb in SimpleCookie(line).items()}
        return Page(answer.status, text, answer.headers["Location"])
