"""A key that is asked for only when something is signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zonedao.chain.accounts import KeyFile
    from zonedao.chain.signers import Signer


class FileSigner:
    """Signs with a key file, whose password `unlock` gets when it is first needed: after the explanation."""

    def __init__(self, file: KeyFile, unlock: Callable[[KeyFile], Signer]) -> None:
        self.file = file
        self._unlock = unlock
        self._key: Signer | None = None

    @property
    def name(self) -> str:
        """What this user calls the account."""
        return self.file.name

    @property
    def address(self) -> str:
        """The address signed for, which some key files tell only when they are opened."""
        return self.file.address or self.unlocked().address

    def unlocked(self) -> Signer:
        """The key itself. Raises WrongPassword, KeyFileProblem, UsageProblem."""
        if self._key is None:
            self._key = self._unlock(self.file)
        return self._key

    def ready(self) -> None:
        """Have the key at hand for what is sent next. Raises what `unlocked` raises."""
        self.unlocked()

    def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
        return self.unlocked().sign_transaction(transaction)

    def sign_typed_data(self, message: Mapping[str, Any]) -> bytes:
        return self.unlocked().sign_typed_data(message)
