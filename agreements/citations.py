"""Sources read out of the citations that the clause table writes by hand."""

import re

from workflows.engine import Source

_INSTRUMENTS = (
    ("Guide 2022-20", "GUIDE-2022-20"),
    ("template", "GUIDE-2022-20"),
    ("2024-38", "ANN-2024-38"),
    ("2022-124", "ANN-2022-124"),
    ("2022-50", "NOTICE-2022-50"),
    ("Opinion 2022-21", "OPINION-2022-21"),
    ("Order 53", "ORDER-53"),
    ("Order 739", "ORDER-739"),
    ("GMP 2025", "GMP-2025"),
    ("FDA 2016 guidance", "FDA-2016"),
    ("ISO 13485:2016", "ISO-13485"),
    ("EU GMP Chapter 7", "EU-GMP-7"),
    ("EU GMP Ch. 7", "EU-GMP-7"),
    ("Directive 2017/1572", "EU-2017-1572"),
    ("Dir. 2017/1572", "EU-2017-1572"),
    ("EU Annex 11", "EU-ANNEX-11"),
)


def sources_in(text: str) -> tuple[Source, ...]:
    """Read ``Guide 2022-20 III(1); template 2.2`` into its sources.

    A part that names no instrument continues the one before.  Raises :class:`ValueError` for a text whose first part
    names no instrument that is known.
    """
    sources: list[Source] = []
    for part in text.split(";"):
        named = next(((words, key) for words, key in _INSTRUMENTS if part.strip().startswith(words)), None)
        if named is None and not sources:
            raise ValueError(f"no known instrument in {text!r}")
        key = named[1] if named else sources[-1].instrument
        place = part.strip().removeprefix(named[0] if named and named[0] != "template" else "")
        sources += [Source(key, each) for each in _places(place)]
    return tuple(sources)


def _places(text: str) -> list[str]:
    """Split ``II(4)6, template 8.4, 10`` into places that each stand alone, remarks left out."""
    kept = re.sub(r":.*| insurance encouraged| on-site.*|outsourcing .*|\(trial .*", "", text).strip(" ,")
    kept = re.sub(r"^Art\. ", "", kept).replace("template ", ",template ")
    places: list[str] = []
    for each in (part.strip() for part in kept.split(",") if part.strip()):
        before = places[-1] if places else ""
        if before.startswith("template ") and re.match(r"\d", each):
            places.append(f"template {each}")
        elif re.match(r"[IVX]+\(", before) and each.startswith("("):
            places.append(before[: before.index("(")] + each)
        else:
            places.append(each)
    return places or [""]
