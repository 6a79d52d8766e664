"""What tests of signing in share: a head with a password, and how one signs in."""

import pytest
from flask import Flask
from flask_security import hash_password
from sqlalchemy.orm import Session

from brokerage.people.models import Person
from tests.builders import a_head, a_partnership, a_school
from tests.views.conftest import Desk

PASSWORD = "correct horse battery"
TOGETHER = "The e-mail address and the password do not go together."


@pytest.fixture
def ada(app: Flask, session: Session) -> Person:
    """A head with a password."""
    with app.test_request_context():
        hashed = hash_password(PASSWORD)
    a_partnership(session)
    return a_head(
        session, a_school(session), name="Ada Lovelace", email="ada@example.org", password=hashed
    )


def sign_in(desk: Desk, email: str, password: str = PASSWORD, status: int = 200) -> None:
    desk.open("/sign-in")
    desk.send("Sign in", status=status, email=email, password=password)


def signed_in(desk: Desk) -> bool:
    return desk.client.get("/account").status_code == 200
