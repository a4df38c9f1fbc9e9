"""A document of events, whole: JSON-LD of EPCIS 2.0, XML of EPCIS 1.2 and 2.0, each event as the body that JSON has.

A body keeps the names of the standard; a name of somebody else's is written ``{namespace}name``.  What makes the
document unreadable refuses it all, with the place; what is wrong with one event ``event_of`` finds.
"""

from agreements.epcis.jsonld import read_json, read_json_event
from agreements.epcis.parts import Document, Unreadable
from agreements.epcis.xml import read_xml
from workflows.words import N_, Said

XML_MEDIA = ("application/xml", "text/xml")
MEDIA = ("application/ld+json", "application/json", *XML_MEDIA)
MOST_EVENTS = 10_000
MOST_BYTES = 32 * 1024 * 1024


def read_document(data: bytes, media: str) -> Document:
    """Read what was sent as one of :data:`MEDIA`.  Raises :class:`Unreadable`."""
    if len(data) > MOST_BYTES:
        raise Unreadable(
            "", Said(N_("A document has at most %(count)s bytes; send it in parts."), {"count": MOST_BYTES})
        )
    document = read_xml(data) if media in XML_MEDIA else read_json(data)
    if not document.bodies:
        raise Unreadable("EventList", Said(N_("The document holds no event.")))
    if len(document.bodies) > MOST_EVENTS:
        says = N_("A document has at most %(most)s events, this one has %(count)s; send it in parts.")
        raise Unreadable("EventList", Said(says, {"most": MOST_EVENTS, "count": len(document.bodies)}))
    return document


def read_event(data: bytes, media: str) -> Document:
    """Read one event: by itself as JSON-LD has it, or the only one of a document.  Raises :class:`Unreadable`."""
    document = read_xml(data) if media in XML_MEDIA else read_json_event(data)
    if len(document.bodies) != 1:
        says = N_("One event is sent here at a time, not %(count)s; a document of several goes to /epcis/capture.")
        raise Unreadable("EventList", Said(says, {"count": len(document.bodies)}))
    return document
