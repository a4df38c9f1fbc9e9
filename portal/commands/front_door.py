"""The portal as app.py builds it.  Commands look it up by name, because arrows point down and it stands on top."""

from flask import Flask
from werkzeug.utils import import_string

from portal.settings import Settings


def front_door(settings: Settings) -> Flask:
    app: Flask = import_string("app:create_app")(settings)
    return app
