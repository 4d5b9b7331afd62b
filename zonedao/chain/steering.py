"""What only local chains let people do: set the clock, make coins, go back."""

from __future__ import annotations

import time

from zonedao.chain.abi import checksum_address
from zonedao.chain.reading import ReadableChain
from zonedao.errors import UsageProblem, WrongState

POOL_PATIENCE_SECONDS = 1.0


class SteerableChain(ReadableChain):
    """A chain whose clock and balances can be set where it is a local one."""

    def require_local(self, what: str) -> None:
        """Raise WrongState on a real network; `what` completes "only a local chain lets you …"."""
        if not self.is_local:
            raise WrongState(
                f"Only a local chain lets you {what}; {self.name} is a real network. "
                "Use `zonedao chain up` and --network anvil or ganache to try things out."
            )

    # --- the clock ---

    def set_time(self, timestamp: int) -> None:
        """Mine a block at `timestamp` (seconds), which must be after the last one. Local chains only."""
        self.require_local("set the clock")
        if timestamp <= self.block().timestamp:
            raise UsageProblem(
                f"The clock cannot go back: {timestamp} is not after the last block, {self.block().timestamp}."
            )
        if self.kind == "ganache":
            self.request("evm_mine", timestamp)
        else:
            self.request("evm_setNextBlockTimestamp", timestamp)
            self.request("evm_mine")

    def skip(self, seconds: int) -> int:
        """Move the clock forward and mine a block; the new time in seconds. Local chains only."""
        self.require_local("skip time")
        if seconds <= 0:
            raise UsageProblem("Time can only be skipped forward. Give a duration above zero.")
        target = max(self.now(), self.block().timestamp) + seconds
        self.set_time(target)
        return target

    def mine(self, blocks: int = 1) -> None:
        """Mine empty blocks. Local chains only."""
        self.require_local("mine blocks")
        for _ in range(blocks):
            self.request("evm_mine")

    # --- coins ---

    def fund(self, address: str, amount_wei: int) -> int:
        """Add coins to an address out of nothing; its new balance in wei. Local chains only.

        On the embedded chain they come from its last account, in a block of their own.
        """
        self.require_local("make coins")
        target = checksum_address(address)
        if amount_wei <= 0:
            raise UsageProblem("Give an amount above zero.")
        if self.kind == "embedded":
            self._send_from_faucet(target, amount_wei)
        else:
            method = "anvil_setBalance" if self.kind == "anvil" else "evm_setAccountBalance"
            self.request(method, target, hex(self.balance(target) + amount_wei))
        return self.balance(target)

    # --- going back ---

    def snapshot(self) -> str:
        """Remember the chain as it is; a name for `revert`. Local chains only."""
        self.require_local("take a snapshot")
        return str(self.request("evm_snapshot"))

    def revert(self, snapshot: str) -> None:
        """Put the chain back as it was at a snapshot, which is then spent; what waits to be mined is dropped.

        Local chains only.
        """
        self.require_local("go back")
        if self.kind == "anvil":
            self._empty_pool()
        if not self.request("evm_revert", snapshot):
            raise UsageProblem(f"There is no snapshot {snapshot}. A snapshot serves once; take a new one.")

    # --- inside ---

    def _empty_pool(self) -> None:
        # Anvil shows a receipt a moment before its pool lets the transaction go. Gone back in that moment, it would
        # mine the transaction once more, in front of the next one.
        given_up = time.monotonic() + POOL_PATIENCE_SECONDS
        while int(self.request("txpool_status")["pending"], 16) and time.monotonic() < given_up:
            time.sleep(0.001)
        self.request("anvil_dropAllTransactions")

    def _send_from_faucet(self, target: str, amount_wei: int) -> None:
        from zonedao.chain.signers import DEV_ACCOUNT_COUNT, dev_account

        faucet = dev_account(DEV_ACCOUNT_COUNT - 1)
        raw = faucet.sign_transaction(
            {
                "chainId": self.chain_id,
                "nonce": self.nonce(faucet.address),
                "gas": 21_000,
                "gasPrice": self.w3.eth.gas_price,
                "to": target,
                "value": amount_wei,
                "data": b"",
            }
        )
        self.w3.eth.send_raw_transaction(raw)
