"""What is wrong with an act that was typed, said where it was typed."""

from collections.abc import Sequence
from typing import Any

from portal.making.recording import Fault, Question
from portal.wording import said


def show_faults(form: Any, faults: Sequence[Fault | Question]) -> None:
    """Say each beside its field of the form, or above all where it is about the whole."""
    for fault in faults:
        if fault.place in form:
            form[fault.place].errors = [said(fault.says)]
        else:
            form.form_errors.append(said(fault.says))
