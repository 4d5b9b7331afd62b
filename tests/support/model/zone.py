"""A zone with everything below it, and every step that can be taken in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy

from tests.support.model.bodies import Body, Proposal
from tests.support.model.calls import (
    ABSTAIN,
    ACTIVE,
    AGAINST,
    CONSTITUTIONAL,
    EXPIRED,
    FOR,
    LIVE_PROPOSALS,
    NOBODY,
    PENDING,
    QUEUED,
    SUCCEEDED,
    Admit,
    Allow,
    Call,
    Escrow,
    Keep,
    Law,
    Machinery,
    Measure,
    Pay,
    Recall,
    Recover,
    Remove,
    SetActivity,
    SetCap,
    SetLaw,
    SetRow,
    strictest,
    within_bounds,
)
from tests.support.model.counting import Counting, base_of
from tests.support.model.money import Promise
from tests.support.model.tree import Tree
from tests.support.rules import Refused, require

MOST_CALLS = 16
NOTICE = 14 * 86_400  # seconds, and as long again to finish it
NOT_SIGNED = {"WrongSignature", "NotThePointOf", "ProofMalformed"}  # which of them depends on what is wrong


class Model(Tree, Counting):
    """Persons, bodies and books. Every step says when it happens."""

    def __init__(self, root: str, post: str, epoch_start: int, epoch_seconds: int) -> None:
        super().__init__()
        self.root = root
        self.post = post
        self.epoch_start, self.epoch_seconds = epoch_start, epoch_seconds
        self.departures = 0
        self.noticed_at: dict[int, int] = {}  # by person, whatever became of it
        self.barred_at: dict[int, int] = {}  # when they left who return by vote only, by person
        self.nonces: Counter[tuple[str, str]] = Counter()  # single signed votes by body and key

    # --- birth ---

    def found(
        self, name: str, parent: str | None, laws: Iterable[Law], caps: dict[str, int], keys: Iterable[str], time: int
    ) -> None:
        """A body and its first members, who have always belonged."""
        body = self.bodies[name] = Body(parent, laws, caps)
        self.parents[name] = parent
        if parent is not None:
            self.bodies[parent].children.add(name)
            body.depth = self.levels(name)
        for key in keys:
            if parent is None:
                self._enter(key, time)
            body.begin(self.index[key], 0)

    def grant(self, child: str, asset: str, limit: int, epochs: int, source: str, time: int) -> None:
        """An allowance given at birth."""
        parent = self.parents[child]
        assert parent is not None
        self.books.grant(parent, child, asset, limit, self.epoch(time) + epochs - 1, source)

    # --- reads ---

    def epoch(self, time: int) -> int:
        return max(time - self.epoch_start, 0) // self.epoch_seconds

    # --- proposals ---

    def propose(self, body: str, key: str, calls: tuple[Call, ...], description: str, time: int) -> None:
        here = self.bodies[body]
        person = self.index.get(key, 0)
        classes = frozenset(here.class_of(call) for call in calls) or frozenset({CONSTITUTIONAL})
        law = strictest(here.law(class_, time - 1) for class_ in classes)
        electorate = here.electorate(law, time - 1)
        named = re.search(r"#proposer=(0x[0-9a-fA-F]{40})$", description)
        rules = {
            "GovernorInvalidProposalLength": not calls,
            "TooManyCalls": len(calls) > MOST_CALLS,
            "ForbiddenCall": any(
                isinstance(call, Machinery) or (isinstance(call, Recover) and body != self.root) for call in calls
            ),
            "GovernorRestrictedProposer": named is not None and named[1].lower() != key.lower(),
            "GovernorUnexpectedProposalState": any(
                (known.calls, known.description) == (calls, description) for known in here.proposals
            ),
            "GovernorInsufficientProposerVotes": person not in electorate,
            "TooManyLiveProposals": len(here.live_proposals(person, time)) >= LIVE_PROPOSALS,
        }
        require({name for name, broken in rules.items() if broken} | here.closed(time))
        number, base = len(here.proposals) + 1, base_of(here, time - 1)
        made = Proposal(number, person, calls, description, classes, time, law, electorate, base)
        made.freezes, made.ended = here.freezes, here.ended
        here.proposals.append(made)

    def sponsor(self, body: str, number: int, key: str, time: int) -> None:
        proposal = self.proposal(body, number)
        person = self.index.get(key, 0)
        rules = {
            "GovernorUnexpectedProposalState": proposal.state(time) != PENDING,
            "NoSponsorWanted": len(proposal.sponsors) >= proposal.sponsors_needed,
            "NotInElectorate": person not in proposal.electorate,
            "AlreadySponsor": person in proposal.sponsors | {proposal.proposer},
        }
        require(name for name, broken in rules.items() if broken)
        proposal.sponsors.add(person)

    def vote(self, body: str, number: int, key: str, support: int, time: int) -> None:
        proposal = self.proposal(body, number)
        voter = self.index.get(key, 0)
        require(self._wrong_with_vote(proposal, voter, support, time))
        proposal.count({voter: support}, time)

    def _wrong_with_vote(self, proposal: Proposal, voter: int, support: int, time: int) -> set[str]:
        rules = {
            "GovernorInvalidVoteType": support not in (AGAINST, FOR, ABSTAIN),
            "GovernorUnexpectedProposalState": proposal.state(time) != ACTIVE,
            "NotInElectorate": voter not in proposal.electorate,
            "GovernorAlreadyCastVote": voter in proposal.votes,
        }
        return {name for name, broken in rules.items() if broken}

    def vote_signed(self, body: str, number: int, key: str, support: int, by: str, time: int) -> None:
        """A vote of `key` that `by` signed: what somebody else signed is refused before anything is looked at."""
        if by != key:
            raise Refused({"GovernorInvalidSignature"})
        self.vote(body, number, key, support, time)
        self.nonces[body, key] += 1

    def bring(self, body: str, number: int, ballots: Sequence[tuple[int, int, str]], time: int) -> None:
        """A batch of ballots in this order: claimed person, choice, key that signed. Bad ones are passed over."""
        proposal = self.proposal(body, number)
        require(self._too_late_together(proposal, time))
        fresh: dict[int, int] = {}
        for person, support, key in ballots:
            counts = self.index.get(key) == person and person in proposal.electorate - set(proposal.votes)
            if counts and person not in fresh:
                fresh[person] = support
        if not fresh:
            raise Refused({"NothingCounted"})
        proposal.count(fresh, time)

    def claim(
        self, body: str, number: int, claims: dict[int, int], signed: dict[int, tuple[int, str]], time: int
    ) -> None:
        """An aggregate: choices of persons; and with which key each signed which choice, all as it should be or none.

        Those who are no electors or have voted are passed over; but everybody must have had a key at the snapshot.
        """
        proposal = self.proposal(body, number)
        keys = {person: self.voting.key_at(person, proposal.snapshot) for person in claims}
        right = {person: (choice, keys[person]) for person, choice in claims.items()}
        rules = self._too_late_together(proposal, time)
        rules |= set() if claims else {"NothingClaimed"}
        rules |= {"NoVotingKey"} if "" in keys.values() else set()
        rules |= NOT_SIGNED if signed != right else set()
        require(rules)
        fresh = {
            person: choice for person, choice in claims.items() if person in proposal.electorate - {*proposal.votes}
        }
        if not fresh:
            raise Refused({"NothingCounted"})
        proposal.count(fresh, time)

    # --- representatives ---

    def represent(self, body: str, number: int, key: str, support: int, time: int) -> None:
        """A vote that its followers may be counted with."""
        proposal = self.proposal(body, number)
        voter = self.index.get(key, 0)
        require(self._wrong_with_vote(proposal, voter, support, time) | self._too_late_together(proposal, time))
        proposal.count({voter: support}, time)
        proposal.representing[voter] = support

    def count_followers(self, body: str, number: int, representative: int, time: int) -> None:
        """Who followed at the snapshot and is not counted yet: as many as one may represent, the newest members."""
        proposal = self.proposal(body, number)
        late = self._too_late_together(proposal, time)
        require(late or (() if representative in proposal.representing else {"NotRepresenting"}))
        followers = self.followers(representative, proposal.snapshot) & proposal.electorate
        fresh = sorted(followers - set(proposal.votes) - set(proposal.represented), reverse=True)
        fresh = fresh[: self.most_followers(proposal.base) - proposal.used[representative]]
        if not fresh:
            raise Refused({"NoFollowersCounted"})
        proposal.follow(representative, fresh)

    def _too_late_together(self, proposal: Proposal, time: int) -> set[str]:
        """What is wrong with a count of several at this time."""
        if proposal.state(time) != ACTIVE:
            return {"GovernorUnexpectedProposalState"}
        return {"BatchesClosed"} if time > proposal.batches_until else set()

    def cancel(self, body: str, number: int, key: str, time: int) -> None:
        proposal = self.proposal(body, number)
        rules = {
            "GovernorUnexpectedProposalState": proposal.state(time) != PENDING,
            "GovernorOnlyProposer": self.index.get(key, 0) != proposal.proposer,
        }
        require(name for name, broken in rules.items() if broken)
        proposal.canceled = True

    def queue(self, body: str, number: int, time: int) -> None:
        """All of its money is promised and charged to the caps, or nothing happens."""
        if self.proposal(body, number).state(time) != SUCCEEDED:
            raise Refused({"GovernorUnexpectedProposalState"})
        require(self.proposal(body, number).stops(time))

        def run() -> None:
            proposal = self.proposal(body, number)
            proposal.queued_at = time
            for call in proposal.calls:
                proposal.promises.append(self._take_up(body, proposal, call, time))

        self._whole_or_not_at_all(run)

    def execute(self, body: str, number: int, time: int) -> None:
        """All of its calls, in order, or nothing happens."""
        proposal = self.proposal(body, number)
        if proposal.state(time) != QUEUED:
            raise Refused({"GovernorUnexpectedProposalState"})
        require(proposal.stops(time) | ({"ProposalNotReady"} if time < proposal.eta(time) else set()))

        def run() -> None:
            proposal.executed = True
            for call, promise in zip(proposal.calls, proposal.promises, strict=True):
                self._run(body, call, promise, time)

        self._whole_or_not_at_all(run)

    def release(self, body: str, number: int, time: int) -> None:
        """What an expired proposal was promised and charged comes back, to the epoch in which it was queued."""
        proposal = self.proposal(body, number)
        queued_at = proposal.queued_at
        rules = {
            "GovernorUnexpectedProposalState": proposal.state(time) != EXPIRED,
            "NothingReserved": queued_at is None or proposal.released,
        }
        require(name for name, broken in rules.items() if broken)
        assert queued_at is not None
        proposal.released = True
        epoch = self.epoch(queued_at)
        for asset, amount in proposal.charges:
            self.bodies[body].charged[asset, epoch] -= amount
        for promise in proposal.promises:
            if promise is not None:
                self.books.take_back(promise, epoch)

    # --- persons ---

    def leave(self, body: str, key: str, time: int) -> None:
        self._end(body, self.index.get(key, 0), time)

    def notice(self, person: int, time: int) -> tuple[int, int]:
        """From when to when an expulsion can be finished; zeros if there is none."""
        ready = self.noticed_at.get(person, -3 * NOTICE) + NOTICE
        return (ready, ready + NOTICE) if time <= ready + NOTICE else (0, 0)

    def finish_expulsion(self, body: str, person: int, time: int) -> None:
        ready, _ = self.notice(person, time)
        require({"NoNotice"} if body != self.root or not ready else {"NoticeRunning"} if time < ready else ())
        self._end(body, person, time)

    def prune(self, body: str, person: int, time: int) -> None:
        above = self.bodies[body].parent
        if above is None:
            raise Refused({"OnlyIndustry"})
        if self.bodies[above].belongs(person, time):
            raise Refused({"StillInParent"})
        self._end(body, person, time)

    # --- inside ---

    def _whole_or_not_at_all(self, run: Callable[[], None]) -> None:
        saved = deepcopy(self.__dict__)
        try:
            run()
        except Refused:
            self.__dict__ = saved
            raise

    def _take_up(self, body: str, proposal: Proposal, call: Call, time: int) -> Promise | None:
        amount = _moved(call)
        if not amount:
            return None
        assert isinstance(call, Pay | Escrow | Allow)
        here, epoch = self.bodies[body], self.epoch(time)
        broken: set[str] = set()
        promise = None
        if not isinstance(call, Allow):
            try:
                frozen = {name for name, each in self.bodies.items() if each.frozen(time)}
                promise = self.books.promise(body, call.asset, amount, epoch, frozen)
            except Refused as refused:
                broken |= refused.names
        if CONSTITUTIONAL not in proposal.classes:
            if here.charged[call.asset, epoch] + amount > here.caps.get(call.asset, 0):
                broken.add("CapExceeded")
            here.charged[call.asset, epoch] += amount
            proposal.charges.append((call.asset, amount))
        require(broken)
        return promise

    def _run(self, body: str, call: Call, promise: Promise | None, time: int) -> None:
        here, books = self.bodies[body], self.books
        match call:
            case Pay():
                require({"ZeroAddress"} if call.to == NOBODY else ())
                books.keep(promise)
                books.due[call.to, call.asset] += call.amount
                books.entries += 1
            case Escrow():
                rules = {"UnknownPost": call.post != self.post, "NothingReceived": not call.amount}
                require(name for name, broken in rules.items() if broken)
                books.keep(promise)
                books.holdings[call.asset] -= call.amount
                books.escrowed[body, call.asset] += call.amount
                books.entries += 1
            case Allow():
                books.allow(body, call, self.epoch(time))
            case _ if isinstance(call, Measure):
                self.measure(body, call, time)
            case Recall():
                books.recall(body, call.child, call.asset)
            case SetActivity():
                here.counts.set_activity(call.votes, time)
            case Recover():
                self.recover(call.person, call.key)
            case Admit():
                self._admit(body, call.keys, time)
            case Remove() if body == self.root:
                require(() if call.person in self.admitted_at else {"NoSuchPerson"})
                if call.person in self.left_at:
                    self.barred_at[call.person] = self.left_at[call.person]
                    return
                require({"NoticeOpen"} if any(self.notice(call.person, time)) else ())
                self.noticed_at[call.person] = time
            case Remove():
                self._end(body, call.person, time)
            case Keep():
                require(() if body == self.root and any(self.notice(call.person, time)) else {"NoNotice"})
                del self.noticed_at[call.person]
            case SetLaw():
                require(() if within_bounds(call.class_, call.law) else {"OutOfBounds"})
                here.laws[call.class_].append((time, call.law))
            case SetRow():
                (here.strict.add if call.strict else here.strict.discard)(call.kind)
            case SetCap():
                here.caps[call.asset] = call.limit

    def _admit(self, body: str, keys: tuple[str, ...], time: int) -> None:
        here = self.bodies[body]
        if here.parent is None:
            for key in keys:
                away = self.index.get(key, 0) in self.left_at
                require({"" if key in self.index and away else self.wrong_with_key(key)})
                here.begin(self._enter(key, time), time)
            return
        persons = [self.index.get(key, 0) for key in keys]
        rules = {
            "NotMemberOfParent": not all(self.bodies[here.parent].belongs(person, time) for person in persons),
            "AlreadyMember": len(set(persons) - here.members(time)) < len(persons),
        }
        require(name for name, broken in rules.items() if broken)
        for person in persons:
            here.begin(person, time)

    def _end(self, body: str, person: int, time: int) -> None:
        """Leaving the zone ends everything below it; leaving an industry ends nothing else."""
        require(() if self.bodies[body].belongs(person, time) else {"NotMember"})
        if body != self.root:
            self.bodies[body].end(person, time)
            return
        for each in self.bodies.values():
            each.end(person, time)
        self.left_at[person] = time
        self.recoveries.drop(person)
        if any(self.notice(person, time)):
            self.barred_at[person] = time
        self.noticed_at.pop(person, None)
        self.departures += 1


def _moved(call: Call) -> int:
    """Base units that a call moves or lets be drawn: what caps count."""
    match call:
        case Pay() | Escrow():
            return call.amount
        case Allow():
            return call.limit * call.epochs
        case _:
            return 0
