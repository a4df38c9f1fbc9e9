"""Pages as PDF.  WeasyPrint and the Pango beneath it are optional: without them the print view remains."""

import importlib
from typing import Any

WHY_NOT = "Labels are not offered as PDF: WeasyPrint or Pango is missing. The print view remains."
MEND = (
    "On Debian: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk, "
    "then: .venv/bin/pip install -r portal/locks/pdf.txt"
)


class NoPdf(RuntimeError):
    """This installation cannot write PDF; ``portal doctor`` says what to install."""


def is_possible() -> bool:
    try:
        _weasyprint()
    except NoPdf:
        return False
    return True


def as_pdf(page: str, style: str) -> bytes:
    """``page`` is a whole HTML document with everything it shows inside it: nothing is fetched.  Raises NoPdf."""
    weasyprint = _weasyprint()
    nothing = importlib.import_module("weasyprint.urls").URLFetcher(allowed_protocols=())
    document = weasyprint.HTML(string=page, url_fetcher=nothing)
    written: bytes = document.write_pdf(stylesheets=[weasyprint.CSS(string=style, url_fetcher=nothing)])
    return written


def _weasyprint() -> Any:
    try:
        return importlib.import_module("weasyprint")
    except (ImportError, OSError) as missing:  # OSError: the wheel is there, Pango is not
        raise NoPdf(WHY_NOT) from missing
