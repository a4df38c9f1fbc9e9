"""Codes of the agency AHM (阿里健康): known by their beginning; where their parts begin and end was not found.

Source: identifiers.json "udi" "AHM": manufacturer and product make the device identifier; BN, SN, MD, BD, ED follow.
Neither lengths nor separators are given there, and to split such a code would be a guess: it is kept whole.
"""

import re

from agreements.identifiers import Malformed
from agreements.udi.identification import Agency, Identification
from workflows.words import N_, Said

FORM_CONFIDENCE = "UNKNOWN"
LONGEST = 400


def parse_ahm(text: str) -> Identification:
    """Keep a code that begins with AHM, unread.  Raises Malformed."""
    body = text.strip()
    if len(body) > LONGEST or not re.fullmatch(r"AHM[!-~]+", body):
        raise Malformed(Said(N_("A code of the agency AHM begins with AHM and has no spaces or signs outside ASCII.")))
    return Identification(Agency.AHM, unread=body)


def build_ahm(told: Identification) -> str:
    """Raises Malformed unless the code is the one that the agency's own tool made, kept whole."""
    if told.unread is None or parse_ahm(told.unread) != told:
        says = N_("How the agency AHM joins the parts of a code was not found. Enter the code as its own tool made it.")
        raise Malformed(Said(says))
    return told.unread
