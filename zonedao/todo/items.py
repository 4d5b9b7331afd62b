"""One thing that waits for somebody, and what a source has to know to find such things."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from zonedao.actions import Action

Kind = Literal[
    "sponsor", "vote", "queue", "execute", "release", "withdraw", "collect", "report", "deliver", "lapse", "ship",
    "attest", "settle", "expire", "veto", "finish", "appeal", "expel", "followers",
    "plead", "dissolve", "rehang", "sweep", "sign", "enact",
    "ballot", "post", "recount",
    "stand", "elect", "commit", "reveal", "count", "recall", "close", "wish", "read",
    "look", "send", "renew", "succeed", "ask", "take", "delegate", "enroll", "clear",
]  # fmt: skip


@dataclass(frozen=True)
class Todo:
    """One thing that waits.

    `text` says what, and until when; `where` is the path of the body; `number` is that of the proposal, order, listing,
    trade or election, 0 where there is none; `by` is when it is too late (unix seconds, 0: never). `yours` is false
    for what anyone may do. `asset` is how a command names what is due, empty where nothing is; `name` that of a
    parameter, of an office, of the body that draws or is offered, the index of who is to be recalled, the key of a
    newcomer, the hash or the file of a transaction. `about` is what was read of it, plain data of the subject's own.
    """

    kind: Kind
    where: str
    number: int
    text: str
    by: int
    yours: bool
    asset: str = ""
    name: str = ""
    about: object = field(default=None, compare=False, repr=False)
    doing: Callable[[Todo], Action[Any] | None] | None = field(default=None, compare=False, repr=False)

    @property
    def action(self) -> Action[Any] | None:
        """Does it; None where a choice or a count must be made first, and for what was read from an index.

        Raises what reading it anew raises, such as NotFound for what is done meanwhile.
        """
        return self.doing(self) if self.doing is not None else None


class Sight(Protocol):
    """Who looks at a zone, when, and how people and bodies are called. Addresses come with their checksum.

    `person` is the index of who looks, 0 for a stranger, `address` their key; `now` unix seconds; `path` that of the
    zone.
    """

    now: int
    path: str
    address: str
    person: int

    def who(self, address: str) -> str:
        """A person, body or contract by its best name."""

    def named(self, person: int) -> str:
        """Somebody by their index."""

    def path_of(self, body: str) -> str | None:
        """The path of the body at an address, None if it is none of this zone."""


def urgency(each: Todo) -> tuple[bool, int]:
    """Sorts one's own things first, the most urgent ones first."""
    return not each.yours, each.by or 2**63
