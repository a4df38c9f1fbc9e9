"""Reads a carrier with libraries that did not draw it: libdmtx for DataMatrix, zbar for QR."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest
from PIL import Image

WHY_NOT = "The carriers were not read back: no %s was found. On Debian or Ubuntu: apt install %s."
FNC1 = 0x1D


def read_datamatrix(png: bytes) -> bytes:
    """What libdmtx finds, with a GS for each FNC1, the first one too."""
    library = _library("pylibdmtx.pylibdmtx", "libdmtx", "libdmtx0b")
    plain = library._decoder

    @contextmanager
    def keeping_fnc1(*image: Any, **options: Any) -> Iterator[Any]:
        # Unless it is told a sign for it, libdmtx loses FNC1, which is just what must not happen.
        with plain(*image, **options) as decoder:
            assert library.dmtxDecodeSetProp(decoder, library.DmtxProperty.DmtxPropFnc1, FNC1)
            yield decoder

    library._decoder = keeping_fnc1
    try:
        (found,) = library.decode(_picture(png), max_count=1)
    finally:
        library._decoder = plain
    data: bytes = found.data
    return data


def lose_fnc1(png: bytes) -> bytes:
    """What libdmtx finds when nobody tells it to keep FNC1: as many a reader in a shop does."""
    (found,) = _library("pylibdmtx.pylibdmtx", "libdmtx", "libdmtx0b").decode(_picture(png), max_count=1)
    data: bytes = found.data
    return data


def read_qr(png: bytes) -> bytes:
    """What zbar finds; it does not report the first FNC1."""
    library = _library("pyzbar.pyzbar", "zbar", "libzbar0")
    (found,) = library.decode(_picture(png), symbols=[library.ZBarSymbol.QRCODE])
    data: bytes = found.data
    return data


def _library(name: str, called: str, package: str) -> ModuleType:
    return pytest.importorskip(name, reason=WHY_NOT % (called, package), exc_type=ImportError)


def _picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("L")
