"""The settings of one installation, read once from the environment. The README lists each."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from brokerage.paths import default_instance


class BadSetting(Exception):
    """A setting that cannot be used; its text is one sentence for the operator."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What differs between one installation and the next."""

    instance: Path
    database_url: str
    host: str
    port: int
    public_url: str
    secret_key: str
    smtp_url: str | None
    mail_from: str
    burst_guard: int | None
    log_format: str
    web_workers: int
    trusted_proxies: int

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment, with a default for each.

    Raises BadSetting with one sentence where a value cannot be used.
    """
    env = os.environ if environ is None else environ
    instance = _folder(Path(env.get("BROKERAGE_INSTANCE") or default_instance()).absolute())
    host = env.get("HOST") or "127.0.0.1"
    port = _whole_number(env, "PORT", 5000, 1, 65535)
    return Settings(
        instance=instance,
        database_url=_database_url(env.get("DATABASE_URL"), instance),
        host=host,
        port=port,
        public_url=_public_url(env.get("PUBLIC_URL") or f"http://{host}:{port}"),
        secret_key=env.get("SECRET_KEY") or _kept_secret(instance),
        smtp_url=_smtp_url(env.get("SMTP_URL")),
        mail_from=env.get("MAIL_FROM") or "School support <no-reply@localhost>",
        burst_guard=_whole_number(env, "BURST_GUARD", 0, 1, 1_000_000) or None,
        log_format=_one_of(env, "LOG_FORMAT", "plain", ("plain", "json")),
        web_workers=_whole_number(env, "WEB_WORKERS", 2, 1, 64),
        trusted_proxies=_whole_number(env, "TRUSTED_PROXIES", 0, 0, 5),
    )


def _folder(instance: Path) -> Path:
    try:
        instance.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(f"The folder {instance} cannot be made: {error.strerror}.") from None
    return instance


def _database_url(url: str | None, instance: Path) -> str:
    if not url:
        return f"sqlite:///{instance / 'brokerage.sqlite3'}"
    scheme, separator, rest = url.partition("://")
    if separator and scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite":
        return url
    raise BadSetting("DATABASE_URL must start with postgresql:// or sqlite:///.")


def _public_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise BadSetting("PUBLIC_URL must be a whole address, such as https://support.example.org.")
    return url.rstrip("/")


def _smtp_url(url: str | None) -> str | None:
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps", "smtp+starttls") or not parts.hostname:
        raise BadSetting("SMTP_URL must look like smtp+starttls://user:password@mail.example:587.")
    return url


def _whole_number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = env.get(name)
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise BadSetting(f"{name} must be a whole number from {least} to {most}.")
    return int(text)


def _one_of(env: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = env.get(name) or default
    if value not in allowed:
        raise BadSetting(f"{name} must be one of: {', '.join(allowed)}.")
    return value


def _kept_secret(instance: Path) -> str:
    """The secret of this installation: made once, then kept where only its owner can read it."""
    path = instance / "secret-key"
    try:
        # Exclusive creation: of two processes starting at once, both end up with one secret.
        draft = instance / f"secret-key.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return path.read_text()
    except OSError as error:
        raise BadSetting(f"The folder {instance} cannot be written to: {error.strerror}.") from None
