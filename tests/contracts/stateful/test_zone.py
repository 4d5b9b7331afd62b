"""Zone, Registry and Treasury against the model: any order of steps, legal and illegal, on three levels of bodies.

After every step everything the contracts say is compared with the rules, and the treasury's books with those rebuilt
from its events; what the rules forbid must revert, for a reason the rules know, and change nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.support.bodies import Person
from tests.support.chain import deploy, send
from tests.support.histories import open_fastest, run_histories
from tests.support.lives import EVERYBODY, NEWCOMERS, Measures, Persons, Voting
from tests.support.lives_counted import ActiveMembers
from tests.support.mirror import ROWS, Mirror, prepare
from tests.support.mirror_keys import NewKey
from tests.support.model import (
    NOBODY,
    Admit,
    Allow,
    Call,
    Escrow,
    Freeze,
    Harmless,
    Keep,
    Law,
    Machinery,
    Object,
    Pay,
    Recover,
    Remove,
    Resume,
    SetActivity,
    SetCap,
    SetLaw,
    SetRow,
    Unfreeze,
)
from tests.support.model.calls import (
    ABSTAIN,
    ACTIVE,
    AGAINST,
    CONSTITUTIONAL,
    FOR,
    LIVE_PROPOSALS,
    PENDING,
    QUEUED,
    SPENDING,
    SUCCEEDED,
)
from tests.support.plans import COIN, DAY, EPOCH_SECONDS, ETHER, HOUR, MINUTE, NOTHING
from tests.support.world import PEOPLE, STRANGER, TOKEN_CAP, World, build

# What the histories lead to: events, and refusals that are not a matter of course. The openings alone lead to it.
REACHED = {
    *("ProposalQueued", "ProposalExecuted", "ReservationsReleased", "Reserved", "Released", "Paid"),
    *("ProposalSponsored", "sponsor: AlreadySponsor", "propose: TooManyLiveProposals"),
    *("vote", "castVoteBySig", "castBallots", "castAggregate", "castAggregate by subtraction", "ProposalExtended"),
    *("castAggregate: WrongSignature", "castAggregate: BatchesClosed", "castBallots: BatchesClosed"),
    *("KeysEnrolled", "KeysCompacted", "enroll: NoPossession", "KeyRotated", "rotate: RetiredKey"),
    *("RecoveryReady", "RecoveryVetoed", "RecoveryDropped", "finishRecovery", "finishRecovery: RecoveryNotReady"),
    *("DelegateChanged", "RepresentativeVoted", "FollowersCounted", "taken back"),
    *("ProposalObjected", "ProposalResumed", "Frozen", "Unfrozen", "queue: ProposalPaused", "queue: BodyFrozen"),
    *("MemberAdmitted", "PersonAdmitted", "MemberLeft", "PersonLeft", "ExpulsionNoticed", "ExpulsionWithdrawn"),
    *("MemberRemoved", "MembershipEnded", "finishExpulsion: NoticeRunning", "LawSet", "CapSet", "RowSet"),
    *("queue: AllowanceExceeded", "queue: CapExceeded", "queue: InsufficientFunds"),
    *("ActivitySet", "CheckedIn", "QuorumBaseSet", "checkIn: ActivityOff", "checkIn: AlreadyCheckedIn"),
    *("openRecount: NotInOrder", "openRecount: TooFewVotes", "continueRecount", "continueRecount: OtherVotes"),
    *("continueRecount: NoRecount", "continueRecount: RecountOutdated", "a base below the head-count"),
}

# With what histories begin: a scene, and which of its draws are settled.
OPENINGS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("go_on", {"watched": SPENDING, "and once more": True}),
    ("propose_much", {}),
    ("enact", {"paying": True, "left to expire": False}),
    ("enact", {"paying": True, "left to expire": True}),
    ("enact", {"paying": True, "body of all": 1}),
    ("enact", {"paying": True, "body of all": 1, "the other asset": True}),
    ("change_rules", {"what": "cap"}),
    ("change_rules", {"what": "row"}),
    ("change_rules", {"what": "law"}),
    ("turn_late", {"late voters": 3}),
    ("turn_late", {"how": "batch", "by signature": False}),
    ("turn_late", {"how": "aggregate"}),
    ("vote_for_others", {"taken back": 1, "once more": True}),
    ("change_account", {"kind": "unused"}),
    ("change_account", {"kind": "retired"}),
    ("recover", {"end": "finish"}),
    ("recover", {"end": "early"}),
    ("recover", {"end": "veto"}),
    ("recover", {"end": "leave"}),
    ("recover_by_vote", {}),
    ("enroll_voting_keys", {"wrong": "account"}),
    ("renew_a_voting_key", {}),
    ("compact_voting_keys", {"after another": True}),
    ("come", {}),
    ("expel", {"taken back": True}),
    ("expel", {"taken back": False, "leaves before": False, "moment": "early"}),
    ("expel", {"taken back": False, "leaves before": False, "moment": "first"}),
    ("hold_up", {"objection": True}),
    ("hold_up", {"objection": False}),
    ("count_the_active", {"pages": "one", "with a gap first": True}),
    ("count_the_active", {"pages": "other votes", "check in": 2}),
    ("count_the_active", {"pages": "overtaken"}),
    ("count_the_active", {"pages": "too few", "turned off": True}),
)

LIVE = (PENDING, ACTIVE, SUCCEEDED, QUEUED)
QUICK = Law(HOUR, MINUTE, HOUR, MINUTE, HOUR, 10_000, 500_000)
SLOW = Law(90 * DAY, 2 * DAY, 3 * DAY, DAY, 7 * DAY, 400_000, 750_000)
POWER = Law(HOUR, HOUR, DAY, DAY, DAY, 100_000, 700_000)
WATCHED = QUICK._replace(voting_delay=HOUR, quorum=400_000, sponsors=2)
HURRIED = WATCHED._replace(voting_delay=HOUR - 1)
TOO_LOOSE = QUICK._replace(quorum=0)
TOO_STRICT = SLOW._replace(grace=8 * DAY)


class Life(Voting, Persons, Measures, ActiveMembers, RuleBasedStateMachine):
    """One history of the world. `world`, `many` and `seen` are set by the test."""

    world: ClassVar[World]
    many: ClassVar[Any]
    seen: ClassVar[Counter[str]]

    opening: ClassVar[tuple[str, Mapping[str, Any]] | None] = (
        None  # a scene and what is settled in it; else it is drawn
    )

    def __init__(self) -> None:
        super().__init__()
        self.settled = {}
        self.chain = self.world.chain
        self.snapshot = self.chain.snapshot()
        self.mirror = Mirror(self.world.again(), self.many)
        self.zone, self.food, self.bakery = self.mirror.bodies
        self.texts = 0

    def teardown(self) -> None:
        self.seen.update(self.mirror.outcomes)
        self.chain.revert(self.snapshot)

    # --- what there is to choose from ---

    def proposals(self, *states: int) -> list[tuple[str, int]]:
        """Of all bodies, in any of the states (all of them when none is named)."""
        time = self.mirror.now
        return [
            (name, proposal.number)
            for name, body in self.mirror.model.bodies.items()
            for proposal in body.proposals
            if not states or proposal.state(time) in states
        ]

    def bodies(self) -> st.SearchStrategy[str]:
        return st.sampled_from([self.zone, self.food, self.food, self.bakery])

    def admissible(self, body: str) -> list[str]:
        """Keys that the body could admit now."""
        model, time = self.mirror.model, self.mirror.now
        above = model.parents[body]
        inside = {key for key, person in model.index.items() if model.bodies[body].belongs(person, time)}
        if above is None:
            return [person.address for person in EVERYBODY if person.address not in inside]
        return [key for key, person in model.index.items() if model.bodies[above].belongs(person, time)]

    def amounts(self, body: str, asset: str) -> st.SearchStrategy[int]:
        """Mostly small sums; and all that stands between just enough and too much."""
        model = self.mirror.model
        books, epoch, here = model.books, model.epoch(self.mirror.now), model.bodies[body]
        scale = ETHER if asset == COIN else TOKEN_CAP // 10
        cap = here.caps.get(asset, 0)
        edges = {books.accounts[body, asset].free, cap - here.charged[asset, epoch]}
        grant, source = books.granted(body, asset), books.draws[body, asset].source
        if source != NOBODY:
            edges |= {grant.limit - grant.used[epoch], books.accounts[source, asset].free}
        small = st.sampled_from([0, 1, scale // 8, scale // 4, scale // 4, scale // 2, scale])
        exact = st.sampled_from(sorted({max(edge + more, 0) for edge in edges for more in (0, 1)}))
        return st.one_of(small, small, small, small, exact)

    def payments(self, data: Any, body: str) -> st.SearchStrategy[Call]:
        """Much of what there is, so that it is soon too much."""
        assets = [COIN, self.world.token.address]
        asset = assets[(body == self.zone) ^ self.draw(data, [False, False, True], "the other asset")]
        here, epoch = self.mirror.model.bodies[body], self.mirror.model.epoch(self.mirror.now)
        left = max(here.caps.get(asset, 0) - here.charged[asset, epoch], 1)
        amounts = st.one_of(st.sampled_from([left, left // 2, left // 2 + 1]), self.amounts(body, asset))
        return st.builds(Pay, st.just(asset), st.just(PEOPLE[0].address), amounts)

    def calls(self, body: str) -> st.SearchStrategy[Call]:
        """Mostly payments, mostly sensible ones."""
        token, mirror = self.world.token.address, self.mirror
        assets = st.sampled_from([COIN] * 2 + [token] if body == self.zone else [COIN] * 5 + [token])
        payees = st.sampled_from([*(p.address for p in PEOPLE[:3]), *mirror.bodies] * 2 + [NOBODY])
        posts = st.sampled_from([self.world.post.address] * 3 + [self.world.stores.address])
        children = [name for name, parent in mirror.model.parents.items() if parent == body]
        child = st.sampled_from(children * 5 + [self.zone])
        source = st.sampled_from([body, body, self.zone, self.zone, self.bakery])
        epochs = st.sampled_from([1, 1, 2, 2, 3, 0])
        keys = st.sampled_from([*self.admissible(body) * 3, PEOPLE[3].address, NEWCOMERS[0].address])
        laws = st.sampled_from([QUICK, POWER, WATCHED, WATCHED] * 2 + [SLOW, HURRIED, TOO_LOOSE, TOO_STRICT])

        def of(kind: Any, *others: Any, after: tuple[Any, ...] = ()) -> st.SearchStrategy[Call]:
            return assets.flatmap(lambda a: st.builds(kind, st.just(a), *others, self.amounts(body, a), *after))

        members = sorted(mirror.model.bodies[body].members(mirror.now))
        measures: list[st.SearchStrategy[Call]] = []
        if children:
            seconds = st.sampled_from([HOUR, DAY, 3 * DAY, 6 * DAY, 20 * DAY])
            known = [number for name, number in self.proposals(*LIVE) if name == children[0]][-3:]
            measures = [st.builds(Freeze, child, seconds), st.builds(Unfreeze, child)]
            if known:
                number = st.sampled_from(known)
                measures += [st.builds(Object, st.just(children[0]), number, seconds)]
                measures += [st.builds(Resume, st.just(children[0]), number)]
        common = [
            *[of(Pay, payees)] * 6,
            of(Escrow, posts),
            *[of(Allow, child, after=(epochs, source))] * 2,
            *[st.lists(keys, min_size=1, max_size=2).map(lambda found: Admit(tuple(found)))] * 3,
            *[st.builds(Remove, st.sampled_from([*members * 2, 1, 14]))] * 2,
            *[st.builds(SetLaw, st.sampled_from([SPENDING, SPENDING, CONSTITUTIONAL, 2]), laws)] * 3,
            st.builds(Keep, st.sampled_from([*mirror.model.noticed_at, *members, 1])),
            of(SetCap),
            st.builds(SetActivity, st.sampled_from([2, 2, 3, 0, 1])),
            st.builds(SetRow, st.sampled_from(sorted(ROWS)), st.booleans()),
            st.just(Harmless()),
            st.builds(Recover, st.sampled_from([*members, 14]), st.sampled_from([p.address for p in EVERYBODY[10:20]])),
            *measures,
        ]
        return st.one_of(*common, *common, st.builds(Machinery, assets, st.just(1)))

    def anybody(self, data: Any, label: str) -> Person:
        """Mostly somebody who belongs to the zone."""
        who: Person = self.draw(data, [*self.people_of(self.zone) * 2, *EVERYBODY], label)
        return who

    # --- single steps ---

    @rule(data=st.data(), steps=st.integers(2, 8))
    def steps_of_any_kind(self, data: Any, steps: int) -> None:
        ways = [self.vote, self.vote_signed, self.bring_a_batch, self.bring_an_aggregate, self.step_at_any_time]
        ways += [self.propose, self.propose_amiss, self.propose_much, self.sponsor, self.move_money, self.trespass]
        ways += [self.leave, self.finish_expulsion, self.prune, self.follow, self.dismiss, self.compact_voting_keys]
        for _ in range(steps):
            self.draw(data, ways, "step")(data)

    # --- time ---

    @rule(seconds=st.sampled_from([1, MINUTE, HOUR, 6 * HOUR, DAY, 3 * DAY, EPOCH_SECONDS]))
    def time_passes(self, seconds: int) -> None:
        """A while; or until the next epoch begins."""
        if seconds == EPOCH_SECONDS:
            seconds -= (self.mirror.now - self.mirror.model.epoch_start) % EPOCH_SECONDS
        self.mirror.wait_until(self.mirror.now + seconds)

    @rule(data=st.data(), late=st.sampled_from([-1, 0, 1]))
    def a_moment_comes(self, data: Any, late: int) -> None:
        """Around the second in which its vote opens, closes (to batches first), it may be executed, or it expires."""
        live, now = [self.get(which) for which in self.proposals(*LIVE)], self.mirror.now
        moments = [(p.start, p.batches_until, p.announced_end, p.end, p.eta(now), p.expiry(now)) for p in live]
        times = [moment + late for each in moments for moment in each]
        moments = [m for m in times if m > self.mirror.now]
        if moments:
            self.mirror.wait_until(data.draw(st.sampled_from(sorted(moments)), label="moment"))

    # --- proposals ---

    @initialize(data=st.data())
    def begin(self, data: Any) -> None:
        """Most have a voting key; often a law wants sponsors. A scene is played before chance has its way."""
        scene, self.settled = self.opening or data.draw(st.sampled_from(OPENINGS), label="opening")
        watched = self.draw(data, [None, SPENDING, SPENDING, CONSTITUTIONAL], "watched")
        self.mirror.enroll_keys([NewKey(person.index, 0, person) for person in PEOPLE[:8]])
        if watched is not None:
            self.watch(data, data.draw(self.bodies(), label="body"), watched)
        for body in self.mirror.bodies:
            self.propose_in(data, body, self.people_of(body)[0])
        getattr(self, scene)(data)
        self.settled = {}

    def propose(self, data: Any) -> None:
        body = data.draw(self.bodies(), label="body")
        self.propose_in(data, body, self.anybody(data, "by"))

    def propose_amiss(self, data: Any) -> None:
        """Too few calls, too many, what is there already, or in another's name."""
        count = self.draw(data, [0, 1, 1, 1, 17], "calls")
        body = data.draw(self.bodies(), label="body")
        by = self.people_of(body)[0]
        if count != 1:
            self.mirror.propose(body, by, (Harmless(),) * count, "calls")
        elif (known := self.mirror.model.bodies[body].proposals) and self.draw(data, [True, False], "again"):
            self.mirror.propose(body, by, known[-1].calls, known[-1].description)
        else:
            self.mirror.propose(body, by, (Harmless(),), f"for you #proposer={PEOPLE[-1].address}")

    def propose_in(self, data: Any, body: str, by: Person, *, paying: bool = False) -> None:
        most = data.draw(st.sampled_from([1, 1, 3]))
        one = self.payments(data, body) if paying else self.calls(body)
        calls = tuple(data.draw(st.lists(one, min_size=1, max_size=most), label="calls"))
        self.texts += 1
        self.mirror.propose(body, by, calls, f"text {self.texts}#proposer={by.address}")

    def watch(self, data: Any, body: str, class_: int) -> None:
        """Enact a law that wants sponsors."""
        law = POWER._replace(voting_delay=HOUR, quorum=400_000, sponsors=2) if class_ == CONSTITUTIONAL else WATCHED
        self.carry(data, self.propose_now(body, SetLaw(class_, law)))

    @rule(data=st.data())
    def change_rules(self, data: Any) -> None:
        """A law, a cap or a row, by vote; what is under way keeps its own."""
        body = data.draw(self.bodies(), label="body")
        what = self.draw(data, ["law", "cap", "row"], "what")
        call: Call = SetLaw(
            self.draw(data, [SPENDING, CONSTITUTIONAL, 2], "class"), self.draw(data, [WATCHED, POWER], "law")
        )
        if what == "cap":
            call = SetCap(COIN, data.draw(self.amounts(body, COIN), label="limit"))
        elif what == "row":
            call = SetRow(self.draw(data, sorted(ROWS), "kind"), self.draw(data, [True, False], "strict"))
        self.propose_in(data, body, self.people_of(body)[-1])
        self.carry(data, self.propose_now(body, call))

    def propose_much(self, data: Any) -> None:
        """One person, once more than one may, unless others of theirs end meanwhile."""
        body = data.draw(self.bodies(), label="body")
        by = data.draw(st.sampled_from(self.people_of(body)), label="by")
        for _ in range(LIVE_PROPOSALS + 1):
            self.texts += 1
            self.mirror.propose(body, by, (Harmless(),), f"text {self.texts}#proposer={by.address}")

    def sponsor(self, data: Any) -> None:
        waiting = [which for which in self.proposals(PENDING) if self.get(which).sponsors_needed]
        if known := waiting or self.proposals():
            which = data.draw(st.sampled_from(known), label="proposal")
            self.mirror.sponsor(*which, self.anybody(data, "sponsor"))

    def vote(self, data: Any) -> None:
        support = self.draw(data, [FOR, FOR, AGAINST, ABSTAIN, 3], "support")
        if known := self.proposals(ACTIVE) or self.proposals():
            which = data.draw(st.sampled_from(known), label="proposal")
            self.mirror.vote(*which, self.anybody(data, "voter"), support)

    def vote_signed(self, data: Any) -> None:
        """One vote by signature, now and then by somebody else's."""
        support = self.draw(data, [FOR, FOR, AGAINST, ABSTAIN, 3], "support")
        if known := self.proposals(ACTIVE) or self.proposals():
            which = data.draw(st.sampled_from(known), label="proposal")
            voter = self.anybody(data, "voter")
            signer = data.draw(st.sampled_from([voter, voter, voter, PEOPLE[0]]), label="signer")
            self.mirror.vote_signed(*which, voter, support, signer)

    def bring_a_batch(self, data: Any) -> None:
        """Ballots of anybody, some twice, some signed by somebody else: those that count are counted once."""
        if known := self.proposals(ACTIVE) or self.proposals():
            which = data.draw(st.sampled_from(known), label="proposal")
            choices = []
            people = st.sampled_from([*self.people_of(self.zone), *EVERYBODY])
            for voter in data.draw(st.lists(people, min_size=1, max_size=8), label="voters"):
                signer = data.draw(st.sampled_from([voter] * 5 + [PEOPLE[1]]), label="signer")
                choices.append(
                    (voter, data.draw(st.sampled_from([FOR, FOR, AGAINST, ABSTAIN]), label="choice"), signer)
                )
            self.mirror.bring(*which, choices)

    def step_at_any_time(self, data: Any) -> None:
        step = self.draw(data, ["cancel", "queue", "execute", "release"], "step")
        if known := self.proposals():
            which = data.draw(st.sampled_from(known), label="proposal")
            if step == "cancel":
                proposers = [p for p in EVERYBODY if self.mirror.model.index.get(p.address) == self.get(which).proposer]
                self.mirror.cancel(*which, data.draw(st.sampled_from([*proposers, PEOPLE[1]]), label="by"))
            else:
                getattr(self.mirror, step)(*which)

    @rule(data=st.data())
    def go_on(self, data: Any) -> None:
        """Several steps in the lives of proposals, each with the time that it takes; new ones when all have ended."""
        for _ in range(data.draw(st.integers(2, 8), label="steps")):
            live = self.proposals(*LIVE)
            owed = self.owed()
            if owed and data.draw(st.sampled_from([False, False, True]), label="withdraw"):
                self.mirror.withdraw(*data.draw(st.sampled_from(owed), label="asset and payee"))
            elif live:
                self.live_on(data, data.draw(st.sampled_from(live), label="proposal"))
            else:
                body = data.draw(self.bodies(), label="body")
                self.propose_in(data, body, self.people_of(body)[0])
            self.mirror.compare()

    @rule(data=st.data())
    def enact(self, data: Any) -> None:
        """Several proposals of a body at once, which ripen together and find what the others left."""
        number, paying = self.draw(data, [2, 1, 3], "number"), self.draw(data, [False, True], "paying")
        body = list(self.mirror.bodies)[self.draw(data, [0, 1, 2], "body of all")]
        before = len(self.mirror.model.bodies[body].proposals)
        for by in self.people_of(body)[:number]:
            self.propose_in(data, body, by, paying=paying)
        made = [(body, each.number) for each in self.mirror.model.bodies[body].proposals[before:]]
        self.carry_all(data, made, expire=self.draw(data, [False, False, True], "left to expire"))

    def live_on(self, data: Any, which: tuple[str, int]) -> None:
        """The next thing in the life of a proposal; now and then it is left to expire."""
        proposal = self.get(which)
        state = proposal.state(self.mirror.now)
        if state == PENDING:
            self.gather_sponsors(data, which)
            self.mirror.wait_until(proposal.start)
            self.gather_votes(data, which)
        elif state == ACTIVE and not proposal.passes:
            self.gather_votes(data, which)
        elif state in (ACTIVE, SUCCEEDED):
            self.mirror.wait_until(proposal.end)
            if not self.mirror.queue(*which):
                self.mirror.wait_until(data.draw(st.sampled_from([0, proposal.expiry(self.mirror.now)]), label="until"))
        elif data.draw(st.sampled_from([False, False, False, True]), label="left to expire"):
            self.mirror.wait_until(proposal.expiry(self.mirror.now))
            self.mirror.release(*which)
        else:
            self.mirror.wait_until(proposal.eta(self.mirror.now) - 1)
            if not self.mirror.execute(*which):
                self.mirror.wait_until(data.draw(st.sampled_from([0, proposal.expiry(self.mirror.now)]), label="until"))

    def gather_sponsors(self, data: Any, which: tuple[str, int]) -> None:
        """Those who are missing, while it is pending; now and then one fewer."""
        proposal, model = self.get(which), self.mirror.model
        missing = proposal.sponsors_needed - len(proposal.sponsors)
        if missing and data.draw(st.sampled_from([False, False, False, True]), label="one too few"):
            missing -= 1
        others = proposal.electorate - proposal.sponsors - {proposal.proposer}
        for person in [p for p in EVERYBODY if model.index.get(p.address, 0) in others][:missing]:
            if self.mirror.now < proposal.start:
                self.mirror.sponsor(*which, person)
                if self.draw(data, [False, True], "and once more"):
                    self.mirror.sponsor(*which, person)

    def gather_votes(self, data: Any, which: tuple[str, int]) -> None:
        """As many as the quorum asks and one more, while the vote lasts."""
        proposal, model = self.get(which), self.mirror.model
        electors = [p for p in EVERYBODY if model.index.get(p.address, 0) in proposal.electorate - set(proposal.votes)]
        first = data.draw(st.sampled_from([FOR, FOR, FOR, FOR, ABSTAIN, AGAINST]), label="first vote")
        wanted = electors[: max(proposal.quorum + 1 - len(proposal.votes), 1)]
        how = data.draw(st.sampled_from(["vote", "vote signed", "together", "together"]), label="how")
        choices = [(voter, FOR if position else first) for position, voter in enumerate(wanted)]
        if how == "together" and self.mirror.now < proposal.batches_until:
            self.vote_together(data, which, {model.index[voter.address]: choice for voter, choice in choices})
            return
        for voter, choice in choices:
            if self.mirror.now >= proposal.end:
                return
            if how == "vote signed":
                self.mirror.vote_signed(*which, voter, choice, voter)
            else:
                self.mirror.vote(*which, voter, choice)

    # --- persons and money ---

    def leave(self, data: Any) -> None:
        self.mirror.leave(data.draw(self.bodies(), label="body"), self.anybody(data, "who"))

    def finish_expulsion(self, data: Any) -> None:
        """Now and then in the first or the last second in which it can be."""
        noticed = [*self.mirror.model.noticed_at, 1]
        person = data.draw(st.sampled_from(noticed), label="person")
        ready, expires = self.mirror.model.notice(person, self.mirror.now)
        if ready and self.draw(data, [True, False], "wait"):
            self.mirror.wait_until(data.draw(st.sampled_from([ready - 1, ready, expires - 1, expires]), label="moment"))
        self.mirror.finish_expulsion(data.draw(st.sampled_from([self.zone] * 5 + [self.food])), person)

    def prune(self, data: Any) -> None:
        body = data.draw(self.bodies(), label="body")
        above = self.mirror.model.bodies[body].parent
        members = self.mirror.model.bodies[body].members(self.mirror.now)
        gone = sorted(members - self.mirror.model.bodies[above].members(self.mirror.now)) if above else []
        self.mirror.prune(body, data.draw(st.sampled_from([1, *gone * 3]), label="person"))

    def move_money(self, data: Any) -> None:
        what = self.draw(data, ["deposit", "deposit", "withdraw", "send"], "what")
        token = self.world.token
        if what == "withdraw":
            payees = [*self.owed() * 3, (COIN, PEOPLE[0].address), (token.address, self.food)]
            self.mirror.withdraw(*data.draw(st.sampled_from(payees), label="asset and payee"))
        elif what == "send":
            # Tokens without a deposit belong to nobody: no account changes.
            send(token, "mint", self.world.treasury.address, 5)
            self.mirror.look()
            self.mirror.model.books.holdings[token.address] += 5
            self.mirror.model.books.strays[token.address] += 5
        else:
            asset, scale = data.draw(st.sampled_from([(COIN, ETHER), (token.address, TOKEN_CAP // 10)]), label="asset")
            body = data.draw(st.sampled_from([*list(self.mirror.bodies) * 2, STRANGER.address]), label="body")
            amount = data.draw(st.sampled_from([0, 1, scale, scale, 3 * scale]), label="amount")
            self.mirror.deposit(body, asset, amount)

    def owed(self) -> list[tuple[str, str]]:
        """Asset and payee of all that is due."""
        return [(asset, payee) for (payee, asset), amount in self.mirror.model.books.due.items() if amount]

    # --- what nobody may ---

    def trespass(self, data: Any) -> None:
        """What bodies alone may do to the treasury and to themselves; and the proposals of another body (G22)."""
        person = self.anybody(data, "by")
        zone, treasury = self.zone, self.world.treasury
        body = self.mirror.bodies[data.draw(self.bodies(), label="body")]
        of_bodies = [
            (treasury, "pay", (COIN, person.address, 1, NOTHING, NOTHING)),
            (treasury, "allow", (COIN, self.food, 1, 1, zone, NOTHING, NOTHING)),
            (treasury, "escrow", (self.world.post.address, COIN, 1, NOTHING, NOTHING, NOTHING)),
            (treasury, "reserve", (COIN, 1, 1)),
            (treasury, "release", (COIN, 1, False, 1, 1)),
        ]
        of_itself = [
            (body.contract, "admit", ([person.address],)),
            (body.contract, "remove", (1,)),
            (body.contract, "setLaw", (SPENDING, tuple(QUICK))),
            (body.contract, "setCap", (SPENDING, COIN, 1)),
            (body.contract, "setRow", (2, bytes.fromhex("12345678"), True)),
        ]
        of_others = [
            (body.contract, function, self.mirror.about_args(name, number))
            for name, number in self.proposals()[-1:]
            for function in ("queue", "execute", "cancel", "releaseExpired")
            if name != body.address
        ]
        wrongs = [
            ("NotOurBody", of_bodies),
            ("GovernorOnlyExecutor", of_itself),
            ("GovernorNonexistentProposal", of_others),
        ]
        chosen = [(name, *call) for name, calls in wrongs for call in calls]
        name, contract, function, args = data.draw(st.sampled_from(chosen), label="call")
        self.mirror.trespass(name, contract, function, *args, by=person)

    # --- what always holds ---

    @invariant()
    def the_chain_agrees_with_the_rules(self) -> None:
        self.mirror.compare()


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A world on the fastest chain there is, whose zone lists a verifier."""
    with open_fastest() as connection:
        yield build(connection, deploy(connection, "Bn254Verifier").address)


def test_the_chain_agrees_with_the_rules(world: World) -> None:
    class LifeHere(Life):
        pass

    LifeHere.world, LifeHere.many, LifeHere.seen = world, prepare(world), Counter()
    run_histories(LifeHere, REACHED, examples=12, thorough=400, steps=14, openings=OPENINGS)
