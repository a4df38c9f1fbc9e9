"""Every race there is.  To add one: write its class in the module it belongs to, and name it here."""

from tests.races.factors import LastPlace, PasskeyAnswer, RecoveryCodeUsed
from tests.races.identities import CodeToEnterAndToSign, OneInvitation, SignInCode
from tests.races.machines import OneAssertion, OneKey, OneKeyForTwo
from tests.races.race import Race
from tests.races.records import LedgerHead, OneDraft, OneForm, OneNumber, StalePages
from tests.races.signatures import (
    Activation,
    BothSidesSign,
    MarketingRelease,
    OneIntent,
    ProductionRelease,
    SameSideSigns,
)

RACES: tuple[type[Race], ...] = (
    ProductionRelease,
    MarketingRelease,
    OneIntent,
    SameSideSigns,
    BothSidesSign,
    Activation,
    SignInCode,
    CodeToEnterAndToSign,
    RecoveryCodeUsed,
    PasskeyAnswer,
    OneInvitation,
    StalePages,
    OneNumber,
    OneDraft,
    OneForm,
    OneKey,
    OneKeyForTwo,
    OneAssertion,
    LastPlace,
    LedgerHead,
)
