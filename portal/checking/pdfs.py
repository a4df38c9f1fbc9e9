"""PDF files: readable to the end, not locked, and nothing in them acts by itself."""

import io
import re
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf

from portal.checking.kinds import PROGRAMS, Unfit, ending_of
from workflows.words import N_

MOST_OBJECTS = 300_000
DEEPEST = 64
ATTACHED = frozenset({"xml", "txt", "csv", "pdf", "png", "jpg", "jpeg", "json"})
# What is looked at closely: everything else cannot act.
_WORTH_A_LOOK = re.compile(
    rb"/(?:JavaScript|JS|Launch|XFA|EF|EmbeddedFile|RichMedia|SubmitForm|ImportData|Rendition)\b"
)
_RUNS = frozenset({"/JavaScript", "/Rendition"})
_STARTS = frozenset({"/Launch", "/ImportData", "/SubmitForm"})


def refuse_bad_pdf(content: bytes) -> None:
    """Raises :class:`Unfit`."""
    if b"%%EOF" not in content[-2048:]:
        raise Unfit(N_("The PDF is cut short: its end is missing. Copy or save it again and choose that."))
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise _locked()
            if len(pdf.objects) > MOST_OBJECTS:
                raise Unfit(N_("The PDF holds more parts than can be checked. Print it to a new PDF and choose that."))
            if not len(pdf.pages):
                raise _unreadable()
            _refuse_forms(pdf)
            for each in pdf.objects:
                _refuse_active(each)
    except pikepdf.PasswordError:
        raise _locked() from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError, OverflowError):
        raise _unreadable() from None


def _refuse_forms(pdf: pikepdf.Pdf) -> None:
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and "/XFA" in form:
        raise _dynamic()


def _refuse_active(thing: Any) -> None:
    written = _written(thing)
    if not _WORTH_A_LOOK.search(written):
        return
    for each in _dictionaries(thing):
        keys = set(each.keys())
        does = str(each.get("/S", "")) if isinstance(each.get("/S", ""), pikepdf.Name) else ""
        if "/XFA" in keys:
            raise _dynamic()
        if "/JS" in keys or "/JavaScript" in keys or does in _RUNS:
            raise Unfit(N_("The PDF holds JavaScript. Print it to a new PDF and choose that."))
        if does in _STARTS:
            raise Unfit(N_("The PDF starts programs or sends data when it is used. Print it to a new PDF."))
        if "/RichMedia" in keys or str(each.get("/Subtype", "")) == "/RichMedia":
            raise Unfit(N_("The PDF holds films or other media that run. Print it to a new PDF and choose that."))
        if "/EF" in keys:
            _refuse_attachment(each)
        if isinstance(each, pikepdf.Stream) and str(each.get("/Type", "")) == "/EmbeddedFile":
            _refuse_program(each)


def _written(thing: Any) -> bytes:
    if isinstance(thing, pikepdf.Stream):
        # The dictionary in front of a stream; the stream itself cannot act.
        return b" ".join(key.encode() + b" " + _plain(value) for key, value in thing.stream_dict.items())
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Array):
        return bytes(thing.unparse(resolved=True))
    return b""


def _plain(value: Any) -> bytes:
    return bytes(value.unparse()) if isinstance(value, pikepdf.Object) else str(value).encode()


def _dictionaries(thing: Any) -> Iterator[Any]:
    """A thing and what is written out inside it; what it only refers to is looked at in its own turn."""
    waiting = [(thing, 0)]
    while waiting:
        each, depth = waiting.pop()
        if depth > DEEPEST:
            raise _unreadable()
        if isinstance(each, pikepdf.Stream | pikepdf.Dictionary):
            yield each
            inside = [value for _, value in each.items()]
        elif isinstance(each, pikepdf.Array):
            inside = list(each)
        else:
            continue
        waiting += [
            (value, depth + 1) for value in inside if isinstance(value, pikepdf.Object) and not value.is_indirect
        ]


def _refuse_attachment(described: Any) -> None:
    for key in ("/UF", "/F"):
        name = described.get(key)
        if isinstance(name, pikepdf.String) and ending_of(str(name).strip()) not in ATTACHED:
            raise Unfit(
                N_("A file of a kind that is not accepted is attached inside the PDF: %(name)s. Remove it."),
                name=re.sub(r"[^\w.-]", "_", str(name))[-40:],
            )


def _refuse_program(stream: Any) -> None:
    raw = bytes(stream.read_raw_bytes()[:4096])
    try:
        start = zlib.decompressobj().decompress(raw, 16)
    except zlib.error:
        start = raw
    if start.startswith(PROGRAMS):
        raise Unfit(N_("A program is attached inside the PDF. Remove it, or print it to a new PDF."))


def _locked() -> Unfit:
    return Unfit(N_("The PDF is locked with a password or rights. Save it without protection and choose that."))


def _dynamic() -> Unfit:
    return Unfit(N_("The PDF is a dynamic form (XFA). Print it to a new PDF and choose that."))


def _unreadable() -> Unfit:
    return Unfit(N_("The PDF cannot be read. Print it to a new PDF and choose that."))
