"""How long everything lasts by which a machine proves itself.  Nothing else in the house states one of these."""

from datetime import timedelta

ASSERTION = timedelta(minutes=5)  # the longest a client may let its assertion live
ACCESS = timedelta(minutes=15)
LEEWAY = timedelta(seconds=30)  # how far two clocks may be apart
MARGIN = timedelta(seconds=60)
# An assertion is remembered longer than any clock could still find it good, so it cannot be played twice.
REMEMBERED = ASSERTION + LEEWAY + LEEWAY + MARGIN
KEY_OVERLAP = timedelta(hours=24)
ANSWERS = timedelta(days=30)

LARGEST_TOKEN = 4096  # bytes
