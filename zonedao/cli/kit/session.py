"""What a command works with: the options it was given, its output, the chain and the key."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.ask import ask_new_password, ask_password, somebody_there
from zonedao.cli.kit.output import Output
from zonedao.errors import Interrupted, KeyFileProblem, NotFound, UsageProblem

if TYPE_CHECKING:
    from zonedao.chain.accounts import KeyFile, KeyStore
    from zonedao.chain.connection import Connection
    from zonedao.chain.signers import Signer
    from zonedao.cli.kit.options import Options


class Session:
    """One run of one command. What it opens is closed when the command ends.

    `interrupted` is what a Ctrl-C is answered with at this moment.
    """

    def __init__(self, options: Options, ctx: click.Context) -> None:
        self.options = options
        self.ctx = ctx
        self.out = Output(options.json)
        self.interrupted = "Stopped. Nothing was sent."
        self._connection: Connection | None = None

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Runs a command: a Ctrl-C becomes `Interrupted`, and whatever was opened is closed."""
        try:
            yield
        except (KeyboardInterrupt, click.Abort, EOFError):
            if sys.stderr.isatty():
                click.echo(err=True)
            raise Interrupted(self.interrupted) from None
        finally:
            if self._connection is not None:
                self._connection.close()

    def said(self, option: str) -> Any:
        """The value of a common option if it stands on the command line, None if it stems from the environment."""
        source = self.ctx.get_parameter_source(option)
        return getattr(self.options, option) if source is click.core.ParameterSource.COMMANDLINE else None

    @property
    def connection(self) -> Connection:
        """The chain that `--network` names, or the local node of `zonedao chain up`."""
        if self._connection is None:
            from zonedao.chain.connection import connect

            self._connection = connect(self.options.network)
        return self._connection

    @property
    def keys(self) -> KeyStore:
        """This user's key files."""
        from zonedao.chain.accounts import KeyStore

        return KeyStore.default()

    def account(self) -> KeyFile:
        """The key file that `--account` names, or the only one there is. Raises NotFound, UsageProblem."""
        wanted = self.options.account
        if wanted is not None:
            return self.keys.find(wanted)
        files = self.keys.list()
        if len(files) == 1:
            return files[0]
        if not files:
            raise NotFound("You have no account yet. Make one with `zonedao account new NAME`.")
        names = ", ".join(file.name for file in files)
        raise UsageProblem(f"You have several accounts: {names}. Say which with --account NAME.")

    def address_of(self, whom: str) -> str:
        """The address of an account of ours, or the address itself. Raises NotFound, KeyFileProblem, UsageProblem."""
        from zonedao.chain.abi import checksum_address

        if whom.lower().startswith("0x"):
            return checksum_address(whom)
        file = self.keys.find(whom)
        if not file.address:
            raise KeyFileProblem(f"The key file of {file.name} does not tell its address. Give the address itself.")
        return file.address

    def unlock(self, file: KeyFile) -> Signer:
        """The key in a file, its password taken from a file or asked for. Raises WrongPassword, KeyFileProblem."""
        return self.keys.unlock(str(file.path), self.password(f"Password of {file.name}"))

    def password(self, question: str) -> str:
        """An existing password: from the password file, else asked for. Raises UsageProblem, KeyFileProblem."""
        from zonedao.chain.accounts import read_password

        return read_password(self.options.password_file, ask_password if somebody_there() else None, question)

    def new_password(self, question: str) -> str:
        """A password to be: from the password file, else asked for twice. Raises UsageProblem, KeyFileProblem."""
        from zonedao.chain.accounts import read_password

        return read_password(self.options.password_file, ask_new_password if somebody_there() else None, question)
