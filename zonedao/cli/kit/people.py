"""Whom a command is about, and who acts: names, accounts, and their keys."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING

from zonedao.cli.kit.ask import ask_new_password, ask_password, somebody_there
from zonedao.errors import KeyFileProblem, NotFound, UsageProblem, ZonedaoError
from zonedao.text import did_you_mean

if TYPE_CHECKING:
    from zonedao.addressbook import AddressBook
    from zonedao.chain.accounts import KeyFile, KeyStore
    from zonedao.chain.impersonation import Impersonated
    from zonedao.chain.ledger.signer import LedgerSigner
    from zonedao.chain.signers import Signer
    from zonedao.cli.kit.options import Options
    from zonedao.cli.kit.output import Output
    from zonedao.cli.kit.signing import FileSigner
    from zonedao.governance.body import Body
    from zonedao.governance.zone import Zone

IMPERSONATE = "impersonate:"  # what --account begins with where somebody's key is not needed


def acting_without_key(somebody: Impersonated) -> str:
    """What is said wherever something is done as somebody whose key is not there."""
    who = somebody.name if somebody.name == somebody.address else f"{somebody.name} ({somebody.address})"
    return f"ACTING AS {who} WITHOUT THEIR KEY, which only a local test node lets anybody do."


class People:
    """The people that a command knows by name, and the account that it was told to use."""

    def __init__(self, options: Options, out: Output) -> None:
        self.options = options
        self.out = out
        self._signer: FileSigner | Impersonated | None = None
        self._at_the_end = ExitStack()

    # --- persons ---

    @cached_property
    def book(self) -> AddressBook:
        """This user's address book."""
        from zonedao.addressbook import AddressBook

        return AddressBook.default()

    def somebody(self, zone: Zone, who: str) -> str:
        """An address given as such, as a name in the address book, or as one of our accounts. Raises NotFound."""
        try:
            found = zone.registry.address_of(who)
        except NotFound:
            files = {file.name: file.address for file in self.keys.list() if file.address}
            if who in files:
                return files[who]
            names = [person.name for person in self.book.people()]
            raise NotFound(
                f"You know nobody called {who}.{did_you_mean(who, [*names, *files])} "
                "Use an address, or say who that is: `zonedao name add NAME ADDRESS`."
            ) from None
        if who.strip().startswith("0x"):
            alike = zone.client.speaker.lookalikes.of(found).get(found)
            if alike is not None:
                self.out.note(f"WARNING: {found} is NOT {alike}: it only begins and ends alike. Compare every digit.")
        return found

    def payee(self, zone: Zone, who: str) -> str:
        """The address of a person, or of a body of the zone. Raises NotFound, UsageProblem where it may be either."""
        if who.startswith("0x"):
            return self.somebody(zone, who)
        try:
            body: Body | None = zone.body(who)
        except NotFound:
            body = None
        try:
            person = self.somebody(zone, who)
        except NotFound:
            if body is None:
                raise
            return body.address
        if body is not None and body.address != person:
            raise UsageProblem(
                f"{who} may be a person ({person}) or the body {body.path} ({body.address}). Say which by its address."
            )
        return person

    def member(self, zone: Zone, who: str) -> int | str:
        """A person of the zone: a number, or an address. Raises NotFound."""
        return int(who) if who.isascii() and who.isdecimal() and len(who) < 20 else self.somebody(zone, who)

    # --- who acts ---

    @cached_property
    def keys(self) -> KeyStore:
        """This user's key files."""
        from zonedao.chain.accounts import KeyStore

        return KeyStore.default()

    @cached_property
    def signer(self) -> FileSigner | Impersonated | None:
        """Who acts, their key still locked; None where it is not clear who, which only matters for sending."""
        try:
            return self.require_signer()
        except ZonedaoError:
            if self.options.account is not None:
                raise
            return None

    def require_signer(self) -> FileSigner | Impersonated:
        """Who acts, their key still locked. Raises NotFound, UsageProblem."""
        if self._signer is None:
            wanted = self.options.account or ""
            if wanted.startswith(IMPERSONATE):
                self._signer = self._impersonated(wanted.removeprefix(IMPERSONATE))
            else:
                from zonedao.cli.kit.signing import FileSigner

                self._signer = FileSigner(self.account(), self.unlock)
        return self._signer

    def _impersonated(self, whom: str) -> Impersonated:
        from zonedao.chain.impersonation import Impersonated

        if not whom:
            raise UsageProblem(f"--account {IMPERSONATE} wants somebody: a name that you know, or an address.")
        somebody = Impersonated(self.address_of(whom), "" if whom.lower().startswith("0x") else whom)
        self.out.note(acting_without_key(somebody))
        return somebody

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
        """The address of an account of ours, of a name in the address book, or the address itself.

        Raises NotFound, KeyFileProblem, UsageProblem.
        """
        from zonedao.chain.abi import checksum_address

        if whom.lower().startswith("0x"):
            return checksum_address(whom)
        try:
            file = self.keys.find(whom)
        except NotFound:
            if whom.lower() in {person.name.lower() for person in self.book.people()}:
                return self.book.find_person(whom)
            raise
        if not file.address:
            raise KeyFileProblem(f"The key file of {file.name} does not tell its address. Give the address itself.")
        return file.address

    def unlock(self, file: KeyFile) -> Signer:
        """The key of an account: its password taken from a file or asked for, or its Ledger opened.

        Raises KeyProblem, MissingExtra, UsageProblem.
        """
        if file.ledger_path:
            return self.ledger(file.ledger_path, file.address)
        return self.keys.unlock(str(file.path), self.password(f"Password of {file.name}"))

    def ledger(self, path: str, address: str = "") -> LedgerSigner:
        """The account at a path of the Ledger that is connected, until the command ends.

        It must be `address` where that is given. Raises KeyProblem, MissingExtra.
        """
        from zonedao.chain.ledger.signer import LedgerSigner

        signer = LedgerSigner.open(path, self.out.note, address)
        self._at_the_end.callback(signer.close)
        return signer

    def password(self, question: str) -> str:
        """An existing password: from the password file, else asked for. Raises UsageProblem, KeyFileProblem."""
        from zonedao.chain.accounts import read_password

        return read_password(self.options.password_file, ask_password if somebody_there() else None, question)

    def new_password(self, question: str) -> str:
        """A password to be: from the password file, else asked for twice. Raises UsageProblem, KeyFileProblem."""
        from zonedao.chain.accounts import read_password

        return read_password(self.options.password_file, ask_new_password if somebody_there() else None, question)
