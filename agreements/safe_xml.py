"""XML that somebody sent, read with no document type, no entity and no network."""

import re
from typing import Any

from lxml import etree

from workflows.words import N_, Said

_DOCTYPE = re.compile(rb"<!DOCTYPE")
_ENCODING = re.compile(rb"""^<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


class NotRead(ValueError):
    """``place`` is line and column, ``says`` why."""

    def __init__(self, place: str, says: Said) -> None:
        super().__init__(f"{place}: {says}")
        self.place, self.says = place, says


def root_of(data: bytes) -> Any:
    """The root element of UTF-8 text.  Raises :class:`NotRead`, for a DOCTYPE before anything of it is read."""
    declared = _ENCODING.match(data)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (declared and declared[1].lower() not in (b"utf-8", b"us-ascii")):
        raise NotRead("1:1", Said(N_("The text is not UTF-8.")))
    if found := _DOCTYPE.search(data):
        line = data.count(b"\n", 0, found.start()) + 1
        says = N_("A document type (DOCTYPE) is not read: line %(line)s. Leave it out.")
        raise NotRead(f"{line}:1", Said(says, {"line": line}))
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as wrong:
        line, column = wrong.position
        says = N_("This is not XML that can be read: line %(line)s.")
        raise NotRead(f"{line}:{column}", Said(says, {"line": line})) from None
