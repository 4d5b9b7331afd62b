"""Petitions: what members of a body bring about by signing, on the chain or in a file that anybody brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zonedao.actions import Action, plain
from zonedao.ballots.typed import typed_data
from zonedao.chain.abi import checksum_address
from zonedao.chain.events import Event
from zonedao.errors import ContractRevert, NotFound, UsageProblem
from zonedao.governance.calls import Call
from zonedao.governance.registry import indices_in
from zonedao.jsontext import parse_json
from zonedao.papers import add_to_paper, paper_text

if TYPE_CHECKING:
    from zonedao.chain.receipts import Receipt
    from zonedao.chain.signers import Signer
    from zonedao.governance.body import Body

_FIELDS = {"petition": "uint256", "target": "address", "data": "bytes", "deadline": "uint256"}
_MOST_LINE_BYTES = 1_024  # of one signature in a file
_AT_ONCE = 100  # signatures in a transaction


@dataclass(frozen=True)
class PetitionSignature:
    """One member's signature of a petition, made without a transaction."""

    signer: str
    signature: bytes = field(repr=False)


@dataclass(frozen=True)
class PetitionStatus:
    """How a petition stands: how many have signed, whether it took effect, and whether it still can (`open`)."""

    signed: int
    enacted: bool
    open: bool


@dataclass(frozen=True)
class Petition:
    """A petition of a body's members: the call that the body makes once `wanted` of them have signed.

    `opener` is a person's index, `deadline` the last moment to sign and to enact (unix seconds).
    """

    body: Body
    number: int
    opener: int
    call: Call
    wanted: int
    deadline: int

    @classmethod
    def from_event(cls, body: Body, event: Event) -> Petition:
        """The petition that the event of its opening tells of."""
        args = event.args
        call = Call(args["target"], args["data"])
        return cls(body, args["petition"], args["person"], call, args["wanted"], args["deadline"])

    def status(self) -> PetitionStatus:
        """How it stands now."""
        found = self.body.contract.call("petitionOf", self.number)
        still = not found.enacted and self.body.client.now() <= self.deadline
        return PetitionStatus(int(found.signed), bool(found.enacted), still)

    def in_words(self) -> str:
        """What it would bring about."""
        from zonedao.explain.calls import explain_call

        return explain_call(self.body.client.speaker, self.call.target, self.call.data, self.body).sentence

    def signers(self) -> tuple[int, ...]:
        """Who has signed, by index."""
        words = range(self.body.zone.registry.count() // 256 + 1)
        masks = ((word, int(self.body.contract.call("petitionSigners", self.number, word))) for word in words)
        return tuple(index for word, mask in masks for index in indices_in(word, mask))

    def acting_as(self, signer: Signer | None) -> Petition:
        """The same petition for somebody else."""
        return replace(self, body=self.body.acting_as(signer))

    # --- doing ---

    def sign(self) -> Action[None]:
        """Sign it by a transaction."""
        return self._act("signPetition", self.number, meaning=f"sign petition {self.number} of {self.body.name}")

    def sign_apart(self) -> PetitionSignature:
        """Sign it without a transaction, bound to chain, body, call and deadline; somebody else brings it."""
        client = self.body.client
        signer = client.require_signer()
        domain = {
            "name": str(self.body.contract.call("name")),
            "version": "1",
            "chainId": client.connection.chain_id,
            "verifyingContract": self.body.address,
        }
        values = {
            "petition": self.number,
            "target": self.call.target,
            "data": self.call.data,
            "deadline": self.deadline,
        }
        signature = signer.sign_typed_data(typed_data(domain, "Petition", _FIELDS, values))
        return PetitionSignature(signer.address, signature)

    def bring(self, signatures: Sequence[PetitionSignature]) -> Action[None]:
        """Bring signatures of others, 100 at most. Anyone may. Raises UsageProblem."""
        if not 0 < len(signatures) <= _AT_ONCE:
            raise UsageProblem(f"One transaction brings 1 to {_AT_ONCE} signatures, not {len(signatures)}.")
        accounts, raw = [each.signer for each in signatures], [each.signature for each in signatures]
        meaning = f"bring {len(signatures)} signatures of petition {self.number} of {self.body.name}"
        return self._act("signPetitionFor", self.number, accounts, raw, meaning=meaning)

    def bring_next(self, signatures: Sequence[PetitionSignature]) -> tuple[Action[None], int]:
        """Bring those of many signatures that do not count yet, and how many stay for another transaction.

        Raises UsageProblem without any, and ContractRevert where none of them would count.
        """
        signed, registry = set(self.signers()), self.body.zone.registry
        left = [each for each in signatures if registry.index_of(each.signer) not in signed] or list(signatures)
        chunks = [left[first : first + _AT_ONCE] for first in range(0, len(left), _AT_ONCE)] or [[]]
        for number, chunk in enumerate(chunks[:-1], 1):
            action = self.bring(chunk)
            try:
                action.simulate()
            except ContractRevert:
                continue  # signatures that are good for nothing must not keep the others from being brought
            return action, len(left) - number * _AT_ONCE
        return self.bring(chunks[-1]), 0

    def enact(self) -> Action[None]:
        """Have the body make the call, once enough have signed. Anyone may."""
        meaning = f"enact petition {self.number} of {self.body.name}"
        return self._act("enactPetition", self.number, self.call.target, self.call.data, meaning=meaning)

    def _act(self, function: str, *args: Any, meaning: str) -> Action[None]:
        return plain(self.body.client, self.body.address, self.body.contract.encode(function, *args), meaning)


def petitions(body: Body) -> tuple[Petition, ...]:
    """Every petition of a body, oldest first."""
    return tuple(Petition.from_event(body, event) for event in body.events("PetitionOpened"))


def petition(body: Body, number: int) -> Petition:
    """A petition by number. Raises NotFound."""
    for each in petitions(body):
        if each.number == number:
            return each
    raise NotFound(f"{body.path} has no petition {number}. `zonedao petition list` shows those there are.")


def open_petition(body: Body, call: Call) -> Action[Petition]:
    """Open a petition for a call and sign it."""

    def read(receipt: Receipt) -> Petition:
        (opened,) = body.contract.events(receipt, "PetitionOpened")
        return Petition.from_event(body, opened)

    data = body.contract.encode("openPetition", call.target, call.data)
    return Action(body.client, body.address, data, f"open a petition in {body.name}", read)


# --- files: a JSON document a line ---


def append_signature(path: Path, petition: Petition, signature: PetitionSignature) -> None:
    """Add a signature to a file, which is made if it is not there. Raises StorageProblem."""
    document = {
        "chain_id": petition.body.client.connection.chain_id,
        "body": petition.body.address,
        "petition": petition.number,
        "signer": signature.signer,
        "signature": "0x" + signature.signature.hex(),
    }
    add_to_paper(path, [document])


def read_signatures(path: Path, petition: Petition) -> list[PetitionSignature]:
    """The signatures of a petition in a file, each signer once. Raises StorageProblem, UsageProblem."""
    lines = paper_text(path).splitlines()
    found: dict[str, PetitionSignature] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        wanted = (petition.body.client.connection.chain_id, petition.body.address, petition.number)
        try:
            if len(line) > _MOST_LINE_BYTES:
                raise ValueError("too long")
            document = parse_json(line)
            about = (document["chain_id"], checksum_address(document["body"]), document["petition"])
            signer = checksum_address(document["signer"])
            raw = bytes.fromhex(document["signature"].removeprefix("0x"))
        except (ValueError, KeyError, TypeError, AttributeError, UsageProblem) as problem:
            raise UsageProblem(f"Line {number} of {path} is no signature of a petition. Take it out.") from problem
        if about != wanted:
            raise UsageProblem(f"Line {number} of {path} is about another petition. Take it out.")
        found[signer] = PetitionSignature(signer, raw)
    return list(found.values())
