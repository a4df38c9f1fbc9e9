"""/material-lots/<id>/label: what stands on it, and the code that leads the scan back to the lot."""

import shutil
import subprocess

import pytest

from portal import pdf
from tests.browsing import words
from tests.carriers.second_reader import read_datamatrix
from tests.rooms.lot_desk import receipt
from tests.rooms.test_material_lots import CLERK, ON_EITHER_ENGINE_THE_SAME, QUALITY

PDF = pytest.mark.skipif(not pdf.is_possible(), reason=pdf.WHY_NOT)
PLAIN = "ML-2611-077"
RIVAL = "lantai/registrant-quality-manager"


@pytest.fixture
def received(seat, world):
    """Where a lot of this number is, just received."""

    def _received(number):
        answer = seat(CLERK).post("/material-lots/new", **receipt(world) | {"number": number})
        assert answer.status_code == 302
        return answer.headers["Location"].removeprefix("http://localhost")

    return _received


@pytest.fixture
def carried(seat, tmp_path):
    """What another library reads on the label of a lot, of the file's first page."""

    def _carried(at):
        answer = seat(CLERK).get(f"{at}/label.pdf")
        assert answer.mimetype == "application/pdf"
        if not shutil.which("pdftoppm"):
            pytest.skip("The PDF was not drawn: pdftoppm is missing. On Debian or Ubuntu: apt install poppler-utils.")
        (tmp_path / "label.pdf").write_bytes(answer.data)
        subprocess.run(["pdftoppm", "-r", "200", "-l", "1", "-png", "label.pdf", "label"], cwd=tmp_path, check=True)
        (picture,) = tmp_path.glob("label*.png")
        return read_datamatrix(picture.read_bytes()).decode()

    return _carried


@PDF
@ON_EITHER_ENGINE_THE_SAME
@pytest.mark.parametrize("number", [PLAIN, "钛棒-2611-077", "B2611-01"])  # of a batch too
def test_the_code_of_the_label_read_by_another_library_leads_the_scan_back_to_the_lot(seat, received, carried, number):
    at = received(number)

    told = carried(at)

    assert told == number if number == PLAIN else told.endswith(at)
    answer = seat(CLERK).get("/scan", query_string={"q": told})
    assert (answer.status_code, answer.headers["Location"]) == (302, at)
    assert seat(RIVAL).get("/scan", query_string={"q": told}).headers.get("Location") != at


@ON_EITHER_ENGINE_THE_SAME
def test_the_label_says_plainly_that_nothing_of_a_lot_in_quarantine_is_issued(seat, world, received):
    page = words(seat(CLERK).get(f"{received('ML-2611-077')}/label"))
    assert "In quarantine · not to be issued" in page
    for told in ("ML-2611-077", "heat 4711", "250 kg", "Q2"):
        assert told in page

    accepted = words(seat(QUALITY).get(f"/material-lots/{world.lot_accepted}/label"))
    assert ("may be issued to production" in accepted, "not to be issued" in accepted) == (True, False)
