"""The stage takes long to set: one worker of a run builds it, the others copy what it built."""

import fcntl
import os
import pickle
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import in_memory
from tests.stage import Stage, set_stage, take_over

# Names the folder of the run in which every worker has its stages.
STAGES = "PORTAL_TEST_STAGES"
_made: list[tempfile.TemporaryDirectory[str]] = []


def begin() -> None:
    """Make the folder in which the stages of a run lie: in memory, where the machine has any to write to.

    Called by the controller before its workers start.  It lies there until all of them have ended: the worker that
    built a stage may have nothing left to do while another is about to copy it.
    """
    _made.append(tempfile.TemporaryDirectory(prefix="stages-", dir=in_memory()))
    os.environ[STAGES] = _made[-1].name


def end() -> None:
    """Clear away what this process made; a worker has made nothing."""
    while _made:
        os.environ.pop(STAGES, None)
        _made.pop().cleanup()


def own_folder(engine: str) -> Path:
    """A folder for this process's stage of an engine."""
    return Path(tempfile.mkdtemp(prefix=f"{engine}-", dir=os.environ[STAGES]))


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
