"""Which pieces of a received lot are rejected on receipt and which may be accepted: by serial number, or by count."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from workflows.limits import exact
from workflows.words import N_, Said

_BETWEEN = " · "
NO_PIECE = N_("The lot has no piece %(serial)s.")


@dataclass(frozen=True, slots=True)
class Rejection:
    """Pieces rejected for one reason: ``quantity`` is decimal text in the unit of the lot, ``by`` who wrote it down.

    ``serials`` is empty where the lot is counted only; ``came_from`` is the place in the file that told it, else empty.
    """

    quantity: str
    serials: tuple[str, ...]
    reason: str
    by: str
    came_from: str = ""

    @classmethod
    def of(cls, told: dict[str, Any]) -> "Rejection":
        return cls(told["quantity"], tuple(told["serials"]), told["reason"], told["by"], told["came_from"])

    @property
    def as_data(self) -> dict[str, Any]:
        kept: dict[str, Any] = {name: getattr(self, name) for name in ("quantity", "reason", "by", "came_from")}
        return kept | {"serials": list(self.serials)}

    @property
    def called(self) -> str:
        return ", ".join(self.serials) or self.quantity


@dataclass(frozen=True, slots=True)
class Parts:
    """A lot as its pieces stand: ``quantity`` as received, ``serials`` those of its pieces if they bear any."""

    quantity: str
    serials: Sequence[str] = ()
    rejections: Sequence[Rejection] = field(default=())

    @property
    def rejected(self) -> str:
        return _text(sum((exact(each.quantity) for each in self.rejections), Decimal()))

    @property
    def others(self) -> str:
        """How much of it is not rejected."""
        return _text(exact(self.quantity) - exact(self.rejected))

    @property
    def rejected_serials(self) -> dict[str, str]:
        """With the reason of each."""
        return {serial: each.reason for each in self.rejections for serial in each.serials}

    @property
    def other_serials(self) -> list[str]:
        rejected = self.rejected_serials
        return [each for each in self.serials if each not in rejected]

    @property
    def something_is_left(self) -> bool:
        return exact(self.others) > 0

    def fault_of_serial(self, serial: str) -> Said | None:
        """Why this piece cannot be rejected, or None."""
        if serial not in self.serials:
            return Said(NO_PIECE, {"serial": serial})
        if serial in self.rejected_serials:
            return Said(N_("Piece %(serial)s is rejected already."), {"serial": serial})
        return None

    def fault_of_quantity(self, quantity: str) -> Said | None:
        """Why so much of it cannot be rejected, or None.  Raises :class:`ValueError` for what is no number."""
        if exact(quantity) <= 0:
            return Said(N_("A quantity is more than nothing."))
        if exact(quantity) > exact(self.others):
            says = N_("Only %(others)s of the lot are not rejected yet.")
            return Said(says, {"others": self.others})
        return None


def piece_code(lot: str, serial: str) -> str:
    """What one piece of a lot is called where it is used: its lot and its serial number, parted by a dot."""
    return f"{lot}{_BETWEEN}{serial}"


def lots_in(codes: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Of those codes that may be pieces: lot and serial number.  A serial number holds no blank."""
    return {each: (lot, serial) for each in codes for lot, dot, serial in [each.rpartition(_BETWEEN)] if dot and lot}


def _text(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
