"""A proposal: what it would do, how the vote stands, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from zonedao.actions import Action, plain
from zonedao.chain.abi import decode, keccak, tuple_of
from zonedao.chain.events import Event
from zonedao.errors import NodeProblem, UsageProblem
from zonedao.governance.calls import Call
from zonedao.governance.laws import ProposalClass, classes_in, law_from
from zonedao.governance.registry import indices_in
from zonedao.governance.standing import PROPOSER_MARK, ProposalState, ProposalStatus, Support, Votes, text_of, title_of
from zonedao.records import record
from zonedao.text import printable

__all__ = [
    "PROPOSER_MARK",
    "Ballot",
    "Proposal",
    "ProposalState",
    "ProposalStatus",
    "Support",
    "Votes",
    "counted_in",
    "describe_proposal",
    "description_bytes",
    "parse_number",
    "support",
]

if TYPE_CHECKING:
    from zonedao.ballots.signing import SignedBallot, SigningRecord
    from zonedao.chain.signers import Signer
    from zonedao.governance.body import Body


def counted_in(words: Sequence[int]) -> Iterator[tuple[int, Support, int]]:
    """What `words` of BallotsCounted tell: a word of persons, a choice, and who was counted for it, a bit each."""
    for at in range(0, len(words), 1 + len(Support)):
        for support in Support:
            yield words[at], support, words[at + 1 + support]


def support(wanted: str | int) -> Support:
    """A choice by name or number. Raises UsageProblem."""
    try:
        return Support(wanted) if isinstance(wanted, int) else Support[wanted.strip().upper()]
    except (KeyError, ValueError):
        raise UsageProblem(f"{wanted!r} is no vote. Vote for, against or abstain.") from None


def parse_number(wanted: int | str) -> int:
    """A proposal's number or IGovernor id, decimal or 0x-hex. Raises UsageProblem."""
    try:
        number = wanted if isinstance(wanted, int) else int(wanted.strip().removeprefix("#"), 0)
    except ValueError:
        number = 0
    if not 0 < number < 2**256:
        raise UsageProblem(f"{wanted!r} is no proposal. Give its number, or its id as 0x-hex.")
    return number


@record
class Ballot:
    """One person's vote: the key that cast it, the choice, and the reason that came with it.

    `representative` is the key of who cast it for them, empty if they voted themselves.
    """

    voter: str
    support: Support
    reason: str
    representative: str = ""


@record
class Proposal:
    """A proposal of a body.

    What never changes is here; `status()` reads the rest. `id` is IGovernor's, `number` the body's own; `electorate`
    the head-count at the snapshot; votes count after `opens_at`, up to and including `closes_at` (unix seconds), which
    was moved once if it is `extended`: the outcome turned near the close.
    """

    body: Body
    number: int
    id: int
    proposer: str
    calls: tuple[Call, ...]
    values: tuple[int, ...]
    description: str
    description_hash: bytes = field(repr=False)
    classes: tuple[ProposalClass, ...]
    electorate: int
    opens_at: int
    closes_at: int
    created_block: int
    extended: bool = False

    @classmethod
    def from_events(
        cls, body: Body, numbered: Event, created: Sequence[Event], extended: Sequence[Event] = ()
    ) -> Proposal:
        """The proposal that the two events of its creation tell of, and the one of its extension if there was one."""
        identity = numbered.args["proposalId"]
        ends = [event.args["extendedDeadline"] for event in extended if event.args["proposalId"] == identity]
        for event in created:
            if event.args["proposalId"] == identity and event.tx_hash == numbered.tx_hash:
                args = event.args
                return cls(
                    body=body,
                    number=numbered.args["number"],
                    id=args["proposalId"],
                    proposer=args["proposer"],
                    calls=tuple(Call(*pair) for pair in zip(args["targets"], args["calldatas"], strict=True)),
                    values=tuple(args["values"]),
                    description=args["description"],
                    description_hash=keccak(description_bytes(event)),
                    classes=classes_in(numbered.args["classes"]),
                    electorate=numbered.args["electorate"],
                    opens_at=args["voteStart"],
                    closes_at=max([args["voteEnd"], *ends]),
                    created_block=event.block_number,
                    extended=bool(ends),
                )
        raise NodeProblem(
            f"The node told of proposal {numbered.args['number']} but not of its text. Use another node: --network URL."
        )

    # --- reading ---

    @property
    def hex_id(self) -> str:
        """IGovernor's id as 0x-hex."""
        return f"0x{self.id:064x}"

    @property
    def title(self) -> str:
        """The first line of the description, without the mark of a heading."""
        return title_of(self.description)

    @property
    def text(self) -> str:
        """The description after its first line, without the proposer's mark."""
        return text_of(self.description)

    @property
    def state(self) -> ProposalState:
        """Its state now."""
        return ProposalState(self.body.contract.call("state", self.id))

    @property
    def votes(self) -> Votes:
        """The tally now."""
        against, for_, abstain = self.body.contract.call("proposalVotes", self.id)
        return Votes(against, for_, abstain)

    def status(self) -> ProposalStatus:
        """How it stands."""
        ask = self.body.contract.call
        sponsors, needed = ask("proposalSponsors", self.id)
        now = self.body.client.now()
        held_up_until = max(self.body.frozen_until(), int(ask("pauseOf", self.id)[1]))
        return ProposalStatus(
            state=self.state,
            votes=self.votes,
            quorum=int(ask("proposalQuorum", self.id)),
            law=law_from(ask("proposalLaw", self.id)),
            eta=int(ask("proposalEta", self.id)),
            expires_at=int(ask("proposalExpiry", self.id)),
            sponsors=int(sponsors),
            sponsors_needed=int(needed),
            held_up_until=held_up_until if held_up_until > now else 0,
            read_at=now,
        )

    def has_voted(self, who: str) -> bool:
        """Whether somebody (address or name) has voted."""
        return bool(self.body.contract.call("hasVoted", self.id, self.body.zone.registry.address_of(who)))

    def ballots(self) -> tuple[Ballot, ...]:
        """Every vote that counts, oldest first; those that others brought or cast come with the keys of now."""
        keys: dict[int, str] = {}
        found: list[Ballot] = []
        kinds = ("VoteCast", "BallotsCounted", "FollowersCounted")
        for event in self.body.events(*kinds, from_block=self.created_block, proposalId=self.id):
            args = event.args
            if event.name == "VoteCast":
                found.append(Ballot(args["voter"], Support(args["support"]), printable(args["reason"], lines=True)))
                continue
            keys = keys or self.body.zone.registry.keys()
            if event.name == "FollowersCounted":
                from zonedao.governance.followers import followed

                # Who voted themself since is counted no more.
                for support, mask in zip(Support, followed(self, args["word"]), strict=True):
                    still = indices_in(args["word"], args["followers"] & mask)
                    found += [Ballot(keys[index], support, "", keys[args["representative"]]) for index in still]
                continue
            for word, support, bits in counted_in(args["words"]):
                found += [Ballot(keys[index], support, "") for index in indices_in(word, bits)]
        return tuple(found)

    def sponsors(self) -> tuple[int, ...]:
        """Who has signed it, by index, oldest first."""
        told = self.body.events("ProposalSponsored", from_block=self.created_block, proposalId=self.id)
        return tuple(event.args["person"] for event in told)

    def acting_as(self, signer: Signer | None) -> Proposal:
        """The same proposal for somebody else."""
        return replace(self, body=self.body.acting_as(signer))

    # --- doing ---

    def vote(self, choice: Support | str | int, reason: str = "", *, as_representative: bool = False) -> Action[None]:
        """Cast the signer's only vote; as a representative, so that their followers can be counted with it.

        Raises UsageProblem for a representative's reason.
        """
        wanted = support(choice)
        contract = self.body.contract
        if as_representative:
            if reason:
                raise UsageProblem("A vote as a representative carries no reason. Leave one of the two out.")
            data = contract.encode("castVoteAsRepresentative", self.id, int(wanted))
        elif reason:
            data = contract.encode("castVoteWithReason", self.id, int(wanted), reason)
        else:
            data = contract.encode("castVote", self.id, int(wanted))
        return self._act(data, f"vote {wanted.title} on proposal {self.number} of {self.body.name}")

    def count_followers(self, who: int | str) -> Action[None]:
        """Have the followers of a representative counted who voted as such. Anyone may.

        Raises NotFound, UsageProblem, Refused.
        """
        from zonedao.governance.followers import count_followers

        return count_followers(self, who)

    def sponsor(self) -> Action[None]:
        """Sign it before its vote opens, where its law wants sponsors. A sponsor is not bound to vote for it."""
        data = self.body.contract.encode("sponsor", self.id)
        return self._act(data, f"sponsor proposal {self.number} of {self.body.name}")

    def sign_ballot(self, choice: Support | str | int, *, record: SigningRecord | None = None) -> SignedBallot:
        """Sign the signer's ballot, to be handed in to whoever collects: nothing is sent and nothing costs.

        It has a share for an aggregate if the signer's voting key was enrolled before the proposal was made. What is
        signed is recorded, in this user's `record` by default, and another choice is refused. Raises Refused.
        """
        from zonedao.ballots.casting import cast

        return cast(self, support(choice), record)

    def sign_single_ballot(
        self,
        choice: Support | str | int,
        voter: str,
        signature: bytes | None = None,
        *,
        record: SigningRecord | None = None,
    ) -> SignedBallot:
        """Sign the ballot of a smart account (ERC-1271), for which the signer acts, or bring what it signed itself.

        It is collected like others and posted on its own. Raises Refused, also where the account does not accept it.
        """
        from zonedao.ballots.casting import cast_single

        return cast_single(self, support(choice), self.body.zone.registry.address_of(voter), signature, record)

    def queue(self) -> Action[None]:
        """Queue it after it succeeded: its money is reserved and its delay begins. Anyone may."""
        return self._again("queue")

    def execute(self) -> Action[None]:
        """Run its calls once it is due. Anyone may."""
        return self._again("execute")

    def cancel(self) -> Action[None]:
        """Withdraw one's own proposal before the vote opens."""
        return self._again("cancel")

    def release_expired(self) -> Action[None]:
        """Free what it had reserved, after it expired. Anyone may."""
        return self._again("releaseExpired")

    # --- inside ---

    def arrays(self) -> tuple[Any, ...]:
        """Its targets, values, calldatas and the hash of its description, as IGovernor's functions take them."""
        return (
            [call.target for call in self.calls],
            list(self.values),
            [call.data for call in self.calls],
            self.description_hash,
        )

    def _again(self, verb: str) -> Action[None]:
        data = self.body.contract.encode(verb, *self.arrays())
        word = "release what was reserved for" if verb == "releaseExpired" else verb
        return self._act(data, f"{word} proposal {self.number} of {self.body.name}")

    def _act(self, data: bytes, meaning: str) -> Action[None]:
        return plain(self.body.client, self.body.address, data, meaning)


def description_bytes(created: Event) -> bytes:
    """The description in a ProposalCreated event as it stands there, even if it is no UTF-8 text."""
    text: str = created.args["description"]
    if _REPLACED not in text:
        return text.encode()
    kinds = (
        "uint256", "address", "address[]", "uint256[]", "bytes[]", "bytes[]", "uint256", "uint256", "bytes",
    )  # fmt: skip
    parts = [{"name": f"_{position}", "type": kind} for position, kind in enumerate(kinds)]
    return bytes(decode(tuple_of(parts), created.data)[-1])


_REPLACED = "\ufffd"  # what stands for bytes that are no UTF-8


def describe_proposal(title: str, text: str, proposer: str) -> str:
    """The description on the chain: title, text, and the mark that makes it this proposer's. Raises UsageProblem."""
    heading = printable(title).strip()
    if not heading:
        raise UsageProblem("A proposal needs a title. Give one with --title.")
    body = f"{text.strip()}\n\n" if text.strip() else ""
    return f"# {heading}\n\n{body}#proposer={proposer.lower()}"
