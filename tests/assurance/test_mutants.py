"""The matrix is only worth what it notices: every protection taken away, one at a time, must show."""

import pytest

from tests.assurance.mutants import survivors
from tests.matrix.conftest import matrix  # noqa: F401  the stage of the matrix


@pytest.mark.negative_control
def test_no_protection_can_be_taken_away_unnoticed(matrix):  # noqa: F811
    unnoticed, tried = survivors(*matrix)

    assert unnoticed == []
    assert tried > 100
