"""Looking at a page as somebody does who cannot see it, or only a phone's width of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[1] / "axe" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (1280, 390)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """async (rules) => {
  const found = await axe.run({ runOnly: rules, resultTypes: ["violations"] });
  return found.violations.map(({ id, nodes }) => [id, nodes.map((node) => node.target.join(" "))]);
}"""
_SHAPE = """() => ({
  h1: document.querySelectorAll("h1").length,
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  skip: document.querySelector("a").matches(".govuk-skip-link[href='#main-content']"),
})"""


@dataclass(frozen=True)
class Fault:
    """Something that bars somebody from a page."""

    page: str
    rule: str
    target: str

    def __str__(self) -> str:
        return f"{self.page}: {self.rule}: {self.target}"


def faults(page: Page, name: str) -> list[Fault]:
    """What is wrong with the page that is open, at each width."""
    found = []
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        here = f"{name} ({width})"
        violations: list[Any] = page.evaluate(_RUN, RULES)
        found += [Fault(here, rule, ", ".join(targets[:3])) for rule, targets in violations]
        shape = page.evaluate(_SHAPE)
        if shape["wide"] > 0:
            found.append(Fault(here, "scrolls sideways", f"{shape['wide']} px"))
        if shape["h1"] != 1:
            found.append(Fault(here, "one first heading", f"{shape['h1']}"))
        if not shape["skip"]:
            found.append(Fault(here, "begins with a skip link", "a"))
    return found
