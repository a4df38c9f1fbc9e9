"""The matrix is only worth what it notices: every protection taken away, one at a time, must show."""

import pytest

from tests.assurance.mutants import survivors
from tests.matrix.conftest import matrix  # noqa: F401  the stage of the matrix
from tests.matrix.runner import POSTGRESQL, WHOLE


# The doors are the same on both engines; on PostgreSQL it is tried with TESTS=whole.
@pytest.mark.parametrize("engine", ["sqlite", POSTGRESQL] if WHOLE else ["sqlite"])
@pytest.mark.negative_control
def test_no_protection_can_be_taken_away_unnoticed(matrix):  # noqa: F811
    unnoticed, tried = survivors(*matrix)

    assert unnoticed == []
    assert tried > 100
