"""Running the life of pairings against its model, so many steps, from a seed."""

from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.proofs.installation import installation
from tests.proofs.support_machine import WholeLife

STORY = 50
"""Steps in one story."""
EVENTS = (
    *("propose", "answer", "undo", "take_back", "pull_out", "let_lapse", "object", "confirm"),
    *("withdraw_need", "reopen_need", "pledge", "log", "correct", "undo_log", "dispute", "resolve"),
    *("pause", "resume", "complete", "end_early"),
)
"""What is to be done in stories that are long enough, each at least once."""


def tell_stories(
    folder: Path, database: str, server: str | None, *, steps: int, first_seed: int
) -> Counter[tuple[str, bool]]:
    """Play stories until so many steps were taken; answers how often each thing was done (True) and
    refused (False). Raises AssertionError, with the shortest story that leads there, where model
    and database part."""
    with installation(folder, f"stories_{database}", server) as place:
        machine = type("WholeLife", (WholeLife,), {"place": place, "steps": 0, "did": Counter()})
        number = first_seed
        while machine.steps < steps:
            left = steps - machine.steps
            run_state_machine_as_test(
                seed(number)(machine),
                settings=settings(
                    max_examples=max(left // STORY, 1),
                    stateful_step_count=min(STORY, left + 1),
                    deadline=None,
                    database=None,
                    print_blob=True,
                    phases=(Phase.generate, Phase.shrink),
                    suppress_health_check=list(HealthCheck),
                ),
            )
            number += 1
        return machine.did
