"""Polls and elections of a body: choices between more than yes and no, officers, recall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zonedao.actions import Action, plain
from zonedao.chain.abi import keccak
from zonedao.errors import KeyProblem, NotFound, UsageProblem, WrongState
from zonedao.governance.electing import Kind, Phase
from zonedao.governance.stv import Count, count_stv, preferences, ranking, received
from zonedao.text import label, read_label
from zonedao.times import require_within

__all__ = ["PAGE_BALLOTS", "Election", "Elections", "Kind", "OfficeTerms", "Phase", "PollTerms", "Replacement"]

if TYPE_CHECKING:
    from zonedao.chain.events import Event
    from zonedao.governance.body import Body
    from zonedao.governance.calls import Label

PAGE_BALLOTS = 500  # that one transaction counts: some two million gas


# As in Elections.sol.
_MOST_OPTIONS = 63
_PHASE_SECONDS = (3_600, 60 * 86_400)
_MOST_TERM_DELAY_SECONDS = 365 * 86_400
_TERM_SECONDS = (86_400, 3_653 * 86_400)


def _require_phases(vote_seconds: int, reveal_seconds: int) -> None:
    require_within("The vote", vote_seconds, *_PHASE_SECONDS)
    if reveal_seconds:
        require_within("The time to reveal ballots", reveal_seconds, *_PHASE_SECONDS)


@dataclass(frozen=True)
class PollTerms:
    """A choice of options: `options` are texts of up to 32 bytes, `costs` one each or none; see `IElections.PollTerms`.

    Shares in parts per million, durations in seconds; `reveal_seconds` of 0 are open ballots.
    """

    subject: Label
    options: Sequence[str]
    costs: Sequence[int] = ()
    budget: int = 0
    most: int = 1
    threshold_ppm: int = 0
    quorum_ppm: int = 0
    vote_seconds: int = 7 * 86_400
    reveal_seconds: int = 0

    def encoded(self) -> tuple[Any, ...]:
        """As the contract takes them. Raises UsageProblem."""
        options = [label(option) for option in self.options]
        if not 0 < len(options) <= _MOST_OPTIONS:
            raise UsageProblem(f"There can be 1 to {_MOST_OPTIONS} options, not {len(options)}. Choose fewer or more.")
        if label("") in options or len(set(options)) < len(options):
            raise UsageProblem("Two options look alike, or one is empty, so that voters could not tell. Rename it.")
        _require_phases(self.vote_seconds, self.reveal_seconds)
        shares = (self.threshold_ppm, self.quorum_ppm)
        times = (self.vote_seconds, self.reveal_seconds)
        return (label(self.subject), options, list(self.costs), self.budget, self.most, *shares, *times)


@dataclass(frozen=True)
class OfficeTerms:
    """An election of officers, by approval or by the single transferable vote; see `IElections.OfficeTerms`."""

    office: Label
    kind: Kind = Kind.APPROVAL
    seats: int = 1
    quorum_ppm: int = 0
    stand_seconds: int = 7 * 86_400
    vote_seconds: int = 7 * 86_400
    reveal_seconds: int = 0
    term_delay_seconds: int = 0
    term_seconds: int = 365 * 86_400

    def encoded(self) -> tuple[Any, ...]:
        """As the contract takes them. Raises UsageProblem."""
        require_within("The time to stand", self.stand_seconds, *_PHASE_SECONDS)
        _require_phases(self.vote_seconds, self.reveal_seconds)
        require_within("The delay of the term", self.term_delay_seconds, 0, _MOST_TERM_DELAY_SECONDS)
        require_within("A term", self.term_seconds, *_TERM_SECONDS)
        times = (self.stand_seconds, self.vote_seconds, self.reveal_seconds, self.term_delay_seconds, self.term_seconds)
        return (label(self.office), int(self.kind), self.seats, self.quorum_ppm, *times)


@dataclass(frozen=True)
class Election:
    """An election of a body, of any kind. Moments are unix seconds.

    `options` are the texts of a poll with their `costs`, `persons` the indices of who stands; both are numbered from 1,
    and so are the `winners`. `approvals` are empty by the single transferable vote.
    """

    number: int
    kind: Kind
    phase: Phase
    about: str
    seats: int
    options: tuple[str, ...]
    costs: tuple[int, ...]
    persons: tuple[int, ...]
    approvals: tuple[int, ...]
    ballots: int
    quorum_ppm: int
    opens_at: int
    closes_at: int
    revealed_at: int
    term_from: int
    term_until: int
    winners: tuple[int, ...]

    @property
    def secret(self) -> bool:
        """Whether ballots are committed to, and revealed after the vote."""
        return self.revealed_at > self.closes_at

    def ballot(self, numbers: Sequence[int]) -> int:
        """A ballot as the contract takes it: choices that are approved, or candidates in order. Raises UsageProblem."""
        most = len(self.options) or len(self.persons)
        if not most:
            raise WrongState(f"Nobody stands in election {self.number}, so nobody can be voted for. Nothing was sent.")
        if not all(0 < number <= most for number in numbers):
            raise UsageProblem(f"Election {self.number} has the choices 1 to {most}. Name them by their numbers.")
        if self.kind is Kind.STV:
            return ranking(numbers)
        return sum(1 << number for number in set(numbers))


@dataclass(frozen=True)
class Replacement:
    """Who was named in place of the officers of an election: by which body, from when to when (unix seconds), and which
    persons of them have not left since."""

    by: str
    since: int
    until: int
    persons: tuple[int, ...]


class Elections:
    """The elections of one body. They stand in a contract that its zone lists and shares with other zones."""

    def __init__(self, body: Body, address: str) -> None:
        self.body = body
        self.client = body.client
        self.contract = body.client.bind("IWholeElections", address)
        self.address = self.contract.address

    # --- reading ---

    def numbers(self) -> tuple[int, ...]:
        """Numbers of this body's elections, the oldest first."""
        return tuple(sorted(int(event.args["election"]) for event in self._opened()))

    def election(self, number: int) -> Election:
        """An election by number. Raises NotFound for one of another body."""
        opened = [event for event in self._opened(number) if event.args["election"] == number]
        if not opened:
            raise NotFound(f"{self.body.path} has no election {number}. `zonedao election list` shows them.")
        terms = opened[0].args["terms"]
        found = self.contract.call("electionOf", number)
        kind = Kind(found.kind)
        poll = kind is Kind.POLL
        return Election(
            number=number,
            kind=kind,
            phase=Phase(found.phase),
            about=read_label(found.label),
            seats=terms.most if poll else found.seats,
            options=tuple(read_label(option) for option in terms.options) if poll else (),
            costs=tuple(terms.costs) if poll else (),
            persons=tuple(self.contract.call("candidates", number)),
            approvals=tuple(self.contract.call("approvals", number)),
            ballots=found.ballots,
            quorum_ppm=found.quorumPpm,
            opens_at=found.voteStart,
            closes_at=found.voteEnd,
            revealed_at=found.revealEnd,
            term_from=found.termStart,
            term_until=found.termEnd,
            winners=tuple(bit for bit in range(found.winners.bit_length()) if found.winners >> bit & 1),
        )

    def rankings(self, number: int) -> tuple[tuple[int, ...], ...]:
        """The ballots of an election by the single transferable vote, in the order in which they were cast."""
        events = self.contract.logs("BallotCast", self._first_block, election=number)
        return tuple(preferences(event.args["ballot"]) for event in events)

    def stv_count(self, number: int) -> Count:
        """The whole count of an election by the single transferable vote, worked out here."""
        found = self.election(number)
        if found.kind is not Kind.STV:
            raise UsageProblem(
                f"Election {number} is not counted by the single transferable vote. Read its tally instead."
            )
        return count_stv(self.rankings(number), len(found.persons), found.seats)

    def officers(self, office: Label) -> tuple[int, ...]:
        """Indices of who holds an office now."""
        return tuple(self.contract.call("officers", self.body.address, label(office))[1])

    def term(self, office: Label) -> int:
        """The election by which an office is held now, whoever holds it. Raises NotFound."""
        found = int(self.contract.call("officers", self.body.address, label(office))[0])
        if found == 0:
            raise NotFound(
                f"No term of {read_label(label(office))!r} runs in {self.body.path} now. `zonedao election list` shows "
                "what was elected, and `zonedao propose election` has others elected."
            )
        return found

    def replacement(self, number: int) -> Replacement | None:
        """The newest replacement of an election's officers by the body above, over or not."""
        by, since, until, persons = self.contract.call("replacementOf", number)
        return Replacement(by, since, until, tuple(filter(None, persons))) if until else None

    def replaced_until(self, office: Label) -> int:
        """Until when others hold an office than who was elected (unix seconds), 0 if that is not so now."""
        number = int(self.contract.call("officers", self.body.address, label(office))[0])
        found = self.replacement(number)
        return found.until if found is not None and found.until > self.client.now() else 0

    def has_voted(self, number: int, person: int) -> bool:
        """Whether somebody has cast a ballot, or committed to one."""
        return bool(self.contract.call("hasVoted", number, person))

    # --- doing ---

    def stand(self, number: int) -> Action[None]:
        """Become a candidate."""
        return self._do(f"stand in election {number}", "stand", number)

    def vote(self, number: int, choices: Sequence[int]) -> Action[None]:
        """Cast a ballot: approved choices, or candidates in the order of preference. Raises UsageProblem."""
        return self._do(f"vote in election {number}", "vote", number, self.election(number).ballot(choices))

    def commit(self, number: int, choices: Sequence[int]) -> Action[None]:
        """Commit to a ballot. Its salt comes from a signature, so that only the choices have to be remembered."""
        person = self.body.zone.registry.index_of(self.client.require_address())
        ballot = self.election(number).ballot(choices)
        commitment = self._commitment(number, person, ballot, self._salt(number))
        return self._do(f"commit to a ballot in election {number}", "commit", number, commitment)

    def reveal(self, number: int, choices: Sequence[int]) -> Action[None]:
        """Reveal one's own ballot after the vote. Raises WrongState unless it is what one committed to."""
        person = self.body.zone.registry.index_of(self.client.require_address())
        ballot, salt = self.election(number).ballot(choices), self._salt(number)
        if self.contract.call("commitmentOf", number, person) != self._commitment(number, person, ballot, salt):
            raise WrongState("You committed to other choices, or with another key. Name those that you committed to.")
        return self._do(f"reveal a ballot in election {number}", "reveal", number, person, ballot, salt)

    def decide(self, number: int) -> Action[None]:
        """Decide an election that is over, or count the next ballots of it: run it again until it is decided."""
        found = self.election(number)
        if found.kind is Kind.POLL:
            terms = self._opened(number)[0].args["terms"]
            return self._do(f"decide election {number}", "decidePoll", number, terms)
        heads = int(self.body.contract.call("headcountAt", self.contract.call("electionOf", number).snapshot))
        void = found.ballots == 0 or found.ballots * 1_000_000 < heads * found.quorum_ppm
        if found.kind is Kind.APPROVAL or void:
            return self._do(f"decide election {number}", "decide", number)
        ballots = self.rankings(number)
        words = count_stv(ballots, len(found.persons), found.seats).words
        done = self._counted(number, words)
        sums = received(words, ballots[:done], len(found.persons)) if done else []
        page = [ranking(ballot) for ballot in ballots[done : done + PAGE_BALLOTS]]
        meaning = f"count the ballots {done + 1} to {done + len(page)} of election {number}"
        return self._do(meaning, "count", number, words, sums, page)

    def resign(self, number: int) -> Action[None]:
        """Give up an office."""
        return self._do(f"resign from the office of election {number}", "resign", number)

    def petition(self, number: int, person: int | str) -> Action[None]:
        """Sign the petition to recall an officer, or begin it."""
        index = self.body.zone.registry.person(person).index
        return self._do(f"sign for the recall of person {index}", "petition", number, index)

    def petition_against(self, number: int, person: int | str) -> int:
        """Number of the newest petition against an officer. Raises NotFound."""
        index = self.body.zone.registry.person(person).index
        found = int(self.contract.call("petitionAgainst", number, index))
        if found == 0:
            raise NotFound(f"There is no petition to recall person {index}. Signing one opens it.")
        return found

    def vote_recall(self, petition: int, recall: bool) -> Action[None]:
        """Vote on a recall."""
        words = "for" if recall else "against"
        return self._do(f"vote {words} the recall of petition {petition}", "voteRecall", petition, recall)

    def close_recall(self, petition: int) -> Action[None]:
        """End the vote on a recall."""
        return self._do(f"close the recall of petition {petition}", "closeRecall", petition)

    # --- inside ---

    @property
    def _first_block(self) -> int:
        return self.body.zone.deploy_block

    def _opened(self, number: int | None = None) -> tuple[Event, ...]:
        where: dict[str, Any] = {"body": self.body.address}
        if number is not None:
            where["election"] = number
        return tuple(
            event
            for name in ("PollOpened", "ElectionOpened")
            for event in self.contract.logs(name, self._first_block, **where)
        )

    def _counted(self, number: int, words: Sequence[int]) -> int:
        who = bytes.fromhex(self.client.require_address()[2:])
        claim = keccak(who + b"".join(word.to_bytes(32, "big") for word in words))
        events = self.contract.logs("BallotsReplayed", self._first_block, election=number, claim=claim)
        return int(events[-1].args["counted"]) if events else 0

    def _salt(self, number: int) -> bytes:
        """Only the key's owner knows it, on whatever computer (RFC 6979 signatures are the same each time)."""
        from zonedao.ballots.typed import typed_data

        signer = self.client.require_signer()
        chain_id = self.client.connection.chain_id
        domain = {"name": "zonedao", "version": "1", "chainId": chain_id, "verifyingContract": self.address}
        kinds = {"warning": "string", "election": "uint256"}
        message = typed_data(domain, "BallotSalt", kinds, {"warning": _WARNING, "election": number})
        signature = signer.sign_typed_data(message)
        if signer.sign_typed_data(message) != signature:
            raise KeyProblem(
                f"The account {signer.address} signs the same text differently each time, so that it could never "
                "reveal its ballot. Use a key file."
            )
        return keccak(signature[:64])  # r and s alone: wallets write v in two ways

    def _commitment(self, number: int, person: int, ballot: int, salt: bytes) -> bytes:
        numbers = (self.client.connection.chain_id, int(self.address, 16), number, person, ballot)
        return keccak(b"".join(each.to_bytes(32, "big") for each in numbers) + salt)

    def _do(self, meaning: str, function: str, *args: Any) -> Action[None]:
        return plain(self.client, self.address, self.contract.encode(function, *args), f"{meaning} of {self.body.path}")


_WARNING = "Salt of a secret ballot in zonedao. Whoever gets this signature can read your ballot before the others."
