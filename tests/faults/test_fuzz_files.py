"""A second of the long fuzzing of `python -m tests.assurance.fuzz_files` for each target."""

import pytest

from tests.assurance import fuzz_files


@pytest.mark.parametrize("target", fuzz_files.TARGETS)
def test_broken_bytes_are_refused_and_nothing_else_happens(target):
    found = fuzz_files.fuzz(target, seconds=1.0, seed=20261101)

    assert found.uncaught == []
    assert found.executions > 10
    assert found.slowest < 1


@pytest.mark.negative_control
def test_a_target_that_breaks_would_be_seen(monkeypatch):
    monkeypatch.setitem(fuzz_files.TARGETS, "broken", (lambda given: given[1000], lambda: [b"x"]))

    assert fuzz_files.fuzz("broken", seconds=0.05, seed=1).uncaught
