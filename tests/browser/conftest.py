"""One headless Chromium for all browser tests, and the staged portal served to it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any
from zlib import crc32

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from portal.demo.story import World
from portal.identity.sessions import begin_session
from tests import postgres
from tests.browser.reader import HEIGHT, SCREENSHOTS, WIDTHS, Reader

CALLED = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
WHY_NOT = "The browser tests were left out: no Chromium was found. On Debian or Ubuntu: apt install chromium."
QUIETLY = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--in-process-gpu",
)
LOCALES = {"zh": "zh-CN", "en": "en-GB"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies in this folder drives the browser, and asks to be run by one worker (two do no harm)."""
    for each in items:
        if each.path.parent == Path(__file__).parent:
            each.add_marker(pytest.mark.browser)
            each.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """A browser does not care for the database: SQLite, unless a test asks for an engine."""
    asked: str = getattr(request, "param", "sqlite")
    if asked == "postgresql" and postgres.ADDRESS not in os.environ:
        pytest.skip(postgres.WHY_NOT)
    return asked


@pytest.fixture
def language(request: pytest.FixtureRequest) -> str:
    """Each way is gone in one language, some in the one and some in the other; ``TESTS=whole`` goes all in both."""
    asked: str = request.param
    return asked


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    chosen = (mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "language" in metafunc.fixturenames and not any("language" in names for names in chosen):
        both = list(LOCALES)
        one = both[crc32(metafunc.definition.name.encode()) % len(both)]
        metafunc.parametrize("language", both if os.environ.get("TESTS") == "whole" else [one], indirect=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = next((found for each in CALLED if (found := shutil.which(each))), None)
    if executable is None:
        pytest.skip(WHY_NOT)
    SCREENSHOTS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=QUIETLY)
        yield browser
        browser.close()


class _Handler(WSGIRequestHandler):
    """Says nothing, and keeps no connection that would have to be waited for at the end."""

    protocol_version = "HTTP/1.0"
    timeout = 10

    def log(self, *_: object) -> None:
        pass


def _at_once(app: Flask) -> Callable[..., list[bytes]]:
    """Each answer is closed before it is sent: the server forgets to, when the browser goes away in the middle."""

    def answer(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        with closing(app(environ, start_response)) as parts:
            return [b"".join(parts)]

    return answer


@pytest.fixture
def address(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where the portal is served on this test's copy of the world; its style sheets are asked for once a window."""
    monkeypatch.setitem(app.config, "SEND_FILE_MAX_AGE_DEFAULT", 600)
    server = make_server("127.0.0.1", 0, _at_once(app), threaded=True, request_handler=_Handler)
    server.daemon_threads = False  # closing waits for whoever is still being answered
    serving = Thread(target=server.serve_forever, args=(0.02,))
    serving.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    serving.join()


@pytest.fixture
def window(browser: Browser, address: str, world: World, language: str) -> Iterator[Callable[..., Reader]]:
    """Open a browser window: ``window()``, or ``window("hengrui/plant-clerk")`` with somebody signed in already.

    When the test is over no page of any window may have complained.
    """
    readers: list[Reader] = []

    def _window(who: str | None = None) -> Reader:
        context = browser.new_context(
            locale=LOCALES[language], reduced_motion="reduce", viewport={"width": WIDTHS[-1], "height": HEIGHT}
        )
        context.set_default_timeout(15_000)
        cookies = {"language": language} | ({"sid": begin_session(world.person[who])} if who else {})
        context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
        readers.append(Reader(context, address, world))
        return readers[-1]

    yield _window
    for each in readers:
        each.context.close()
    assert [each.complaints for each in readers if each.complaints] == []
