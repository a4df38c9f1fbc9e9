"""What the browser gets is ours, is what its maker published, and comes from nowhere else."""

import base64
import hashlib
import json
import re

import pytest

from tests.house.tree import ROOT, templates

VENDOR = ROOT / "static" / "vendor"
PACKAGES = json.loads((VENDOR / "MANIFEST.json").read_text("utf-8"))["packages"]
FILES = {file["to"]: file["sha384"] for package in PACKAGES for file in package["files"]}
SHEETS = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "static").rglob("*.css"))
# A link that a person may follow is no load; a script, a style, a picture or a frame is.
LOADED = re.compile(
    r"<(?:script|link|img|iframe|source|video|audio|embed|use)\b[^>]*=\s*[\"'](?:https?:)?//", re.IGNORECASE
)
LOADED_BY_SHEET = re.compile(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", re.IGNORECASE)


@pytest.mark.parametrize("name", FILES)
def test_it_is_what_its_maker_published(name):
    digest = hashlib.sha384((VENDOR / name).read_bytes()).digest()

    assert f"sha384-{base64.b64encode(digest).decode()}" == FILES[name], "run: portal vendor"


def test_nothing_lies_there_that_the_manifest_does_not_name():
    lying = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}

    assert lying - {"MANIFEST.json", "README.md"} == set(FILES)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_its_version_is_exact_and_its_licence_is_here(package):
    assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
    assert package["licence"]
    assert any("licence" in file["to"].lower() for file in package["files"])


def test_a_page_loads_nothing_from_elsewhere():
    names = templates()

    assert [each for each in names if LOADED.search((ROOT / "templates" / each).read_text("utf-8"))] == []
    assert names


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_style_sheet_loads_nothing_from_elsewhere(sheet):
    assert LOADED_BY_SHEET.search((ROOT / sheet).read_text("utf-8")) is None


def test_a_load_from_elsewhere_would_be_seen():
    assert LOADED.search('<script defer src="https://cdn.example/x.js">')
    assert LOADED.search('<link rel="stylesheet" href="//cdn.example/x.css">')
    assert LOADED_BY_SHEET.search('@import "https://cdn.example/x.css"')
    assert LOADED.search('<a href="https://www.nmpa.gov.cn/">') is None
