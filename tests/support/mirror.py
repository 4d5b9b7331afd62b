"""A world beside its model: the same steps taken in both, everything read from the chain in one call and compared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from tests.support.ballots import Subject, ballot, batch, domain, signed
from tests.support.beside import Fact, Reader, take
from tests.support.bodies import DEPLOYER, Body, Person, call_of, now, stand_at, transact
from tests.support.chain import at, deploy
from tests.support.ledger import Ledger
from tests.support.mirror_counts import CountSteps
from tests.support.mirror_keys import KeySteps
from tests.support.model import (
    Admit,
    Allow,
    Call,
    Dissolve,
    Escrow,
    Freeze,
    Harmless,
    Hold,
    Keep,
    Machinery,
    Model,
    Object,
    Offer,
    Pay,
    Preserve,
    Proposal,
    Recall,
    Recover,
    Refused,
    Remove,
    Resume,
    SetActivity,
    SetCap,
    SetLaw,
    SetRow,
    Take,
    Unfreeze,
)
from tests.support.model import Law as ModelLaw
from tests.support.model.calls import CANCELED, DEFEATED, EXECUTED, EXPIRED, LIVE_PROPOSALS
from tests.support.plans import COIN, EPOCH_SECONDS, LAWS, NOTHING, SELF, SPENDING, TREASURY
from tests.support.world import (
    ALLOWANCE_EPOCHS,
    BAKERY,
    BAKERY_LIMIT,
    COIN_CAP,
    COIN_FUNDS,
    FOOD,
    FOOD_CAP,
    FOOD_LIMIT,
    PEOPLE,
    TOKEN_CAP,
    TOKEN_FUNDS,
    World,
)
from zonedao.chain.abi import keccak
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract
from zonedao.chain.embedded import GENESIS_TIMESTAMP
from zonedao.chain.events import Event
from zonedao.chain.receipts import Receipt

ROWS = {"Pay": TREASURY, "Escrow": TREASURY, "Allow": TREASURY, "Admit": SELF, "Remove": SELF}  # role of the target
PLAIN = {
    Unfreeze: "unfreeze",
    Dissolve: "dissolve",
    Preserve: "withdrawDissolution",
    Hold: "withdrawMove",
    Take: "acceptMove",
}
FINAL = (CANCELED, DEFEATED, EXPIRED, EXECUTED)
CAPITAL = 1_000_000 * 10**18  # tokens that the deployer has to give away


class Mirror(KeySteps, CountSteps):
    """The world of the tests and a model of it, kept in step.

    `outcomes` counts what steps led to: "vote" done, "vote: NotInElectorate" refused, "VoteCast" in its events.
    """

    def __init__(self, world: World, many: BoundContract) -> None:
        self.world = world
        self.chain: Connection = world.chain
        self.many = many
        self.reader = Reader(many)
        self.bodies: dict[str, Body] = {body.address: body for body in self.bodies_of(world)}
        self.assets = (COIN, world.token.address)
        self.verifier = at(world.chain, "IBallotVerifier", world.zone.read("verifier")[0])
        chain_id = world.chain.chain_id
        self.domains = {name: domain(body.read("name"), chain_id, name) for name, body in self.bodies.items()}
        self.model = self.model_of(world)
        self.ids: dict[tuple[str, int], int] = {}  # by body and number
        self.told: dict[int, list[tuple[int, int]]] = defaultdict(list)  # person and choice from events, by proposal id
        self.ledger = Ledger()
        self.ledger.read(world.treasury.logs())
        self.outcomes: Counter[str] = Counter()
        self.compared_at = 0
        self.now = 0  # time of the last block
        self.look()

    def bodies_of(self, world: World) -> tuple[Body, ...]:
        """From the zone down."""
        return world.zone, world.food, world.bakery

    def model_of(self, world: World) -> Model:
        """As it is built."""
        return model_of(world)

    # --- time ---

    def wait_until(self, moment: int) -> None:
        """Nothing if it is past."""
        if moment > self.now:
            stand_at(self.chain, moment)
            self.look()

    def look(self) -> None:
        """See what time it is; after anything that the mirror did not do itself."""
        self.now = now(self.chain)

    # --- steps ---

    def step(self, name: str, in_model: Callable[[int], object], on_chain: Callable[[], Receipt]) -> bool:
        """Take a step in both. Both must do it, or both refuse and for a reason that the rules know."""
        time = self.now + 1
        receipt = take(name, lambda: in_model(time), on_chain, self.outcomes)
        self.look()
        assert self.now == time
        for event in receipt.events if receipt is not None else ():
            self.watch(event)
            if event.name in ("VoteCast", "BallotsCounted"):
                self.told[event.args["proposalId"]] += self._votes_in(event)
        if receipt is not None:
            self.outcomes.update({event.name for event in receipt.events})
            self.ledger.read(event for event in receipt.events if event.address == self.world.treasury.address)
        if name != "propose":
            self.compare()
        return receipt is not None

    def watch(self, event: Event) -> None:
        """Notes what else an event tells."""

    def propose(self, body: str, by: Person, calls: tuple[Call, ...], description: str) -> bool:
        whole = (*self.hashed(body, calls), description)
        number = len(self.model.bodies[body].proposals) + 1
        done = self.step(
            "propose",
            lambda time: self.model.propose(body, by.address, calls, description, time),
            lambda: self.bodies[body].send("propose", *whole, by=by),
        )
        if done:
            args = (*self.hashed(body, calls), keccak(description.encode()))
            self.ids[body, number] = self.bodies[body].read("hashProposal", *args)
        self.compare()
        return done

    def sponsor(self, body: str, number: int, by: Person) -> bool:
        return self.step(
            "sponsor",
            lambda time: self.model.sponsor(body, number, by.address, time),
            lambda: self.bodies[body].send("sponsor", self.ids[body, number], by=by),
        )

    def vote(self, body: str, number: int, by: Person, support: int) -> bool:
        return self.step(
            "vote",
            lambda time: self.model.vote(body, number, by.address, support, time),
            lambda: self.bodies[body].send("castVote", self.ids[body, number], support, by=by),
        )

    def vote_signed(self, body: str, number: int, voter: Person, support: int, signer: Person) -> bool:
        """A vote of `voter` that `signer` signed and somebody else sends."""
        subject = Subject(self.ids[body, number], self.bodies[body])
        nonce = self.model.nonces[body, voter.address]
        args = signed(subject, support, voter, by=signer, nonce=nonce, domain_=self.domains[body])
        return self.step(
            "castVoteBySig",
            lambda time: self.model.vote_signed(body, number, voter.address, support, signer.address, time),
            lambda: self.bodies[body].send("castVoteBySig", *args),
        )

    def bring(self, body: str, number: int, choices: Iterable[tuple[Person, int, Person]]) -> bool:
        """A batch of ballots: whose, what for, and who signed it really."""
        subject = Subject(self.ids[body, number], self.bodies[body])
        found = sorted(choices, key=lambda choice: choice[1])
        known = self.model.retired | self.model.index  # of who rotated the old key is tried as well
        said = [(known.get(voter.address, 0), support, signer.address) for voter, support, signer in found]
        ballots = [
            ballot(subject, support, signer, index=person, domain_=self.domains[body])
            for (person, support, _), (_, _, signer) in zip(said, found, strict=True)
        ]
        return self.step(
            "castBallots",
            lambda time: self.model.bring(body, number, said, time),
            lambda: self.bodies[body].send("castBallots", subject.id, batch(*ballots)),
        )

    def claim(
        self,
        body: str,
        number: int,
        claims: dict[int, int],
        *,
        hint: int = 3,
        signed: dict[int, tuple[int, str]] | None = None,
    ) -> bool:
        """An aggregate: choices of persons of word 0, signed with the keys of the snapshot unless something else is."""
        voting, snapshot = self.model.voting, self.model.proposal(body, number).snapshot
        keys = {person: voting.key_at(person, snapshot) for person in claims}
        really = {p: (choice, keys[p]) for p, choice in claims.items() if keys[p]} if signed is None else signed
        masks = [mask(person for person, choice in claims.items() if choice == wanted) for wanted in range(3)]
        subject = Subject(self.ids[body, number], self.bodies[body])
        args = (subject.id, hint, [0, *masks], self.proof(subject, really, self.domains[body]))
        done = self.step(
            "castAggregate",
            lambda time: self.model.claim(body, number, claims, really, time),
            lambda: self.bodies[body].send("castAggregate", *args),
        )
        if done and voting.subtracts(claims, hint, snapshot):
            self.outcomes["castAggregate by subtraction"] += 1
        return done

    def delegate(self, by: Person, to: str) -> bool:
        return self.step(
            "delegate",
            lambda time: self.model.delegate(by.address, to, time),
            lambda: transact(self.world.registry, "delegate", to, by=by),
        )

    def dismiss(self, by: Person, person: int) -> bool:
        return self.step(
            "dismiss",
            lambda time: self.model.dismiss(by.address, person, time),
            lambda: transact(self.world.registry, "dismiss", person, by=by),
        )

    def represent(self, body: str, number: int, by: Person, support: int) -> bool:
        return self.step(
            "castVoteAsRepresentative",
            lambda time: self.model.represent(body, number, by.address, support, time),
            lambda: self.bodies[body].send("castVoteAsRepresentative", self.ids[body, number], support, by=by),
        )

    def count_followers(self, body: str, number: int, representative: int) -> bool:
        args = (self.ids[body, number], representative, [0])
        return self.step(
            "countFollowers",
            lambda time: self.model.count_followers(body, number, representative, time),
            lambda: self.bodies[body].send("countFollowers", *args),
        )

    def _votes_in(self, event: Event) -> list[tuple[int, int]]:
        """Persons and choices that an event tells."""
        args = event.args
        if event.name == "VoteCast":
            assert args["weight"] == 1
            return [(self.model.index[args["voter"]], args["support"])]
        found = [
            (256 * args["words"][at] + bit, choice)
            for at in range(0, len(args["words"]), 4)
            for choice in range(3)
            for bit in range(256)
            if args["words"][at + 1 + choice] >> bit & 1
        ]
        assert found
        return found

    def cancel(self, body: str, number: int, by: Person) -> bool:
        return self.step(
            "cancel",
            lambda time: self.model.cancel(body, number, by.address, time),
            lambda: self.about("cancel", body, number, by=by),
        )

    def queue(self, body: str, number: int) -> bool:
        return self.step(
            "queue", lambda time: self.model.queue(body, number, time), lambda: self.about("queue", body, number)
        )

    def execute(self, body: str, number: int) -> bool:
        return self.step(
            "execute", lambda time: self.model.execute(body, number, time), lambda: self.about("execute", body, number)
        )

    def release(self, body: str, number: int) -> bool:
        return self.step(
            "release",
            lambda time: self.model.release(body, number, time),
            lambda: self.about("releaseExpired", body, number),
        )

    def leave(self, body: str, by: Person) -> bool:
        return self.step(
            "leave",
            lambda time: self.model.leave(body, by.address, time),
            lambda: self.bodies[body].send("leave", by=by),
        )

    def finish_expulsion(self, body: str, person: int) -> bool:
        return self.step(
            "finishExpulsion",
            lambda time: self.model.finish_expulsion(body, person, time),
            lambda: self.bodies[body].send("finishExpulsion", person),
        )

    def prune(self, body: str, person: int) -> bool:
        return self.step(
            "prune",
            lambda time: self.model.prune(body, person, time),
            lambda: self.bodies[body].send("prune", person),
        )

    def deposit(self, body: str, asset: str, amount: int) -> bool:
        args = (body, asset, amount, NOTHING, NOTHING)
        return self.step(
            "deposit",
            lambda time: self.model.books.deposit(body, asset, amount),
            lambda: transact(self.world.treasury, "deposit", *args, value_wei=amount if asset == COIN else 0),
        )

    def withdraw(self, asset: str, payee: str) -> bool:
        return self.step(
            "withdraw",
            lambda time: self.model.books.withdraw(payee, asset),
            lambda: transact(self.world.treasury, "withdraw", asset, payee),
        )

    def trespass(self, name: str, contract: BoundContract, function: str, *args: Any, by: Person) -> None:
        """Something that the rules forbid to everybody."""

        def forbidden(time: int) -> None:
            raise Refused({name})

        assert not self.step(function, forbidden, lambda: transact(contract, function, *args, by=by))

    # --- words of the model as calldata ---

    def about(self, function: str, body: str, number: int, by: Person | None = None) -> Receipt:
        """A step in the life of a proposal."""
        return self.bodies[body].send(function, *self.about_args(body, number), by=by or DEPLOYER)

    def about_args(self, body: str, number: int) -> tuple[Any, ...]:
        """Arguments of queue, execute, cancel and releaseExpired."""
        proposal = self.model.proposal(body, number)
        return (*self.hashed(body, proposal.calls), keccak(proposal.description.encode()))

    def hashed(self, body: str, calls: tuple[Call, ...]) -> tuple[Any, ...]:
        encoded = [self.encode(body, call) for call in calls]
        return [target for target, _ in encoded], [0] * len(encoded), [data for _, data in encoded]

    def encode(self, body: str, call: Call) -> tuple[str, bytes]:
        treasury, here = self.world.treasury, self.bodies[body].contract
        match call:
            case Pay():
                return call_of(treasury, "pay", call.asset, call.to, call.amount, NOTHING, NOTHING)
            case Escrow():
                args = (call.post, call.asset, call.amount, NOTHING, NOTHING, NOTHING)
                return call_of(treasury, "escrow", *args)
            case Allow():
                args = (call.asset, call.child, call.limit, call.epochs, call.source, NOTHING, NOTHING)
                return call_of(treasury, "allow", *args)
            case Machinery():
                return call_of(treasury, "reserve", call.asset, call.amount, 1)
            case Admit():
                return call_of(here, "admit", list(call.keys))
            case Remove():
                return call_of(here, "remove", call.person)
            case Keep():
                return call_of(here, "withdrawExpulsion", call.person)
            case SetLaw():
                return call_of(here, "setLaw", call.class_, call.law)
            case SetCap():
                return call_of(here, "setCap", SPENDING, call.asset, call.limit)
            case Object():
                held = self.ids[call.child, call.number]
                return call_of(self.bodies[call.child].contract, "object", held, call.seconds)
            case Resume():
                return call_of(self.bodies[call.child].contract, "resume", self.ids[call.child, call.number])
            case Recover():
                return call_of(self.world.registry, "recoverByVote", call.person, call.key)
            case Freeze():
                return call_of(self.bodies[call.child].contract, "freeze", call.seconds)
            case Offer():
                return call_of(self.bodies[call.child].contract, "offerMove", call.to)
            case Unfreeze() | Dissolve() | Preserve() | Hold() | Take():
                return call_of(self.bodies[call.child].contract, PLAIN[type(call)])
            case Recall():
                return call_of(treasury, "recall", call.asset, call.child, NOTHING, NOTHING)
            case SetActivity():
                return call_of(here, "setActivity", call.votes)
            case SetRow():
                return call_of(here, "setRow", *self._row(self.bodies[body], call.kind), call.strict)
            case Harmless():
                return call_of(self.world.token, "approve", DEPLOYER.address, 0)

    def _row(self, body: Body, kind: str) -> tuple[int, bytes]:
        """Role and selector of the calls of that kind."""
        contract = self.world.treasury if ROWS[kind] == TREASURY else body.contract
        return ROWS[kind], contract.interface.function(kind.lower()).selector

    # --- comparing ---

    def compare(self) -> None:
        """Everything that the chain says is what the model says. Once in a second: in none there are two steps."""
        time = self.now
        if time == self.compared_at:
            return
        self.reader.compare(self.facts(time))
        self._compare_ledger()
        self.compared_at = time

    def facts(self, time: int) -> Iterator[Fact]:
        yield from self._facts_of_persons()
        yield from self.facts_of_keys(time)
        for address, body in self.bodies.items():
            yield from self._facts_of_body(address, body, time)
            for proposal in self.model.bodies[address].proposals:
                yield from self._facts_of_proposal(address, body, proposal, time)
        yield from self._facts_of_money()

    def _facts_of_persons(self) -> Iterator[Fact]:
        registry, model = self.world.registry, self.model
        yield Fact(registry, "count", (), len(model.index))
        yield Fact(registry, "departureCount", (), model.departures)
        for key, person in model.index.items():
            yield Fact(registry, "indexOf", (key,), person)
            times = (model.admitted_at[person], model.left_at.get(person, 0))
            yield Fact(registry, "person", (person,), (key.lower(), *times), lambda p: (p[0].lower(), p[1], p[2]))
            yield Fact(registry, "getVotes", (key,), int(person not in model.left_at))

        if not model.delegations:
            return
        heads = len(model.bodies[model.root].members(self.now))
        keys = {person: key for key, person in model.index.items()}
        for key, person in some(model.index.items(), self.now):
            to = model.representative(person, self.now)
            yield Fact(registry, "representativeOf", (person,), to)
            yield Fact(
                registry,
                "delegates",
                (key,),
                keys[to].lower() if to and to not in model.left_at else key.lower(),
                str.lower,
            )
            followers = model.followers(person, self.now)
            yield Fact(registry, "followersAt", (person, 0, self.now), mask(followers))
            said = (len(followers), model.most_followers(heads))
            yield Fact(registry, "followerCount", (person,), said, tuple)

    def _facts_of_body(self, address: str, body: Body, time: int) -> Iterator[Fact]:
        model = self.model.bodies[address]
        contract, epoch = body.contract, self.model.epoch(time)
        yield Fact(contract, "headcountAt", (time,), len(model.members(time)))
        yield Fact(contract, "membersAt", (0, time), mask(model.members(time)))
        yield Fact(contract, "proposalCount", (), len(model.proposals))
        yield from self.facts_of_counts(address, body, time)
        until = max((end for begin, end in model.freezes if begin <= time < end), default=0)
        yield Fact(contract, "frozenUntil", (), until)
        yield Fact(contract, "frozenSecondsAt", (time,), model.frozen_seconds(time))
        for class_ in range(len(LAWS)):
            yield Fact(contract, "lawAt", (class_, time), tuple(model.law(class_, time)), tuple)
        weighing = model.electorate(model.law(SPENDING, time - 1), time - 1)
        keys = {key: person in weighing for key, person in self.model.index.items()}
        yield self._of_all(contract, "getVotes", (), keys, (time - 1,))
        for person in some(self.model.index.values(), time):
            live = model.live_proposals(person, time)
            next_at = min(proposal.end for proposal in live) + 1 if len(live) == LIVE_PROPOSALS else 0
            yield Fact(contract, "liveProposals", (person,), (len(live), next_at), tuple)
            notice = self.model.notice(person, time) if address == self.model.root else (0, 0)
            yield Fact(contract, "expulsion", (person,), notice, tuple)
            barred = self.model.barred_at.get(person, 0) if address == self.model.root else 0
            yield Fact(contract, "barredAt", (person,), barred)
        for kind in ROWS:
            yield Fact(contract, "strictRow", self._row(body, kind), kind in model.strict)
        for (of, key), nonce in self.model.nonces.items():
            if of == address:
                yield Fact(contract, "nonces", (key,), nonce)
        for asset in self.assets:
            said = (model.caps.get(asset, 0), model.charged[asset, epoch])
            yield Fact(contract, "cap", (SPENDING, asset), said, lambda c: (c[0], c[1] if c[2] == epoch else 0))

    def _facts_of_proposal(self, address: str, body: Body, proposal: Proposal, time: int) -> Iterator[Fact]:
        contract, id_ = body.contract, self.ids[address, proposal.number]
        voters = mask(proposal.votes)
        # G14: bits set = number of voters = VoteCast events + bits in BallotsCounted events, each person once.
        assert voters.bit_count() == len(self.told[id_])
        assert dict(self.told[id_]) == proposal.votes
        assert not voters & ~mask(proposal.electorate)
        # The outcome never turns in the last part without an extension, which comes once.
        late = [moment for moment in proposal.turned_at if moment > proposal.end - proposal.last_part]
        assert proposal.extended or not late
        assert proposal.end - proposal.announced_end in (0, proposal.last_part)
        if self.model.delegations:
            assert not set(proposal.votes) & set(proposal.represented)
            counted = [mask(p for p, choice in proposal.represented.items() if choice == wanted) for wanted in range(3)]
            yield Fact(contract, "followedMasks", (id_, 0), tuple(counted), tuple)
            # G7: whoever is counted followed, at the snapshot, somebody who voted so themself.
            for person, choice in proposal.represented.items():
                to = self.model.representative(person, proposal.snapshot)
                assert choice == proposal.representing[to] == proposal.votes[to]
        yield Fact(contract, "state", (id_,), proposal.state(time))
        yield Fact(contract, "proposalVotes", (id_,), proposal.tally, tuple)
        yield Fact(contract, "votedMask", (id_, 0), voters)
        yield Fact(contract, "pauseOf", (id_,), proposal.pause or (0, 0), tuple)
        yield Fact(contract, "proposalLaw", (id_,), tuple(proposal.law), tuple)
        yield Fact(contract, "proposalExpiry", (id_,), proposal.expiry(time))
        sponsors = (len(proposal.sponsors), proposal.sponsors_needed)
        yield Fact(contract, "proposalSponsors", (id_,), sponsors, tuple)
        yield Fact(contract, "sponsoredMask", (id_, 0), mask(proposal.sponsors))
        if proposal.state(time) in FINAL:
            return
        people = self.model.index | dict.fromkeys(self.model.retired, 0)
        keys = {key: person in proposal.votes for key, person in people.items()}
        yield self._of_all(contract, "hasVoted", (id_,), keys, ())
        yield from self.facts_of_keys_at(proposal.snapshot)
        yield Fact(contract, "proposalElectorate", (id_,), proposal.base)
        yield Fact(contract, "proposalQuorum", (id_,), proposal.quorum)
        yield Fact(contract, "proposalClasses", (id_,), mask(proposal.classes))
        yield Fact(contract, "proposalVoteStart", (id_,), proposal.start)
        yield Fact(contract, "proposalDeadline", (id_,), proposal.end)
        yield Fact(contract, "batchDeadline", (id_,), proposal.batches_until)
        yield Fact(contract, "proposalEta", (id_,), proposal.eta(time))
        yield Fact(contract, "proposalNumber", (id_,), proposal.number)
        # Who could vote is read as the contract reads it: members then, and seasoned.
        here = self.model.bodies[address]
        seasoned = max(proposal.snapshot - proposal.law.seasoning, 0)
        yield Fact(contract, "membersAt", (0, proposal.snapshot), mask(here.members(proposal.snapshot)))
        yield Fact(contract, "membersAt", (0, seasoned), mask(here.members(seasoned)))

    def _of_all(
        self,
        contract: BoundContract,
        function: str,
        before: tuple[int, ...],
        said: dict[str, bool],
        after: tuple[int, ...],
    ) -> Fact:
        """What a function says of each of these keys, which stands between its other arguments: in one read."""
        selector = contract.interface.function(function, len(before) + 1 + len(after)).selector
        words = (b"".join(number.to_bytes(32, "big") for number in numbers) for numbers in (before, after))
        first, last = words
        args = (contract.address, selector + first, tuple(int(key, 16) for key in said), last)
        answer = mask(position for position, yes in enumerate(said.values()) if yes)
        return Fact(self.many, "truths", args, answer)

    def _facts_of_money(self) -> Iterator[Fact]:
        treasury, post, token = self.world.treasury, self.world.post, self.world.token
        books = self.model.books
        yield Fact(treasury, "entries", (), books.entries)
        for asset in self.assets:
            for address in self.bodies:
                account = books.accounts[address, asset]
                yield Fact(treasury, "account", (address, asset), (account.balance, account.reserved), tuple)
                yield Fact(post, "funds", (address, asset, NOTHING), books.escrowed[address, asset])
                grant, draws = books.granted(address, asset), books.draws[address, asset]
                said = grant.limit, grant.until, draws.source, draws.outstanding, 0
                yield Fact(
                    treasury,
                    "allowance",
                    (address, asset),
                    said,
                    # The contract keeps what was used in the newest epoch only in which anything was.
                    lambda a, used=grant.used: (a[0], a[3], a[4], a[5], a[1] - used[a[2]]),
                )
            for payee in {payee for payee, owed in books.due if owed == asset}:
                yield Fact(treasury, "due", (payee, asset), books.due[payee, asset])
        yield Fact(token, "balanceOf", (treasury.address,), books.holdings[token.address])

    def _compare_ledger(self) -> None:
        """The laws of the treasury, and its books as anybody can rebuild them from events alone."""
        books, ledger = self.model.books, self.ledger
        assert self.chain.balance(self.world.treasury.address) == books.holdings[COIN]
        assert ledger.entries == books.entries
        for asset in self.assets:
            owed = 0
            for address in self.bodies:
                account = books.accounts[address, asset]
                assert account.reserved <= account.balance
                assert ledger.balances[address, asset] == account.balance
                assert ledger.reserved[address, asset] == account.reserved
                owed += account.balance
            for (payee, of), amount in books.due.items():
                if of == asset:
                    assert ledger.dues[payee, asset] == amount
                    owed += amount
            assert owed + books.strays[asset] == books.holdings[asset]
        for name, body in self.model.bodies.items():
            for proposal in body.proposals:
                open_ = ledger.promised.get((name, proposal.number), {})
                assert not any(open_.values()) or (
                    proposal.queued_at and not proposal.executed and not proposal.released
                )


Thing = TypeVar("Thing")


def some(things: Iterable[Thing], time: int) -> list[Thing]:
    """Every third, others in each of three seconds: what is asked of everybody in every body is half of all reads."""
    return [thing for position, thing in enumerate(things) if (position + time) % 3 == 0]


def mask(numbers: Iterable[int]) -> int:
    """Bits of these numbers."""
    return sum(1 << number for number in numbers)


def model_of(world: World) -> Model:
    """The model of the world as it is built."""
    zone, food, bakery = world.zone.address, world.food.address, world.bakery.address
    laws = [ModelLaw(*law) for law in LAWS]
    born_at = world.registry.call("person", 1).admittedAt
    below = [*laws]
    below[3] = ModelLaw(0, 0, 0, 0, 0, 0, 0)  # an industry has no expulsion
    model = Model(zone, world.post.address, GENESIS_TIMESTAMP, EPOCH_SECONDS)
    caps = {COIN: COIN_CAP, world.token.address: TOKEN_CAP}
    model.found(zone, None, laws, caps, [person.address for person in PEOPLE], born_at)
    model.found(food, zone, below, {COIN: FOOD_CAP}, [person.address for person in FOOD], born_at)
    model.found(bakery, food, below, {COIN: FOOD_CAP}, [person.address for person in BAKERY], born_at)
    model.grant(bakery, COIN, BAKERY_LIMIT, ALLOWANCE_EPOCHS, zone, born_at)
    model.grant(food, COIN, FOOD_LIMIT, ALLOWANCE_EPOCHS, zone, born_at)
    model.books.deposit(zone, COIN, COIN_FUNDS)
    model.books.deposit(zone, world.token.address, TOKEN_FUNDS)
    return model


def prepare(world: World) -> BoundContract:
    """What a mirror needs on the chain: a reader, and tokens of the deployer approved to the treasury."""
    many = deploy(world.chain, "ManyReads")
    transact(world.token, "mint", DEPLOYER.address, CAPITAL)
    transact(world.token, "approve", world.treasury.address, CAPITAL)
    return many
