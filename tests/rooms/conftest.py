"""What several rooms' tests look at."""

import pytest

from tests.stage import sql


@pytest.fixture
def stranger(app):
    """A browser in which nobody is signed in."""
    client = app.test_client()
    client.set_cookie("language", "en")
    return client


@pytest.fixture
def told(world, as_org):
    """The events of every chain there is, by what it is about; ask twice and compare."""

    def _told():
        rows = sql(
            "SELECT s.about_id, e.event FROM ledger_event e JOIN ledger_stream s ON s.id = e.stream_id ORDER BY e.seq"
        )
        chains: dict[str, list[str]] = {}
        for about, event in rows:
            chains.setdefault(str(about).replace("-", ""), []).append(event)
        return chains

    return _told
