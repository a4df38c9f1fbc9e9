"""On whose behalf the database is asked cannot be said by anybody but the portal."""

import re

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.db import Books, engines, session
from portal.tenancy import acting_for
from portal.walls.context import Context, context_key
from portal.walls.guarding import SET_CONTEXT
from tests.stage import KEY, sql
from tests.walls.ways import driver

pytestmark = pytest.mark.postgresql
FAR = 4_000_000_000


@pytest.fixture
def asked(app, world, engine):
    """The numbers of the batches that a connection sees with a context of the test's own making."""
    if engine != "postgresql":
        pytest.skip("on SQLite the context is no value of the database: no statement can name it")

    def _asked(context: str | None, query: str = "SELECT number FROM batch", **values: str) -> list[str]:
        with engines().reading.connect() as connection:
            if context is not None:
                connection.exec_driver_sql(SET_CONTEXT, (context,))
            return list(connection.exec_driver_sql(query, values or None).scalars())

    return _asked


def of(world, house: str, *, expires: int = FAR, key: bytes | None = None) -> str:
    day = world_day()
    made = Context(house=world.org[house], person=None, looking=False, day=day)
    return made.signed(key or context_key(KEY), expires)


def world_day():
    from portal.db import today  # noqa: PLC0415

    return today()


def test_a_signed_context_shows_a_house_its_own(asked, world):
    assert asked(of(world, "lantai"))
    assert set(asked(of(world, "lantai"))).isdisjoint(asked(of(world, "chengyue")))


def test_without_a_context_nothing_is_answered(asked):
    with pytest.raises(DBAPIError, match="nobody said on whose behalf"):
        asked(None)


def test_a_context_emptied_by_the_transaction_before_is_no_context(asked, world):
    with engines().reading.connect() as connection:
        connection.exec_driver_sql(SET_CONTEXT, (of(world, "lantai"),))
        connection.rollback()
        with pytest.raises(DBAPIError, match="nobody said on whose behalf"):
            connection.exec_driver_sql("SELECT number FROM batch").all()


@pytest.mark.parametrize("forged", ["another key", "another house", "another day", "no signature", "a cut signature"])
def test_a_forged_context_is_refused(asked, world, forged):
    good = of(world, "lantai")
    bad = {
        "another key": of(world, "chengyue", key=b"a key that somebody guessed"),
        "another house": good.replace(str(world.org["lantai"]), str(world.org["chengyue"])),
        "another day": re.sub(r"\d{4}-\d\d-\d\d", "2020-01-01", good),
        "no signature": good.split(".")[0],
        "a cut signature": good[:-1],
    }[forged]
    with pytest.raises(DBAPIError, match="not signed by the portal"):
        asked(bad)


def test_an_old_context_is_refused(asked, world):
    with pytest.raises(DBAPIError, match="has expired"):
        asked(of(world, "lantai", expires=1))


def test_a_context_set_within_the_query_that_reads_is_checked_like_any_other(asked, world):
    stolen = of(world, "chengyue", key=b"guess")
    query = "SELECT number FROM batch WHERE (SELECT set_config('weituo.context', %(it)s, true)) IS NOT NULL"
    with pytest.raises(DBAPIError, match=r"not signed|nobody said"):
        asked(None, query, it=stolen)


def test_the_key_cannot_be_read(asked, world):
    with pytest.raises(DBAPIError, match="permission denied"):
        asked(of(world, "lantai"), "SELECT encode(inner_pad, 'hex') FROM walls.context_key")


def test_a_savepoint_rolled_back_keeps_the_context(asked, world):
    with acting_for(world.org["lantai"]), Books(bind=engines().reading) as books:
        seen = driver(books, "SELECT number FROM batch")
        with pytest.raises(DBAPIError), books.begin_nested():
            books.connection().exec_driver_sql("SELECT 1 / 0")
        assert driver(books, "SELECT number FROM batch") == seen != []


def test_a_page_never_finds_the_context_of_the_one_before(app, world):
    for house in ("lantai", "chengyue", "lantai"):
        with acting_for(world.org[house]):
            books: Session = session()
            seen = {number for (number,) in driver(books, "SELECT number FROM batch")}
            session.remove()
        owner = world.org[house]
        mine = {
            number for number, one, other in sql(PARTIES) if str(owner).replace("-", "") in (_hex(one), _hex(other))
        }
        assert seen == mine, house


PARTIES = (
    "SELECT b.number, e.registrant_id, e.manufacturer_id FROM batch b JOIN entrustment e ON e.id = b.entrustment_id"
)


def _hex(value: object) -> str:
    return str(value).replace("-", "")
