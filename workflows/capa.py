"""Corrective and preventive action across two parties: cause, plan, approval, carrying out, and whether it worked."""

from dataclasses import dataclass

from workflows.engine import Check, Lifecycle, Side, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_, Said

TRIGGERS = {
    "nonconformity": N_("A nonconformity"),
    "consecutive": N_("Several nonconforming batches in a row"),
    "conformity": N_("A clear drop in conformity"),
    "post_market": N_("Risk after marketing beyond the criteria"),
    "audit": N_("A finding of an audit"),
    "complaint": N_("A complaint"),
    "ineffective": N_("An earlier action that did not work"),
    "other": N_("Something else"),
}
JOINT = frozenset({"consecutive", "conformity", "post_market"})

_GUIDE = Source("GUIDE-2022-20", "III(6)10")
_JOINT = Source("ANN-2024-38", "(9)")


@dataclass(frozen=True, slots=True)
class CapaFacts:
    """``actions`` are those that stand, ``undone`` those of them still to be done.

    ``batches_since`` were opened after the actions were carried out, ``nonconforming_since`` of those have a
    nonconformity; ``check_on`` is an ISO day, empty until the actions are carried out.
    """

    cause_given: bool
    actions: int
    undone: int
    criterion_given: bool
    check_on: str
    check_due: bool
    batches_since: int
    nonconforming_since: int
    result_written: bool


CAUSE = Check[CapaFacts](
    code="cause-found",
    says=N_("The problem is investigated, and its cause is written down."),
    holds=lambda facts: facts.cause_given,
    sources=(_GUIDE, _JOINT),
    mend="capas.investigate",
)
ACTIONS = Check[CapaFacts](
    code="actions-planned",
    says=N_("At least one action is planned, with who does it and by when."),
    holds=lambda facts: facts.actions > 0,
    sources=(_GUIDE,),
    mend="capas.add_action",
)
CRITERION = Check[CapaFacts](
    code="criterion-set",
    says=N_("It is set from which data, and how long afterwards, its effect will be judged."),
    holds=lambda facts: facts.criterion_given,
    sources=(_JOINT,),
    mend="capas.investigate",
)
ALL_DONE = Check[CapaFacts](
    code="actions-done",
    says=N_("Every action that stands is done, with evidence."),
    holds=lambda facts: facts.undone == 0,
    fact=lambda facts: Said(N_("Still to be done: %(count)s."), {"count": facts.undone}),
    sources=(_GUIDE,),
)
TIME_PASSED = Check[CapaFacts](
    code="check-day-reached",
    says=N_("The day set for judging its effect has come."),
    holds=lambda facts: facts.check_due if facts.check_on else None,
    fact=lambda facts: Said(N_("It was set for %(on)s."), {"on": facts.check_on}) if facts.check_on else Said(""),
    sources=(_JOINT,),
)
DATA = Check[CapaFacts](
    code="judged-from-data",
    says=N_("Batches were opened since, so that there is something to judge from."),
    holds=lambda facts: facts.batches_since > 0,
    fact=lambda facts: Said(
        N_("Batches since it was carried out: %(batches)s; with a nonconformity: %(bad)s."),
        {"batches": facts.batches_since, "bad": facts.nonconforming_since},
    ),
    sources=(_JOINT, Source("HOUSE")),
)
RESULT = Check[CapaFacts](
    code="result-written",
    says=N_("What the data show is written down."),
    holds=lambda facts: facts.result_written,
    sources=(_JOINT,),
    mend="capas.judge",
)

CAPA = Lifecycle[CapaFacts](
    subject="capa",
    says=N_("A problem is investigated by both sides, put right at its cause, and its effect judged from data."),
    states=(
        State("opened", N_("Being investigated"), Tone.WARN),
        State("planned", N_("Plan submitted"), Tone.ACTIVE),
        State("approved", N_("Being carried out"), Tone.ACTIVE),
        State("carried_out", N_("Carried out; effect to be judged"), Tone.ACTIVE),
        State("effective", N_("Found effective"), Tone.GOOD, final=True),
        State("ineffective", N_("Found ineffective"), Tone.BAD, final=True),
    ),
    initial="opened",
    transitions=(
        Transition(
            name="submit",
            label=N_("Submit the plan"),
            says=N_("Cause, actions and the way to judge the effect go to the registrant."),
            sources=frozenset({"opened"}),
            target="planned",
            power=Power.CAPA_KEEP,
            event="capa.planned",
            checks=(CAUSE, ACTIONS, CRITERION),
        ),
        Transition(
            name="send_back",
            label=N_("Send back"),
            says=N_("The plan is not accepted; it must be made anew."),
            sources=frozenset({"planned"}),
            target="opened",
            power=Power.CAPA_KEEP,
            side=Side.REGISTRANT,
            event="capa.returned",
            reason=True,
        ),
        Transition(
            name="approve",
            label=N_("Approve the plan"),
            says=N_("The registrant approves cause, actions and criterion; they are carried out from now on."),
            sources=frozenset({"planned"}),
            target="approved",
            power=Power.CAPA_KEEP,
            side=Side.REGISTRANT,
            event="capa.approved",
            checks=(CAUSE, ACTIONS, CRITERION),
            signature=N_("I approve this plan of corrective and preventive action."),
        ),
        Transition(
            name="finish",
            label=N_("Declare it carried out"),
            says=N_("Every action is done; the time until its effect is judged begins."),
            sources=frozenset({"approved"}),
            target="carried_out",
            power=Power.CAPA_KEEP,
            event="capa.carried-out",
            checks=(ALL_DONE,),
        ),
        Transition(
            name="find_effective",
            label=N_("Find it effective"),
            says=N_("The data show that the problem does not return."),
            sources=frozenset({"carried_out"}),
            target="effective",
            power=Power.CAPA_KEEP,
            side=Side.REGISTRANT,
            event="capa.found-effective",
            checks=(TIME_PASSED, DATA, RESULT),
            signature=N_("I have judged the effect of this action from the data and find it effective."),
        ),
        Transition(
            name="find_ineffective",
            label=N_("Find it ineffective"),
            says=N_("The problem is still there; a new action, which names this one, is to be opened."),
            sources=frozenset({"carried_out"}),
            target="ineffective",
            power=Power.CAPA_KEEP,
            side=Side.REGISTRANT,
            event="capa.found-ineffective",
            checks=(RESULT,),
            signature=N_("I have judged the effect of this action from the data and find it ineffective."),
            reason=True,
            grave=True,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """``mine``: the actor's side is to do it; ``approved``: the plan it belongs to is being carried out."""

    mine: bool
    approved: bool
    evidence_given: bool


DOER = Check[ActionFacts](
    code="action-mine",
    says=N_("Your side is to do it."),
    holds=lambda facts: facts.mine,
    sources=(Source("HOUSE"),),
)
PLAN_APPROVED = Check[ActionFacts](
    code="plan-approved",
    says=N_("The plan that it belongs to is approved."),
    holds=lambda facts: facts.approved,
    sources=(Source("GUIDE-2022-20", "template 9.1.2"),),
)
EVIDENCE = Check[ActionFacts](
    code="evidence-given",
    says=N_("Evidence shows that it is done."),
    holds=lambda facts: facts.evidence_given,
    sources=(_GUIDE,),
    mend="capas.show_action",
)

CAPA_ACTION = Lifecycle[ActionFacts](
    subject="capa_action",
    says=N_("One step of a plan: somebody does it by a day and shows that it is done."),
    states=(
        State("planned", N_("To be done"), Tone.ACTIVE),
        State("done", N_("Done"), Tone.GOOD, final=True),
        State("dropped", N_("Dropped"), Tone.QUIET, final=True),
    ),
    initial="planned",
    transitions=(
        Transition(
            name="complete",
            label=N_("Declare it done"),
            says=N_("With the evidence on record."),
            sources=frozenset({"planned"}),
            target="done",
            power=Power.CAPA_KEEP,
            event="capa_action.done",
            checks=(PLAN_APPROVED, DOER, EVIDENCE),
        ),
        Transition(
            name="drop",
            label=N_("Drop it"),
            says=N_("It stays on record with the reason, but nobody has to do it any more."),
            sources=frozenset({"planned"}),
            target="dropped",
            power=Power.CAPA_KEEP,
            side=Side.REGISTRANT,
            event="capa_action.dropped",
            reason=True,
        ),
    ),
)


NOT_YET_APPROVED = Check[str](
    code="plan-open",
    says=N_("The plan is not submitted yet, or was sent back."),
    holds=lambda state: state == "opened",
    sources=(Source("HOUSE"),),
    mend="capas.show",
)
TO_BE_JUDGED = Check[str](
    code="effect-open",
    says=N_("The actions are carried out, and their effect is not judged yet."),
    holds=lambda state: state == "carried_out",
    sources=(Source("HOUSE"),),
    mend="capas.show",
)

ACTION_OPEN = Check[str](
    code="action-open",
    says=N_("The action is still to be done."),
    holds=lambda state: state == "planned",
    sources=(Source("HOUSE"),),
    mend="capas.show",
)

OPEN_CAPA = Transition[None](
    name="open",
    label=N_("Open a corrective action"),
    says=N_("A problem that needs more than putting the pieces right."),
    sources=frozenset(),
    target="opened",
    power=Power.CAPA_KEEP,
    event="capa.opened",
)
INVESTIGATE = Transition[str](
    name="investigate",
    label=N_("Write cause and criterion"),
    says=N_("What caused it, and from which data its effect will be judged how long afterwards."),
    sources=frozenset(),
    target="",
    power=Power.CAPA_KEEP,
    event="capa.investigated",
    checks=(NOT_YET_APPROVED,),
)
PLAN = Transition[str](
    name="plan",
    label=N_("Plan an action"),
    says=N_("What is done, by which side and whom, by which day."),
    sources=frozenset(),
    target="",
    power=Power.CAPA_KEEP,
    event="capa_action.planned",
    checks=(NOT_YET_APPROVED,),
)
JUDGE = Transition[str](
    name="judge",
    label=N_("Write what the data show"),
    says=N_("Before its effect is found or not."),
    sources=frozenset(),
    target="",
    power=Power.CAPA_KEEP,
    side=Side.REGISTRANT,
    event="capa.judged",
    checks=(TO_BE_JUDGED,),
)

SHOW_ACTION = Transition[str](
    name="show",
    label=N_("Write the evidence"),
    says=N_("What shows that it is done; the action is declared done afterwards."),
    sources=frozenset(),
    target="",
    power=Power.CAPA_KEEP,
    event="capa_action.shown",
    checks=(ACTION_OPEN,),
)
