"""Smart accounts: contracts that say by ERC-1271 what they have signed. They vote by ballots that are posted singly.

Batches and aggregates know the signatures of plain keys only. What `castVoteBySig` takes names the account and carries
a number that the body counts up with each use, so that one such ballot of an account can wait at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zonedao.ballots.typed import compact, recover
from zonedao.errors import ContractRevert, NodeRefused, UsageProblem

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection

_SELECTOR = bytes.fromhex("1626ba7e")  # isValidSignature(bytes32,bytes), which is also what a contract answers for yes


def accepts(connection: Connection, account: str, digest: bytes, signature: bytes) -> bool:
    """Whether a body would take the signature as the account's: that of a plain key first, then by asking the account.

    The answer is the node's of now; an account may give another one later.
    """
    try:
        if recover(digest, compact(signature)) == account:
            return True
    except UsageProblem:
        pass
    data = _SELECTOR + digest + (64).to_bytes(32, "big") + len(signature).to_bytes(32, "big")
    data += signature + bytes(-len(signature) % 32)
    try:
        answer = connection.call(account, data)
    except (ContractRevert, NodeRefused):
        return False
    return answer[:32] == _SELECTOR.ljust(32, b"\0")
