"""What every answer says about how to treat it: its rules of content, who may keep it, what it depends on."""

from werkzeug.test import TestResponse

from portal.web.guard import BY_CAMERA, HEADERS, INERT

# What is the same for everybody, and may be kept for a while: who makes a device of this label, how to ask for it.
FOR_ANYBODY = ("/.well-known/gs1resolver", "/01/", "/d/")


def untold(answer: TestResponse, *, static: bool = False) -> list[str]:
    """The headers that are missing from an answer or say something else."""
    given, wanted, path = answer.headers, dict(HEADERS), answer.request.path
    drawn = answer.status_code == 200 and answer.request.method in ("GET", "HEAD")
    if path == "/scan" and drawn:  # the one page that may look through the camera
        wanted |= BY_CAMERA
    if given.get("Content-Disposition", "").startswith("attachment"):
        wanted["Content-Security-Policy"] = INERT
    found = [name for name, value in wanted.items() if given.getlist(name) != [value]]
    if static or path.startswith(FOR_ANYBODY):
        return found
    found += [] if given.get("Cache-Control") == "no-store" else ["Cache-Control"]
    return found + ([] if {"Cookie", "Authorization"} & set(given.get("Vary", "").split(", ")) else ["Vary"])
