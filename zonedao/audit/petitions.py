"""Petitions, rebuilt from events: who signed what, and which took effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from zonedao.audit.bodies import BodyRecord
from zonedao.audit.chronicle import Chronicle
from zonedao.audit.report import Check, Comparison, Inconsistent, compare
from zonedao.chain.abi import encode, keccak, parse_type
from zonedao.governance.registry import WORD_BITS, indices_in

_TYPEHASH = keccak(b"Petition(uint256 petition,address target,bytes data,uint256 deadline)")
_CONTENT = parse_type(
    "tuple",
    [
        {"name": name, "type": kind}
        for name, kind in (("h", "bytes32"), ("n", "uint256"), ("t", "address"), ("d", "bytes32"), ("e", "uint256"))
    ],
)


@dataclass
class PetitionRecord:
    """A petition as its events tell it; `content` is what is signed, `signers` are indices, oldest first."""

    number: int
    opened_at: int
    opener: int
    wanted: int
    deadline: int
    content: bytes
    signers: list[int] = field(default_factory=list)
    enacted: bool = False


def replay_petitions(chronicle: Chronicle, body: BodyRecord) -> dict[int, PetitionRecord]:
    """The petitions of a body by number. Raises Inconsistent."""
    found: dict[int, PetitionRecord] = {}
    for event in body.named("PetitionOpened", "PetitionSigned", "PetitionEnacted"):
        args, number = event.args, event.args["petition"]
        if event.name == "PetitionOpened":
            if number != len(found) + 1:
                raise Inconsistent(f"petition {len(found) + 1} of {body.address} is missing: {number} is told")
            signed = (_TYPEHASH, number, args["target"], keccak(args["data"]), args["deadline"])
            found[number] = PetitionRecord(
                number,
                chronicle.time_of(event),
                args["person"],
                args["wanted"],
                args["deadline"],
                keccak(encode(_CONTENT, signed)),
            )
            continue
        record = found.get(number)
        if record is None or record.enacted or chronicle.time_of(event) > record.deadline:
            raise Inconsistent(f"{event.name} of petition {number} of {body.address}, which was not open")
        if event.name == "PetitionSigned":
            if args["person"] in record.signers or args["signed"] != len(record.signers) + 1:
                raise Inconsistent(f"signer {args['signed']} of petition {number} of {body.address} is out of order")
            record.signers.append(args["person"])
        elif len(record.signers) < record.wanted:
            raise Inconsistent(f"petition {number} of {body.address} took effect with too few signers")
        else:
            record.enacted = True
    return found


def check_petitions(
    chronicle: Chronicle, bodies: Sequence[BodyRecord], petitions: Mapping[str, Mapping[int, PetitionRecord]]
) -> Check:
    """What was petitioned, who signed, and what took effect, against the chain."""

    def comparisons() -> Iterator[Comparison]:
        for body in bodies:
            ask, records = body.contract, petitions[body.address]
            yield f"petitions of {body.address}", len(records), chronicle.ask(ask, "petitionCount")
            for record in records.values():
                name = f"petition {record.number} of {body.address}"
                told = chronicle.ask(ask, "petitionOf", record.number)
                rebuilt = (record.opened_at, record.deadline, record.opener, record.wanted, len(record.signers))
                yield name, rebuilt, (told.openedAt, told.deadline, told.opener, told.wanted, told.signed)
                yield f"{name}: took effect", record.enacted, told.enacted
                yield f"{name}: what is signed", record.content, bytes(told.content)
                yield f"{name}: opener", [record.opener], record.signers[:1]
                for word in sorted({index // WORD_BITS for index in record.signers}):
                    mask = chronicle.ask(ask, "petitionSigners", record.number, word)
                    mine = sorted(index for index in record.signers if index // WORD_BITS == word)
                    yield f"{name}: who signed", mine, sorted(indices_in(word, mask))

    return compare("petitions", comparisons)
