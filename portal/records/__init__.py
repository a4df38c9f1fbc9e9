"""Every table there is.  Importing the package makes them all known."""

from portal.records import (  # noqa: F401
    access,
    agreement,
    audit,
    batch,
    capa,
    duty,
    entrustment,
    evidence,
    file,
    hold_point,
    ledger,
    machine,
    organisation,
    password,
    person,
    product,
    proof,
    report,
    resident,
    tally,
)
