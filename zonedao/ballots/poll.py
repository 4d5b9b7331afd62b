"""What the chain says about one vote to somebody who counts ballots: times, electors, keys, who has voted.

Electorate and voting keys are those of the proposal's snapshot and never change, so they are read once. Account keys
may be rotated and persons vote meanwhile: these are read when they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from zonedao.ballots.schemes import BN254, Point, Scheme, scheme_named
from zonedao.ballots.signing import Question
from zonedao.chain.abi import checksum_address
from zonedao.errors import NodeProblem
from zonedao.governance.laws import law_from
from zonedao.governance.proposals import ProposalState, Support, counted_in
from zonedao.governance.registry import WORD_BITS, indices_in

if TYPE_CHECKING:
    from zonedao.chain.contract import BoundContract
    from zonedao.governance.body import Body

_NOBODY = "0x" + "00" * 20
_ADDRESS_BYTES, _WORD_BYTES = 20, 32
_MOST_CODE = 24_576  # bytes of a contract, and so of a page of keys
_KEYS_AT_ONCE = 100  # whose votes are asked of the node in one request


class Poll:
    """The vote on one proposal (IGovernor's id) of a body. Raises ContractRevert when there is no such proposal."""

    def __init__(self, body: Body, proposal_id: int) -> None:
        self.body = body
        self.connection = body.client.connection
        self.registry = body.zone.registry.contract
        self.question = Question(self.connection.chain_id, body.address, str(body.contract.call("name")), proposal_id)
        self.snapshot = self._ask("proposalSnapshot")
        self._seasoning_seconds = law_from(body.contract.call("proposalLaw", proposal_id)).seasoning_seconds
        self._electors: dict[int, int] = {}
        self._voting_keys: dict[int, dict[int, Point]] = {}

    @property
    def proposal_id(self) -> int:
        """IGovernor's id."""
        return self.question.proposal_id

    @cached_property
    def number(self) -> int:
        """The body's own number of the proposal."""
        return self._ask("proposalNumber")

    # --- when ---

    @property
    def state(self) -> ProposalState:
        """The proposal's state now."""
        return ProposalState(self._ask("state"))

    @property
    def batch_deadline(self) -> int:
        """The last second in which batches and aggregates count, unix seconds."""
        return self._ask("batchDeadline")

    # --- who ---

    def electors(self, word: int) -> int:
        """The persons of a word who may vote on this, a bit each: members at the snapshot and a seasoning before."""
        if word not in self._electors:
            before = max(self.snapshot - self._seasoning_seconds, 0)
            masks = [int(self.body.contract.call("membersAt", word, time)) for time in (before, self.snapshot)]
            self._electors[word] = masks[0] & masks[1]
        return self._electors[word]

    def voted(self, word: int) -> int:
        """The persons of a word whose vote is counted by now, a bit each."""
        return int(self.body.contract.call("votedMask", self.proposal_id, word))

    def choices(self, persons: Iterable[int]) -> dict[int, Support]:
        """How persons who are counted voted, by index, read from events; those who are found by their keys of now."""
        wanted = set(persons)
        found: dict[int, Support] = {}
        first = self.body.zone.deploy_block
        for event in self.body.contract.logs("BallotsCounted", first, proposalId=self.proposal_id):
            for word, support, bits in counted_in(event.args["words"]):
                found.update(dict.fromkeys(indices_in(word, bits), support))
        found = {index: support for index, support in found.items() if index in wanted}
        alone = {self.account_key(index): index for index in wanted - found.keys()}
        keys = list(alone)
        for start in range(0, len(keys), _KEYS_AT_ONCE):
            for event in self.body.contract.logs("VoteCast", first, voter=keys[start : start + _KEYS_AT_ONCE]):
                if event.args["proposalId"] == self.proposal_id:
                    found[alone[event.args["voter"]]] = Support(event.args["support"])
        return found

    def account_key(self, index: int) -> str:
        """The account that acts for a person now."""
        return str(self.registry.call("person", index).key)

    def nonce(self, account: str) -> int:
        """The number of an account's next signature of a vote in this body."""
        return int(self.body.contract.call("nonces", account))

    def account_keys(self, word: int) -> dict[int, str]:
        """The accounts that act for persons of a word, by index, as far as the registry's page of keys has them."""
        page, loose = self.registry.call("keysOf", word)
        code = self.connection.code(page)[1:] if page != _NOBODY else b""
        found: dict[int, str] = {}
        for index in indices_in(word, self.electors(word) & ~loose):
            start = index % WORD_BITS * _ADDRESS_BYTES
            found[index] = checksum_address("0x" + code[start : start + _ADDRESS_BYTES].hex())
        return found

    # --- voting keys ---

    @cached_property
    def verifier(self) -> BoundContract | None:
        """The verifier that may count aggregates for this proposal: listed no later than its snapshot."""
        address, listed_at = self.body.contract.call("verifier")
        if address == _NOBODY or listed_at > self.snapshot:
            return None
        return self.body.client.bind("IBallotVerifier", address)

    @cached_property
    def scheme(self) -> Scheme:
        """What the shares of this vote are made with. Raises UsageProblem for one that this version does not know."""
        return BN254 if self.verifier is None else scheme_of(self.verifier)

    def voting_keys(self, word: int) -> dict[int, Point]:
        """The voting keys of a word at the snapshot, by index; empty where the body has no verifier for this vote."""
        if word not in self._voting_keys:
            self._voting_keys[word] = (
                {} if self.verifier is None else read_keys(self.verifier, self.registry.address, word, self.snapshot)
            )
        return self._voting_keys[word]

    def voting_key(self, index: int) -> Point | None:
        """A person's voting key at the snapshot, None if they had none."""
        return self.voting_keys(index // WORD_BITS).get(index)

    def _ask(self, function: str) -> int:
        return int(self.body.contract.call(function, self.proposal_id))


def scheme_of(verifier: BoundContract) -> Scheme:
    """What a verifier checks. Raises UsageProblem for a curve that this version does not know."""
    return scheme_named(str(verifier.call("curve")))


def read_keys(verifier: BoundContract, registry: str, word: int, time: int) -> dict[int, Point]:
    """All voting keys of a word at a time, by index, read from the verifier's pages; the newest page has the word.

    A page is code: 0x00, mask (32 bytes), sum of the keys, the keys in order of person. Where those of a whole word do
    not fit into one contract, it ends with the address of another, whose code is 0x00 and the last keys.
    """
    scheme = scheme_of(verifier)
    size = scheme.key_bytes
    found: dict[int, Point] = {}
    pages, _ = verifier.call("pagesAt", registry, word, time)
    for page in reversed(pages):
        code = verifier.connection.code(page)
        mask = int.from_bytes(code[1 : 1 + _WORD_BYTES], "big")
        position = 1 + _WORD_BYTES + size
        persons = indices_in(word, mask)
        on_page = (_MOST_CODE - position) // size
        if len(persons) > on_page:
            end = position + on_page * size
            rest = verifier.connection.code(checksum_address("0x" + code[end : end + _ADDRESS_BYTES].hex()))
            code = code[:end] + rest[1:]
        if len(code) < position + len(persons) * size:
            raise NodeProblem(f"The node does not have the code of {page}. Use another node: --network URL.")
        for index in persons:
            found[index] = scheme.decode_key(code[position : position + size])
            position += size
    return found
