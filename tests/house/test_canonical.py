"""What is hashed is written as RFC 8785 says, however fast it is written."""

from collections import OrderedDict
from datetime import UTC, datetime
from uuid import UUID

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from portal.canonical import MOST, canonical, encoded, plain
from tests.assurance.canonical import canonical as written_from_the_text

TEXT = st.text()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MOST, MOST) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
)


@given(VALUES)
@example({"\U0001f600": 1, "\ue000": 2})
@example('\x00\x1f\x7f"\\/\b\f\n\r\t\u2028')
def test_three_writers_write_the_same_bytes(value):
    known = plain(value)

    assert encoded(known) == rfc8785.dumps(known) == written_from_the_text(known)


@pytest.mark.parametrize("value", [1.5, float("nan"), b"bytes", {1, 2}, object(), [0.0], {"a": {"b": 1e3}}])
def test_what_has_no_exact_form_is_refused(value):
    with pytest.raises(TypeError):
        canonical(value)


@pytest.mark.parametrize("value", [MOST + 1, -MOST - 1, "\ud800", {"\udfff": 1}])
def test_what_another_reader_would_read_otherwise_is_refused(value):
    with pytest.raises(ValueError, match=r"exact|surrogates|codepoints"):
        canonical(value)


def test_the_same_thing_is_written_alike():
    at = datetime(2026, 11, 1, 8, tzinfo=UTC)

    assert canonical({"at": at, "of": UUID(int=1)}) == canonical(OrderedDict(of=UUID(int=1), at=at))
    assert canonical("e\u0301") == canonical("é")
    assert canonical(at) == b'"2026-11-01T08:00:00.000000Z"'
