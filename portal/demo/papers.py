"""Small PDF files that stand for the evidence of the demonstration world."""


def paper(title: str) -> bytes:
    """A one-page PDF that says ``title`` (ASCII) and that it proves nothing."""
    lines = f"({_escaped(title)}) Tj 0 -28 Td (Demonstration only: proves nothing.) Tj"
    text = f"BT /F1 18 Tf 60 760 Td {lines} ET".encode()
    page = b"/Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page %b >>" % page,
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    written, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(written)


def _escaped(text: str) -> str:
    return "".join(f"\\{each}" if each in "()\\" else each for each in text)
