"""Where templates, page assets and migrations lie: inside the package in a wheel, beside it in a
checkout. Inside comes first, so that a stranger's folder beside the package is never taken."""

from pathlib import Path

PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parent


def _folder(name: str) -> Path:
    inside = PACKAGE / name
    return inside if inside.is_dir() else CHECKOUT / name


def templates() -> Path:
    return _folder("templates")


def static() -> Path:
    return _folder("static") / "built"


def migrations() -> Path:
    return _folder("migrations")


def default_instance() -> Path:
    """The folder of the local database and secrets: ``instance/`` in a checkout, else a folder of
    that name where the command is run."""
    if (CHECKOUT / "pyproject.toml").is_file():
        return CHECKOUT / "instance"
    return Path.cwd() / "instance"
