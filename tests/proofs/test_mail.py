"""The short form of `make mail`: whatever the mail server does, no message is lost or doubled."""

from functools import partial
from pathlib import Path

import pytest

from tests.conftest import settings_of
from tests.proofs import outages
from tests.proofs.outage import an_outage
from tests.proofs.outages import Act

pytestmark = pytest.mark.slow

MANY = 30


@pytest.mark.parametrize(
    "act",
    [
        partial(outages.down, many=MANY, ticks=2),
        partial(outages.dropping, many=MANY),
        partial(outages.refusing, many=MANY),
    ],
    ids=["down", "dropping", "refusing"],
)
def test_no_message_is_lost_or_comes_twice(tmp_path: Path, act: Act) -> None:
    with an_outage(tmp_path, settings_of(tmp_path / "instance")) as outage:
        came = act(outage)
    assert came.good, came
