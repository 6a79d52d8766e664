"""How the engine tells how far it has come, for whoever wants to show it; it changes no answer."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Told (stage, how much of it is done, of how much), less of it than all."""


def quiet(stage: str, done: int, of: int) -> None:
    """Tells nobody."""
