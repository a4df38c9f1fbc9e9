"""From notices to letters: handed to each person, gathered so that nobody is flooded, sent, and tried again."""

from portal.mailing.postman import Postman, postman_of
from portal.mailing.rounds import Round, make_a_round

__all__ = ["Postman", "Round", "make_a_round", "postman_of"]
