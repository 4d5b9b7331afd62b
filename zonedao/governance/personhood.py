"""Who is a person: the module that a zone lists for that, and what members do with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zonedao.actions import Action, plain
from zonedao.chain.abi import checksum_address
from zonedao.errors import NotFound, UsageProblem
from zonedao.governance.calls import PERSONHOOD_ROLE, Call
from zonedao.governance.proofs import Attestation, PersonList, attest
from zonedao.governance.registry import Person
from zonedao.treasury.assets import COIN_ADDRESS

if TYPE_CHECKING:
    from zonedao.chain.receipts import Receipt
    from zonedao.governance.zone import Zone

INTERFACES = {"vouching": "IVouching", "allow-list": "IAllowList", "attester": "IAttester"}  # by the word for the kind


@dataclass(frozen=True)
class Application:
    """Members vouch that `key` is the key of a person, who is person `returning` if they were one before (else 0).

    `vouchers` are those who vouch, in order, `needed` how many it takes; `challengers` object, `challengers_needed` of
    them make it `contested`. It can be enrolled from `ready_at` (0 while vouchers are missing); the next step, or the
    vote on who is contested, can happen until `expires_at`. Times are unix seconds.
    """

    key: str
    returning: int
    vouchers: tuple[Person, ...]
    needed: int
    challengers: int
    challengers_needed: int
    contested: bool
    ready_at: int
    expires_at: int


@dataclass(frozen=True)
class Quota:
    """How many a zone takes in by vouching in an epoch, and how many it has; `next_at` is when the next one begins."""

    epoch: int
    admitted: int
    most: int
    next_at: int


class Personhood:
    """The module that decides who is a person in a zone; `kind` is `vouching`, `allow-list`, `attester` or another."""

    def __init__(self, zone: Zone, address: str) -> None:
        self.zone = zone
        self.kind = str(zone.client.bind("IPersonhood", address).call("kind"))
        self.contract = zone.client.bind(INTERFACES.get(self.kind, "IPersonhood"), address)

    @property
    def address(self) -> str:
        """Where it is."""
        return self.contract.address

    def enroll(self, key: str, proof: bytes = b"") -> Action[int]:
        """Have the zone admit who proves to be a person; the value is their index. Anyone may, for a newcomer."""
        wanted = checksum_address(key)
        who = self.zone.client.speaker.who(wanted)

        def read(receipt: Receipt) -> int:
            return self.zone.registry.index_of(wanted)

        data = self.zone.contract.encode("enroll", wanted, proof)
        return Action(self.zone.client, self.zone.address, data, f"enrol {who} in {self.zone.name}", read)

    # --- vouching ---

    def vouch(self, key: str, returning: int | str | None = None) -> Action[None]:
        """Vouch that `key` is the key of a person: of a new one, or of somebody who left and returns.

        Raises UsageProblem, NotFound.
        """
        wanted = self._of("vouching", key)
        nullifier = bytes(self.contract.call("nullifierOf", wanted))
        if returning is not None:
            nullifier = self._nullifier_of(self.zone.registry.person(returning))
        data = self.contract.encode("vouch", self.zone.address, wanted, nullifier)
        return plain(self.zone.client, self.address, data, f"vouch for {wanted} in {self.zone.name}")

    def challenge(self, key: str) -> Action[None]:
        """Object to the admission of a key for which others vouch. Raises UsageProblem."""
        wanted = self._of("vouching", key)
        data = self.contract.encode("challenge", self.zone.address, wanted)
        return plain(self.zone.client, self.address, data, f"object to {wanted} in {self.zone.name}")

    def clear(self, key: str) -> Action[None]:
        """Lift the suspension of who vouched for a contested key that the zone has admitted. Raises UsageProblem."""
        wanted = self._of("vouching", key)
        data = self.contract.encode("clear", self.zone.address, wanted)
        return plain(self.zone.client, self.address, data, f"clear the vouchers of {wanted} in {self.zone.name}")

    def application(self, key: str) -> Application | None:
        """How it stands with a key for which members vouch, None if nobody does. Raises UsageProblem."""
        wanted = self._of("vouching", key)
        found = self.contract.call("application", self.zone.address, wanted)
        if not found.expiresAt:
            return None
        registry = self.zone.registry
        return Application(
            wanted,
            int(registry.contract.call("personOf", found.nullifier)),
            tuple(registry.person(index) for index in found.vouchers),
            int(self.contract.call("VOUCHERS")),
            int(found.challengers),
            int(self.contract.call("challengersNeeded", self.zone.address)),
            bool(found.contested),
            int(found.readyAt),
            int(found.expiresAt),
        )

    def quota(self) -> Quota:
        """How many the zone takes in by vouching in this epoch. Raises UsageProblem."""
        self._require("vouching")
        found = self.contract.call("quota", self.zone.address)
        return Quota(*(int(each) for each in found))

    def suspended_until(self, voucher: int | str) -> int:
        """Until when somebody may not vouch (unix seconds), 0 if they never were suspended. Raises UsageProblem."""
        self._require("vouching")
        return int(self.contract.call("suspendedUntil", self.zone.address, self.zone.registry.person(voucher).index))

    # --- what a zone tells its module ---

    def set_list(self, persons: PersonList | None, uri: str = "") -> Call:
        """The call with which a zone votes for a list, None for none. Raises UsageProblem."""
        self._require("allow-list")
        root = bytes(32) if persons is None else persons.root
        return Call(self.address, self.contract.encode("setRoot", root, uri))

    def set_attester(self, attester: str | None) -> Call:
        """The call with which a zone names who attests for it, None for nobody. Raises UsageProblem."""
        self._require("attester")
        named = COIN_ADDRESS if attester is None else self.zone.registry.address_of(attester)
        return Call(self.address, self.contract.encode("setAttester", named))

    def attest(self, key: str, nullifier: bytes, deadline: int) -> Attestation:
        """The signer's attestation for a key, good until `deadline` (unix seconds). Raises UsageProblem, KeyProblem."""
        wanted, client = self._of("attester", key), self.zone.client
        signer = client.require_signer()
        named = str(self.contract.call("attester", self.zone.address))
        if not client.connection.code(named) and named != signer.address:
            raise UsageProblem(
                f"{self.zone.name} has named {named}, not {signer.address}, to attest. Use that account."
            )
        return attest(
            signer,
            chain_id=client.connection.chain_id,
            module=self.address,
            zone=self.zone.address,
            key=wanted,
            nullifier=nullifier,
            deadline=deadline,
        )

    def require_ours(self, attestation: Attestation) -> None:
        """Raise UsageProblem unless an attestation is for this zone, module and chain."""
        place = self.zone.client.connection.chain_id, self.address, self.zone.address
        if (attestation.chain_id, attestation.module, attestation.zone) != place:
            raise UsageProblem(
                f"The attestation is for another zone, module or chain than {self.zone.name}'s. Ask for one."
            )

    # --- inside ---

    def _require(self, kind: str) -> None:
        if self.kind != kind:
            raise UsageProblem(
                f"Who is a person in {self.zone.name} is decided by {self.kind}, not by {kind}. Use that."
            )

    def _of(self, kind: str, key: str) -> str:
        self._require(kind)
        return self.zone.registry.address_of(key)

    def _nullifier_of(self, person: Person) -> bytes:
        """What somebody proved last; what is new of their present key where they never did."""
        found = self.zone.registry.contract.logs("NullifierProven", self.zone.deploy_block, index=person.index)
        return bytes(found[-1].args["nullifier"]) if found else bytes(self.contract.call("nullifierOf", person.key))


def personhood_of(zone: Zone) -> Personhood:
    """The module that a zone lists. Raises NotFound where a vote alone admits."""
    address = str(zone.contract.call("module", PERSONHOOD_ROLE))
    if address == COIN_ADDRESS:
        raise NotFound(f"{zone.name} admits by vote only: `zonedao propose admit`. It lists no module for personhood.")
    return Personhood(zone, address)
