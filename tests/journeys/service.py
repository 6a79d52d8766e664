"""The running service, as its people meet it: pages in a browser, and mails."""

import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from flask import Flask
from flask_security import hash_password
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy.orm import Session

from brokerage.clock import LONDON
from brokerage.database import db
from brokerage.people.models import Person
from brokerage.settings import Settings
from tests.calendars import words
from tests.processes import comes, command
from tests.smtp import Sink

PASSWORD = "three words that do not belong"


@dataclass
class Service:
    """The service at work. ``sink`` holds the mails that came."""

    app: Flask
    settings: Settings
    sink: Sink
    browser: Browser
    log: Path
    _contexts: list[BrowserContext] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.settings.public_url

    def wait_until_up(self) -> None:
        def answers() -> bool:
            try:
                with urllib.request.urlopen(f"{self.address}/health", timeout=5) as page:
                    return bool(page.status == 200)
            except OSError:
                return False

        assert comes(answers, within=60), self.log.read_text()

    @contextmanager
    def looking(self) -> Iterator[Session]:
        """A session on the service's own database."""
        with self.app.app_context():
            with Session(db.engine.execution_options(sqlite_begin="")) as session:
                yield session
            db.session.remove()

    def desk(self, person: Person, width: int = 1280) -> Page:
        """A browser at which the person has signed in with their password."""
        page = self.stranger(width)
        page.goto("/sign-in")
        page.get_by_label("Email").or_(page.get_by_label("E-mail")).first.fill(str(person.email))
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url("**/desk")
        return page

    def stranger(self, width: int = 1280) -> Page:
        """A browser at which nobody has signed in."""
        context = self.browser.new_context(
            base_url=self.address, viewport={"width": width, "height": 900}
        )
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        return context.new_page()

    def give_passwords(self, *people: Person) -> None:
        with self.app.app_context():
            hashed = hash_password(PASSWORD)
        for person in people:
            person.password = hashed

    def tick(self, at: datetime) -> None:
        """Move every process's clock to ``at`` (London) and do what is due."""
        when = at.replace(tzinfo=LONDON).isoformat()
        done = command(self.settings, "tick", "--at", when, SMTP_URL=self.sink.url)
        assert done.returncode == 0, done.stderr

    def mail(self, person: Person, subject: str, times: int = 1) -> EmailMessage:
        """The newest mail to the person whose subject has these words; waits until it came, or
        until so many of them did."""

        def found() -> list[EmailMessage]:
            mails = self.sink.to(str(person.email))
            return [mail for mail in mails if subject in str(mail["Subject"])]

        assert comes(lambda: len(found()) >= times, within=60), [
            (str(mail["To"]), str(mail["Subject"])) for mail in self.sink.mails
        ]
        return found()[-1]

    def link(self, person: Person, subject: str, times: int = 1) -> str:
        """The address in that mail."""
        text = words(self.mail(person, subject, times))
        (address,) = re.findall(r"https?://\S+", text)
        return str(address)

    def opened(self, person: Person, subject: str, width: int = 390, times: int = 1) -> Page:
        """The page behind the link of that mail, on a phone, without signing in."""
        page = self.stranger(width)
        page.goto(self.link(person, subject, times))
        return page

    def check(self) -> None:
        """`brokerage check` finds nothing broken."""
        done = command(self.settings, "check", SMTP_URL=self.sink.url)
        assert done.returncode == 0, done.stdout + done.stderr

    def close(self) -> None:
        for context in self._contexts:
            context.close()
        with self.app.app_context():
            db.engine.dispose()


def press(page: Page, name: str) -> None:
    """Press a button, and wait for the page that answers."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


def reads(page: Page, words: str) -> None:
    """The page comes to show these words."""
    expect(page.locator("main")).to_contain_text(words)
