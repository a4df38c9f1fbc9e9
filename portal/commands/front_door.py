"""The portal as app.py builds it.  Commands look it up by name, because arrows point down and it stands on top."""

import gc

from flask import Flask
from werkzeug.utils import import_string

from portal.settings import Settings
from portal.starting import starting

# How many new things there are before waste is looked for among them: a page makes some ten thousand.
_MANY = 50_000


def front_door(settings: Settings) -> Flask:
    """Build it; what stands then stands for good, so waste is looked for only among what comes later."""
    with starting():
        app: Flask = import_string("app:create_app")(settings)
    gc.set_threshold(_MANY)
    return app
