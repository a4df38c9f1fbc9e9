"""A document of B2MML: what it is, and where something stands in it.

Source: MESA B2MML V7 (namespace without a version) and V6 (with one); the structures of ANSI/ISA-95.00.02.
"""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from agreements.safe_xml import NotRead, root_of
from workflows.words import N_, Said

NAMESPACE = re.compile(r"http://www\.mesa\.org/xml/B2MML(-V0[67]\d\d)?")
# What is read of a document, whatever message it is wrapped in.
RECORDS = ("BatchProductionRecord", "ProductionPerformance", "OperationsPerformance", "MaterialLot")
DEEPEST, MOST = 64, 200_000


def is_document(content: bytes) -> bool:
    """Whether it is XML at all; what kind of it is found when it is read."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def opened(content: bytes) -> Any:
    """The root of a document.  Raises :class:`agreements.safe_xml.NotRead`."""
    root = root_of(content.removeprefix(b"\xef\xbb\xbf"))
    if NAMESPACE.fullmatch(etree.QName(root).namespace or "") is None:
        says = N_("This XML is no B2MML: its namespace is %(namespace)s.")
        raise NotRead("1:1", Said(says, {"namespace": (etree.QName(root).namespace or "—")[:200]}))
    if sum(1 for _ in root.iter()) > MOST:
        raise NotRead("", Said(N_("The document has more than %(count)s elements; send it in parts."), {"count": MOST}))
    if any(_depth(each) > DEEPEST for each in root.iter() if not len(each)):
        raise NotRead("", Said(N_("It is nested too deeply: at most %(count)s levels."), {"count": DEEPEST}))
    return root


def named(element: Any) -> str:
    """Its name without a namespace; "" for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: Any, *names: str) -> Iterator[Any]:
    return (each for each in element if named(each) in names)


def has(element: Any, *names: str) -> bool:
    return next(children(element, *names), None) is not None


def below(element: Any, name: str) -> Iterator[Any]:
    """All of this name below it, or it itself."""
    return (each for each in element.iter() if named(each) == name)


def text(element: Any, *way: str) -> str:
    """What stands at the end of this way of names, the first of each; "" where there is none."""
    found = element
    for name in way:
        found = next(children(found, name), None)
        if found is None:
            return ""
    return (found.text or "").strip()


def place(element: Any) -> str:
    """``line 34: BatchProductionRecord/…/SegmentResponse[2]``"""
    steps = []
    here = element
    while here is not None:
        alike = [each for each in (here.getparent() if here.getparent() is not None else ()) if each.tag == here.tag]
        steps.append(f"{named(here)}[{alike.index(here) + 1}]" if len(alike) > 1 else named(here))
        here = here.getparent()
    return f"line {element.sourceline}: /{'/'.join(reversed(steps))}"


def _depth(element: Any) -> int:
    return sum(1 for _ in element.iterancestors())
