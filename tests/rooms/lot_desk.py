"""What is typed where a material lot is received."""

from portal.db import today


def receipt(world) -> dict[str, str]:
    """A lot of the world's own material from its own supplier, received today."""
    return {
        "number": "ML-2611-077",
        "material": str(world.material),
        "supplier": str(world.supplier),
        "supplier_lot": "heat 4711",
        "quantity": "250000",
        "unit": "g",
        "received_on": today().isoformat(),
        "storage": "Q2",
    }
