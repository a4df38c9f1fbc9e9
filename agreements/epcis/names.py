"""What events call things: a GS1 key where the thing has one, else an address of our own that reads back.

``<address>/epcis/obj/<kind>/<code>`` is one thing, ``…/epcis/class/<kind>/<code>`` a lot or a batch of which there is
so much, ``…/epcis/loc/<kind>/<code>`` a place or a consignee; a device identifier may follow the code.

Source: CBV 2.0 8.2 and 8.3 (HTTP URLs as identifiers of objects, classes and places).
"""

import re
from collections.abc import Collection
from urllib.parse import quote, unquote

from agreements.epcis.keys import GTIN, HOST, LOCATION, LOT, PARTY, SERIAL, SSCC, key_in
from agreements.identifiers import Malformed, gtin_problem
from agreements.udi import check_digit, sscc_problem
from workflows.acts import Item
from workflows.lineage import Thing
from workflows.words import N_, Said

KINDS = {each.name.lower().replace("_", "-"): each for each in Thing}
_NAMES = {each: name for name, each in KINDS.items()}
_ONE = frozenset({Thing.UNIT, Thing.PACKAGE})
_OWN = re.compile(r"https?://[^/?#]+(?:/[^?#]*)?/epcis/(obj|class|loc)/([a-z-]+)/([^/?#]+)(?:/([^/?#]+))?")
EQUIPMENT, AREA = "equipment", "area"


def is_one(item: Item) -> bool:
    """Whether it stands in a list of EPCs; what there is so much of stands in a list of quantities."""
    return item.kind in _ONE


def uri_of(item: Item, address: str) -> str:
    """``address`` is the portal's own.  A batch with a GTIN as its ``di`` is a lot of that trade item."""
    if item.kind is Thing.UNIT and item.di and gtin_problem(item.di) is None:
        return f"{HOST}/{GTIN}/{item.di}/{SERIAL}/{quote(item.code, safe='')}"
    if item.kind is Thing.BATCH and item.di and gtin_problem(item.di) is None:
        return f"{HOST}/{GTIN}/{item.di}/{LOT}/{quote(item.code, safe='')}"
    if item.kind is Thing.PACKAGE and sscc_problem(item.code) is None:
        return f"{HOST}/{SSCC}/{item.code}"
    if item.kind is Thing.PARTY and is_gln(item.code):
        return f"{HOST}/{PARTY}/{item.code}"
    shelf = "obj" if item.kind in _ONE else "loc" if item.kind is Thing.PARTY else "class"
    return own(address, shelf, _NAMES[item.kind], item.code, item.di)


def own(address: str, shelf: str, kind: str, code: str, di: str = "") -> str:
    tail = f"/{quote(di, safe='')}" if di else ""
    return f"{address}/epcis/{shelf}/{kind}/{quote(code, safe='')}{tail}"


def item_of(uri: str, products: Collection[str], *, batch: str = "") -> Item:
    """The thing that a URI names; ``products`` are the GTINs of which a lot is a batch, of others it is a material lot.

    Raises Malformed where nothing here goes by such a name.
    """
    if found := _OWN.fullmatch(uri):
        kind, code, di = KINDS.get(found[2]), unquote(found[3]), unquote(found[4] or "")
        if kind is not None:
            return Item(kind, code, di, batch if kind in (Thing.UNIT, Thing.PART) else "")
    key = key_in(uri)
    if key is not None and key.ai == GTIN and key.part == SERIAL:
        return Item(Thing.UNIT, key.qualifier, key.number, batch)
    if key is not None and key.ai == GTIN and key.part == LOT:
        if key.number in products:
            return Item(Thing.BATCH, key.qualifier, key.number)
        return Item(Thing.LOT, key.qualifier)
    if key is not None and key.ai == SSCC:
        return Item(Thing.PACKAGE, key.number)
    says = N_(
        "Nothing here goes by such a name: %(uri)s. Name a device by GTIN and serial number, a lot by GTIN and lot, "
        "a package by SSCC."
    )
    raise Malformed(Said(says, {"uri": uri[:200]}))


def party_of(uri: str) -> Item:
    """Whoever a URI names: by GLN, by our own address, or by the URI itself."""
    found = _OWN.fullmatch(uri)
    if found and found[2] == _NAMES[Thing.PARTY]:
        return Item(Thing.PARTY, unquote(found[3]))
    key = key_in(uri)
    if key is not None and key.ai in (PARTY, LOCATION):
        return Item(Thing.PARTY, key.number)
    return Item(Thing.PARTY, uri)


def code_in(uri: str, kind: str) -> str:
    """The number of equipment or an area that a URI names by our own address; else the URI, as it is."""
    found = _OWN.fullmatch(uri)
    return unquote(found[3]) if found and found[2] == kind else uri


def is_gln(code: str) -> bool:
    return re.fullmatch(r"[0-9]{13}", code) is not None and check_digit(code[:-1]) == code[-1]
