"""What is written into a design transfer between its moves, and until when."""

from workflows.engine import Check, Side, Source, Transition
from workflows.powers import Power
from workflows.words import N_

PREPARING = Check[str](
    code="transfer-in-preparation",
    says=N_("The transfer is still being prepared, or was taken back."),
    holds=lambda state: state == "preparing",
    sources=(Source("HOUSE"),),
    mend="transfers.show",
)
HANDED_OVER = Check[str](
    code="transfer-handed-over",
    says=N_("The registrant has handed over, and the trial production is not declared done yet."),
    holds=lambda state: state == "handed_over",
    sources=(Source("GMP-2025", "111"),),
    mend="transfers.show",
)
UNTRIED = Check[str](
    code="transfer-underway",
    says=N_("The transfer is being prepared or handed over: neither tried out nor signed."),
    holds=lambda state: state in ("preparing", "handed_over"),
    sources=(Source("HOUSE"),),
    mend="transfers.show",
)
UNSIGNED = Check[str](
    code="transfer-unsigned",
    says=N_("Nobody has signed the transfer yet, and it is not given up."),
    holds=lambda state: state in ("preparing", "handed_over", "trialled"),
    sources=(Source("HOUSE"),),
    mend="transfers.show",
)
NONE_UNDERWAY = Check[bool](
    code="none-underway",
    says=N_("No other transfer of this product is under way in this entrustment."),
    holds=lambda underway: not underway,
    sources=(Source("HOUSE"),),
    mend="transfers.listing",
)

OPEN_TRANSFER = Transition[bool](
    name="open",
    label=N_("Begin a design transfer"),
    says=N_("Which product, which production steps, how the documents are handed over."),
    sources=frozenset(),
    target="preparing",
    power=Power.TRANSFER_KEEP,
    side=Side.REGISTRANT,
    event="transfer.opened",
    checks=(NONE_UNDERWAY,),
)
AMEND = Transition[str](
    name="amend",
    label=N_("Amend steps and scope"),
    says=N_("What is transferred, and the steps that trial production has to cover."),
    sources=frozenset(),
    target="",
    power=Power.TRANSFER_KEEP,
    side=Side.REGISTRANT,
    event="transfer.amended",
    checks=(PREPARING,),
)
LIST = Transition[str](
    name="list",
    label=N_("Put an item on the list"),
    says=N_("A document, specification, drawing, software, tool or sample, in its version."),
    sources=frozenset(),
    target="",
    power=Power.TRANSFER_KEEP,
    side=Side.REGISTRANT,
    event="transfer_item.listed",
    checks=(PREPARING,),
)
STRIKE = Transition[str](
    name="strike",
    label=N_("Strike it off the list"),
    says=N_("It stays on record, struck out, with the reason."),
    sources=frozenset(),
    target="",
    power=Power.TRANSFER_KEEP,
    side=Side.REGISTRANT,
    event="transfer_item.struck",
    checks=(PREPARING,),
)
GIVE = Transition[str](
    name="give",
    label=N_("Confirm items"),
    says=N_("You confirm, item by item, that this is what is handed over, in this version."),
    sources=frozenset(),
    target="",
    power=Power.TRANSFER_KEEP,
    side=Side.REGISTRANT,
    event="transfer_item.given",
    checks=(PREPARING,),
)
RECEIVE = Transition[str](
    name="receive",
    label=N_("Confirm receipt"),
    says=N_("You confirm, item by item, that it has arrived in this version and can be worked with."),
    sources=frozenset(),
    target="",
    power=Power.TRANSFER_KEEP,
    side=Side.MANUFACTURER,
    event="transfer_item.received",
    checks=(HANDED_OVER,),
)
TRAIN = Transition[str](
    name="train",
    label=N_("Record a training"),
    says=N_("Who trained whom in what, and how it was judged."),
    sources=frozenset(),
    target="",
    power=Power.TRANSFER_KEEP,
    event="transfer_training.recorded",
    checks=(UNTRIED,),
)
TRY = Transition[str](
    name="try",
    label=N_("Record a trial"),
    says=N_("Which steps were tried out on which pilot batch, and with what result."),
    sources=frozenset(),
    target="",
    power=Power.TRANSFER_KEEP,
    side=Side.MANUFACTURER,
    event="transfer_trial.recorded",
    checks=(HANDED_OVER,),
)
NOTE_GAP = Transition[str](
    name="note_gap",
    label=N_("Note a gap"),
    says=N_("What is still missing, which side closes it, and by when."),
    sources=frozenset(),
    target="",
    power=Power.TRANSFER_KEEP,
    event="transfer_gap.noted",
    checks=(UNSIGNED,),
)
