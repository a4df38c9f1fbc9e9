"""What is started once for a run is asked for by tests of one group, which one worker takes."""

import os

import pytest


@pytest.mark.xdist_group("alone")
def test_a_test_that_asks_for_one_worker_is_known_by_its_group(request):
    """A pytest that hides the group from pytest-xdist starts every browser, object store and scanner twice."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("one process takes all of them anyway")

    assert request.node.nodeid.endswith("@alone")
