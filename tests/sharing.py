"""The stage takes long to set: one worker of a run builds it, the others copy what it built."""

import fcntl
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.stage import Stage, set_stage, take_over


def shared_stage(engine: str, own: Path, run: Path, *, patiently: bool) -> Stage:
    """The stage of ``engine`` in this worker's ``own`` folder; ``run`` is a folder that all workers of the run see.

    Raises BlockingIOError while another worker is building it, unless asked ``patiently``.
    """
    built = run / f"{engine}.stage"
    with _alone(run / f"{engine}.lock", patiently=patiently):
        if built.exists():
            folder, template, world = pickle.loads(built.read_bytes())
            return take_over(engine, own, world, of=folder, template=template)
        stage = set_stage(engine, own)
        built.write_bytes(pickle.dumps((stage.folder, stage.template, stage.world)))
        return stage


@contextmanager
def _alone(lock: Path, *, patiently: bool) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX if patiently else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
