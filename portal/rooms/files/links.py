"""Links to the files' own host: sealed, for one file and one signed-in person, for a minute."""

from dataclasses import dataclass
from uuid import UUID

from flask import current_app, g, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer

from portal.records.file import StoredFile
from portal.settings import Settings

SECONDS = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link says: which file, and who asked for it."""

    file_id: UUID
    session_id: UUID


def link_for(file: StoredFile) -> str:
    settings: Settings = current_app.config["SETTINGS"]
    token = _seal().dumps([str(file.id), str(g.actor.session_id)])
    scheme, port = "https" if settings.over_https else "http", request.host.partition(":")[2]
    host = f"{settings.files.host}:{port}" if port else settings.files.host
    return f"{scheme}://{host}{url_for('files.hand_out', token=token)}"


def read_link(token: str) -> Asked | None:
    """What the link says, or None for one that is forged or older than a minute."""
    try:
        file_id, session_id = _seal().loads(token, max_age=SECONDS)
        return Asked(UUID(file_id), UUID(session_id))
    except (BadData, ValueError, TypeError):
        return None


def _seal() -> URLSafeTimedSerializer:
    settings: Settings = current_app.config["SETTINGS"]
    return URLSafeTimedSerializer(settings.signing_keys, salt="files")
