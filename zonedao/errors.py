"""Every exception of the package, and the exit code each one becomes on the command line.

    ZonedaoError                      1   any other failure; also a question answered with no
    ├── AuditFailed                   1   the chain and its own events disagree
    ├── UsageProblem                  2   the request makes no sense as written
    ├── NotFound                      3   no such proposal, body, person, trade, network, key
    ├── Refused                       4   the rules say no; nothing was sent
    │   ├── WrongState                4   right request, wrong moment
    │   └── ContractRevert            4   a contract said no, with its own error and numbers
    ├── InsufficientFunds             5   the wallet cannot pay the value or the fee
    ├── NodeProblem                   6   the node answered something unusable
    │   ├── NodeUnreachable           6   nobody answers at the address
    │   ├── NodeRefused               6   the node answers a request with an error of its own
    │   ├── WrongChain                6   somebody answers, for another chain
    │   └── CodeMissing               6   the contract at an address is absent or not ours
    ├── KeyProblem                    7   a key cannot be used
    │   ├── WrongPassword             7   the key file is fine, the password is not
    │   └── KeyFileProblem            7   the key file is absent, unreadable or not a key file
    ├── CharterProblem                8   a charter file has mistakes; all of them are listed
    ├── Unconfirmed                   9   sent, but no receipt yet; carries the transaction hash
    ├── MissingExtra                 10   an optional part of the package is not installed
    ├── StorageProblem               11   a file of this user's cannot be read or written
    ├── OutputProblem                12   standard output cannot be written; says what was sent
    └── Interrupted                 130   stopped by Ctrl-C; says what was and was not sent

Catch ZonedaoError to catch all. Exit code 0 is success. Every message is one that a member can act on: it ends with
what to do next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class ZonedaoError(Exception):
    """Base of the tree.

    `message` is one clear sentence or two for a person, `exit_code` what the command line exits with.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class AuditFailed(ZonedaoError):
    """What was rebuilt from events differs from what the chain says."""


class UsageProblem(ZonedaoError):
    """The request makes no sense as written: a malformed address, an unknown option value."""

    exit_code = 2


class NotFound(ZonedaoError):
    """Something was named that does not exist."""

    exit_code = 3


class Refused(ZonedaoError):
    """The rules forbid it. Nothing was sent, unless the message carries a transaction hash."""

    exit_code = 4


class WrongState(Refused):
    """The thing exists, but not in a state in which this can be done to it."""


class ContractRevert(Refused):
    """A contract reverted.

    `name` is the custom error's name (`Error` and `Panic` for Solidity's own, `Unknown` for an error of no
    shipped contract, `Empty` for a stop without data), `args_dict` its arguments by name in the units of the
    contract, `selector` the first four bytes as 0x-hex, `contract` the name of the interface or contract that
    declares the error (empty if none is known), `data` the raw revert data. `tx_hash` is set when the revert
    was mined, and empty when the call was only simulated and nothing was sent.
    """

    def __init__(
        self,
        name: str,
        args_dict: Mapping[str, Any] | None = None,
        *,
        selector: str = "",
        contract: str = "",
        data: bytes = b"",
        tx_hash: str = "",
        message: str | None = None,
    ) -> None:
        self.name = name
        self.args_dict: dict[str, Any] = dict(args_dict or {})
        self.selector = selector
        self.contract = contract
        self.data = data
        self.tx_hash = tx_hash
        super().__init__(message if message is not None else self._describe())

    def _describe(self) -> str:
        if self.name == "Error":
            said = f"The contract refused: {self.args_dict.get('message', '')}."
        elif self.name == "Panic":
            said = f"The contract stopped at a failed check: {self.args_dict.get('meaning', 'panic')}."
        elif self.name == "Empty":
            detail = self.args_dict.get("detail")
            said = f"Execution stopped ({detail})." if detail else "The contract refused without giving a reason."
        elif self.name == "Unknown":
            said = (
                f"The contract refused with an error that this version does not know ({self.selector}): update zonedao."
            )
        else:
            shown = ", ".join(f"{key}={_short(value)}" for key, value in self.args_dict.items())
            said = f"The contract refused: {self.name}({shown})."
        if self.tx_hash:
            return f"{said} It was mined as {self.tx_hash} and changed nothing but the fee."
        return f"{said} Nothing was sent."


class InsufficientFunds(ZonedaoError):
    """A wallet holds less than a transaction needs.

    `address` is the wallet; `need_wei` (value plus the most the fee can be) and `have_wei` are in wei.
    """

    exit_code = 5

    def __init__(self, message: str, *, address: str = "", need_wei: int = 0, have_wei: int = 0) -> None:
        super().__init__(message)
        self.address = address
        self.need_wei = need_wei
        self.have_wei = have_wei


class NodeProblem(ZonedaoError):
    """The node answered something that cannot be used."""

    exit_code = 6


class NodeUnreachable(NodeProblem):
    """Nobody answers at the node's address."""


class NodeRefused(NodeProblem):
    """The node answered a JSON-RPC request with an error that is no contract's revert.

    `method` is the request, `code` and `reason` the node's own, `data` whatever it attached.
    """

    def __init__(self, method: str, code: int, reason: str, data: Any = None) -> None:
        self.method = method
        self.code = code
        self.reason = reason
        self.data = data
        super().__init__(
            f"The node refused {method}: {reason} (code {code}). "
            "Check the node's log, or use another node with --network URL."
        )


class WrongChain(NodeProblem):
    """The node serves another chain than the one expected."""


class CodeMissing(NodeProblem):
    """There is no code at an address, or other code than the artifact shipped with this package."""


class KeyProblem(ZonedaoError):
    """A key cannot be used."""

    exit_code = 7


class WrongPassword(KeyProblem):
    """The password does not open the key file."""


class KeyFileProblem(KeyProblem):
    """A key file is absent, unreadable, malformed, or already there."""


class CharterProblem(ZonedaoError):
    """A charter file has mistakes. `mistakes` lists every one of them, each with file, line and remedy."""

    exit_code = 8

    def __init__(self, message: str, mistakes: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.mistakes = tuple(mistakes)


class Unconfirmed(ZonedaoError):
    """A transaction was sent and no receipt came in the time allowed. `tx_hash` names it."""

    exit_code = 9

    def __init__(self, message: str, *, tx_hash: str) -> None:
        super().__init__(message)
        self.tx_hash = tx_hash


class MissingExtra(ZonedaoError):
    """An optional part of the package is needed and not installed."""

    exit_code = 10


class StorageProblem(ZonedaoError):
    """A file that this package keeps for its user cannot be read or written."""

    exit_code = 11


class OutputProblem(ZonedaoError):
    """Standard output cannot be written. `tx_hash` is set when a transaction had been mined."""

    exit_code = 12

    def __init__(self, message: str, *, tx_hash: str = "") -> None:
        super().__init__(message)
        self.tx_hash = tx_hash


class Interrupted(ZonedaoError):
    """Stopped by Ctrl-C. `tx_hash` is set when a transaction had been sent."""

    exit_code = 130

    def __init__(self, message: str, *, tx_hash: str = "") -> None:
        super().__init__(message)
        self.tx_hash = tx_hash


def _short(value: Any) -> str:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    return str(value)
