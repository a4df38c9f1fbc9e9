"""A process of its own that may be killed, in the way a machine that loses its power kills it."""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextvars import Context
from typing import Any

from portal.db import engines, session
from tests.stage import _bare


def in_a_process(work: Callable[[], object]) -> int:
    """Do this elsewhere; the signal that ended it, or 0 where it came to its end."""
    session.remove()
    for engine in (engines().writing, engines().reading, *_bare.values()):
        engine.dispose()  # nothing of it may be open in two processes
    child = os.fork()
    if child == 0:
        code = 1
        try:
            Context().run(work)  # nobody's books are open there
            code = 0
        except BaseException:  # noqa: BLE001  told, since nobody else hears of it
            traceback.print_exc(file=sys.stderr)
        finally:
            os._exit(code)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "it broke by itself"
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def killed_at(function: Callable[..., Any], time: int = 1) -> Callable[..., Any]:
    """The same function, which ends its process (kill -9) once it was called so often and did what it does."""
    calls = []

    def deadly(*given: Any, **named: Any) -> Any:
        answer = function(*given, **named)
        calls.append(given)
        if len(calls) == time:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    return deadly
