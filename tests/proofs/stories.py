"""Running the life of pairings against its model, so many steps, from a seed."""

from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.proofs.installation import installation
from tests.proofs.support_machine import WholeLife

STORY = 50
"""Steps in one story."""


def tell_stories(
    folder: Path, database: str, server: str | None, *, steps: int, first_seed: int
) -> int:
    """Play stories until so many steps were taken; answers how many were. Raises AssertionError,
    with the shortest story that leads there, where model and database part."""
    with installation(folder, f"stories_{database}", server) as place:
        machine = type("WholeLife", (WholeLife,), {"place": place, "steps": 0})
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
        return int(machine.steps)
