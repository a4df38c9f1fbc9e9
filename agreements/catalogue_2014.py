"""What the attributes of a product can decide about the entries of Notice 2014-18, which has no codes.

An attribute decides only where the printed text makes it certain; everything else waits for a person.  Where a recorded
answer and an attribute differ, the stricter holds, so that no later answer can free a product by accident.
"""

from collections.abc import Callable, Mapping

from agreements.conditions import Answers, Judge
from agreements.evidence import Product


def _not_peripheral(product: Product) -> bool | None:
    return False if product.vascular_site == "peripheral" else None


def _allogeneic(product: Product) -> bool | None:
    return product.is_allogeneic


def _of_animal_origin(product: Product) -> bool | None:
    return False if product.contains_animal_origin_material is False else None


def _implantable(product: Product) -> bool | None:
    return False if product.is_implantable is False else None


def _implantable_from_tissue(product: Product) -> bool | None:
    from_tissue = product.directly_from_animal_tissue
    if from_tissue is None and product.contains_animal_origin_material is False:
        from_tissue = False
    if from_tissue is False or product.is_implantable is False:
        return False
    return True if from_tissue and product.is_implantable else None


def _only_a_person(_: Product) -> bool | None:
    return None


_CERTAIN: Mapping[str, Callable[[Product], bool | None]] = {
    "P14-01": _not_peripheral,
    "P14-02": _only_a_person,
    "P14-03": _only_a_person,
    "P14-04": _only_a_person,
    "P14-05": _allogeneic,
    "P14-06": _of_animal_origin,
    "P14-07": _of_animal_origin,
    "P14-08": _of_animal_origin,
    "P14-09": _of_animal_origin,
    "P14-10": _implantable_from_tissue,
    "P14-11": _only_a_person,
    "P14-12": _implantable,
    "P14-13": _implantable,
}


def _judge(entry_id: str, certain: Callable[[Product], bool | None]) -> Judge:
    def judge(product: Product, answers: Answers) -> bool | None:
        decided, answer = certain(product), answers.get(entry_id)
        return decided if decided is True or answer is None else answer

    return judge


JUDGES_2014: Mapping[str, Judge] = {entry_id: _judge(entry_id, certain) for entry_id, certain in _CERTAIN.items()}
