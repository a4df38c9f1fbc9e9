"""Which column of a sheet means what, as somebody confirmed it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agreements.tables.sorts import SORTS, VALUES, Sort
from workflows.words import N_, Said

# A sheet that holds nothing of making, such as a cover.
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Column:
    """``head`` is its name in the file; ``field`` one of the sort's, VALUES, or empty for a column that is left out.

    Of VALUES, ``name`` is the parameter or characteristic.  ``unit`` is what its values are in, where the head says so.
    """

    head: str
    field: str
    name: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Mapped:
    """The sort of a sheet and its columns in their order."""

    sort: str
    columns: tuple[Column, ...]

    @property
    def of_sort(self) -> Sort:
        return SORTS[self.sort]

    def place_of(self, field: str) -> int | None:
        return next((place for place, each in enumerate(self.columns) if each.field == field), None)

    def faults(self) -> Iterator[Said]:
        """Why no row could be read by it; nothing where it will do."""
        if self.sort == NOTHING:
            return
        sort, named = self.of_sort, [each.field for each in self.columns if each.field not in ("", VALUES)]
        labels = {each.name: each.label for each in sort.fields}
        for field in sort.fields:
            if named.count(field.name) > 1:
                yield Said(N_("Two columns are both taken for “%(field)s”. Choose one."), {"field": Said(field.label)})
            if field.needed and field.name not in named:
                yield Said(N_("No column is taken for “%(field)s”. Choose one."), {"field": Said(field.label)})
        for group in sort.one_of:
            if not set(group) & set(named):
                fields = " / ".join(labels[each] for each in group)
                yield Said(N_("One of these must have a column: %(fields)s."), {"fields": fields})
        if any(each.field == VALUES for each in self.columns) and not sort.wide:
            yield Said(N_("In a sheet of this sort no column holds values of its own."))
        if sort.name == "inspections" and not {"result", "value", *_wide(self.columns)} & {*named, VALUES}:
            yield Said(N_("No column holds a result."))

    def as_data(self) -> dict[str, Any]:
        return {
            "sort": self.sort,
            "columns": [
                {"head": each.head, "field": each.field, "name": each.name, "unit": each.unit} for each in self.columns
            ],
        }


def mapped_from(data: Mapping[str, Any]) -> Mapped:
    """What :meth:`Mapped.as_data` returned."""
    return Mapped(data["sort"], tuple(Column(**each) for each in data["columns"]))


def _either(labels: Mapping[str, str], group: Sequence[str]) -> Said:
    """The labels of a group, each to be said in the reader's language."""
    return Said(" / ".join(f"%({each})s" for each in group), {each: Said(labels[each]) for each in group})


def _wide(columns: Sequence[Column]) -> set[str]:
    return {VALUES} & {each.field for each in columns}
