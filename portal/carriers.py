"""Data carriers of a label: GS1 DataMatrix and QR, drawn module by module, the same bytes for the same content.

zxing-cpp lays the modules.  It lets an option pass that it does not know and then draws something else, so what it drew
is compared with what was asked before anybody sees it.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

import zxingcpp
from PIL import Image

from agreements.identifiers import Malformed
from agreements.udi import Agency, Identification, build
from agreements.udi.elements import spell
from workflows.words import N_, Said

# Millimetres of one module: legible to common scanners and printers of 300 dots an inch (GS1 allows 0.254 to 0.990).
MODULE = "0.38"

_QUIET = {"datamatrix": 1, "qr": 4}
_IDENTIFIERS = {("datamatrix", True): "]d2", ("datamatrix", False): "]d1", ("qr", True): "]Q3", ("qr", False): "]Q1"}


class Symbol(StrEnum):
    DATAMATRIX = "datamatrix"
    QR = "qr"


class Misdrawn(RuntimeError):
    """The library drew something else than it was asked for; nothing of it may be printed."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """``rows`` are the dark and light modules without the quiet zone, which is ``quiet`` modules wide on each side."""

    symbol: Symbol
    identifier: str
    content: bytes
    rows: tuple[tuple[bool, ...], ...]
    quiet: int

    @property
    def across(self) -> int:
        """Modules from edge to edge, quiet zones included."""
        return len(self.rows) + 2 * self.quiet

    def svg(self) -> str:
        """One path on white, a unit of the view box for each module; whoever places it says how large it is."""
        path = "".join(self._strokes())
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.across} {self.across}" '
            f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{self.across}v{self.across}H0z"/>'
            f'<path fill="#000" d="{path}"/></svg>'
        )

    def png(self, scale: int = 8) -> bytes:
        """Black and white, ``scale`` dots for each module."""
        picture = Image.new("1", (self.across, self.across), 1)
        for top, row in enumerate(self.rows):
            for left, is_dark in enumerate(row):
                if is_dark:
                    picture.putpixel((left + self.quiet, top + self.quiet), 0)
        into = io.BytesIO()
        picture.resize((self.across * scale, self.across * scale), Image.Resampling.NEAREST).save(into, "PNG")
        return into.getvalue()

    def _strokes(self) -> Iterator[str]:
        for top, row in enumerate(self.rows):
            left = self.quiet
            for is_dark, run in groupby(row):
                length = len(list(run))
                if is_dark:
                    yield f"M{left} {top + self.quiet}h{length}v1h-{length}z"
                left += length


def draw(told: Identification, symbol: Symbol, on: date) -> Carrier:
    """The carrier of a label: a GS1 one begins with FNC1, the others hold their text.  Raises Malformed."""
    content = build(told, on)
    if told.agency is not Agency.GS1:
        return _drawn(content, content, symbol, is_gs1=False)
    return _drawn("".join(f"[{ai}]{value}" for ai, value in spell(told)), content, symbol, is_gs1=True)


def draw_link(address: str) -> Carrier:
    """A QR code that opens an address, as of GS1 Digital Link.  Raises Malformed."""
    return _drawn(address, address, Symbol.QR, is_gs1=False)


def draw_text(text: str) -> Carrier:
    """A DataMatrix that holds ``text`` as it stands: a number of our own, of no agency.  Raises Malformed."""
    if not text.isascii():
        raise Malformed(Said(N_("A code of our own holds letters and digits of ASCII alone.")))
    return _drawn(text, text, Symbol.DATAMATRIX, is_gs1=False)


def _drawn(asked: str, content: str, symbol: Symbol, *, is_gs1: bool) -> Carrier:
    """``asked`` is what the library is told, ``content`` what a reader has to find."""
    try:
        if symbol is Symbol.DATAMATRIX:
            barcode = zxingcpp.create_barcode(asked, zxingcpp.BarcodeFormat.DataMatrix, gs1=is_gs1, force_square=True)
        else:
            barcode = zxingcpp.create_barcode(asked, zxingcpp.BarcodeFormat.QRCode, gs1=is_gs1, ec_level="M")
    except ValueError:
        raise Malformed(Said(N_("This does not fit into one carrier: leave something out."))) from None
    picture = zxingcpp.write_barcode_to_image(barcode, scale=1, add_quiet_zones=False)
    rows = _rows(memoryview(picture))  # type: ignore[arg-type]  # it is a buffer, and its stubs do not know
    expected = _IDENTIFIERS[symbol, is_gs1]
    found = barcode.symbology_identifier
    if (found, barcode.bytes) != (expected, content.encode()) or {len(row) for row in rows} != {len(rows)}:
        raise Misdrawn(f"{found} of {len(barcode.bytes)} bytes was drawn instead of {expected}")
    return Carrier(symbol, expected, barcode.bytes, rows, _QUIET[symbol])


def _rows(picture: memoryview) -> tuple[tuple[bool, ...], ...]:
    lines: list[list[int]] = picture.tolist()  # type: ignore[assignment]  # two dimensions give lists of lists
    return tuple(tuple(not dot for dot in line) for line in lines)
