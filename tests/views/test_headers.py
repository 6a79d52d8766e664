"""Every page, whatever it says, carries the headers that keep a browser safe."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from brokerage.app import create_app
from tests.conftest import settings_of

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/sign-in", 200),
        ("GET", "/health", 200),
        ("GET", "/account", 302),
        ("GET", "/no-such-page", 404),
        ("GET", "/invitation/1-2", 409),
        ("GET", "/demo/mailbox", 404),
        ("POST", "/sign-in", 400),
        ("POST", "/account", 400),
        ("PUT", "/account", 405),
        ("GET", "/sign-in?next=//evil.example", 400),
        ("GET", "/static/no-such-file", 404),
    ],
)
def test_every_answer_carries_them(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    for name, value in EVERYWHERE.items():
        assert answer.headers[name] == value
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    if not path.startswith("/static"):
        assert answer.headers["Cache-Control"] == "no-store"


def test_over_https_the_cookie_is_bound_to_this_host_and_browsers_are_told_to_stay(
    tmp_path: Path,
) -> None:
    app = create_app(replace(settings_of(tmp_path), public_url="https://support.example.org"))
    answer = app.test_client().get("/sign-in", base_url="https://support.example.org")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-session=")
    for word in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert word in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"]


def test_a_fault_of_ours_is_a_page_with_them_and_without_its_cause(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks() -> str:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setitem(app.view_functions, "desks.privacy", breaks)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        answer = app.test_client().get("/privacy")
    finally:
        app.config["PROPAGATE_EXCEPTIONS"] = None
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Sorry, something went wrong" in answer.text
    for name, value in EVERYWHERE.items():
        assert answer.headers[name] == value
