"""A mail server of the tests' own, on loopback: it takes mail, and fails in every way they do."""

import asyncio
import re
import socket
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Sink:
    """What came is in ``mails``, in order. ``answers`` says what an address is told instead of yes;
    ``after_text`` what is said once the text is there: None is to hang up without a word, "" to say
    nothing at all. ``on_text`` is called as the text has come."""

    def __init__(self) -> None:
        self.port = a_free_port()
        self.mails: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.after_text: str | None = "250 Taken"
        self.on_text: Callable[[], None] = lambda: None
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def message_ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if address in str(mail["To"])]

    def link(self, address: str) -> str:
        """The path of the one link in the newest mail to this address."""
        text = self.to(address)[-1].get_content()
        (found,) = re.findall(r"https?://[^/\s]+(/\S+)", text)
        return str(found)

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.on_text()
        if self.after_text is None:
            self.mails.append(mail)
            server.transport.abort()
            return "421 Gone"
        if self.after_text == "":
            self.mails.append(mail)
            await asyncio.sleep(600)
        if self.after_text.startswith("2"):
            self.mails.append(mail)
        return self.after_text


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server, started."""
    sink = Sink()
    sink.start()
    yield sink
    sink.stop()
