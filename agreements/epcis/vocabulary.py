"""The words of CBV 2.0: which there are, and how each is written as a bare word, a CURIE, a URN and a web address."""

from collections.abc import Mapping
from enum import StrEnum

VERSION = "2.0"
CBV = "https://ref.gs1.org/cbv/"
# Sensor measurement types and alarms, as the reference implementation of the hash writes them.
VOC = "https://ref.gs1.org/voc/"
CURIES = {"cbv": CBV, "gs1": VOC, "epcis": "https://ref.gs1.org/epcis/"}
CBVMDA = "urn:epcglobal:cbv:mda"
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
# Our own words: the deed itself where CBV has no word for it, the step, the parameter, what was used up.
OWN = "urn:weituo:epcis:"

STEPS = frozenset(
    {
        *(
            "accepting",
            "arriving",
            "assembling",
            "collecting",
            "commissioning",
        ),
        *(
            "consigning",
            "creating_class_instance",
            "cycle_counting",
            "decommissioning",
            "departing",
        ),
        *(
            "destroying",
            "disassembling",
            "dispensing",
            "encoding",
            "entering_exiting",
        ),
        *(
            "holding",
            "inspecting",
            "installing",
            "killing",
            "loading",
        ),
        *(
            "other",
            "packing",
            "picking",
            "receiving",
            "removing",
        ),
        *(
            "repackaging",
            "repairing",
            "replacing",
            "reserving",
            "retail_selling",
        ),
        *(
            "sampling",
            "sensor_reporting",
            "shipping",
            "staging_outbound",
            "stock_taking",
        ),
        *(
            "stocking",
            "storing",
            "transporting",
            "unloading",
            "unpacking",
        ),
        *("void_shipping",),
    }
)
DISPOSITIONS = frozenset(
    {
        *(
            "active",
            "available",
            "completeness_inferred",
            "completeness_verified",
            "conformant",
        ),
        *(
            "container_closed",
            "container_open",
            "damaged",
            "destroyed",
            "dispensed",
        ),
        *(
            "disposed",
            "encoded",
            "expired",
            "in_progress",
            "in_transit",
        ),
        *(
            "inactive",
            "mismatch_class",
            "mismatch_instance",
            "mismatch_quantity",
            "needs_replacement",
        ),
        *(
            "no_pedigree_match",
            "non_conformant",
            "non_sellable_other",
            "partially_dispensed",
            "recalled",
        ),
        *(
            "reserved",
            "retail_sold",
            "returned",
            "sellable_accessible",
            "sellable_not_accessible",
        ),
        *(
            "stolen",
            "unavailable",
            "unknown",
        ),
    }
)


class Words(StrEnum):
    """The lists of words, each named by what stands before a word of it in its web address."""

    STEP = "BizStep-"
    DISPOSITION = "Disp-"
    TRANSACTION = "BTT-"
    PARTY = "SDT-"
    REASON = "ER-"
    COMPONENT = "Comp-"


_URNS: Mapping[str, Words] = {
    "urn:epcglobal:cbv:bizstep:": Words.STEP,
    "urn:epcglobal:cbv:disp:": Words.DISPOSITION,
    "urn:epcglobal:cbv:btt:": Words.TRANSACTION,
    "urn:epcglobal:cbv:sdt:": Words.PARTY,
    "urn:epcglobal:cbv:er:": Words.REASON,
}
KNOWN: Mapping[Words, frozenset[str]] = {Words.STEP: STEPS, Words.DISPOSITION: DISPOSITIONS}


def address(word: str, words: Words | None) -> str:
    """The web address of a word however it is written; ``words`` None for a kind of measurement."""
    if word.startswith("urn:epcglobal:cbv:"):
        for urn, of in _URNS.items():
            if word.startswith(urn):
                return CBV + of + word.removeprefix(urn)
    prefix, colon, rest = word.partition(":")
    if colon:
        return CURIES[prefix] + rest if prefix in CURIES else word
    return f"{CBV}{words}{word}" if words else VOC + word


def bare(word: str, words: Words | None) -> str:
    """The word alone; what is no word of the standard stays the address that it is."""
    told = address(word, words)
    known = f"{CBV}{words}" if words else VOC
    return told.removeprefix(known)


def is_word(word: str, words: Words) -> bool:
    """Whether the standard knows it, or it is somebody's own and so written as an address."""
    told = bare(word, words)
    return told in KNOWN[words] if ":" not in told else True
