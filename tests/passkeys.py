"""Somebody with an authenticator in front of a browser: takes a page's question, answers it, and sends the form."""

import html
import json
import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.demo.cast import PASSWORD
from tests.authenticator import Authenticator
from tests.browsing import Seat, fresh_code, hidden_fields

ADD = "/account/passkeys/new"


def question(client: FlaskClient, path: str, page: str) -> dict[str, Any]:
    """What the script asks for: the options, with the token of the page it runs on."""
    token = hidden_fields(client.get(page).text)["csrf_token"]
    answer = client.post(path, headers={"X-CSRFToken": token})
    assert answer.status_code == 200, answer.status
    told: dict[str, Any] = json.loads(answer.text)
    return told


def send(client: FlaskClient, page: str, **fields: str) -> TestResponse:
    known = hidden_fields(client.get(page).text)
    return client.post(page, data=known | fields)


def step_up(seat: Seat) -> None:
    """Prove oneself anew with a code, so that the account's doors open for five minutes."""
    answer = send(seat.client, "/account/prove", password=PASSWORD, code=fresh_code(seat.person_id))
    assert answer.status_code == 302, answer.text


def add_passkey(seat: Seat, authenticator: Authenticator) -> None:
    """Through the doors: proof, question, answer."""
    step_up(seat)
    made = authenticator.create(question(seat.client, f"{ADD}/passkey", ADD))
    answer = send(seat.client, ADD, passkey=made)
    assert answer.status_code == 302, answer.text


def options_on(page: str) -> dict[str, Any]:
    """The question that the signing page carries with it."""
    found = re.search(r'data-options="([^"]*)"', page)
    assert found, "the page asks for no passkey"
    told: dict[str, Any] = json.loads(html.unescape(found.group(1)))
    return told


def sign_in(client: FlaskClient, authenticator: Authenticator, email: str, password: str = PASSWORD) -> TestResponse:
    answer = authenticator.get(question(client, "/sign-in/passkey", "/sign-in"))
    return send(client, "/sign-in", email=email, password=password, passkey=answer)
