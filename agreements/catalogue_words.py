"""The sentences in which the prohibited catalogues ask and explain."""

from collections.abc import Mapping

from agreements.evidence import Product
from workflows.words import N_, Said

QUESTIONS: Mapping[str, str] = {
    "code": N_("What is the full 2017 classification code of the product, for example 13-07-02?"),
    "is_implantable": N_("Is the product implantable (placed by surgery, there for 30 days or more, or absorbed)?"),
    "contains_animal_origin_material": N_("Does the product contain material of animal origin?"),
    "directly_from_animal_tissue": N_("Is the product taken directly from animal tissue?"),
    "is_allogeneic": N_("Is the product allogeneic (made from tissue of another person)?"),
    "contains_allogeneic_material": N_("Does the product contain allogeneic material?"),
    "vascular_site": N_("Which vessels is the product made for: peripheral, coronary, intracranial or other?"),
    "P14-01": N_("Is the product a vascular stent or stent system other than a peripheral one?"),
    "P14-02": N_("Is the product a cardiac occluder or an occluder system?"),
    "P14-03": N_("Is the product a prosthetic heart valve?"),
    "P14-04": N_("Is the product an implant or an injected agent for plastic surgery?"),
    "P14-05": N_("Is the product an allogeneic medical device?"),
    "P14-06": N_("Is the product an animal-origin material to repair heart, nerve or dura?"),
    "P14-07": N_("Is the product artificial skin of animal origin?"),
    "P14-08": N_("Is the product an animal-origin haemostatic or anti-adhesion material for use inside the body?"),
    "P14-09": N_("Is the product a bone repair material of animal origin?"),
    "P14-10": N_("Is the product another implantable device taken directly from animal tissue?"),
    "P14-11": N_("Is the product a cardiac pacemaker?"),
    "P14-12": N_("Is the product an implantable blood pump?"),
    "P14-13": N_("Is the product an implantable insulin pump?"),
}

_MET: Mapping[str, str] = {
    "P22-04": N_("The code %(code)s is named by the entry and the product contains material of animal origin."),
    "P22-07": N_("The code %(code)s lies under 13-07 and no exception of the entry applies."),
    "P22-11": N_("The code %(code)s lies under 13-10 and the product contains allogeneic or animal-origin material."),
    "P22-12": N_("The code %(code)s is named by the entry and the product contains material of animal origin."),
    "P22-13": N_("The product is implantable and allogeneic."),
    "P22-14": N_("The product is implantable and taken directly from animal tissue."),
}
_NOT_MET: Mapping[str, str] = {
    "P22-04": N_("The code %(code)s is named by the entry, but the product contains no material of animal origin."),
    "P22-11": N_("The code %(code)s lies under 13-10, but the product contains no allogeneic or animal material."),
    "P22-12": N_("The code %(code)s is named by the entry, but the product contains no material of animal origin."),
}
_EXCEPTED: Mapping[str, str] = {
    "13-07-02": N_("Peripheral vascular stents (13-07-02) are excepted from the entry by name."),
    "13-07-03": N_("Vena cava filters (13-07-03) are excepted from the entry by name."),
    "13-07-08": N_("Cardiovascular embolisation devices (13-07-08) are excepted from the entry by name."),
}
_CERTAIN_2014: Mapping[str, str] = {
    "P14-01": N_("The stent is made for peripheral vessels, which the entry excepts by name."),
    "P14-06": N_("The product contains no material of animal origin."),
    "P14-07": N_("The product contains no material of animal origin."),
    "P14-08": N_("The product contains no material of animal origin."),
    "P14-09": N_("The product contains no material of animal origin."),
    "P14-10": N_("The product is not implantable, or it is not taken directly from animal tissue."),
    "P14-12": N_("The product is not implantable."),
    "P14-13": N_("The product is not implantable."),
}


def why_2022(
    codes: tuple[str, ...],
    rule_id: str,
    product: Product,
    *,
    met: bool | None,
    code_met: bool | None,
    missing: tuple[str, ...],
) -> Said:
    code = product.code or ""
    if met is None:
        return Said(N_("Not decided: %(missing)s is not known."), {"missing": ", ".join(missing)})
    if met:
        always = N_("The code %(code)s is named by the entry, which has no exception.")
        return Said(_MET.get(rule_id, always), {"code": code})
    if not codes:
        return _attribute_rule_not_met(rule_id, product)
    if code_met is not False and rule_id == "P22-07":
        return Said(_EXCEPTED[code])
    if code_met is not False and rule_id in _NOT_MET:
        return Said(_NOT_MET[rule_id], {"code": code or ", ".join(codes)})
    return Said(N_("The code %(code)s does not lie under %(entry)s."), {"code": code, "entry": ", ".join(codes)})


def why_2014(entry_id: str, met: bool | None, answer: bool | None) -> Said:
    if met is None:
        return Said(N_("This catalogue has no codes: a person must answer for the entry %(id)s."), {"id": entry_id})
    if answer is met:
        return Said(N_("A person answered: yes.")) if met else Said(N_("A person answered: no."))
    if entry_id == "P14-05":
        return Said(N_("The product is allogeneic.")) if met else Said(N_("The product is not allogeneic."))
    if met:
        return Said(N_("The product is implantable and taken directly from animal tissue."))
    return Said(_CERTAIN_2014[entry_id])


def note(rule_id: str, code: str | None) -> Said | None:
    """What a person must look at: Notice 2022-17 excepts peripheral stents by name, and 13-07-01 may hold some."""
    if rule_id == "P22-07" and code == "13-07-01":
        return Said(
            N_(
                "13-07-01 is inside 13-07 as printed. A covered peripheral stent filed here is a doubtful case: "
                "only a person, after asking the authority, may decide it."
            )
        )
    return None


def _attribute_rule_not_met(rule_id: str, product: Product) -> Said:
    if product.is_implantable is False:
        return Said(N_("The product is not implantable."))
    if rule_id == "P22-13":
        return Said(N_("The product is not allogeneic."))
    return Said(N_("The product is not taken directly from animal tissue."))
