"""Somebody in front of a browser: opens a page, fills it in, sends it, and signs when it is asked for."""

import html
import re
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.db import aside
from portal.demo.cast import PASSWORD
from portal.identity.proving import totp_of
from portal.records.proof import Secret
from portal.tenancy import beyond_tenants
from tests.stage import KEY, sql, stored

FIELD = re.compile(r"<input\b[^>]*>", re.IGNORECASE)


def attribute(tag: str, name: str) -> str | None:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(found.group(1)) if found else None


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of the page's main form: the version that was seen, the intent, the token."""
    main = page.split("<main", 1)[-1]
    within = main if "csrf_token" in main else page
    inputs = [tag for tag in FIELD.findall(within) if attribute(tag, "type") == "hidden"]
    return {attribute(tag, "name") or "": attribute(tag, "value") or "" for tag in inputs}


def words(answer: TestResponse) -> str:
    """The page as it is read: without tags, one space between words."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


class Seat:
    """A signed-in browser."""

    def __init__(self, client: FlaskClient, person_id: UUID) -> None:
        self.client, self.person_id = client, person_id

    def get(self, path: str, **given: Any) -> TestResponse:
        return self.client.get(path, **given)

    def post(self, path: str, page: str | None = None, **fields: Any) -> TestResponse:
        """Open ``page`` (or the path itself), take its token and hidden fields, and send ``fields`` with them."""
        seen = self.client.get(page or path)
        known = hidden_fields(seen.text) if seen.status_code == 200 else {}
        if "csrf_token" not in known:
            known |= {"csrf_token": self.token()}
        return self.client.post(path, data=known | fields, content_type="multipart/form-data")

    def token(self) -> str:
        return hidden_fields(self.client.get("/find").text)["csrf_token"]

    def intend(self, path: str, reason: str | None = None) -> TestResponse:
        """The first half of the ceremony: read what is signed, and say that one wants to."""
        return self.post(path, **({"reason": reason} if reason else {}))

    def sign(
        self, path: str, reason: str | None = None, *, password: str = PASSWORD, code: str | None = None
    ) -> TestResponse:
        """The whole ceremony: show, intend, prove."""
        answer = self.intend(path, reason)
        if answer.status_code not in (302, 303):
            return answer
        prove = answer.headers["Location"]
        return self.post(path, page=prove, password=password, code=code or fresh_code(self.person_id))


def fresh_code(person_id: UUID) -> str:
    """A code that has not been used: the authenticator's next one, without waiting half a minute for it."""
    sql("UPDATE secret SET totp_last_step = 0 WHERE id = :id", id=stored(person_id))
    with beyond_tenants("test: what the authenticator shows"), aside() as books:
        secret = books.scalars(select(Secret).where(Secret.id == person_id)).one()
        return totp_of(secret, KEY).now()
