"""The sorts of sheets that a plant has, and which columns each of them may hold."""

from collections.abc import Mapping
from dataclasses import dataclass

from workflows.lineage import Deed
from workflows.words import N_


@dataclass(frozen=True, slots=True)
class Field:
    """What one column may mean.  ``needed`` fields must be in the sheet and filled in each row."""

    name: str
    label: str
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of sheet.  Of each group in ``one_of`` at least one column must be there, and filled in each row.

    ``identity`` are the fields that name a row, so that it is known again in a later file.  ``wide`` is whether
    further columns may each hold the values of one parameter or characteristic.  ``moment`` is the field of when.
    """

    name: str
    label: str
    says: str
    deed: Deed
    moment: str
    fields: tuple[Field, ...]
    identity: tuple[str, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    wide: bool = False

    def field(self, name: str) -> Field:
        return next(each for each in self.fields if each.name == name)


# A column of a sheet that is wide: its head is the name of what it holds.
VALUES = "values"
_BATCH = Field("batch", N_("Batch number"), needed=True)
_OF_BATCH = Field("batch", N_("Batch number"))
_STEP = N_("Step of the routing")
_ON = Field("on", N_("Day"))
_AT = Field("at", N_("When"))
_DI = Field("di", N_("Device identifier (UDI-DI)"))
_SERIAL = N_("Serial number")
_UNIT = Field("unit", N_("Unit"))
_INSTRUMENT = Field("instrument", N_("Measuring instrument"))
_OPERATOR = Field("operator", N_("Operator"))
_PACKAGE = N_("Package (SSCC or number)")
_DOCUMENT = Field("document", N_("Document number"))
_WHEN = ("on", "at")

SORTS: Mapping[str, Sort] = {
    each.name: each
    for each in (
        Sort(
            "steps",
            N_("Process steps"),
            N_("One row for each step of a batch; several rows where it used several lots."),
            Deed.STEP,
            "began_at",
            (
                _BATCH,
                Field("step", _STEP, needed=True),
                Field("equipment", N_("Equipment number")),
                _OPERATOR,
                Field("second", N_("Second person")),
                Field("area", N_("Room")),
                _ON,
                Field("began_at", N_("Begin of the step")),
                Field("ended_at", N_("End of the step")),
                Field("lot", N_("Material lot used")),
                Field("lot_quantity", N_("Quantity of the lot")),
                Field("lot_unit", N_("Unit of the quantity")),
            ),
            ("batch", "step", "equipment", "began_at"),
            (("on", "began_at"),),
            wide=True,
        ),
        Sort(
            "readings",
            N_("Readings of parameters"),
            N_("One row for each value of a parameter."),
            Deed.MONITOR,
            "at",
            (
                _BATCH,
                Field("step", _STEP),
                Field("parameter", N_("Parameter"), needed=True),
                Field("value", N_("Value"), needed=True),
                _UNIT,
                _ON,
                _AT,
                Field("serial", _SERIAL),
                _DI,
                _INSTRUMENT,
            ),
            ("batch", "step", "parameter", "at", "di", "serial"),
            (_WHEN,),
        ),
        Sort(
            "environment",
            N_("Readings of rooms"),
            N_("One row for each value that was measured of a room: particles, microbes, pressure, temperature."),
            Deed.MONITOR,
            "at",
            (
                Field("area", N_("Room"), needed=True),
                Field("parameter", N_("What was measured"), needed=True),
                Field("value", N_("Value"), needed=True),
                _UNIT,
                _ON,
                _AT,
                _INSTRUMENT,
            ),
            ("area", "parameter", "at"),
            (_WHEN,),
        ),
        Sort(
            "serials",
            N_("Serial numbers made"),
            N_("One row for each device of a batch."),
            Deed.COMMISSION,
            "at",
            (_BATCH, Field("serial", _SERIAL, needed=True), _DI, _ON, _AT),
            ("di", "serial"),
            (_WHEN,),
        ),
        Sort(
            "inspections",
            N_("Results of inspection"),
            N_("One row for each device or lot, with a column for each characteristic; or one row for each result."),
            Deed.INSPECT,
            "at",
            (
                _OF_BATCH,
                Field("lot", N_("Material lot")),
                Field("serial", _SERIAL),
                _DI,
                Field("step", _STEP),
                Field("characteristic", N_("Characteristic")),
                Field("value", N_("Value")),
                _UNIT,
                Field("result", N_("Result")),
                _OPERATOR,
                _INSTRUMENT,
                _ON,
                _AT,
            ),
            ("batch", "lot", "di", "serial", "step", "characteristic", "at"),
            (("serial", "lot", "batch"), _WHEN),
            wide=True,
        ),
        Sort(
            "packing",
            N_("Packing"),
            N_("One row for each device or package that went into a package."),
            Deed.PACK,
            "at",
            (
                Field("package", _PACKAGE, needed=True),
                Field("child", N_("What was put in: serial number or package"), needed=True),
                _DI,
                _OF_BATCH,
                _ON,
                _AT,
            ),
            ("package", "di", "child", "at"),
            (_WHEN,),
        ),
        Sort(
            "shipments",
            N_("Shipments"),
            N_("One row for each package or device that left."),
            Deed.SHIP,
            "at",
            (
                Field("package", _PACKAGE),
                Field("serial", _SERIAL),
                _DI,
                _OF_BATCH,
                Field("consignee", N_("Consignee"), needed=True),
                _ON,
                _AT,
                _DOCUMENT,
            ),
            ("package", "di", "serial", "document", "at"),
            (("package", "serial"), _WHEN),
        ),
        Sort(
            "returns",
            N_("Returns"),
            N_("One row for each package or device that came back."),
            Deed.RETURN,
            "at",
            (
                Field("package", _PACKAGE),
                Field("serial", _SERIAL),
                _DI,
                _OF_BATCH,
                Field("sender", N_("Returned by"), needed=True),
                _ON,
                _AT,
                _DOCUMENT,
            ),
            ("package", "di", "serial", "document", "at"),
            (("package", "serial"), _WHEN),
        ),
    )
}
