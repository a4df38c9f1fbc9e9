"""What a signer does, step by step, and what is then looked at."""

import re

from portal.demo.cast import PASSWORD
from tests.browsing import fresh_code, words
from tests.stage import sql

SIGNER = "hengrui/manufacturer-release-person"
CLERK = "hengrui/plant-clerk"
REGISTRANT = "chengyue/registrant-release-person"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def intent_of(answer):
    assert answer.status_code == 302, words(answer)
    return re.search(r"intent=([\w-]+)", answer.headers["Location"]).group(1)


def prove(seat, path, intent, *, password=PASSWORD, code=None):
    """The second half alone, as a browser sends it whose page was drawn before."""
    fields = {"intent": intent, "password": password, "code": code or fresh_code(seat.person_id)}
    return seat.client.post(path, data={"csrf_token": seat.token()} | fields)


def hash_shown(page):
    return re.search(r'You sign version \d+, content hash <span class="hash" title="([0-9a-f]{64})"', page.text).group(
        1
    )


def refusals():
    return [each[0] for each in sql("SELECT event FROM security_event ORDER BY at")]


def change(seat, path):
    """Reopen the record and declare it complete again: it looks the same, and is another version."""
    clerk, batch = seat(CLERK), path.rsplit("/", 1)[0]
    assert clerk.post(f"{batch}/reopen", reason="a label was mistyped").status_code == 302
    assert clerk.post(f"{batch}/complete").status_code == 302


def reviewed(reviewer, batch):
    for subject in ("production_records", "results", "release_file"):
        assert reviewer.post(f"{batch}/reviews", subject=subject, note="All 17 steps; no objection.").status_code == 302
