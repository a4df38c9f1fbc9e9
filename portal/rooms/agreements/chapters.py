"""The chapters of the two agreements: the order in which a reader meets the clauses."""

from collections.abc import Iterable, Iterator

from agreements.clauses import DocumentKind, Settlement
from portal.web.value_names import AGREEMENTS
from workflows.words import N_

KINDS: tuple[tuple[DocumentKind, str], ...] = (
    ("quality", AGREEMENTS["quality"]),
    ("entrustment", AGREEMENTS["entrustment"]),
)
KIND_LABELS = dict(KINDS)
CHAPTERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Parties, purpose and products"), ("QA-01", "QA-02", "QA-03", "QA-04", "QA-F1", "QA-F5")),
    (
        N_("Rules and quality management system"),
        ("QA-05", "QA-06", "QA-35", "QA-36", "QA-37", "QA-F2", "QA-I1", "QA-E1"),
    ),
    (N_("Documents, records and design transfer"), ("QA-07", "QA-08", "QA-09", "QA-10", "QA-11", "QA-E3", "QA-E5")),
    (N_("Purchasing and outsourced processes"), ("QA-12", "QA-13", "QA-14", "QA-E2")),
    (N_("Production and inspection"), ("QA-15", "QA-16", "QA-17", "QA-18", "QA-49", "QA-52", "QA-F3")),
    (N_("Release"), ("QA-19", "QA-20")),
    (N_("Traceability, storage and shipment"), ("QA-21", "QA-22")),
    (N_("Audits, inspections and residents"), ("QA-23", "QA-24", "QA-25", "QA-26", "QA-46", "QA-E4")),
    (N_("After the market"), ("QA-27", "QA-28", "QA-29", "QA-30")),
    (
        N_("Nonconformities, changes and reports"),
        ("QA-31", "QA-32", "QA-33", "QA-34", "QA-51", "QA-F4", "QA-I2"),
    ),
    (N_("Working together"), ("QA-38", "QA-39", "QA-47", "QA-48")),
    (N_("Duties that stay where they are"), ("QA-50", "QA-53")),
    (
        N_("Term, amendment, end and disputes"),
        ("QA-41", "QA-42", "QA-43", "QA-40", "QA-44", "QA-45"),
    ),
)


def by_chapter(settlements: Iterable[Settlement]) -> Iterator[tuple[str, list[Settlement]]]:
    """Each chapter that has clauses here, with them in reading order."""
    known = {each.clause_id: each for each in settlements}
    for title, clause_ids in CHAPTERS:
        if found := [known[each] for each in clause_ids if each in known]:
            yield title, found
