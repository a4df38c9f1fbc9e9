"""A resident writes the report of the day on a phone and signs it, in few taps on large targets."""

import pytest

from portal.demo.cast import PASSWORD
from tests.browser.reader import HEIGHT
from tests.browsing import fresh_code

RESIDENT = "chengyue/resident-supervisor"
MOST_TAPS = 8
A_FINGER = 44  # pixels


class Phone:
    """Taps with one finger, and counts; typing is no tap."""

    def __init__(self, reader):
        self.reader, self.taps = reader, 0
        reader.page.set_viewport_size({"width": 390, "height": HEIGHT})

    def tap(self, what, *, leads_on=True, least=24):
        self.taps += 1
        chosen = self.reader.page.locator(what).locator("visible=true").first
        assert chosen.bounding_box()["height"] >= least, what
        return self.reader.press(chosen) if leads_on else chosen.click()


@pytest.mark.parametrize("language", ["zh"])
def test_a_report_is_written_and_signed_on_a_phone_in_few_taps(window, world):
    reader = window(RESIDENT)
    phone = Phone(reader)
    reader.open("/")

    phone.tap(f'main td:last-child a[href="/postings/{world.posting}/reports/new"]')
    phone.tap("#key_links .form-check:nth-of-type(1) label", leads_on=False, least=A_FINGER)
    phone.tap("#key_links .form-check:nth-of-type(2) label", leads_on=False, least=A_FINGER)
    reader.type(remarks="清洗槽温度记录完整。")
    assert phone.tap('button[name="then"][value="sign"]', least=A_FINGER) == 200
    phone.tap("#intend button[type=submit]")
    reader.type(password=PASSWORD, code=fresh_code(world.person[RESIDENT]))
    assert phone.tap("#prove button[type=submit]") == 200

    assert reader.path.startswith("/daily-reports/")
    assert "清洗槽温度记录完整。" in reader.page.inner_text("main")
    assert reader.page.locator("main dl.signature").count() >= 1
    assert phone.taps <= MOST_TAPS


@pytest.mark.parametrize("language", ["zh"])
@pytest.mark.parametrize(
    ("who", "path"),
    [
        (RESIDENT, "/postings/{posting}/reports/new"),
        (RESIDENT, "/postings/{posting}/presence"),
        ("chengyue/registrant-quality-manager", "/entrustments/{entrustment}/supervision"),
        ("chengyue/registrant-quality-manager", "/entrustments/{entrustment}/posting-exceptions/new"),
        ("chengyue/management-representative", "/posting-exceptions/{exception}"),
        ("hengrui/manufacturer-quality-manager", "/postings/{posting}"),
    ],
)
def test_a_page_about_residents_is_sound_in_every_width_and_in_both_languages(window, world, who, path):
    reader = window(who)

    assert reader.open(path.format_map(world.named)) == 200
    name = path.rsplit("/", 1)[1].strip("{}")
    wrong = reader.look(f"residents-{name}")
    reader.switch_language()
    assert wrong + reader.look(f"residents-{name}") == []
