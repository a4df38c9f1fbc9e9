"""The one blueprint on which every door of the API hangs."""

from werkzeug.exceptions import HTTPException, NotFound

from portal.api.doors import Desk
from portal.api.problems import answer_to

desk = Desk("api", __name__, url_prefix="/api/v1")
for kind in (NotFound, HTTPException, Exception):
    desk.register_error_handler(kind, answer_to)
