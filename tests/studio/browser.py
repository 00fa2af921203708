"""The page in Debian's Chromium, as a person has it: what it asks for, complains of and hides is written down."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.studio.serving import Served

CHROMIUM = shutil.which("chromium")
DESK, PHONE = (1280, 800), (390, 844)
PATIENCE_MS = 180_000
DROP = """([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, {type: "text/plain"}));
  for (const kind of ["dragover", "drop"]) {
    const said = {dataTransfer: data, bubbles: true, cancelable: true};
    document.querySelector(".drop").dispatchEvent(new DragEvent(kind, said));
  }
}"""


@dataclass
class Seen:
    """A page, and what went wrong on it."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def sign_in(self, studio: Served, token: str | None = None) -> None:
        """Open the page and come in, by keyboard alone."""
        self.page.goto(f"{studio.url}/")
        self.page.get_by_label("token").or_(self.page.get_by_label("токен")).focus()
        self.page.keyboard.type(token or studio.token)
        self.page.keyboard.press("Enter")

    def go(self, studio: Served, place: str) -> None:
        """Go to `place`, as a link of the page would."""
        self.page.goto(f"{studio.url}/#/{place}")

    def check(self, what: str) -> None:
        """Hold what is shown to axe's rules, and to the width of the screen."""
        axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
        rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
        found = axe.run(self.page, options=rules).response["violations"]
        told = [(one["id"], one["impact"], [node["html"][:120] for node in one["nodes"]][:3]) for one in found]
        assert told == [], f"{what}: {told}"
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{what} is {wide} pixels wider than the screen"

    def until(self, holds: str) -> None:
        """Wait until the expression `holds` does; asked from outside, since the page lets no string be run in it."""
        patience = time.monotonic() + PATIENCE_MS / 1000
        while not self.page.evaluate(holds):
            assert time.monotonic() < patience, holds
            self.page.wait_for_timeout(100)

    def is_clean(self) -> None:
        """Hold that nothing was complained of, and nobody else was asked for anything."""
        assert self.complaints == []
        assert self.strangers == []


@contextmanager
def looking(studio: Served, language: str = "en", size: tuple[int, int] = DESK) -> Iterator[Seen]:
    """Open a browser that prefers `language`; skip with a word where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="pip install 'bookfilm[browser]'")
    if CHROMIUM is None:
        pytest.skip("no chromium here: apt-get install chromium")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale=language, accept_downloads=True,
            reduced_motion="reduce",
        )  # fmt: skip
        context.set_default_timeout(PATIENCE_MS)
        seen = Seen(context.new_page())
        seen.page.on("console", lambda said: seen.complaints.append(said.text) if said.type == "error" else None)
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        seen.page.on("request", lambda asked: _note(seen, studio, asked.url))
        try:
            yield seen
        finally:
            browser.close()


def _note(seen: Seen, studio: Served, url: str) -> None:
    if not url.startswith((f"{studio.url}/", "blob:")):
        seen.strangers.append(url)
    if studio.token in url:
        seen.complaints.append(f"a token in an address: {url}")
