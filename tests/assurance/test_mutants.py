"""The matrix is only worth what it notices: every protection taken away, one at a time, must show."""

import pytest

from tests.assurance.mutants import survivors
from tests.matrix.conftest import matrix  # noqa: F401  the stage of the matrix
from tests.matrix.runner import POSTGRESQL, WHOLE

OF_DOORS_ONE_IN = 4  # each asks for its power by the same few lines


# The doors are the same on both engines; on PostgreSQL it is tried with TESTS=whole.
@pytest.mark.parametrize("engine", ["sqlite", POSTGRESQL] if WHOLE else ["sqlite"])
@pytest.mark.negative_control
def test_no_protection_can_be_taken_away_unnoticed(matrix):  # noqa: F811
    unnoticed, tried = survivors(*matrix, one_in=1 if WHOLE else OF_DOORS_ONE_IN)

    assert unnoticed == []
    assert tried > 100
