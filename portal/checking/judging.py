"""One file, judged: what it is, how large, its hash, and whether it may be put on record."""

import hashlib
import io
from dataclasses import dataclass, field
from typing import Any

from portal.checking.images import refuse_bad_jpeg, refuse_bad_png
from portal.checking.kinds import BEGINNINGS, CHECKER, OFFICE, Unfit, refuse_by_name_and_size, refuse_other_content
from portal.checking.office import refuse_bad_office
from portal.checking.texts import refuse_unreadable
from workflows.words import N_, Said


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found.  ``refused`` is None for a file that may be accepted; ``made`` names what checked it."""

    media_type: str = ""
    size: int = 0
    sha256: str = ""
    refused: Said | None = None
    made: dict[str, str] = field(default_factory=dict)


def judged(name: str, content: bytes, largest: int) -> Report:
    """Judge ``content`` under a clean ``name``; raises nothing for any bytes whatever."""
    digest, made = hashlib.sha256(content).hexdigest(), {"checker": CHECKER}
    try:
        ending = refuse_by_name_and_size(name, len(content), largest)
        refuse_other_content(ending, content)
        made |= _refuse_inside(ending, content)
    except Unfit as unfit:
        return Report(size=len(content), sha256=digest, refused=unfit.says, made=made)
    except MemoryError:
        return Report(size=len(content), sha256=digest, refused=TOO_MUCH, made=made)
    return Report(BEGINNINGS[ending][0], len(content), digest, made=made)


TOO_MUCH = Said(N_("The file needs more memory or time to be checked than any ordinary file. Save it as PDF."))


def _refuse_inside(ending: str, content: bytes) -> dict[str, str]:
    """Raises :class:`Unfit`; otherwise the libraries that read it, with their versions."""
    if ending == "pdf":
        import pikepdf  # noqa: PLC0415  only a PDF needs it

        from portal.checking.pdfs import refuse_bad_pdf  # noqa: PLC0415

        refuse_bad_pdf(content)
        return {"pikepdf": pikepdf.__version__, "qpdf": pikepdf.__libqpdf_version__}
    if ending in OFFICE:
        refuse_bad_office(ending, io.BytesIO(content))
    elif ending == "png":
        refuse_bad_png(content)
    elif ending in ("jpg", "jpeg"):
        refuse_bad_jpeg(content)
    else:
        refuse_unreadable(ending, content)
    return {}


def as_data(report: Report) -> dict[str, Any]:
    return {
        "media_type": report.media_type,
        "size": report.size,
        "sha256": report.sha256,
        "refused": report.refused.as_data() if report.refused else None,
        "made": report.made,
    }


def from_data(data: dict[str, Any]) -> Report:
    refused = Said(data["refused"]["says"], data["refused"]["values"]) if data["refused"] else None
    return Report(data["media_type"], data["size"], data["sha256"], refused, data["made"])
