"""A data carrier holds exactly what it was asked to hold, FNC1 included, and is the same whenever it is drawn."""

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings

from agreements.identifiers import Malformed
from agreements.udi import Agency, Ambiguous, Identification, PrintedDay, build, build_link, read
from portal import carriers
from portal.carriers import Misdrawn, Symbol, draw, draw_link
from tests.agreements.test_udi_gs1 import EXAMPLE, ON, items, units
from tests.carriers.second_reader import lose_fnc1, read_datamatrix, read_qr

MA = Identification(Agency.MA, di="MA.156.M0.100000.0ABC0010", lot="A213B1", made_on=PrintedDay(2026, 11, 23))
AHM = Identification(Agency.AHM, unread="AHM1234567BN01SN02")
GS = b"\x1d"


def test_another_library_reads_a_gs1_datamatrix_byte_for_byte():
    carrier = draw(EXAMPLE, Symbol.DATAMATRIX, ON)

    assert carrier.identifier == "]d2"
    assert read_datamatrix(carrier.png()) == GS + b"0106901234567892111412311715070710A213B1" + GS + b"211234"
    assert read("]d2" + read_datamatrix(carrier.png()).decode(), ON) == EXAMPLE


def test_another_library_reads_a_gs1_qr_code_byte_for_byte():
    carrier = draw(EXAMPLE, Symbol.QR, ON)

    assert carrier.identifier == "]Q3"
    assert read_qr(carrier.png()) == b"0106901234567892111412311715070710A213B1" + GS + b"211234"


def test_a_reader_that_loses_fnc1_is_found_out_and_not_believed():
    spoilt = lose_fnc1(draw(replace(EXAMPLE, made_on=None), Symbol.DATAMATRIX, ON).png()).decode()

    assert "\x1d" not in spoilt
    with pytest.raises(Ambiguous) as doubtful:
        read(spoilt, ON)
    assert replace(EXAMPLE, made_on=None) in doubtful.value.readings


@pytest.mark.parametrize("told", [MA, AHM])
def test_the_other_agencies_have_plain_carriers_of_either_kind(told):
    matrix, qr = draw(told, Symbol.DATAMATRIX, ON), draw(told, Symbol.QR, ON)

    assert (matrix.identifier, qr.identifier) == ("]d1", "]Q1")
    assert read_datamatrix(matrix.png()) == read_qr(qr.png()) == build(told, ON).encode()
    assert read("]d1" + read_datamatrix(matrix.png()).decode(), ON) == told


def test_an_address_is_a_qr_code_that_a_telephone_opens():
    address = build_link(EXAMPLE, "https://id.gs1.org", ON)

    assert read_qr(draw_link(address).png()).decode() == address
    assert read(read_qr(draw_link(address).png()).decode(), ON) == EXAMPLE


@settings(deadline=None, max_examples=25)
@given(items | units)
def test_whatever_a_label_can_say_is_read_back_by_another_library(told):
    assert read_datamatrix(draw(told, Symbol.DATAMATRIX, ON).png()) == GS + build(told, ON).encode()


@settings(deadline=None, max_examples=25)
@given(items | units)
def test_whatever_a_label_can_say_fits_a_qr_code_too(told):
    assert read_qr(draw(told, Symbol.QR, ON).png()) == build(told, ON).encode()


def test_a_datamatrix_is_always_square_and_has_its_quiet_zone():
    # Left to itself the library draws this one in 8 rows of 64.
    told = replace(EXAMPLE, made_on=None, serial=None, others=(("30", "12"), ("3103", "001250")))
    carrier = draw(told, Symbol.DATAMATRIX, ON)

    assert {len(row) for row in carrier.rows} == {len(carrier.rows)}
    assert carrier.across == len(carrier.rows) + 2
    assert draw(told, Symbol.QR, ON).across == len(draw(told, Symbol.QR, ON).rows) + 8


def test_both_pictures_are_the_same_whenever_they_are_drawn_and_show_the_same_modules():
    one, two = draw(EXAMPLE, Symbol.DATAMATRIX, ON), draw(EXAMPLE, Symbol.DATAMATRIX, date(2027, 1, 1))

    assert (one.svg(), one.png()) == (two.svg(), two.png())
    assert _modules(one.svg()) == {
        (left + one.quiet, top + one.quiet)
        for top, row in enumerate(one.rows)
        for left, is_dark in enumerate(row)
        if is_dark
    }


@pytest.mark.parametrize(
    ("told", "part"),
    [
        (replace(EXAMPLE, di="06901234567893"), "last digit"),
        (replace(EXAMPLE, lot="A" * 21), "too long"),
        (replace(EXAMPLE, lot="[21]B"), "signs"),
    ],
)
def test_what_is_wrong_is_refused_before_it_is_drawn(told, part):
    with pytest.raises(Malformed) as refused:
        draw(told, Symbol.DATAMATRIX, ON)

    assert part in str(refused.value)


def test_what_does_not_fit_one_carrier_is_refused():
    with pytest.raises(Malformed, match="leave something out"):
        draw_link("https://id.gs1.org/01/06901234567892?" + "x" * 4000)


def test_a_carrier_that_came_out_otherwise_than_asked_is_never_handed_out(monkeypatch):
    """A misspelt or mistyped option is passed over in silence by the library: it then drew brackets as plain text."""
    honest = carriers.zxingcpp.create_barcode

    def careless(content, kind, *, gs1, **options):
        return honest(content, kind, gs1="yes", **options)

    monkeypatch.setattr(carriers.zxingcpp, "create_barcode", careless)

    with pytest.raises(Misdrawn, match="]d1"):
        draw(EXAMPLE, Symbol.DATAMATRIX, ON)


def _modules(svg):
    found = set()
    path = ET.fromstring(svg)[1].attrib["d"]
    for stroke in path.split("z")[:-1]:
        corner, _, sides = stroke.removeprefix("M").partition("h")
        left, top = map(int, corner.split())
        found |= {(left + step, top) for step in range(int(sides.split("v")[0]))}
    return found
