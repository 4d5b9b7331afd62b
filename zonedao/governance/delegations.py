"""Representatives named without a transaction: signed by the one, brought by another (`Registry.delegateBySig`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zonedao.actions import Action, plain
from zonedao.ballots.typed import compact as compact_signature
from zonedao.ballots.typed import recover, typed_data, typed_digest
from zonedao.chain.abi import ZERO_ADDRESS, checksum_address
from zonedao.errors import UsageProblem
from zonedao.jsontext import parse_json
from zonedao.papers import paper_text, write_paper

if TYPE_CHECKING:
    from zonedao.governance.registry import Registry

_FIELDS = {"delegatee": "address", "nonce": "uint256", "expiry": "uint256"}
_MOST_BYTES = 4_096  # of a file


@dataclass(frozen=True)
class Delegation:
    """What a member signed: whom they choose as their representative (the zero address: nobody), with the number of
    this delegation and the last second in which it counts (unix seconds)."""

    delegator: str
    delegatee: str
    nonce: int
    expiry: int
    signature: bytes = field(repr=False)


def sign_delegation(registry: Registry, who: int | str | None, expiry: int) -> Delegation:
    """Sign that somebody (index, address or name; None: nobody) is the signer's representative, for anybody to bring
    until `expiry` (unix seconds). Bound to this register and chain. Raises NotFound, UsageProblem."""
    signer = registry.client.require_signer()
    delegatee = ZERO_ADDRESS if who is None else registry.person(who).key
    nonce = int(registry.contract.call("nonces", signer.address))
    signature = signer.sign_typed_data(_message(registry, delegatee, nonce, expiry))
    return Delegation(signer.address, delegatee, nonce, expiry, signature)


def bring_delegation(registry: Registry, delegation: Delegation) -> Action[None]:
    """Bring what another signed. Anyone may. Raises UsageProblem where they did not sign it."""
    digest = typed_digest(_message(registry, delegation.delegatee, delegation.nonce, delegation.expiry))
    if recover(digest, compact_signature(delegation.signature)) != delegation.delegator:
        raise UsageProblem(
            f"{delegation.delegator} did not sign this for the register {registry.address} on this chain. Have it "
            "signed again."
        )
    r, s, v = delegation.signature[:32], delegation.signature[32:64], delegation.signature[64]
    arguments = (delegation.delegatee, delegation.nonce, delegation.expiry, v if v > 1 else 27 + v, r, s)
    data = registry.contract.encode("delegateBySig", *arguments)
    meaning = f"bring what {delegation.delegator} signed about who represents them"
    return plain(registry.client, registry.address, data, meaning)


def _message(registry: Registry, delegatee: str, nonce: int, expiry: int) -> dict[str, Any]:
    domain = {
        "name": str(registry.contract.call("name")),
        "version": "1",
        "chainId": registry.client.connection.chain_id,
        "verifyingContract": registry.address,
    }
    return typed_data(domain, "Delegation", _FIELDS, {"delegatee": delegatee, "nonce": nonce, "expiry": expiry})


# --- files ---


def write_delegation(path: Path, delegation: Delegation) -> None:
    """Write a delegation to a file, which must not be there. Raises StorageProblem."""
    document = {
        "delegator": delegation.delegator,
        "delegatee": delegation.delegatee,
        "nonce": delegation.nonce,
        "expiry": delegation.expiry,
        "signature": "0x" + delegation.signature.hex(),
    }
    write_paper(path, document)


def read_delegation(path: Path) -> Delegation:
    """The delegation in a file. Raises StorageProblem, UsageProblem."""
    text = paper_text(path)
    try:
        if len(text) > _MOST_BYTES:
            raise ValueError("too long")
        document = parse_json(text)
        nonce, expiry = document["nonce"], document["expiry"]
        if not all(type(number) is int and 0 <= number < 2**256 for number in (nonce, expiry)):
            raise ValueError("no numbers")
        signature = bytes.fromhex(document["signature"].removeprefix("0x"))
        return Delegation(
            checksum_address(document["delegator"]), checksum_address(document["delegatee"]), nonce, expiry, signature
        )
    except (ValueError, KeyError, TypeError, AttributeError, UsageProblem) as problem:
        raise UsageProblem(f"{path} holds no signed delegation. Have it signed again.") from problem
