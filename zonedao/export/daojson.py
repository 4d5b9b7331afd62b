"""The documents of ERC-4824 about a body, as of one block.

Source: https://eips.ethereum.org/EIPS/eip-4824 (status Review). Persons and contracts are CAIP-10 account ids; nobody's
name is in any of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from zonedao.audit.chronicle import Chronicle, Progress
from zonedao.errors import NodeProblem, UsageProblem
from zonedao.export.lawpage import law_page
from zonedao.governance.calls import (
    ELECTIONS_ROLE,
    PERSONHOOD_ROLE,
    STORES_ROLE,
    TRADE_POST_ROLE,
    VERIFIER_ROLE,
    WISHES_ROLE,
)
from zonedao.governance.proposals import Proposal, ProposalState, Support, counted_in
from zonedao.governance.registry import WORD_BITS, indices_in
from zonedao.text import is_uri
from zonedao.treasury.assets import COIN_ADDRESS

if TYPE_CHECKING:
    from zonedao.chain.events import Event
    from zonedao.governance.body import Body

# As the standard writes them: the first document's differs from the others'.
DAO_CONTEXT = "http://www.daostar.org/schemas"
CONTEXT = "https://www.daostar.org/schemas"

DAO = "dao.json"
MEMBERS = "members.json"
PROPOSALS = "proposals.json"
ACTIVITIES = "activities.json"
CONTRACTS = "contracts.json"
GOVERNANCE = "governance.md"

_CHOICES = {Support.AGAINST: "voted against", Support.FOR: "voted for", Support.ABSTAIN: "abstained"}


class DaoJson:
    """Everything that ERC-4824 asks about one body. Reads the chain when it is made, as of its last block then.

    `files` are the texts by file name, with that of the body itself last; `block` is the block that they are true of;
    `members`, `proposals`, `activities` and `contracts` say how many are in them.
    `base_uri` is the folder that they will be found in; without one they name each other by relative references
    (RFC 3986). `description` says in a sentence or two what the body is for. `progress` hears how far it is.
    Raises UsageProblem for a base that is no URI of a folder, NodeProblem when the chain was reorganised meanwhile.
    """

    def __init__(
        self, body: Body, *, base_uri: str = "", description: str = "", progress: Progress | None = None
    ) -> None:
        if base_uri and not (is_uri(base_uri) and base_uri.endswith("/")):
            raise UsageProblem(f"{base_uri!r} is no folder's URI. Write it like https://example.org/elmcourt/.")
        self._body = body
        connection = body.client.connection
        head = connection.block()
        self.block = head.number
        self._chain_id = connection.chain_id
        self._chronicle = Chronicle(connection, head.number, body.zone.deploy_block, None, progress)
        self._name = body.name
        self._proposals = self._read_proposals()
        members, proposals = list(self._members()), list(self._proposal_list())
        activities, contracts = list(self._activities()), list(self._contracts())
        self.members, self.proposals = len(members), len(proposals)
        self.activities, self.contracts = len(activities), len(contracts)
        self.files: Mapping[str, str] = {
            MEMBERS: self._document("members", members),
            PROPOSALS: self._document("proposals", proposals),
            ACTIVITIES: self._document("activities", activities),
            CONTRACTS: self._document("contracts", contracts),
            GOVERNANCE: law_page(body, self._chronicle, self._account(body.address)),
            DAO: _render(self._dao(base_uri, description)),
        }
        if connection.block(head.number).hash != head.hash:
            raise NodeProblem("The chain was reorganised while it was read. Export again.")

    # --- the documents ---

    def _dao(self, base_uri: str, description: str) -> dict[str, Any]:
        document = {
            "@context": DAO_CONTEXT,
            "type": "DAO",
            "name": self._name,
            "description": description.strip(),
            "membersURI": base_uri + MEMBERS,
            "proposalsURI": base_uri + PROPOSALS,
            "activityLogURI": base_uri + ACTIVITIES,
            "governanceURI": base_uri + GOVERNANCE,
            "contractsURI": base_uri + CONTRACTS,
        }
        # "If a given field has no value, it SHOULD be removed".
        return {key: value for key, value in document.items() if value}

    def _document(self, field: str, entries: list[dict[str, Any]]) -> str:
        return _render({"@context": CONTEXT, "type": "DAO", "name": self._name, field: entries})

    def _members(self) -> Iterator[dict[str, Any]]:
        registry, ask = self._body.zone.registry, self._chronicle.ask
        keys = registry.keys(self.block)
        for word in range(max(keys, default=0) // WORD_BITS + 1):
            mask = int(ask(self._body.contract, "membersAt", word, self._chronicle.now))
            for index in indices_in(word, mask):
                yield self._ethereum_address(keys[index])

    def _proposal_list(self) -> Iterator[dict[str, Any]]:
        for done, proposal in enumerate(self._proposals.values()):
            self._chronicle.reach(done, len(self._proposals))
            state = ProposalState(self._chronicle.ask(self._body.contract, "state", proposal.id))
            yield {
                "type": "proposal",
                "id": self._proposal_id(proposal.id),
                "name": proposal.title,
                # The text is on the chain and nowhere else, so the URI carries it (RFC 2397).
                "contentURI": "data:text/markdown;charset=utf-8," + quote(proposal.description, safe=""),
                "status": state.title,
                "calls": [
                    {
                        "type": "CallDataEVM",
                        "operation": "call",
                        "from": self._account(self._body.address),
                        "to": self._account(call.target),
                        "value": str(value),
                        "data": "0x" + call.data.hex(),
                    }
                    for call, value in zip(proposal.calls, proposal.values, strict=True)
                ],
            }

    def _activities(self) -> Iterator[dict[str, Any]]:
        names = ("ProposalCreated", "ProposalCanceled", "VoteCast", "BallotsCounted")
        keys = self._body.zone.registry.keys(self.block)
        for event in self._chronicle.events("IWholeBody", [self._body.address], *names):
            if event.name == "VoteCast":
                yield self._activity(event, event.args["voter"], _CHOICES[Support(event.args["support"])])
            elif event.name == "BallotsCounted":
                for word, support, bits in counted_in(event.args["words"]):
                    for index in indices_in(word, bits):
                        yield self._activity(event, keys[index], _CHOICES[support], f"-{index}")
            else:
                # Who withdraws is who proposed: nobody else can.
                what = "proposed" if event.name == "ProposalCreated" else "withdrew"
                yield self._activity(event, self._proposals[event.args["proposalId"]].proposer, what)

    def _contracts(self) -> Iterator[dict[str, Any]]:
        body, zone, ask = self._body, self._body.zone, self._chronicle.ask
        tree = zone.tree()
        below = [each for each in tree.values() if each.path.startswith(f"{tree[body.address].path}/")]
        kind = "The zone itself" if body.is_zone else f"This industry of {zone.name}"
        yield self._contract(body.address, self._name, f"{kind}: its votes, members and laws.")
        for each in below:
            if each.founded_block <= self.block:
                yield self._contract(each.address, each.name, f"An industry below it, at {each.path}.")
        yield self._contract(str(ask(body.contract, "registry")), "Registry", "The persons of the zone.")
        yield self._contract(str(ask(body.contract, "treasury")), "Treasury", "The one vault of the zone.")
        for role, name, description in (
            (STORES_ROLE, "Stores", "The goods of the zone."),
            (TRADE_POST_ROLE, "Trade post", "Where the zone trades with others; it serves every zone of the chain."),
            (
                VERIFIER_ROLE,
                "Verifier",
                "Voting keys, and what checks aggregate ballots; it serves every zone.",
            ),
            (PERSONHOOD_ROLE, "Personhood", "What decides, beside votes, who is a person."),
            (ELECTIONS_ROLE, "Elections", "Choices of options and elections of officers; it serves every zone."),
            (WISHES_ROLE, "Wishes", "Numbers set by the median of what members wish for; it serves every zone."),
        ):
            address = str(ask(body.contract, "module", role))
            if address != COIN_ADDRESS:
                yield self._contract(address, name, description)

    # --- pieces of them ---

    def _activity(self, event: Event, member: str, what: str, suffix: str = "") -> dict[str, Any]:
        return {
            "id": f"{self._account(self._body.address)}?activityId={event.tx_hash}-{event.log_index}{suffix}",
            "type": "activity",
            "name": what,
            "proposal": {"type": "proposal", "id": self._proposal_id(event.args["proposalId"])},
            "member": self._ethereum_address(member),
        }

    def _read_proposals(self) -> dict[int, Proposal]:
        """Every proposal by id, oldest first."""
        names = ("ProposalCreated", "ProposalNumbered")
        events: dict[str, list[Event]] = {name: [] for name in names}
        for event in self._chronicle.events("IWholeBody", [self._body.address], *names):
            events[event.name].append(event)
        created = {event.args["proposalId"]: event for event in events["ProposalCreated"]}
        found = (
            Proposal.from_events(self._body, event, [created[event.args["proposalId"]]])
            for event in events["ProposalNumbered"]
        )
        return {proposal.id: proposal for proposal in found}

    def _proposal_id(self, identity: int) -> str:
        """The standard's form, with IGovernor's id for its counter: what `state` and `castVote` take."""
        return f"{self._account(self._body.address)}?proposalId={identity}"

    def _contract(self, address: str, name: str, description: str) -> dict[str, Any]:
        return {**self._ethereum_address(address), "name": name, "description": description}

    def _ethereum_address(self, address: str) -> dict[str, Any]:
        return {"type": "EthereumAddress", "id": self._account(address)}

    def _account(self, address: str) -> str:
        """CAIP-10 in the namespace eip155."""
        return f"eip155:{self._chain_id}:{address}"


def _render(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
