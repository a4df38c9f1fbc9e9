"""Somebody in front of a real browser: clicks and types, and notes whatever the page does that it should not."""

import os
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Response

from portal.demo.cast import HOUSES, PASSWORD
from portal.demo.story import World
from tests.browsing import fresh_code
from workflows.powers import Role

SCREENSHOTS = Path(__file__).resolve().parents[2] / ".screenshots"
WIDTHS = (390, 820, 1440)
HEIGHT = 900
# Where each language is photographed; at the first of them axe looks as well.
SEEN_AT = {"zh": (390, 1440), "en": (1440,)}
AXE = {"resultTypes": ["violations"], "preload": False, "elementRef": False}
GRAVE = ("serious", "critical")
# Chromium says so of every page that answers 403, 404, 409 or 422, as it should.
ANSWERED_NO = "Failed to load resource: the server responded with a status of 4"

# What sticks out to the right of the window, unless something around it scrolls by itself.
STICKING_OUT = """() => {
  const edge = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= edge) return [];
  const scrolls = (each) => each && each !== document.documentElement
    && (getComputedStyle(each).overflowX !== "visible" || scrolls(each.parentElement));
  return [...document.body.querySelectorAll("*")]
    .filter((each) => each.getBoundingClientRect().right > edge + 1 && !scrolls(each.parentElement))
    .map((each) => each.outerHTML.slice(0, 120));
}"""


class Reader:
    """One browser window of one person, with cookies of its own."""

    def __init__(self, context: BrowserContext, address: str, world: World) -> None:
        self.context, self.address, self.world = context, address, world
        self.complaints: list[str] = []
        context.on("console", self._heard)
        context.on("weberror", lambda wrong: self.complaints.append(f"{self.path}: {wrong.error}"))
        context.on("response", self._answered)
        self.page = context.new_page()

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def language(self) -> str:
        return self.page.locator("html").get_attribute("lang") or ""

    def open(self, path: str) -> int:
        """Type an address; returns the status of the answer."""
        answer = self.page.goto(self.address + path)
        return answer.status if answer else HTTPStatus.OK

    def press(self, what: str | Locator) -> int:
        """Click something that leads to another page; returns the status of the answer."""
        chosen = self.page.locator(what) if isinstance(what, str) else what
        with self.page.expect_navigation() as led:
            chosen.first.click()
        return led.value.status

    def follow(self, path: str) -> int:
        """Click the link to ``path`` on this page."""
        return self.press(f'a[href="{path}"]:visible')

    def send(self, form: str = "main form.form") -> int:
        """Press the button of a form."""
        return self.press(f"{form} button[type=submit]")

    def type(self, **fields: str) -> None:
        for name, text in fields.items():
            self.page.fill(f'main [name="{name}"]', text)

    def switch_language(self) -> int:
        return self.press('button[name="language"]')

    def sign_in(self, who: str, *, code: str | None = None) -> int:
        """Sign in where one is, or at the front door: ``sign_in("hengrui/plant-clerk")``."""
        if self.path != "/sign-in":
            self.open("/sign-in")
        house, role = who.split("/")
        shown = code or fresh_code(self.world.person[who])
        self.type(email=HOUSES[house].email(Role(role)), password=PASSWORD, code=shown)
        return self.send()

    def sign_out(self) -> int:
        return self.press('form[action="/sign-out"] button')

    def prove(self, who: str, *, code: str | None = None) -> int:
        """Step 2 of signing: password and one-time code."""
        self.type(password=PASSWORD, code=code or fresh_code(self.world.person[who]))
        return self.send("#prove")

    def sign(self, who: str, path: str) -> int:
        """The whole ceremony, begun by the button on the record's page."""
        self.follow(path)
        self.send("#intend")
        return self.prove(who)

    def make(self, path: str) -> int:
        """A move without a signature, begun by its button on the record's page."""
        self.follow(path)
        return self.send()

    def look(self, name: str, *, axe: bool = True) -> list[str]:
        """Photograph the page in three widths; returns what is wrong with it."""
        wrong, language = [], self.language[:2]
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            wrong += [
                f"{name} in {language} at {width} px sticks out: {each}" for each in self.page.evaluate(STICKING_OUT)
            ]
            if width in SEEN_AT[language]:
                self.photograph(name)
            if axe and width == SEEN_AT[language][0]:
                wrong += [f"{name} in {language} at {width} px: {each}" for each in self._grave()]
        return wrong

    def photograph(self, name: str) -> None:
        """For whoever wants to look at the pages: ``PHOTOGRAPHS=1 python3 -m portal test tests/browser``."""
        if not os.environ.get("PHOTOGRAPHS"):
            return
        width = (self.page.viewport_size or {}).get("width")
        self.page.screenshot(path=SCREENSHOTS / f"{name}-{self.language[:2]}-{width}.png", full_page=True)

    def _grave(self) -> list[str]:
        found: list[dict[str, Any]] = Axe().run(self.page, options=AXE).response["violations"]
        return [
            f"{each['id']}: {each['help']}: {node['html'][:160]}: {node.get('failureSummary', '')}"
            for each in found
            if each["impact"] in GRAVE
            for node in each["nodes"]
        ]

    def _heard(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and not said.text.startswith(ANSWERED_NO):
            self.complaints.append(f"{self.path}: {said.text}")

    def _answered(self, answer: Response) -> None:
        """A page may say no; a style sheet, script or picture may not, and nothing may break."""
        if answer.status >= (500 if answer.request.is_navigation_request() else 400):
            self.complaints.append(f"{answer.url}: {answer.status}")
