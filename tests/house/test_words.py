"""Every sentence is said in both languages, and the Chinese is as fresh as the code."""

import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from portal.commands.translations import CATALOGUE, as_mo, as_po, collected

VALUE = re.compile(r"%\((\w+)\)[a-z]|\{(\w*)\}")


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hans_CN", charset="utf-8")


def _each(said):
    return tuple(said) if isinstance(said, list | tuple) else (said,)


def test_every_sentence_has_its_chinese(chinese):
    missing = [message.id for message in chinese if message.id and not all(_each(message.string))]

    assert len(chinese) > 0
    assert missing == []


def test_no_translation_is_a_guess(chinese):
    assert [message.id for message in chinese if message.id and message.fuzzy] == []


def test_a_translation_keeps_every_value(chinese):
    """A plural may leave its number out of the English singular, so all its forms together count."""
    lost = [
        message.id
        for message in chinese
        if message.id
        and set(VALUE.findall(" ".join(_each(message.id)))) != set(VALUE.findall(" ".join(_each(message.string))))
    ]

    assert lost == []


def test_the_catalogue_holds_what_the_code_says(chinese):
    assert CATALOGUE.read_text("utf-8") == as_po(collected(chinese)), "run: portal translations extract"


def test_what_pages_read_is_what_was_translated(chinese):
    assert CATALOGUE.with_suffix(".mo").read_bytes() == as_mo(chinese), "run: portal translations compile"
