"""The calls that a proposal of a body can carry, one function a verb."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from zonedao.chain.abi import checksum_address
from zonedao.chain.contract import BoundContract
from zonedao.errors import NotFound, Refused, UsageProblem, WrongState
from zonedao.governance.laws import Law, ProposalClass, row_of
from zonedao.records import record
from zonedao.text import is_uri, label, printable, read_label
from zonedao.treasury.assets import COIN_ADDRESS

if TYPE_CHECKING:
    from zonedao.governance.elections import Elections, OfficeTerms, PollTerms
    from zonedao.governance.proposals import Proposal
    from zonedao.governance.reading import BodyView
    from zonedao.governance.wishes import ParameterTerms

SELF_ROLE = 1
TREASURY_ROLE = 2
STORES_ROLE = 3
TRADE_POST_ROLE = 4
VERIFIER_ROLE = 5
PERSONHOOD_ROLE = 6
ELECTIONS_ROLE = 7
WISHES_ROLE = 8
REMOVABLE_ROLES = (VERIFIER_ROLE, PERSONHOOD_ROLE, ELECTIONS_ROLE, WISHES_ROLE)  # that a zone can be without

LONGEST_PAUSE_SECONDS = 7 * 86_400  # ZoneOversight.sol

Label = str | bytes | None


@record
class Call:
    """One call of a proposal: calldata to a target. A body sends no coin along."""

    target: str
    data: bytes = field(repr=False)


@record
class FoundPlan:
    """An industry before it exists, as `IBody.BodyPlan` and its genesis have it.

    `plan` is the struct (a mapping, tuple or object with its members), `steps` the steps of the genesis that run in
    the same call; both are what the charter room makes from a file.
    """

    plan: Any
    steps: Sequence[Any] = ()


class Calls:
    """Builds calls of one body.

    Amounts are base units of `asset`; lines and evidence are text of up to 32 bytes, or hashes.
    """

    def __init__(self, body: BodyView) -> None:
        self.body = body

    # --- money ---

    def pay(self, to: str, amount: int, asset: str = COIN_ADDRESS, line: Label = None, evidence: Label = None) -> Call:
        """Pays somebody, who withdraws it."""
        return self._treasury("pay", asset, self._address(to), amount, label(line), label(evidence))

    def allow(
        self,
        child: str,
        amount: int,
        epochs: int,
        asset: str = COIN_ADDRESS,
        source: str | None = None,
        line: Label = None,
        evidence: Label = None,
    ) -> Call:
        """Lets a child draw up to `amount` in each of `epochs` epochs, the present one included.

        `source` is the body whose account pays: this one, or one above it.
        """
        paying = self.body.address if source is None else self._body(source)
        return self._treasury("allow", asset, self._body(child), amount, epochs, paying, label(line), label(evidence))

    def recall(self, child: str, asset: str = COIN_ADDRESS, line: Label = None, evidence: Label = None) -> Call:
        """Ends the allowance of a child, whatever account pays it; what is reserved through it is still paid."""
        return self._treasury("recall", asset, self._body(child), label(line), label(evidence))

    def escrow(
        self, amount: int, trade_key: bytes, asset: str = COIN_ADDRESS, line: Label = None, evidence: Label = None
    ) -> Call:
        """Pays into the trade post for one purchase."""
        return self._treasury("escrow", self._post().address, asset, amount, trade_key, label(line), label(evidence))

    # --- members and bodies ---

    def admit(self, people: Sequence[str]) -> Call:
        """Admits persons: in a zone new ones, in an industry members of its parent.

        Raises Refused for the zone's own contracts, which can act for nobody.
        """
        if not people:
            raise UsageProblem("Name at least one person to admit.")
        return self._own("admit", [self.body.zone.registry.key_for(self._address(person)) for person in people])

    def remove(self, person: int | str) -> Call:
        """Ends a membership; in a zone this is expulsion, and begins with a notice of two weeks."""
        return self._own("remove", self.body.zone.registry.person(person).index)

    def withdraw_expulsion(self, person: int | str) -> Call:
        """Takes the notice of an expulsion back. Zones only."""
        return self._own("withdrawExpulsion", self.body.zone.registry.person(person).index)

    def recover(self, person: int | str, new_key: str) -> Call:
        """Gives a person another key, also one who left. Zones only."""
        if self.body.address != self.body.zone.address:
            raise Refused(f"Only {self.body.zone.path} as a whole gives somebody another key. Propose it there.")
        registry = self.body.zone.registry
        data = registry.contract.encode("recoverByVote", registry.person(person).index, registry.key_for(new_key))
        return Call(registry.address, data)

    def found(self, plan: FoundPlan) -> Call:
        """Founds an industry below this body."""
        return self._own("found", plan.plan, list(plan.steps))

    # --- bodies below ---

    def object_to(self, proposal: Proposal, seconds: int = LONGEST_PAUSE_SECONDS) -> Call:
        """Holds up a proposal of a child, once, from now or from the end of its vote."""
        return self._on(proposal.body.contract, "object", proposal.id, seconds)

    def resume(self, proposal: Proposal) -> Call:
        """No longer holds up a proposal of a child."""
        return self._on(proposal.body.contract, "resume", proposal.id)

    def freeze(self, child: str, seconds: int) -> Call:
        """Lets a child queue and execute nothing for a time, 30 days a year at most; its votes go on."""
        return self._below(child, "freeze", seconds)

    def unfreeze(self, child: str) -> Call:
        """Ends the freeze of a child."""
        return self._below(child, "unfreeze")

    def dissolve(self, child: str) -> Call:
        """Announces that a child ends: two weeks later anybody can finish it."""
        return self._below(child, "dissolve")

    def withdraw_dissolution(self, child: str) -> Call:
        """Takes the announcement back that a child ends."""
        return self._below(child, "withdrawDissolution")

    def offer_move(self, child: str, to: str) -> Call:
        """Offers a child to another body of the zone, which takes it by a vote of its own."""
        return self._below(child, "offerMove", self.body.zone.body(to).address)

    def withdraw_move(self, child: str) -> Call:
        """Takes the offer of a child back."""
        return self._below(child, "withdrawMove")

    def accept_move(self, offered: str) -> Call:
        """Takes a body below this one that the body above it offered."""
        return self._on(self.body.zone.body(offered).contract, "acceptMove")

    def replace_officers(self, child: str, office: Label, people: Sequence[int | str], seconds: int) -> Call:
        """Names members of this body in place of who was elected to an office of a child, for a time.

        It lasts 90 days at most, and not beyond the term. Raises NotFound while nobody's term runs, UsageProblem.
        """
        if not people:
            raise UsageProblem("Name at least one person for the office.")
        registry, elections = self.body.zone.registry, self._elections_of(child)
        persons = sorted({registry.person(person).index for person in people})
        return self._on(elections.contract, "replaceOfficers", elections.term(office), persons, seconds)

    def restore_officers(self, child: str, office: Label) -> Call:
        """Ends a replacement before its time. Raises NotFound while nobody's term runs."""
        elections = self._elections_of(child)
        return self._on(elections.contract, "restoreOfficers", elections.term(office))

    def appeal(self, proposal: Proposal | None = None, text: str = "", office: Label = None) -> Call:
        """Has the body above vote on ending what stops this body (its announced end, the offer to another body, or its
        freeze), the objection to its `proposal`, or the replacement of who was elected to its `office`.

        Raises UsageProblem in a zone, which has nobody above it, and for a proposal and an office at once; WrongState
        where nothing stops the body.
        """
        from zonedao.governance.proposals import describe_proposal

        parent = self.body.parent
        if parent is None:
            raise UsageProblem(
                f"Nobody stands above {self.body.path}, so there is nobody to appeal to. Use a vote of its own."
            )
        if office is not None:
            if proposal is not None:
                raise UsageProblem("One appeal is about one thing: a proposal, or an office. Name one of them.")
            reversal = parent.calls.restore_officers(self.body.address, office)
            title = f"give the office {read_label(label(office))} back"
        elif proposal is None and self.body.dissolution().announced:
            reversal, title = parent.calls.withdraw_dissolution(self.body.address), "do not dissolve it"
        elif proposal is None and self.body.move_offer() is not None:
            reversal, title = parent.calls.withdraw_move(self.body.address), "keep it"
        elif proposal is None and not self.body.frozen_until():
            raise WrongState(
                f"Nothing stops {self.body.path} now, so there is nothing to end. Appeal against an objection with its "
                "proposal's number, and against a replacement with --office."
            )
        elif proposal is None:
            reversal, title = parent.calls.unfreeze(self.body.address), "end its freeze"
        else:
            reversal, title = parent.calls.resume(proposal), f"no longer hold up its proposal {proposal.number}"
        description = describe_proposal(f"Appeal of {self.body.name}: {title}", text, self.body.address)
        return self._on(parent.contract, "propose", [reversal.target], [0], [reversal.data], description)

    # --- laws ---

    def set_law(self, proposal_class: ProposalClass, **changes: int) -> Call:
        """Changes fields of the law of a class (see `Law`); the others stay as they are now."""
        law = self.body.law(proposal_class)
        unknown = set(changes) - set(Law.__dataclass_fields__)
        if unknown:
            raise UsageProblem(
                f"A law has no {', '.join(sorted(unknown))}. It has {', '.join(Law.__dataclass_fields__)}."
            )
        return self._own("setLaw", int(proposal_class), replace(law, **changes).as_struct())

    def set_cap(
        self,
        limit: int,
        asset: str = COIN_ADDRESS,
        proposal_class: ProposalClass = ProposalClass.SPENDING,
    ) -> Call:
        """Sets what a class may spend of an asset in an epoch; 0 removes the cap."""
        return self._own("setCap", int(proposal_class), asset, limit)

    def set_row(self, function: str, strict: bool) -> Call:
        """Makes the calls of a row constitutional in this body (`laws.ROWS` has their names), or takes that back."""
        return self._own("setRow", *row_of(function), strict)

    def set_activity(self, last_votes: int) -> Call:
        """Has quorums count over who was active in the last so many votes, or (0) over everybody.

        Raises UsageProblem for what no vote can set.
        """
        from zonedao.governance.activity import require_votes

        return self._own("setActivity", require_votes(last_votes))

    def set_module(self, role: int, module: str) -> Call:
        """Lists a contract as stores (3), trade post (4), verifier of ballots (5), for personhood (6), as
        elections (7) or wishes (8). Zones only."""
        return self._own("setModule", role, module)

    def remove_module(self, role: int) -> Call:
        """Takes a contract off the list: one of those in `REMOVABLE_ROLES`. Zones only."""
        return self._own("removeModule", role)

    def set_dao_uri(self, uri: str) -> Call:
        """Says where the document about this body is (ERC-4824); empty for nowhere. Raises UsageProblem."""
        if uri and not is_uri(uri):
            raise UsageProblem(f"{printable(uri)!r} is no URI. Write it as https://… or ipfs://…, without spaces.")
        return self._own("setDaoURI", uri)

    # --- goods ---

    def add_good(self, name: str, safety: int, entitlement: int) -> Call:
        """Adds a good, whose name says the unit."""
        return self._stores("addGood", name, safety, entitlement)

    def set_good(self, good: int | str, safety: int, entitlement: int) -> Call:
        """Changes what is kept back of a good and what one person may order in an epoch."""
        return self._stores("setGood", self.body.zone.stores.good(good).number, safety, entitlement)

    def set_keepers(self, people: Sequence[int | str]) -> Call:
        """Names the keepers."""
        registry = self.body.zone.registry
        return self._stores("setKeepers", [registry.person(person).index for person in people])

    # --- trade ---

    def sell(
        self,
        good: int | str,
        quantity: int,
        unit_price: int,
        expires_at: int,
        asset: str = COIN_ADDRESS,
        least: int = 1,
        ship_hours: int = 72,
        attest_hours: int = 72,
    ) -> Call:
        """Puts surplus up for sale, at `unit_price` base units of `asset` per unit of the good."""
        number = self.body.zone.stores.good(good).number
        terms = (number, quantity, least, checksum_address(asset), unit_price, expires_at, ship_hours, attest_hours)
        return self._on(self._post(), "list", terms)

    def unlist(self, listing: int) -> Call:
        """Takes back what is left of a listing."""
        return self._on(self._post(), "unlist", listing)

    def accept(self, listing: int, quantity: int, max_unit_price: int, deadline: int) -> Call:
        """Buys from a listing with the money escrowed under this purchase's key."""
        return self._on(self._post(), "accept", listing, quantity, max_unit_price, deadline)

    def buy(
        self,
        listing: int,
        quantity: int,
        deadline: int,
        max_unit_price: int | None = None,
        line: Label = None,
        evidence: Label = None,
    ) -> tuple[Call, Call]:
        """Escrow and acceptance of one purchase, which belong into one proposal.

        `max_unit_price` is the listing's price unless given; what is escrowed beyond the price comes back.
        """
        post = self.body.zone.require_trade_post()
        offer = post.listing(listing)
        price = offer.unit_price.amount if max_unit_price is None else max_unit_price
        key = post.trade_key(self.body.address, listing, quantity, price, deadline)
        return (
            self.escrow(quantity * price, key, offer.asset.address, line, evidence),
            self.accept(listing, quantity, price, deadline),
        )

    # --- elections and wishes ---

    def open_poll(self, terms: PollTerms) -> Call:
        """Lets the members choose among options. Raises NotFound, UsageProblem."""
        return self._on(self.body.require_elections().contract, "openPoll", terms.encoded())

    def open_election(self, terms: OfficeTerms) -> Call:
        """Has officers elected. Raises NotFound, UsageProblem."""
        return self._on(self.body.require_elections().contract, "openElection", terms.encoded())

    def open_parameter(self, terms: ParameterTerms) -> Call:
        """Lets the members set a number by the median of their wishes. Raises NotFound, UsageProblem."""
        return self._on(self.body.require_wishes().contract, "openParameter", terms.encoded())

    # --- anything ---

    def raw(self, target: str, data: bytes) -> Call:
        """A call of any contract. Whatever has no row of its own is constitutional."""
        return Call(checksum_address(target), data)

    # --- inside ---

    def _on(self, contract: BoundContract, function: str, *args: Any) -> Call:
        return Call(contract.address, contract.encode(function, *args))

    def _own(self, function: str, *args: Any) -> Call:
        return self._on(self.body.contract, function, *args)

    def _treasury(self, function: str, *args: Any) -> Call:
        return self._on(self.body.zone.treasury.contract, function, *args)

    def _stores(self, function: str, *args: Any) -> Call:
        if not self.body.is_zone:
            raise UsageProblem(f"Only the zone decides about goods, not {self.body.path}. Propose it in the zone.")
        return self._on(self.body.zone.stores.contract, function, *args)

    def _post(self) -> BoundContract:
        return self.body.zone.require_trade_post().contract

    def _below(self, child: str, function: str, *args: Any) -> Call:
        return self._on(self.body.zone.body_at(self._body(child)).contract, function, *args)

    def _elections_of(self, child: str) -> Elections:
        return self.body.zone.body_at(self._body(child)).require_elections()

    def _address(self, who: str) -> str:
        """A person by name or address, or a body by its path."""
        if who.startswith("0x"):
            return checksum_address(who)
        try:
            return self.body.zone.registry.address_of(who)
        except NotFound:
            return self.body.zone.body(who).address

    def _body(self, wanted: str) -> str:
        return checksum_address(wanted) if wanted.startswith("0x") else self.body.zone.body(wanted).address


def struct(value: Any, name: str) -> Any:
    """A member of a struct that is a mapping or an object."""
    return value[name] if isinstance(value, Mapping) else getattr(value, name)
