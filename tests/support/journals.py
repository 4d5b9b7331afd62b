"""What is left in the journal by a process that was killed."""

from __future__ import annotations

from zonedao.chain.abi import keccak
from zonedao.chain.journal import Entry
from zonedao.chain.sending import Prepared
from zonedao.chain.signers import Signer


def entry_of(signer: Signer, prepared: Prepared) -> Entry:
    """A transaction that was signed and may have been sent."""
    raw = signer.sign_transaction(prepared.fields())
    return Entry(
        chain_id=prepared.chain_id,
        sender=prepared.sender,
        nonce=prepared.nonce,
        hash="0x" + keccak(raw).hex(),
        raw="0x" + raw.hex(),
        to=prepared.to,
        value_wei=prepared.value_wei,
        data="0x" + prepared.data.hex(),
        note=prepared.note,
        signed_at=0,
    )
