"""Scenes in the life of a zone that a machine plays: several steps that lead, by what is drawn, to what is rare.

Each step is one of the mirror's, which compares everything after it; so a scene needs no expectations of its own.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.support.bodies import Person
from tests.support.mirror import Mirror
from tests.support.mirror_keys import NewKey
from tests.support.model import (
    NOBODY,
    Admit,
    Call,
    Freeze,
    Harmless,
    Keep,
    Object,
    Proposal,
    Recover,
    Remove,
    Resume,
    Unfreeze,
)
from tests.support.model.calls import ABSTAIN, ACTIVE, AGAINST, EXECUTED, FOR, PENDING, QUEUED, SUCCEEDED
from tests.support.plans import DAY, HOUR
from tests.support.world import PEOPLE, STRANGER
from zonedao.chain.signers import dev_account

NEWCOMERS = tuple(Person(f"newcomer {n}", 0, dev_account(40 + n)) for n in range(1, 4))
SPARE = tuple(Person(f"spare {n}", 0, dev_account(44 + n)) for n in range(16))  # account keys that are nobody's yet
EVERYBODY = (*PEOPLE, *NEWCOMERS, STRANGER, *SPARE)

Which = tuple[str, int]  # body and number of a proposal


class Scenes:
    """What every scene can ask for."""

    mirror: Mirror
    texts: int
    settled: Mapping[str, Any]  # what is not left to chance now, by the label of a draw

    @abstractmethod
    def bodies(self) -> st.SearchStrategy[str]: ...

    @abstractmethod
    def proposals(self, *states: int) -> list[Which]: ...

    @abstractmethod
    def gather_sponsors(self, data: Any, which: Which) -> None: ...

    @abstractmethod
    def propose_in(self, data: Any, body: str, by: Person, *, paying: bool = False) -> None: ...

    def get(self, which: Which) -> Proposal:
        return self.mirror.model.proposal(*which)

    def acting_for(self, persons: Any) -> list[Person]:
        """The accounts that act for these persons now."""
        index = self.mirror.model.index
        return [person for person in EVERYBODY if index.get(person.address, 0) in persons]

    def people_of(self, body: str) -> list[Person]:
        """Who belongs to a body now; everybody if nobody does."""
        return self.acting_for(self.mirror.model.bodies[body].members(self.mirror.now)) or list(PEOPLE)

    def unused(self) -> list[Person]:
        """Accounts that never acted for anybody; the newcomers are left to be admitted."""
        model = self.mirror.model
        return [person for person in SPARE if person.address not in model.index | model.retired]

    def draw(self, data: Any, values: Sequence[Any], label: str) -> Any:
        if label in self.settled:
            return self.settled[label]
        return data.draw(st.sampled_from(list(values)), label=label)

    def propose_now(self, body: str, *calls: Call) -> Which | None:
        """By the first member who may; None if nobody does."""
        model = self.mirror.model
        for by in self.people_of(body):
            self.texts += 1
            if len(model.bodies[body].live_proposals(model.index.get(by.address, 0), self.mirror.now + 1)) < 3:
                done = self.mirror.propose(body, by, calls, f"text {self.texts}#proposer={by.address}")
                return (body, len(model.bodies[body].proposals)) if done else None
        return None

    def carry(self, data: Any, which: Which | None) -> bool:
        """From its beginning to its execution, if nothing holds it up."""
        if which is None:
            return False
        self.carry_all(data, [which])
        return self.get(which).state(self.mirror.now) == EXECUTED

    def carry_all(self, data: Any, made: Sequence[Which], *, expire: bool = False) -> None:
        """Proposals of one body made at once: each step with all of them, as early as all of them can take it."""
        if not made:
            return
        proposals = [self.get(which) for which in made]
        for which in made:
            self.gather_sponsors(data, which)
        self.mirror.wait_until(max(proposal.start for proposal in proposals))
        for which, proposal in zip(made, proposals, strict=True):
            self.vote_together(data, which, dict.fromkeys(sorted(proposal.electorate), FOR))
        self.mirror.wait_until(max(proposal.end for proposal in proposals))
        for which in made:
            self.mirror.queue(*which)
        now = self.mirror.now
        self.mirror.wait_until(max(p.expiry(now) + 1 if expire else p.eta(now) - 1 for p in proposals))
        for which in made:
            (self.mirror.release if expire else self.mirror.execute)(*which)

    def vote_together(self, data: Any, which: Which, choices: dict[int, int]) -> None:
        """In as few steps as there are ways: an aggregate of those with a key, a batch of the others, or votes."""
        proposal, voting = self.get(which), self.mirror.model.voting
        keyed = {person: choice for person, choice in choices.items() if voting.key_at(person, proposal.snapshot)}
        if keyed and self.draw(data, [True, True, False], "as an aggregate"):
            self.mirror.claim(*which, keyed, hint=self.draw(data, [FOR, FOR, AGAINST, ABSTAIN, 3], "hint"))
            choices = {person: choice for person, choice in choices.items() if person not in keyed}
        ballots = [(who, choices[self.mirror.model.index[who.address]], who) for who in self.acting_for(choices)]
        if len(ballots) > 1:
            self.mirror.bring(*which, ballots)
        else:
            for who, choice, _ in ballots:
                self.mirror.vote(*which, who, choice)


class Voting(Scenes):
    """Ways to vote, and what comes of voting late."""

    def bring_an_aggregate(self, data: Any) -> None:
        """Of some with keys, now and then of one without; signed as it should be, or not quite."""
        known = self.proposals(ACTIVE) or self.proposals()
        if not known:
            return
        which = self.draw(data, known, "proposal")
        voting, snapshot = self.mirror.model.voting, self.get(which).snapshot
        keyed = sorted(voting.keyed_at(snapshot)) or [1]
        persons = data.draw(st.lists(st.sampled_from(keyed), min_size=1, max_size=9, unique=True), label="persons")
        if self.draw(data, [False] * 5 + [True], "and one without a key"):
            persons += sorted({*range(1, 15)} - {*keyed})[:1]
        usual = self.draw(data, [FOR, FOR, AGAINST, ABSTAIN], "of most")
        claims = {person: self.draw(data, [usual] * 3 + [AGAINST, FOR], "choice") for person in persons}
        hint = self.draw(data, [usual, usual, FOR, 3], "hint")
        signed = {person: (choice, voting.key_at(person, snapshot)) for person, choice in claims.items()}
        signed = {person: each for person, each in signed.items() if each[1]}
        match self.draw(data, ["well"] * 6 + ["missing", "another choice", "the newest keys"], "signed"):
            case "missing":
                signed.popitem()
            case "another choice":
                person, (choice, key) = signed.popitem()
                signed[person] = ((choice + 1) % 3, key)
            case "the newest keys":
                signed = {person: (each[0], voting.key_at(person, 2**40)) for person, each in signed.items()}
        self.mirror.claim(*which, claims, hint=hint, signed=signed)

    @rule(data=st.data())
    def turn_late(self, data: Any) -> None:
        """An outcome that turns in the last part, to and fro; what is brought for several then comes too late."""
        which = self.propose_now(data.draw(self.bodies(), label="body"), Harmless())
        if which is None:
            return
        proposal = self.get(which)
        self.gather_sponsors(data, which)
        self.mirror.wait_until(proposal.start)
        electors = self.acting_for(proposal.electorate)
        first = dict.fromkeys(sorted(proposal.electorate)[: proposal.quorum - 1], FOR)
        if first:
            self.vote_together(data, which, first)
        moments = [proposal.announced_end - 1, proposal.batches_until, proposal.batches_until - 1]
        self.mirror.wait_until(self.draw(data, moments, "turned at"))
        waiting = [who for who in electors if self.mirror.model.index[who.address] not in proposal.votes]
        for who in waiting[: self.draw(data, [2, 3, 4], "late voters")]:
            choice = AGAINST if proposal.passes else FOR
            how = self.draw(data, ["vote", "signature", "batch", "aggregate"], "how")
            person = self.mirror.model.index[who.address]
            if how == "batch":
                self.mirror.bring(*which, [(who, choice, who)])
            elif how == "aggregate":
                self.mirror.claim(*which, {person: choice})
            if self.draw(data, [True, False], "by signature"):
                self.mirror.vote_signed(*which, who, choice, who)
            else:
                self.mirror.vote(*which, who, choice)
        self.mirror.wait_until(proposal.end + self.draw(data, [-1, 0, 1], "then"))
        self.mirror.queue(*which)

    @rule(data=st.data())
    def vote_for_others(self, data: Any) -> None:
        """A representative, followers who are counted, and one of them who votes all the same."""
        body = data.draw(self.bodies(), label="body")
        people = self.people_of(body)
        if len(people) < 3:
            return
        leader, *others = data.draw(st.permutations(people), label="leader and others")
        for who in others[: self.draw(data, [1, 2, 3, 6], "followers")]:
            self.mirror.delegate(who, leader.address)
        which = self.propose_now(body, Harmless())
        if which is None:
            return
        proposal, model = self.get(which), self.mirror.model
        if self.draw(data, [True, False, False], "too late to follow"):
            self.mirror.delegate(others[-1], leader.address)
        self.gather_sponsors(data, which)
        self.mirror.wait_until(proposal.start)
        person = model.index[leader.address]
        self.mirror.represent(*which, leader, self.draw(data, [FOR, FOR, AGAINST, ABSTAIN], "choice"))
        self.mirror.count_followers(*which, person)
        if self.draw(data, [True, False], "once more"):
            self.mirror.count_followers(*which, person)
        back = sorted(proposal.represented)[: self.draw(data, [0, 1, 2], "taken back")]
        if back:
            self.vote_together(data, which, dict.fromkeys(back, self.draw(data, [FOR, AGAINST], "their own")))
            if not proposal.represented.keys() & set(back):
                self.mirror.outcomes["taken back"] += 1


class Persons(Scenes):
    """Who acts for whom, with which key."""

    def follow(self, data: Any) -> None:
        people = self.people_of(next(iter(self.mirror.bodies)))
        who = self.draw(data, [*people, STRANGER], "who")
        to = self.draw(data, [*(each.address for each in people[:4] * 2), STRANGER.address, NOBODY], "to")
        self.mirror.delegate(who, to)

    def dismiss(self, data: Any) -> None:
        model, now = self.mirror.model, self.mirror.now
        led = [person for person in model.delegations if model.representative(person, now)]
        person = self.draw(data, [*led * 3, 1], "whom")
        leaders = self.acting_for({model.representative(person, now)})
        self.mirror.dismiss(self.draw(data, [*leaders * 2, PEOPLE[0]], "by"), person)

    @rule(data=st.data())
    def change_account(self, data: Any) -> None:
        """Rotate; what the old key signed for an open vote counts no more, what the new one signs does."""
        people = self.people_of(next(iter(self.mirror.bodies)))
        who, unused = self.draw(data, people, "who"), self.unused()
        kind = self.draw(data, ["unused", "unused", "unused", "retired", "somebody's"], "kind")
        if not unused:
            return
        key = people[0].address if kind == "somebody's" else unused[0].address
        if kind == "retired":
            self.mirror.rotate(who, key)
            who, key = unused[0], who.address
        if not self.mirror.rotate(who, key):
            return
        successor = next(each for each in unused if each.address == key)
        for which in self.proposals(ACTIVE)[:2]:
            self.mirror.bring(*which, [(who, FOR, who), (who, AGAINST, successor)])
            self.mirror.vote(*which, self.draw(data, [who, successor], "votes"), FOR)

    @rule(data=st.data())
    def recover(self, data: Any) -> None:
        """Three vouch for another key; it is vetoed, finished too early or in time, or dropped by what comes first."""
        root = next(iter(self.mirror.bodies))
        people = data.draw(st.permutations(self.people_of(root)), label="lost, and vouchers")
        unused = self.unused()
        if len(people) < 5 or not unused:
            return
        (lost, *vouchers), model = people, self.mirror.model
        person, new = model.index[lost.address], unused[-1]
        enough = self.draw(data, [3, 3, 3, 4, 2], "vouchers")
        for who in vouchers[:enough]:
            self.mirror.vouch(who, person, new.address)
        if self.draw(data, [False, False, True], "and wrongly"):
            wrong = [
                (vouchers[0], person, new.address),
                (lost, person, new.address),
                (vouchers[4 % len(vouchers)], person, lost.address),
            ]
            self.mirror.vouch(*self.draw(data, wrong, "wrong"))
        open_ = model.recoveries.open(person, self.mirror.now)
        end = self.draw(
            data, ["finish", "finish", "finish", "veto", "early", "leave", "rotate", "voucher leaves"], "end"
        )
        match end:
            case "veto":
                self.mirror.veto(lost)
            case "leave":
                self.mirror.leave(root, lost)
            case "rotate" if len(unused) > 1:
                self.mirror.rotate(lost, unused[0].address)
            case "voucher leaves":
                self.mirror.leave(root, vouchers[0])
        if open_ is not None and open_.ready_at:
            self.mirror.wait_until(open_.ready_at - 1 - (end == "early"))
        self.mirror.finish_recovery(person, self.draw(data, [new, new, new, lost], "by"))

    @rule(data=st.data())
    def recover_by_vote(self, data: Any) -> None:
        root = next(iter(self.mirror.bodies))
        persons = sorted(self.mirror.model.admitted_at)
        keys = [each.address for each in self.unused()[:1]] * 4 + [PEOPLE[0].address]
        call = Recover(self.draw(data, [*persons, 99], "person"), self.draw(data, keys, "key"))
        self.carry(data, self.propose_now(root, call))

    @rule(data=st.data())
    def enroll_voting_keys(self, data: Any) -> None:
        """First keys and further ones, mostly of who may; a further one serves no vote that is under way."""
        model, now = self.mirror.model, self.mirror.now
        keyless = sorted(set(model.admitted_at) - model.voting.keyed_at(now))
        persons = data.draw(
            st.lists(st.sampled_from([*keyless * 2, *sorted(model.admitted_at)]), min_size=1, max_size=3, unique=True),
            label="persons",
        )
        wrong = self.draw(data, [""] * 8 + ["order", "account", "as if new"], "wrong")
        new = [self.new_key(person, renews=wrong != "as if new") for person in sorted(persons)]
        if wrong == "account":
            new[-1] = new[-1]._replace(account=STRANGER)
        self.mirror.enroll_keys([new[-1], *new] if wrong == "order" else new)

    @rule(data=st.data())
    def renew_a_voting_key(self, data: Any) -> None:
        """While a vote is open: there the old one counts, in the next vote the new one."""
        body = data.draw(self.bodies(), label="body")
        which = self.propose_now(body, Harmless())
        if which is None:
            return
        model, snapshot = self.mirror.model, self.get(which).snapshot
        person = self.draw(data, sorted(self.get(which).electorate), "person")
        if not self.mirror.enroll_keys([self.new_key(person)]):
            return
        later = self.propose_now(body, Harmless())
        old, new = model.voting.key_at(person, snapshot), model.voting.key_at(person, self.mirror.now)
        self.mirror.wait_until(self.get(later or which).start)
        keys = self.draw(data, [(new, old), (old, new)], "signed first with")
        for each in (which, later):
            for key in keys:
                if key and each is not None:
                    self.mirror.claim(*each, {person: FOR}, signed={person: (FOR, key)})

    def compact_voting_keys(self, data: Any) -> None:
        """Enrol somebody before, so that there mostly is something to compact."""
        if self.draw(data, [True, True, False], "after another"):
            self.enroll_voting_keys(data)
        self.mirror.compact_keys()

    def new_key(self, person: int, *, renews: bool = True) -> NewKey:
        model = self.mirror.model
        account = next(iter(self.acting_for({person})), STRANGER)
        return NewKey(person, len(model.voting.enrolled.get(person, [])), account, renews)

    @rule(data=st.data())
    def come(self, data: Any) -> None:
        """Newcomers, and who left, into the zone; and from there into an industry. Now and then with a wrong key."""
        root, food, _ = self.mirror.bodies
        model = self.mirror.model
        gone = [model.key_of(person) for person in model.left_at]
        wrong = [PEOPLE[0].address, NOBODY, *model.retired]
        fresh = [each.address for each in (*NEWCOMERS, *self.unused()[:1]) if each.address not in model.index]
        keys = [*fresh, *gone][: self.draw(data, [1, 2], "newcomers")] + [wrong[-1]] * self.draw(
            data, [0, 0, 1], "wrong"
        )
        if not self.carry(data, self.propose_now(root, Admit(tuple(keys)))):
            return
        self.carry(data, self.propose_now(food, Admit(tuple(keys[:1]))))
        if self.draw(data, [True, False], "gets a voting key"):
            self.mirror.enroll_keys([self.new_key(model.index.get(keys[0], 0))])

    @rule(data=st.data())
    def expel(self, data: Any) -> None:
        """Notice; taken back, or finished around the seconds between which it can be; and pruned below."""
        root, *below = self.mirror.bodies
        person = self.draw(data, sorted(self.mirror.model.bodies[root].members(self.mirror.now)), "person")
        if not self.carry(data, self.propose_now(root, Remove(person))):
            return
        ready, expires = self.mirror.model.notice(person, self.mirror.now)
        if not ready:
            return
        if self.draw(data, [False, False, True], "taken back"):
            self.carry(data, self.propose_now(root, Keep(person)))
        elif self.draw(data, [False, False, True], "leaves before"):
            self.mirror.leave(root, self.acting_for({person})[0])
        else:
            moments = {"early": ready - 2, "first": ready - 1, "last": expires - 1, "late": expires}
            self.mirror.wait_until(moments[self.draw(data, list(moments), "moment")])
        self.mirror.finish_expulsion(root, person)
        for body in below:
            self.mirror.prune(body, person)
            # Whatever changes there next finds out who is gone.
            self.mirror.leave(body, self.people_of(body)[-1])


class Measures(Scenes):
    """What a parent does to a child, and what the child then can do."""

    @rule(data=st.data())
    def hold_up(self, data: Any) -> None:
        """A proposal of the child, objected to or frozen with everything; it goes on when that ends, or is ended."""
        zone, food, bakery = self.mirror.bodies
        parent, child = self.draw(data, [(zone, food), (zone, food), (food, bakery)], "parent and child")
        seconds = self.draw(data, [3 * DAY, HOUR, DAY, 6 * DAY], "seconds")
        with_object = self.draw(data, [True, False], "objection")
        if self.draw(data, [False, True], "of any kind"):
            before = len(self.mirror.model.bodies[child].proposals)
            self.propose_in(data, child, self.people_of(child)[0])
            held = (child, before + 1) if len(self.mirror.model.bodies[child].proposals) > before else None
        else:
            held = self.propose_now(child, Harmless())
        if held is None:
            return
        call: Call = Object(child, held[1], seconds) if with_object else Freeze(child, seconds)
        if not self.carry(data, self.propose_now(parent, call)):
            return
        ends: Call = Resume(child, held[1]) if with_object else Unfreeze(child)
        self.bring_on(data, held)
        if self.draw(data, [True, False, False], "ended by the parent"):
            self.carry(data, self.propose_now(parent, ends))
        model, now = self.mirror.model, self.mirror.now
        spans = [*model.bodies[child].freezes[-1:], *([self.get(held).pause] if self.get(held).pause else [])]
        self.mirror.wait_until(self.draw(data, [0, *(end - 1 for _, end in spans if end > now)], "until"))
        self.bring_on(data, held)
        self.bring_on(data, held)

    def bring_on(self, data: Any, which: Which) -> None:
        """The next step of a proposal, whether or not it can be taken."""
        proposal = self.get(which)
        state = proposal.state(self.mirror.now)
        if state == PENDING:
            self.gather_sponsors(data, which)
            self.mirror.wait_until(proposal.start)
        state = proposal.state(self.mirror.now + 1)
        if state == ACTIVE:
            fresh = proposal.electorate - set(proposal.votes)
            if fresh and self.mirror.now < proposal.batches_until:
                self.vote_together(data, which, dict.fromkeys(sorted(fresh), FOR))
            self.mirror.wait_until(proposal.end)
            self.mirror.queue(*which)
        elif state == SUCCEEDED:
            self.mirror.queue(*which)
        elif state == QUEUED:
            early = self.draw(data, [True, False, False], "early")
            self.mirror.wait_until(max(proposal.eta(self.mirror.now) - 1 - early, 0))
            self.mirror.execute(*which)
