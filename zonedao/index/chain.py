"""A chain as an index tells it: what is asked of contracts is answered from what they told.

It stands where a connection stands, so that all that reads contracts reads an index as well. What no event tells is
`NotTold`: whoever asks then asks a node.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from zonedao.index.reading import Index, Position, Source

if TYPE_CHECKING:
    from zonedao.governance.branches import Branch
    from zonedao.index.belonging import Belonging
    from zonedao.index.money import Books
    from zonedao.index.proposals import BodyProposals

Answer = Callable[..., Any]  # of a chain, the contract that is asked, and what it is asked with
Answers = Mapping[tuple[str, str], Answer]  # by interface and function


class NotTold(Exception):
    """No event tells this."""


class IndexedChain:
    """The chain of an index that is open. `called` is what this user calls the zone, `now` the moment that stands for
    the present (unix seconds).

    Addresses are in small letters, as an index keeps them, wherever nothing else is said.
    """

    def __init__(self, index: Index, called: str, now: int) -> None:
        position = index.position
        if position is None:
            raise NotTold
        self.index = index
        self.database = index.database
        self.called = called
        self.now = now
        self.position: Position = position
        self._proposals: dict[int, BodyProposals] = {}
        self._belonging: dict[str, Belonging] = {}

    @cached_property
    def chain_id(self) -> int:
        """Which chain it is."""
        return self.index.chain_id

    @property
    def genesis(self) -> str:
        """The hash of its first block, 0x-hex, which tells chains of one id apart. Raises NotTold."""
        return str(self.constant(self.zone.address, "genesis"))

    @cached_property
    def name(self) -> str:
        """What errors call it."""
        return f"chain {self.chain_id}"

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """The contracts by address, the zone first."""
        return {source.address: source for source in self.index.sources()}

    @cached_property
    def tree(self) -> Mapping[str, Branch]:
        """The bodies of the zone by address, the zone first."""
        from zonedao.index.bodies import tree

        return tree(self.index, self.called)

    @property
    def zone(self) -> Source:
        """The zone itself."""
        return next(iter(self.sources.values()))

    def source(self, address: str) -> Source | None:
        """The contract at an address in any letters, None for one whose events are not kept."""
        return self.sources.get(address.lower())

    def only(self, kind: str) -> Source:
        """The contract of a kind of which a zone has one all its life. Raises NotTold."""
        found = [source for source in self.sources.values() if source.kind == kind]
        if not found:
            raise NotTold
        return found[0]

    def proposals(self, body: Source) -> BodyProposals:
        """The proposals of a body."""
        from zonedao.index.proposals import BodyProposals

        if body.id not in self._proposals:
            self._proposals[body.id] = BodyProposals(self.index, body.address, self.now)
        return self._proposals[body.id]

    @cached_property
    def books(self) -> Books:
        """The books of the treasury."""
        from zonedao.index.money import Books

        return Books(self)

    def constant(self, address: str, name: str) -> Any:
        """What a contract says that never changes, as the index was told by it. Raises NotTold."""
        found = self.index.constant(address.lower(), name)
        if found is None:
            raise NotTold
        return found

    def traded_with(self, address: str) -> bool:
        """Whether a body of another zone is at an address, as far as a trade post tells."""
        query = """
            SELECT 1 FROM post_listing_opened WHERE seller = :body
            UNION SELECT 1 FROM post_commitment_made WHERE buyer = :body
        """
        return self.database.execute(query, {"body": address.lower()}).fetchone() is not None

    def ask(self, interface: str, address: str, function: str, args: tuple[Any, ...]) -> Any:
        """What a contract would answer. Raises NotTold."""
        source, answer = self.source(address), answers_of(interface).get(function.split("(")[0])
        if source is None or answer is None:
            raise NotTold
        return answer(self, source, *args)

    def takes(self, interface: str, address: str, sender: str, function: str, args: tuple[Any, ...]) -> bool:
        """Whether a contract would take a call from somebody. Raises NotTold."""
        from zonedao.index.belonging import Belonging
        from zonedao.index.takes import TAKES

        source, would = self.source(address), TAKES.get((interface, function))
        if source is None or would is None:
            raise NotTold
        if sender not in self._belonging:
            person = self.ask("IWholeRegistry", self.only("registry").address, "indexOf", (sender,))
            self._belonging[sender] = Belonging(self.database, person)
        return would(self, source, self._belonging[sender], *args)

    def __getattr__(self, name: str) -> NoReturn:
        # What a connection has besides.
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotTold


# The modules that have the answers of an interface.
_ANSWERS = {
    "IWholeBody": ("governance", "membership", "oversight"),
    "IWholeRegistry": ("governance", "membership", "oversight", "personhood"),
    "IPersonhood": ("personhood",),
    "IVouching": ("personhood",),
    "ITreasury": ("money",),
    "IStores": ("trade", "post"),
    "ITradePost": ("post",),
    "IWholeElections": ("elections", "offices"),
    "IWishes": ("elections",),
}


@cache
def answers_of(interface: str) -> Mapping[str, Answer]:
    """What contracts with an interface can be asked, by function."""
    rooms = [import_module(f"zonedao.index.answers_{room}") for room in _ANSWERS.get(interface, ())]
    known: list[Answers] = [room.ANSWERS for room in rooms]
    return {function: answer for each in known for (name, function), answer in each.items() if name == interface}
