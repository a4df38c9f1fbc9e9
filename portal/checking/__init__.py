"""Whether a file is what it says and does nothing but lie there.

Everything here reads hostile bytes, so it runs in a process of its own (:mod:`portal.checking.nursery`), never in one
that answers people; only :mod:`portal.checking.asking` belongs to the caller's side.
"""
