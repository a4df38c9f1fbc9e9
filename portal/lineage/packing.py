"""What lies in what, as one deed after the other packs and unpacks."""

from collections.abc import Iterable, Iterator, Sequence

from portal.lineage import knowing


class Packing:
    """The contents of packages, by node; of those the graph holds as it holds them when this is made."""

    def __init__(self, nodes: Iterable[int]) -> None:
        self._inside: dict[int, dict[int, None]] = {}
        self._put_in: dict[int, tuple[int, int]] = {}
        for child, parent, deed in knowing.contents(set(nodes)):
            self.pack(parent, [child], deed)

    def pack(self, package: int, nodes: Sequence[int], deed: int) -> None:
        self._inside.setdefault(package, {}).update(dict.fromkeys(nodes))
        self._put_in.update(dict.fromkeys(nodes, (package, deed)))

    def unpack(self, nodes: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Take them out of what they lie in; each with the deed that had packed it."""
        for node in nodes:
            package, deed = self._put_in.pop(node)
            del self._inside[package][node]
            yield node, deed

    def with_contents(self, nodes: Sequence[int]) -> list[int]:
        """These, and all that lies in them at any depth, each once."""
        found: dict[int, None] = {}
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if node not in found:
                found[node] = None
                waiting += self._inside.get(node, ())
        return list(found)
