"""Who is asking, and how they proved it."""

from portal.identity.actor import Actor, person_behind, recognise, recovering
from portal.identity.proving import Proof, ProofRefused, prove, prove_stranger
from portal.identity.sessions import begin_session, end_session
from portal.limits import Throttled

__all__ = [
    "Actor",
    "Proof",
    "ProofRefused",
    "Throttled",
    "begin_session",
    "end_session",
    "person_behind",
    "prove",
    "prove_stranger",
    "recognise",
    "recovering",
]
