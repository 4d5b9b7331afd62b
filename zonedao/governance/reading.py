"""What can be read of a body: its place, members, laws, money and proposals."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from zonedao.chain.contract import BoundContract
from zonedao.errors import CodeMissing, NotFound
from zonedao.governance.calls import ELECTIONS_ROLE, WISHES_ROLE, Call, Calls
from zonedao.governance.laws import Cap, Law, ProposalClass, classes_in, law_from, proposal_class, row_of, strictest
from zonedao.governance.registry import Person, indices_in
from zonedao.records import record
from zonedao.text import printable
from zonedao.treasury.assets import COIN_ADDRESS, Money

if TYPE_CHECKING:
    from zonedao.chain.events import Event
    from zonedao.client import Client
    from zonedao.governance.activity import Activity
    from zonedao.governance.body import Body
    from zonedao.governance.elections import Elections
    from zonedao.governance.proposals import Proposal
    from zonedao.governance.wishes import Wishes
    from zonedao.governance.zone import Zone

LARGEST_NUMBER = 2**32  # what is larger is an IGovernor id
FOR_EVER = 2**40 - 1  # until when a dissolved body is frozen (Dissolution.sol)


@record
class Member:
    """A member of a body. `name` is what this user calls them, empty if nothing."""

    index: int
    key: str
    name: str

    def __str__(self) -> str:
        return self.name or self.key


@record
class LiveProposals:
    """How many proposals of a person have a vote that has not ended, and when they may make the next (unix seconds, 0:
    now). A proposal counts until its vote ends, or would end, or until it is withdrawn."""

    count: int
    next_at: int


@record
class Judgement:
    """How some calls would be judged if they were proposed now.

    `electorate` is over how many persons the quorum counts: all members, or the active ones; `quorum` the votes for or
    abstaining that are needed. Times are unix seconds, the last one the earliest execution if it is queued at once.
    """

    classes: tuple[ProposalClass, ...]
    law: Law
    electorate: int
    quorum: int
    opens_at: int
    closes_at: int
    earliest_execution_at: int


@record
class Notice:
    """The zone decided to expel somebody: from `ready_at` to `expires_at` (unix seconds) anybody can finish it."""

    ready_at: int
    expires_at: int


@record
class Dissolution:
    """The end of a body: from `ready_at` to `expires_at` anybody can finish it, zeros unless it is announced; when it
    was dissolved, 0 while it goes on. Unix seconds."""

    ready_at: int
    expires_at: int
    dissolved_at: int

    @property
    def announced(self) -> bool:
        """Whether the parent announced it, and it is neither done nor lapsed."""
        return self.ready_at != 0


@record
class MoveOffer:
    """A body is offered to the body at `to`, which can take it from `ready_at` to `expires_at` (unix seconds)."""

    to: str
    ready_at: int
    expires_at: int


class BodyView:
    """A body as anybody sees it. `zone` is the one it belongs to, itself for a zone."""

    zone: Zone

    def __init__(self, client: Client, address: str) -> None:
        self.client = client
        self.contract: BoundContract = client.bind("IWholeBody", address)
        self.calls = Calls(self)

    # --- its place ---

    @property
    def address(self) -> str:
        """Where it is."""
        return self.contract.address

    @property
    def is_zone(self) -> bool:
        """Whether nothing is above it."""
        return self.address == self.zone.address

    @cached_property
    def name(self) -> str:
        """The name it was born with."""
        return printable(str(self.contract.call("name")))

    @property
    def path(self) -> str:
        """Its names from the zone down, as in `elmcourt/kitchen`."""
        return self.zone.branch(self.address).path

    @cached_property
    def depth(self) -> int:
        """Levels above it: 0 for a zone."""
        return int(self.contract.call("depth"))

    @property
    def elections(self) -> Elections | None:
        """Its polls and elections, None where the zone lists no elections."""
        address = self._module(ELECTIONS_ROLE)
        if address == COIN_ADDRESS:
            return None
        from zonedao.governance.elections import Elections

        return Elections(self.zone.body_at(self.address), address)

    def require_elections(self) -> Elections:
        """Its polls and elections. Raises NotFound where the zone lists none."""
        found = self.elections
        if found is None:
            raise NotFound(f"{self.zone.name} lists no elections. `zonedao propose set module elections` lists them.")
        return found

    @property
    def wishes(self) -> Wishes | None:
        """Its parameters by wish, None where the zone lists no wishes."""
        address = self._module(WISHES_ROLE)
        if address == COIN_ADDRESS:
            return None
        from zonedao.governance.wishes import Wishes

        return Wishes(self.zone.body_at(self.address), address)

    def require_wishes(self) -> Wishes:
        """Its parameters by wish. Raises NotFound where the zone lists none."""
        found = self.wishes
        if found is None:
            raise NotFound(f"{self.zone.name} lists no wishes. `zonedao propose set module wishes` lists them.")
        return found

    def _module(self, role: int) -> str:
        return str(self.contract.call("module", role))

    @property
    def parent(self) -> Body | None:
        """The body above, None for a zone."""
        above = self.zone.branch(self.address).parent
        return self.zone.body_at(above) if above is not None else None

    @property
    def children(self) -> tuple[Body, ...]:
        """The industries directly below, oldest first."""
        return tuple(self.zone.body_at(child) for child in self.zone.branch(self.address).children)

    @cached_property
    def charter_hash(self) -> str:
        """Keccak-256 of its charter file, 0x-hex, as its birth told it."""
        births = self.events("BodyInitialized")
        if not births:
            raise CodeMissing(
                f"{self.client.connection.name} tells nothing of the birth of {self.address} since block "
                f"{self.zone.deploy_block}, from which on its file looks. Ask the founder for the right file, or wait "
                "until the node has caught up."
            )
        return "0x" + bytes(births[0].args["charterHash"]).hex()

    @property
    def dao_uri(self) -> str:
        """Where the document about it is (ERC-4824), empty for nowhere."""
        return printable(str(self.contract.call("daoURI")))

    def live(self) -> bool:
        """Whether its birth is complete; nothing else works before."""
        return bool(self.contract.call("live"))

    def frozen_until(self) -> int:
        """When the freeze that stops it now ends (unix seconds), 0 if nothing does or nothing ends any more."""
        until = int(self.contract.call("frozenUntil"))
        return until if until < FOR_EVER else 0

    def dissolution(self) -> Dissolution:
        """Whether and when it ends, or ended."""
        ready, expires, dissolved = self.contract.call("dissolution")
        return Dissolution(int(ready), int(expires), int(dissolved))

    def move_offer(self) -> MoveOffer | None:
        """To which body it is offered, None where it is not."""
        to, ready, expires = self.contract.call("moveOffer")
        return MoveOffer(str(to), int(ready), int(expires)) if expires else None

    # --- its members ---

    def headcount(self, at: int | None = None) -> int:
        """Number of members now or at a moment (unix seconds)."""
        return int(self.contract.call("headcountAt", self.client.now() if at is None else at))

    @property
    def activity(self) -> Activity:
        """Over how many members quorums count now, and whether only over the active ones."""
        from zonedao.governance.activity import activity

        return activity(self)

    def counts_active(self) -> bool:
        """Whether quorums are to count over the active members only, and no count of them is good now."""
        last_votes, until = self.contract.call("activity")
        return bool(last_votes) and not until

    def members(self) -> tuple[Member, ...]:
        """Who belongs to it now, by index."""
        keys = self.zone.registry.keys()
        now = self.client.now()
        found: list[Member] = []
        for word in range(max(keys, default=0) // 256 + 1):
            mask = int(self.contract.call("membersAt", word, now))
            for index in indices_in(word, mask):
                key = keys.get(index) or self.zone.registry.person(index).key
                found.append(Member(index, key, self.client.name_of(key) or ""))
        return tuple(found)

    def is_member(self, who: int | str) -> bool:
        """Whether somebody (index, address or name) belongs to it now; strangers do not."""
        registry = self.zone.registry
        index = who if isinstance(who, int) else registry.index_of(registry.address_of(who))
        return index != 0 and bool(self.contract.call("isMember", index))

    def expulsion(self, who: int | str) -> Notice | None:
        """The notice of expulsion that somebody (index, address or name) was given, None if there is none."""
        ready, expires = self.contract.call("expulsion", self.person(who).index)
        return Notice(int(ready), int(expires)) if ready else None

    def strays(self) -> tuple[Member, ...]:
        """Its members who are no members of the body above any more, whom anybody may prune; none in a zone."""
        above = self.parent
        if above is None:
            return ()
        there = {each.index for each in above.members()}
        return tuple(each for each in self.members() if each.index not in there)

    # --- its laws ---

    def law(self, wanted: ProposalClass | str | int, at: int | None = None) -> Law:
        """The law of a class, now or as of a moment."""
        each = proposal_class(wanted)
        return law_from(self.contract.call("lawAt", int(each), self.client.now() if at is None else at))

    @property
    def laws(self) -> dict[ProposalClass, Law]:
        """The law of every class, now. Nobody is expelled from an industry, so it has no law for that."""
        return {each: self.law(each) for each in ProposalClass if self.is_zone or each is not ProposalClass.EXPULSION}

    def bounds(self, wanted: ProposalClass | str | int) -> tuple[Law, Law]:
        """The least and the most that a vote can make of the law of a class."""
        least, most = self.contract.call("bounds", int(proposal_class(wanted)))
        return law_from(least), law_from(most)

    def cap(self, asset: str = COIN_ADDRESS, wanted: ProposalClass | str | int = ProposalClass.SPENDING) -> Cap:
        """What a class may spend of an asset in an epoch, and what it has."""
        each = proposal_class(wanted)
        known = self.client.asset(asset)
        found = self.contract.call("cap", int(each), asset)
        used = found.used if found.epoch == self.zone.treasury.epoch() else 0
        return Cap(each, Money(found.limit, known), Money(used, known))

    @property
    def caps(self) -> tuple[Cap, ...]:
        """The caps in force, in the order in which they were first set."""
        wanted = self.contract.told_of("CapSet", "asset", "class", from_block=self.zone.deploy_block)
        found = [self.cap(asset, each) for asset, each in wanted]
        return tuple(cap for cap in found if cap.limit.amount)

    def classes_of(self, calls: Sequence[Call]) -> tuple[ProposalClass, ...]:
        """The classes that these calls have if this body makes them. Raises ContractRevert for a forbidden call."""
        bits = 0
        for call in calls:
            bits |= 1 << int(self.contract.call("classOf", call.target, call.data))
        return classes_in(bits)

    def judge(self, calls: Sequence[Call]) -> Judgement:
        """How these calls would be judged if they were proposed now."""
        now = self.client.now()
        classes = self.classes_of(calls)
        law = strictest(self.law(each, now) for each in classes)
        heads = int(self.contract.call("quorumBaseAt", now))
        opens = now + law.voting_delay_seconds
        closes = opens + law.voting_period_seconds
        return Judgement(
            classes, law, heads, law.quorum(heads), opens, closes, closes + 1 + law.execution_delay_seconds
        )

    def is_strict(self, function: str) -> bool:
        """Whether the calls of a row (`pay`, `admit`, …) were made constitutional in this body."""
        return bool(self.contract.call("strictRow", *row_of(function)))

    # --- its money ---

    @property
    def money(self) -> tuple[Money, ...]:
        """What its accounts hold, asset by asset."""
        return tuple(account.balance for account in self.zone.treasury.accounts(self))

    # --- its proposals ---

    def proposal_count(self) -> int:
        """The number of the newest proposal."""
        return int(self.contract.call("proposalCount"))

    def proposal(self, wanted: int | str) -> Proposal:
        """A proposal by its number here or by its IGovernor id. Raises NotFound."""
        from zonedao.governance.proposals import Proposal, parse_number

        number = parse_number(wanted)
        where = {"number": number} if number < LARGEST_NUMBER else {"proposalId": number}
        numbered = self.contract.logs("ProposalNumbered", self.zone.deploy_block, **where)
        if not numbered:
            newest = self.proposal_count()
            known = f"It has 1 to {newest}." if newest else "It has none yet."
            raise NotFound(f"{self.path} has no proposal {wanted}. {known}")
        created = self.contract.logs("ProposalCreated", numbered[0].block_number, numbered[0].block_number)
        identity = numbered[0].args["proposalId"]
        extended = self.contract.logs("ProposalExtended", numbered[0].block_number, proposalId=identity)
        return Proposal.from_events(self._itself(), numbered[0], created, extended)

    def proposals(self) -> tuple[Proposal, ...]:
        """All its proposals, oldest first."""
        from zonedao.governance.proposals import Proposal

        events = self.events("ProposalCreated", "ProposalNumbered", "ProposalExtended")
        created = [event for event in events if event.name == "ProposalCreated"]
        numbered = [event for event in events if event.name == "ProposalNumbered"]
        extended = [event for event in events if event.name == "ProposalExtended"]
        body = self._itself()
        return tuple(Proposal.from_events(body, event, created, extended) for event in numbered)

    def live_proposals(self, who: int | str) -> LiveProposals:
        """Somebody's (index, address or name) proposals here that are not decided, and when the next is possible."""
        index = who if isinstance(who, int) else self.zone.registry.index_of(self.zone.registry.address_of(who))
        live, next_at = self.contract.call("liveProposals", index)
        return LiveProposals(int(live), int(next_at))

    def events(self, *names: str, from_block: int | None = None, **where: Any) -> tuple[Event, ...]:
        """Its past events of these names (none: all), oldest first; `where` asks for arguments with these values."""
        first = self.zone.deploy_block if from_block is None else from_block
        return self.contract.told(*names, from_block=first, **where)

    def person(self, who: int | str) -> Person:
        """Somebody of the zone by index, address or name. Raises NotFound."""
        return self.zone.registry.person(who)

    def _itself(self) -> Body:
        """The same with everything that can be done."""
        return self.zone.body_at(self.address)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BodyView) and (self.client.connection, self.address) == (
            other.client.connection,
            other.address,
        )

    def __hash__(self) -> int:
        return hash(self.address)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.address})"
