"""A table that says of each piece of a lot whether it conforms."""

import pytest

from agreements.tables import Unreadable
from agreements.tables.pieces import pieces_in

SHEET = "序列号,检验结果,不合格原因\nS1,合格,\nS2,不合格,划伤\nS3,也许,\n,合格,\nS4,NG,\n"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_each_piece_is_read_and_each_bad_row_told_with_its_place(encoding):
    found = pieces_in(SHEET.encode(encoding))

    assert [(each.place, each.serial, each.reason) for each in found.told] == [("2", "S1", ""), ("3", "S2", "划伤")]
    assert [where for where, _ in found.faults] == ["B4", "A5", "6"]


def test_a_table_without_serial_numbers_is_refused_as_a_whole():
    with pytest.raises(Unreadable):
        pieces_in("日期,温度\n2026-11-23,21\n".encode())
