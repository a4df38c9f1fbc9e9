"""Unique device identification (唯一标识): codes of the three Chinese agencies, read, built, printed."""

from agreements.udi.elements import check_digit, sscc_problem
from agreements.udi.identification import Agency, Ambiguous, Identification, PrintedDay
from agreements.udi.links import build_link, parse_link
from agreements.udi.reading import build, is_code, printed, read, settled, without_symbology

__all__ = [
    "Agency",
    "Ambiguous",
    "Identification",
    "PrintedDay",
    "build",
    "build_link",
    "check_digit",
    "is_code",
    "parse_link",
    "printed",
    "read",
    "settled",
    "sscc_problem",
    "without_symbology",
]
