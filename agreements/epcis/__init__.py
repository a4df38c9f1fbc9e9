"""EPCIS 2.0 with its vocabulary CBV 2.0 (GS1): events read, checked, written, hashed, and what they say of making.

Sources: GS1 EPCIS Standard 2.0; GS1 Core Business Vocabulary 2.0; GS1 Digital Link; GS1 EPC Tag Data Standard.
"""

from agreements.epcis.documents import MEDIA, read_document, read_event
from agreements.epcis.events import Action, Event, Faulty, Kind, event_of
from agreements.epcis.hashing import event_id, prehash
from agreements.epcis.parts import Document
from agreements.epcis.vocabulary import VERSION
from agreements.epcis.writing import body_of, document_of

__all__ = [
    "MEDIA",
    "VERSION",
    "Action",
    "Document",
    "Event",
    "Faulty",
    "Kind",
    "body_of",
    "document_of",
    "event_id",
    "event_of",
    "prehash",
    "read_document",
    "read_event",
]
