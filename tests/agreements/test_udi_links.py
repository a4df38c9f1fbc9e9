"""GS1 Digital Link: an address says the same as the carrier."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from agreements.identifiers import Malformed
from agreements.udi import Agency, Identification, PrintedDay, build_link, parse_link, read
from tests.agreements.test_udi_gs1 import GTIN, ON, SSCC, items, units

BASE = "https://id.gs1.org"
ITEM = Identification(Agency.GS1, di=GTIN, lot="A/2 1", serial="12+4%", expires_on=PrintedDay(2027, 7, None))


@given(items | units)
def test_what_is_built_is_read_back(told):
    assert read(build_link(told, BASE, ON), ON) == told
    assert read(build_link(told, "http://127.0.0.1:8765/dl", ON), ON) == told


def test_the_address_has_key_and_qualifiers_in_its_path_and_the_rest_behind():
    told = replace(ITEM, lot="A/2", others=(("22", "2A"),))

    assert build_link(told, BASE, ON) == f"{BASE}/01/{GTIN}/22/2A/10/A%2F2/21/12%2B4%25?17=270700"
    assert build_link(Identification(Agency.GS1, sscc=SSCC), BASE, ON) == f"{BASE}/00/{SSCC}"
    assert (
        build_link(Identification(Agency.GS1, sscc=SSCC, contents=GTIN, count=24), BASE, ON)
        == f"{BASE}/00/{SSCC}?02={GTIN}&37=24"
    )


@pytest.mark.parametrize(
    "address",
    [
        f"{BASE}/01/{GTIN}/10/A/21/7?17=270707",
        f"HTTPS://maker.example/some/path/01/{GTIN}/10/A/21/7?17=270707&linkType=gs1:pip",
        f"{BASE}/01/{GTIN[1:]}/10/%41/21/7?17=270707#part",
    ],
)
def test_host_path_and_foreign_parameters_say_nothing(address):
    assert parse_link(address, ON) == Identification(
        Agency.GS1, di=GTIN, lot="A", serial="7", expires_on=PrintedDay(2027, 7, 7)
    )


@pytest.mark.parametrize(
    ("address", "part"),
    [
        (f"{BASE}/", "not an address"),
        (f"{BASE}/01", "not an address"),
        (f"{BASE}/01/{GTIN}/10", "not an address"),
        (f"{BASE}/01/{GTIN}/21/7/10/A", "not an address"),
        (f"{BASE}/01/{GTIN}/10/A/10/B", "not an address"),
        (f"{BASE}/01/{GTIN}/99/A", "not an address"),
        (f"{BASE}/01/{GTIN}/10/{'A' * 21}", "not an address"),
        (f"{BASE}/01/{GTIN}/10/%00", "not an address"),
        (f"{BASE}/01/{GTIN}/10/%E6%89%B9", "not an address"),
        (f"{BASE}/ASDFqwerty_-", "not an address"),
        ("http://[/01/1", "not an address"),
        (f"{BASE}/01/{GTIN}?{'x=1&' * 60}", "not an address"),
        (f"{BASE}/01/{GTIN}?x={'1' * 2000}", "not an address"),
        (f"{BASE}/01/{GTIN[:-1]}3", "last digit"),
        (f"{BASE}/01/{GTIN}?17=270707&17=260101", "(17) is there twice"),
        (f"{BASE}/01/{GTIN}/10/A?10=B", "(10) is there twice"),
        (f"{BASE}/01/{GTIN}?17=270230", "no"),
        (f"{BASE}/00/{SSCC[:-1]}9", "last digit"),
        (f"{BASE}/414/6901234567892", "neither"),
    ],
)
def test_an_address_that_cannot_be_right_is_refused_with_its_reason(address, part):
    with pytest.raises(Malformed) as refused:
        read(address, ON)

    assert part in str(refused.value)


@pytest.mark.parametrize(
    "told",
    [
        replace(ITEM, agency=Agency.MA),
        replace(ITEM, lot="A 1"),
        replace(ITEM, sterilisation_lot="S"),
        Identification(Agency.GS1, lot="A"),
        replace(ITEM, expires_on=PrintedDay(1927, 7, 1)),
    ],
)
def test_no_address_is_built_of_what_it_cannot_say(told):
    with pytest.raises(Malformed):
        build_link(told, BASE, ON)


def test_the_day_of_reading_settles_the_century_here_too():
    assert parse_link(f"{BASE}/01/{GTIN}?11=770101", date(2026, 1, 1)).made_on == PrintedDay(1977, 1, 1)
