"""Units as GS1 writes them (UN/CEFACT Recommendation 20) and as people do, and what they measure."""

from collections.abc import Mapping

# Code: the unit as it is read here, what else people write for it, and the measurement type of GS1's vocabulary.
_UNITS: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "H87": ("pcs", ("piece", "pieces", "pc", "件", "个", "支", "枚", "套"), ""),
    "MGM": ("mg", ("毫克",), "Mass"),
    "GRM": ("g", ("克",), "Mass"),
    "KGM": ("kg", ("千克", "公斤"), "Mass"),
    "TNE": ("t", ("吨",), "Mass"),
    "4H": ("μm", ("µm", "um", "微米"), "Length"),
    "MMT": ("mm", ("毫米",), "Length"),
    "CMT": ("cm", ("厘米",), "Length"),
    "MTR": ("m", ("米",), "Length"),
    "KMT": ("km", ("千米", "公里"), "Length"),
    "MLT": ("ml", ("mL", "毫升"), "Volume"),
    "LTR": ("l", ("L", "升"), "Volume"),
    "MMK": ("mm2", ("mm²", "平方毫米"), "Area"),
    "CMK": ("cm2", ("cm²", "平方厘米"), "Area"),
    "MTK": ("m2", ("m²", "平方米"), "Area"),
    "CEL": ("°C", ("℃", "摄氏度"), "Temperature"),
    "KEL": ("K", (), "Temperature"),
    "P1": ("%", ("％",), "Dimensionless"),
    "PAL": ("Pa", ("帕",), "Pressure"),
    "KPA": ("kPa", ("千帕",), "Pressure"),
    "MPA": ("MPa", ("兆帕",), "Pressure"),
    "BAR": ("bar", (), "Pressure"),
    "SEC": ("s", ("秒",), "Time"),
    "MIN": ("min", ("分钟", "分"), "Time"),
    "HUR": ("h", ("小时", "时"), "Time"),
    "NEW": ("N", ("牛",), "Force"),
    "NU": ("N·m", ("Nm", "N m", "牛·米"), "Torque"),
}
_CODES = {word: code for code, (unit, others, _) in _UNITS.items() for word in (unit, *others)}
PIECE, ANYTHING = "H87", "Dimensionless"


def written(code: str) -> str:
    """The unit of a code as people write it; a code that is not known here stays, nothing counts pieces."""
    return _UNITS[code][0] if code in _UNITS else code or _UNITS[PIECE][0]


def code_of(unit: str) -> str | None:
    """The code of a unit, or None where none is known here."""
    return unit if unit in _UNITS else _CODES.get(unit.strip())


def measurement_of(unit: str) -> str:
    """The type of measurement that a unit belongs to; what belongs to none is without dimension."""
    code = code_of(unit)
    return (_UNITS[code][2] if code else "") or ANYTHING
