"""GS1 Digital Link: the same elements as the address of a page, /01/…/10/…/21/…?17=… or /00/….

Source: GS1 Digital Link Standard, URI Syntax; qualifiers of 01 in their order as GS1's syntax dictionary has them.
biip splits an address; it would let a wrong check digit pass and take the last of two values, so both are asked first.
"""

from collections import Counter
from datetime import date
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from agreements.identifiers import Malformed
from agreements.udi.elements import identify, spell
from agreements.udi.identification import Agency, Identification
from workflows.words import N_, Said

EXAMPLE_LINK = "https://id.gs1.org/01/06901234567892/10/A213B1/21/1234?17=150707"
LONGEST = 2000

_QUALIFIERS = ("22", "10", "21", "235")


def parse_link(address: str, on: date) -> Identification:
    """Read an address whose path ends in a key and its qualifiers.  Parameters that are no elements say nothing here.

    Raises Malformed, also for the compressed form, which is not read.
    """
    from biip import ParseError  # noqa: PLC0415  15 MiB, and most codes are no addresses
    from biip.gs1_digital_link_uris import GS1DigitalLinkURI  # noqa: PLC0415

    try:
        twice = [name for name, count in Counter(name for name, _ in _parameters(address)).items() if count > 1]
        elements = [(each.ai.ai, each.value) for each in GS1DigitalLinkURI.parse(address).element_strings]
    except (ParseError, ValueError):
        raise Malformed(
            Said(N_("This is not an address of GS1 Digital Link. Example: %(example)s."), {"example": EXAMPLE_LINK})
        ) from None
    if twice:
        raise Malformed(Said(N_("The element (%(ai)s) is there twice."), {"ai": twice[0]}))
    return identify(elements, on)


def build_link(told: Identification, base: str, on: date) -> str:
    """``base`` is scheme and host, and a path before the key if there is one, without a slash at its end.

    Raises Malformed for another agency, and for what GS1 would read otherwise on that day.
    """
    spelt = dict(spell(told))
    key = "01" if told.di else "00"
    if told.agency is not Agency.GS1 or key not in spelt or identify(spelt.items(), on) != told:
        raise Malformed(Said(N_("GS1 Digital Link has no place for some of these data.")))
    qualifiers = [ai for ai in _QUALIFIERS if key == "01" and ai in spelt]
    path = "".join(f"/{ai}/{quote(spelt[ai], safe='')}" for ai in (key, *qualifiers))
    rest = sorted((ai, value) for ai, value in spelt.items() if ai not in (key, *qualifiers))
    return base + path + ("?" + urlencode(rest) if rest else "")


def _parameters(address: str) -> list[tuple[str, str]]:
    if len(address) > LONGEST:
        raise ValueError(address)
    return parse_qsl(urlsplit(address).query, max_num_fields=50)
