"""Who inspects, and what an inspection leaves behind in the chains."""

import io
import zipfile

JIANGSU, SHANGHAI, GUANGDONG = (f"{each}/authority-inspector" for each in ("jiangsu", "shanghai", "guangdong"))
PARTIES = ("chengyue/management-representative", "hengrui/manufacturer-quality-manager", "qihe/plant-clerk")
RELATIONS = ("entrustment", "rival_entrustment", "strange_entrustment", "proposed", "eligible")


def added(before, after):
    """What came to which chain."""
    new = {about: events[len(before.get(about, [])) :] for about, events in after.items()}
    return {about: events for about, events in new.items() if events}


def parcel(answer) -> zipfile.ZipFile:
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(answer.data))


def in_sight(world, *names):
    return {getattr(world, name).hex for name in names}
