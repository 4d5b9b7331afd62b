"""The plan of a deployment: ordered transactions as pure data, and the bodies they bring about.

Nothing in it depends on a chain, on who deploys, or on when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["fund", "presigned", "call"]

FORMAT = 1


@dataclass(frozen=True)
class CodeAt:
    """Done when there is code at the address."""

    address: str

    def to_json(self) -> dict[str, Any]:
        return {"code_at": self.address}


@dataclass(frozen=True)
class FundedFor:
    """Done when the address holds so many wei, or what they are for has been created."""

    address: str
    wei: int
    creation: str

    def to_json(self) -> dict[str, Any]:
        return {"funded": self.address, "wei": self.wei, "or_code_at": self.creation}


@dataclass(frozen=True)
class GenesisPast:
    """Done when the body's genesis waits for a later step or for none.

    `commitments` (0x-hex) are those of this step and of all after it.
    """

    body: str
    commitments: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {"genesis_of": self.body, "commitments": list(self.commitments)}


Done = CodeAt | FundedFor | GenesisPast


@dataclass(frozen=True)
class PlannedTransaction:
    """One transaction, and how to see on the chain that it has happened.

    A `presigned` one is broadcast as it is: `data` is the whole signed transaction. `gas` is a limit that
    suffices, estimated from above.
    """

    name: str
    kind: Kind
    to: str
    data: bytes = field(repr=False)
    value_wei: int
    gas: int
    done: Done

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "kind": self.kind,
            "to": self.to,
            "data": "0x" + self.data.hex(),
            "value_wei": self.value_wei,
            "gas": self.gas,
            "done": self.done.to_json(),
        }


@dataclass(frozen=True)
class PlannedBody:
    """A body that the plan brings about. `summary` are lines for people about its laws, caps and allowances."""

    path: str
    name: str
    purpose: str
    address: str
    depth: int
    members: tuple[str, ...]
    summary: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "name": self.name,
            "purpose": self.purpose,
            "address": self.address,
            "depth": self.depth,
            "members": list(self.members),
            "summary": list(self.summary),
        }


@dataclass(frozen=True)
class DeploymentPlan:
    """Everything that has to happen so that a zone exists.

    `infrastructure` maps names of shared contracts to addresses; `tokens` are the ERC-20 addresses that the charter
    relies on, by symbol; `people` maps members' names to addresses, for address books; `goods` are the names of the
    goods, numbered from 1 in this order; hashes are 0x-hex.
    """

    name: str
    charter_hash: str
    build_hash: str
    infrastructure: Mapping[str, str]
    bodies: tuple[PlannedBody, ...]
    transactions: tuple[PlannedTransaction, ...]
    people: Mapping[str, str]
    tokens: Mapping[str, str]
    goods: tuple[str, ...]
    summary: tuple[str, ...]

    @property
    def zone(self) -> PlannedBody:
        """The zone itself."""
        return self.bodies[0]

    @property
    def gas(self) -> int:
        """Gas that suffices for all transactions."""
        return sum(transaction.gas for transaction in self.transactions)

    def to_json(self) -> dict[str, Any]:
        """The plan in JSON's types; `plan_from_json` reads it back."""
        return {
            "format": FORMAT,
            "name": self.name,
            "charter_hash": self.charter_hash,
            "build_hash": self.build_hash,
            "infrastructure": dict(self.infrastructure),
            "bodies": [body.to_json() for body in self.bodies],
            "transactions": [transaction.to_json() for transaction in self.transactions],
            "people": dict(self.people),
            "tokens": dict(self.tokens),
            "goods": list(self.goods),
            "summary": list(self.summary),
        }

    def render(self) -> str:
        """The plan for people: bodies as a tree with their laws, then the transactions."""
        lines = [f"{self.zone.name}: {self.zone.purpose}", *self.summary, "", "Bodies"]
        for body in self.bodies:
            margin = "  " * (body.depth + 1)
            heads = f"{len(body.members)} member{'' if len(body.members) == 1 else 's'}"
            lines.append(f"{margin}{body.name}  {body.address}  {heads}: {', '.join(body.members)}")
            if body.depth:
                lines.append(f"{margin}  {body.purpose}")
            lines += [f"{margin}  {line}" for line in body.summary]
        lines += ["", "Shared by all zones on the chain"]
        width = max(map(len, self.infrastructure))
        lines += [f"  {name:<{width}}  {address}" for name, address in self.infrastructure.items()]
        lines += ["", "Transactions; those that have happened already are left out"]
        width = max(len(transaction.name) for transaction in self.transactions)
        for number, transaction in enumerate(self.transactions, 1):
            lines.append(f"  {number:>2}  {transaction.name:<{width}}  up to {transaction.gas:>10,} gas")
        lines.append(f"      {'together':<{width}}  up to {self.gas:>10,} gas")
        return "\n".join(lines)


def plan_from_json(document: Mapping[str, Any]) -> DeploymentPlan:
    """The plan that `to_json` wrote. Raises UsageProblem for anything else."""
    from zonedao.errors import UsageProblem
    from zonedao.text import flaw

    try:
        if document["format"] != FORMAT:
            raise UsageProblem(
                f"The plan has format {document['format']}; this version reads {FORMAT}. Plan the charter again."
            )
        return DeploymentPlan(
            name=document["name"],
            charter_hash=document["charter_hash"],
            build_hash=document["build_hash"],
            infrastructure=dict(document["infrastructure"]),
            bodies=tuple(
                PlannedBody(**{**body, "members": tuple(body["members"]), "summary": tuple(body["summary"])})
                for body in document["bodies"]
            ),
            transactions=tuple(
                PlannedTransaction(
                    **{
                        **transaction,
                        "data": bytes.fromhex(transaction["data"].removeprefix("0x")),
                        "done": _done(transaction["done"]),
                    }
                )
                for transaction in document["transactions"]
            ),
            people=dict(document["people"]),
            tokens=dict(document["tokens"]),
            goods=tuple(document["goods"]),
            summary=tuple(document["summary"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise UsageProblem(f"This is no deployment plan ({flaw(problem)}). Make it again from the charter.") from None


def _done(document: Mapping[str, Any]) -> Done:
    if "code_at" in document:
        return CodeAt(document["code_at"])
    if "funded" in document:
        return FundedFor(document["funded"], document["wei"], document["or_code_at"])
    return GenesisPast(document["genesis_of"], tuple(document["commitments"]))
