"""A body with everything that a member can do in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zonedao.actions import Action, plain
from zonedao.errors import UsageProblem
from zonedao.governance.calls import LONGEST_PAUSE_SECONDS, Call, FoundPlan, Label
from zonedao.governance.founding import address_of_industry
from zonedao.governance.laws import ProposalClass, proposal_class
from zonedao.governance.proposals import Proposal, describe_proposal
from zonedao.governance.reading import BodyView
from zonedao.treasury.assets import COIN_ADDRESS

if TYPE_CHECKING:
    from pathlib import Path

    from zonedao.ballots.box import BallotBox
    from zonedao.chain.receipts import Receipt
    from zonedao.chain.signers import Signer
    from zonedao.client import Client
    from zonedao.governance.activity import Counted
    from zonedao.governance.elections import OfficeTerms, PollTerms
    from zonedao.governance.petitions import Petition
    from zonedao.governance.wishes import ParameterTerms
    from zonedao.governance.zone import Zone

MOST_CALLS = 16  # calls that a body runs at once (Zone.sol)


class Body(BodyView):
    """A zone or an industry.

    Every `propose_…` takes the `title` and `text` that readers see, and gives an action whose value is the proposal.
    People, bodies and goods are named by address, by name in the address book, by path or by number; amounts are
    base units.
    """

    def __init__(self, client: Client, address: str, zone: Zone | None) -> None:
        super().__init__(client, address)
        if zone is not None:
            self.zone = zone

    def acting_as(self, signer: Signer | None) -> Body:
        """The same body for somebody else."""
        return self.zone.acting_as(signer).body_at(self.address)

    # --- proposing ---

    def propose(self, calls: Sequence[Call], title: str, text: str = "") -> Action[Proposal]:
        """Propose some calls, which will run in order, all or none. Raises UsageProblem."""
        if not 0 < len(calls) <= MOST_CALLS:
            raise UsageProblem(f"A proposal has 1 to {MOST_CALLS} calls, not {len(calls)}.")
        description = describe_proposal(title, text, self.client.require_address())
        data = self.contract.encode(
            "propose",
            [call.target for call in calls],
            [0] * len(calls),
            [call.data for call in calls],
            description,
        )

        def read(receipt: Receipt) -> Proposal:
            (numbered,) = self.contract.events(receipt, "ProposalNumbered")
            return Proposal.from_events(self, numbered, self.contract.events(receipt, "ProposalCreated"))

        return Action(self.client, self.address, data, f"propose in {self.name}: {title}", read)

    def propose_pay(
        self,
        to: str,
        amount: int,
        asset: str = COIN_ADDRESS,
        *,
        line: Label = None,
        evidence: Label = None,
        title: str,
        text: str = "",
    ) -> Action[Proposal]:
        """Pay somebody from this body's account or allowance."""
        return self.propose([self.calls.pay(to, amount, asset, line, evidence)], title, text)

    def propose_allow(
        self,
        child: str,
        amount: int,
        epochs: int,
        asset: str = COIN_ADDRESS,
        *,
        source: str | None = None,
        line: Label = None,
        evidence: Label = None,
        title: str,
        text: str = "",
    ) -> Action[Proposal]:
        """Let a child draw up to `amount` in each of `epochs` epochs; an amount of 0 ends its allowance."""
        return self.propose([self.calls.allow(child, amount, epochs, asset, source, line, evidence)], title, text)

    def propose_found(
        self,
        plan: FoundPlan,
        *,
        allow: int = 0,
        epochs: int = 1,
        asset: str = COIN_ADDRESS,
        source: str | None = None,
        line: Label = None,
        title: str,
        text: str = "",
    ) -> Action[Proposal]:
        """Found an industry, and with `allow` let it draw so much in each of `epochs` epochs from its beginning."""
        calls = [self.calls.found(plan)]
        if allow:
            child = address_of_industry(self, plan)
            calls.append(self.calls.allow(child, allow, epochs, asset, source, line))
        return self.propose(calls, title, text)

    def propose_admit(self, people: Sequence[str], *, title: str, text: str = "") -> Action[Proposal]:
        """Admit persons: in a zone new ones by address, in an industry members of its parent."""
        return self.propose([self.calls.admit(people)], title, text)

    def propose_remove(self, person: int | str, *, title: str, text: str = "") -> Action[Proposal]:
        """End a membership; in a zone this is expulsion, and begins with a notice of two weeks."""
        return self.propose([self.calls.remove(person)], title, text)

    def propose_withdraw_expulsion(self, person: int | str, *, title: str, text: str = "") -> Action[Proposal]:
        """Take the notice of an expulsion back. Zones only."""
        return self.propose([self.calls.withdraw_expulsion(person)], title, text)

    def propose_recover(self, person: int | str, new_key: str, *, title: str, text: str = "") -> Action[Proposal]:
        """Give a person another key by vote. Zones only."""
        return self.propose([self.calls.recover(person, new_key)], title, text)

    def propose_object(
        self, proposal: Proposal, seconds: int = LONGEST_PAUSE_SECONDS, *, title: str, text: str = ""
    ) -> Action[Proposal]:
        """Hold up a proposal of a body below, once and for up to 7 days."""
        return self.propose([self.calls.object_to(proposal, seconds)], title, text)

    def propose_resume(self, proposal: Proposal, *, title: str, text: str = "") -> Action[Proposal]:
        """No longer hold up a proposal of a body below."""
        return self.propose([self.calls.resume(proposal)], title, text)

    def propose_freeze(self, child: str, seconds: int, *, title: str, text: str = "") -> Action[Proposal]:
        """Let a body below queue and execute nothing for a time, 30 days a year at most."""
        return self.propose([self.calls.freeze(child, seconds)], title, text)

    def propose_unfreeze(self, child: str, *, title: str, text: str = "") -> Action[Proposal]:
        """End the freeze of a body below."""
        return self.propose([self.calls.unfreeze(child)], title, text)

    def propose_replace_officers(
        self, child: str, office: Label, people: Sequence[int | str], seconds: int, *, title: str, text: str = ""
    ) -> Action[Proposal]:
        """Name members of this body in place of who was elected to an office of a body below, for a time."""
        return self.propose([self.calls.replace_officers(child, office, people, seconds)], title, text)

    def propose_restore_officers(self, child: str, office: Label, *, title: str, text: str = "") -> Action[Proposal]:
        """Give an office of a body below back to who was elected."""
        return self.propose([self.calls.restore_officers(child, office)], title, text)

    def propose_recall(
        self,
        child: str,
        asset: str = COIN_ADDRESS,
        *,
        line: Label = None,
        evidence: Label = None,
        title: str,
        text: str = "",
    ) -> Action[Proposal]:
        """End the allowance of a body below; what is reserved through it is still paid."""
        return self.propose([self.calls.recall(child, asset, line, evidence)], title, text)

    def propose_dissolve(self, child: str, *, title: str, text: str = "") -> Action[Proposal]:
        """Announce the end of a body below, which anybody can finish two weeks later."""
        return self.propose([self.calls.dissolve(child)], title, text)

    def propose_withdraw_dissolution(self, child: str, *, title: str, text: str = "") -> Action[Proposal]:
        """Take the announcement back that a body below ends."""
        return self.propose([self.calls.withdraw_dissolution(child)], title, text)

    def propose_offer_move(self, child: str, to: str, *, title: str, text: str = "") -> Action[Proposal]:
        """Offer a body below to another body of the zone, which can take it two weeks later by a vote of its own."""
        return self.propose([self.calls.offer_move(child, to)], title, text)

    def propose_withdraw_move(self, child: str, *, title: str, text: str = "") -> Action[Proposal]:
        """Take the offer of a body below back."""
        return self.propose([self.calls.withdraw_move(child)], title, text)

    def propose_accept_move(self, offered: str, *, title: str, text: str = "") -> Action[Proposal]:
        """Take a body below this one that the body above it offered."""
        return self.propose([self.calls.accept_move(offered)], title, text)

    def propose_set_law(
        self, wanted: ProposalClass | str | int, *, title: str, text: str = "", **changes: int
    ) -> Action[Proposal]:
        """Change fields of the law of a class, named as in `Law`."""
        return self.propose([self.calls.set_law(proposal_class(wanted), **changes)], title, text)

    def propose_set_cap(self, limit: int, asset: str = COIN_ADDRESS, *, title: str, text: str = "") -> Action[Proposal]:
        """Set what the spending class may move of an asset in an epoch; 0 removes the cap."""
        return self.propose([self.calls.set_cap(limit, asset)], title, text)

    def propose_set_row(self, function: str, strict: bool, *, title: str, text: str = "") -> Action[Proposal]:
        """Make the calls of a row (`pay`, `admit`, …) constitutional in this body, or take that back."""
        return self.propose([self.calls.set_row(function, strict)], title, text)

    def propose_set_keepers(self, people: Sequence[int | str], *, title: str, text: str = "") -> Action[Proposal]:
        """Name the keepers of the stores. Zones only."""
        return self.propose([self.calls.set_keepers(people)], title, text)

    def propose_add_good(
        self, name: str, safety: int, entitlement: int, *, title: str, text: str = ""
    ) -> Action[Proposal]:
        """Add a good to the stores; its name says the unit. Zones only."""
        return self.propose([self.calls.add_good(name, safety, entitlement)], title, text)

    def propose_set_good(
        self, good: int | str, safety: int, entitlement: int, *, title: str, text: str = ""
    ) -> Action[Proposal]:
        """Change what is kept back of a good and what one person may order in an epoch. Zones only."""
        return self.propose([self.calls.set_good(good, safety, entitlement)], title, text)

    def propose_set_activity(self, last_votes: int, *, title: str, text: str = "") -> Action[Proposal]:
        """Have quorums count over who was active in the last 2 to 16 votes, or (0) over everybody."""
        return self.propose([self.calls.set_activity(last_votes)], title, text)

    def propose_set_module(self, role: int, module: str, *, title: str, text: str = "") -> Action[Proposal]:
        """List a contract as stores (3), trade post (4), verifier of ballots (5) or for personhood (6). Zones only."""
        return self.propose([self.calls.set_module(role, module)], title, text)

    def propose_set_dao_uri(self, uri: str, *, title: str, text: str = "") -> Action[Proposal]:
        """Say where the document about this body is (ERC-4824); empty for nowhere."""
        return self.propose([self.calls.set_dao_uri(uri)], title, text)

    def propose_sell(
        self,
        good: int | str,
        quantity: int,
        unit_price: int,
        expires_at: int,
        asset: str = COIN_ADDRESS,
        *,
        least: int = 1,
        ship_hours: int = 72,
        attest_hours: int = 72,
        title: str,
        text: str = "",
    ) -> Action[Proposal]:
        """Put surplus up for sale, at `unit_price` base units per unit of the good, until `expires_at`. Zones only."""
        call = self.calls.sell(good, quantity, unit_price, expires_at, asset, least, ship_hours, attest_hours)
        return self.propose([call], title, text)

    def propose_unlist(self, listing: int, *, title: str, text: str = "") -> Action[Proposal]:
        """Take back what is left of a listing."""
        return self.propose([self.calls.unlist(listing)], title, text)

    def propose_buy(
        self,
        listing: int,
        quantity: int,
        deadline: int,
        max_unit_price: int | None = None,
        *,
        line: Label = None,
        evidence: Label = None,
        title: str,
        text: str = "",
    ) -> Action[Proposal]:
        """Escrow the price and accept, in one proposal, which must be executed by `deadline`."""
        calls = self.calls.buy(listing, quantity, deadline, max_unit_price, line, evidence)
        return self.propose(calls, title, text)

    def propose_call(self, target: str, data: bytes, *, title: str, text: str = "") -> Action[Proposal]:
        """Any call of any contract. What has no row of its own is constitutional."""
        return self.propose([self.calls.raw(target, data)], title, text)

    def propose_poll(self, terms: PollTerms, *, title: str, text: str = "") -> Action[Proposal]:
        """Let the members choose among options."""
        return self.propose([self.calls.open_poll(terms)], title, text)

    def propose_election(self, terms: OfficeTerms, *, title: str, text: str = "") -> Action[Proposal]:
        """Have officers elected."""
        return self.propose([self.calls.open_election(terms)], title, text)

    def propose_parameter(self, terms: ParameterTerms, *, title: str, text: str = "") -> Action[Proposal]:
        """Let the members set a number by the median of their wishes, inside bounds that stay."""
        return self.propose([self.calls.open_parameter(terms)], title, text)

    # --- petitions ---

    def open_petition(self, call: Call) -> Action[Petition]:
        """Open a petition for a call (an objection, a freeze, an appeal), and sign it."""
        from zonedao.governance.petitions import open_petition

        return open_petition(self, call)

    def petitions(self) -> tuple[Petition, ...]:
        """Every petition, oldest first."""
        from zonedao.governance.petitions import petitions

        return petitions(self)

    def petition(self, number: int) -> Petition:
        """A petition by number. Raises NotFound."""
        from zonedao.governance.petitions import petition

        return petition(self, number)

    # --- its end ---

    def finish_dissolution(self) -> Action[None]:
        """End this body, when its dissolution was announced two weeks ago. Anyone may."""
        data = self.contract.encode("finishDissolution")
        return plain(self.client, self.address, data, f"dissolve {self.name}")

    def rehang(self) -> Action[None]:
        """Hang this body under the nearest one above it that was not dissolved. Anyone may."""
        return plain(self.client, self.address, self.contract.encode("rehang"), f"hang {self.name} under what is left")

    # --- ballots ---

    def ballot_box(self, path: Path) -> BallotBox:
        """The ballot box in a file, for this body: collects ballots and has the chain count them. Close it."""
        from zonedao.ballots.box import BallotBox

        return BallotBox(path, self)

    # --- membership ---

    def check_in(self) -> Action[None]:
        """Say that one is here: one counts as active for a month at least, without a vote."""
        from zonedao.governance.activity import check_in

        return check_in(self)

    def recount(self) -> Action[Counted]:
        """Count the active members, over whom quorums count then. Anybody may; large bodies take several times.

        Raises Refused where quorums count over everybody, or too few votes count yet.
        """
        from zonedao.governance.activity import recount

        return recount(self)

    def leave(self) -> Action[None]:
        """Leave this body; leaving a zone ends every membership below it."""
        return plain(self.client, self.address, self.contract.encode("leave"), f"leave {self.name}")

    def finish_expulsion(self, person: int | str) -> Action[None]:
        """End the membership of somebody whose notice has run out. Anyone may."""
        found = self.zone.registry.person(person)
        data = self.contract.encode("finishExpulsion", found.index)
        return plain(self.client, self.address, data, f"finish the expulsion of {found} from {self.name}")

    def prune(self, person: int | str) -> Action[None]:
        """End the membership of somebody who is no member of the body above any more. Anyone may; industries only."""
        found = self.zone.registry.person(person)
        data = self.contract.encode("prune", found.index)
        return plain(self.client, self.address, data, f"end the membership of {found} in {self.name}")

    def sync_departures(self, most: int = 64) -> Action[None]:
        """Apply up to `most` of the zone's departures here. Anyone may."""
        data = self.contract.encode("syncDepartures", most)
        return plain(self.client, self.address, data, f"apply the zone's departures to {self.name}")
