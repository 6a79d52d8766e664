"""One conversation with the mail server: what is said, and what came of it."""

import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from enum import StrEnum
from types import TracebackType
from urllib.parse import unquote, urlsplit

from brokerage.messages.models import Message

TIMEOUT = 15
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class Outcome(StrEnum):
    SENT = "sent"
    LATER = "later"  # refused for now
    REFUSED = "refused"  # there is no such address, and will not be
    FAILED = "failed"  # refused for good, through no fault of the address
    UNFIT = "unfit"  # it cannot be made into an e-mail
    UNSURE = "unsure"  # handed over, and no answer came
    UNREACHED = "unreached"  # the mail server cannot be talked to
    NOT_OURS = "not ours"  # somebody else has taken the message over


@dataclass(frozen=True)
class Delivery:
    """What came of one message, and what the server said."""

    outcome: Outcome
    fault: str | None = None


def composed(message: Message, text: str, mail_from: str, now: datetime) -> EmailMessage:
    """The e-mail: in the coordinator's name, from the service's address, replies to the former."""
    name, address = parseaddr(mail_from)
    email = EmailMessage(policy=policy.SMTP)
    email["From"] = Address(message.from_name or name, addr_spec=address)
    email["To"] = Address(message.to_name, addr_spec=plain_address(message.to_address))
    if message.reply_to:
        email["Reply-To"] = Address(addr_spec=plain_address(message.reply_to))
    email["Subject"] = message.subject
    email["Date"] = format_datetime(now)
    email["Message-ID"] = message.message_id
    email["Auto-Submitted"] = "auto-generated"
    email.set_content(text, cte="quoted-printable")
    if message.calendar:
        # Its kind must say what its METHOD says, or calendars do not offer to take it in.
        email.add_attachment(
            message.calendar,
            subtype="calendar",
            params={"method": "PUBLISH"},
            filename="visit.ics",
            cte="quoted-printable",
        )
    return email


def plain_address(address: str) -> str:
    """The address as every mail server knows it; raises ValueError where there is no such form."""
    name, _, domain = address.rpartition("@")
    return f"{name.encode('ascii').decode()}@{domain.encode('idna').decode()}"


class Conversation:
    """A connection to the mail server of ``url``, made when first needed and used for many."""

    def __init__(self, url: str, mail_from: str) -> None:
        self.url = urlsplit(url)
        self.sender = parseaddr(mail_from)[1]
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> "Conversation":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hang_up()

    def deliver(self, email: EmailMessage, to: str, begin: Callable[[], bool]) -> Delivery:
        """Hand over one e-mail. ``begin`` is asked as the text is about to go: from there on it may
        arrive whatever happens; if it says no, nothing is sent."""
        used_before = self._smtp is not None
        try:
            smtp = self._smtp = self._smtp or self._connected()
        except (OSError, smtplib.SMTPException) as fault:
            return Delivery(Outcome.UNREACHED, said(fault))
        try:
            unwanted = self._envelope(smtp, to)
            if unwanted is not None:
                return unwanted
            if not begin():
                self._hang_up()
                return Delivery(Outcome.NOT_OURS)
            code, answer = smtp.docmd("DATA")
        except (OSError, smtplib.SMTPException) as fault:
            self._hang_up()
            if used_before:  # servers end a connection that was used long enough
                return self.deliver(email, to, begin)
            return Delivery(Outcome.LATER, said(fault))
        return self._text(smtp, email) if code == 354 else self._refused(smtp, code, answer)

    def _text(self, smtp: smtplib.SMTP, email: EmailMessage) -> Delivery:
        try:
            smtp.send(re.sub(rb"(?m)^\.", b"..", email.as_bytes()) + b".\r\n")
            code, answer = smtp.getreply()
        except (OSError, smtplib.SMTPException) as fault:
            self._hang_up()
            return Delivery(Outcome.UNSURE, said(fault))
        if 200 <= code < 300:
            return Delivery(Outcome.SENT)
        return self._refused(smtp, code, answer)

    def _envelope(self, smtp: smtplib.SMTP, to: str) -> Delivery | None:
        """Say from whom and to whom; None where the server goes along with both."""
        code, answer = smtp.mail(self.sender)
        if code != 250:  # our own fault or the server's, never the recipient's
            self._hang_up()
            return Delivery(Outcome.UNREACHED, _told(code, answer))
        code, answer = smtp.rcpt(to)
        if code in (250, 251):
            return None
        refusal = self._refused(smtp, code, answer)
        # 5.7 is "you may not", of us; anything else is about the address.
        if refusal.outcome is Outcome.FAILED and not answer.startswith(b"5.7"):
            return Delivery(Outcome.REFUSED, refusal.fault)
        return refusal

    def _refused(self, smtp: smtplib.SMTP, code: int, answer: bytes) -> Delivery:
        try:
            smtp.rset()
        except (OSError, smtplib.SMTPException):
            self._hang_up()
        return Delivery(Outcome.FAILED if 500 <= code < 600 else Outcome.LATER, _told(code, answer))

    def _connected(self) -> smtplib.SMTP:
        host, scheme = self.url.hostname or "", self.url.scheme
        port = self.url.port or PORTS[scheme]
        own_name = self.sender.rpartition("@")[2]
        context = ssl.create_default_context()
        if scheme == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, own_name, timeout=TIMEOUT, context=context
            )
        else:
            smtp = smtplib.SMTP(host, port, own_name, timeout=TIMEOUT)
        try:
            if scheme == "smtp+starttls":
                smtp.starttls(context=context)
            if self.url.username:
                smtp.login(unquote(self.url.username), unquote(self.url.password or ""))
            else:
                smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _hang_up(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            smtp.quit()
        except (OSError, smtplib.SMTPException):
            smtp.close()


def said(fault: Exception) -> str:
    """A fault in words that can be shown; no traceback, and never a password."""
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return "The mail server does not accept the user and password of SMTP_URL."
    if isinstance(fault, smtplib.SMTPResponseException):
        return _told(fault.smtp_code, fault.smtp_error)
    return f"The mail server could not be reached ({type(fault).__name__})."


def _told(code: int, answer: bytes | str) -> str:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(f"The mail server said {code} {words}".split())[:300]
