"""The birth of bodies as calls, cut into steps and transactions that no block refuses.

A genesis is a hash chain of steps: each commits to the next, and the body commits to the first. Members are admitted
first, then industries are founded, each with its own genesis inside the founding call where that is small enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zonedao.chain.abi import encode, keccak
from zonedao.chain.interface import Function, shipped
from zonedao.charter.model import BodyCharter, Charter, Good, PersonhoodModule
from zonedao.federation.modules import personhood_module, voting_module
from zonedao.governance.calls import ELECTIONS_ROLE, PERSONHOOD_ROLE, SELF_ROLE, STORES_ROLE, WISHES_ROLE
from zonedao.governance.laws import Law, ProposalClass
from zonedao.text import label

NOTHING = bytes(32)
WORD_BITS = 256

# Half a word of the register at a time, which a block takes. The first call is half as large again, less index 0 which
# is nobody's, to run in the creation of the zone.
MEMBERS_PER_CALL = 128
FIRST_MEMBERS = 63

# Gas of what a genesis does, from above; measured on the contracts of this version, see tests/e2e.
GAS_LIMIT = 10_000_000  # that no transaction of a deployment needs more than
STEP_GAS_LIMIT = 9_000_000
INLINE_GAS_LIMIT = 7_500_000  # of an industry with its birth inside a step of its parent
# The first step runs in the creation of the zone, so that members can be found from the block of its birth.
FIRST_STEP_GAS_LIMIT = 2_800_000
CREATE_ZONE_GAS = 6_700_000
FOUND_GAS = 415_000
ADMIT_GAS = 95_000  # of a call
PERSON_GAS = 30_500  # of each person in it, without what the register writes of them:
RECORD_GAS = 22_100  # alone, or in a page of all persons of the word
PAGE_GAS, PLACE_GAS = 56_000, 5_300
ADMIT_WORD_GAS = 80_000
ALLOW_GAS = 80_000
CAP_GAS = 27_000
GOOD_GAS = 110_000
URI_GAS = 60_000
ACTIVITY_GAS = 70_000
KEEPERS_GAS = 80_000
KEEPER_GAS = 3_000
MODULE_GAS = 100_000
TELL_MODULE_GAS = 70_000
STEP_GAS = 15_000
TRANSACTION_GAS = 21_000
DATA_GAS = 16  # per byte that is not zero; zeros cost 4
LABEL_BYTES_IN_PLACE = 31  # a longer name takes further words of storage
WORD_GAS = 23_000
# A call keeps 1/64 of the gas from what it calls (EIP-150), and one of a genesis goes through seven: what it needs at
# hand is a seventh more than what it uses.
KEPT_BACK = 7


@dataclass(frozen=True)
class GenesisCall:
    """One call of a genesis: `gas` that it uses and `reserve` that must be at hand besides, both from above."""

    role: int
    data: bytes = field(repr=False)
    gas: int
    reserve: int

    def as_struct(self) -> dict[str, Any]:
        return {"role": self.role, "data": self.data}


@dataclass(frozen=True)
class Step:
    """Calls that run together. `next` commits to the step after (zeros: none), `commitment` to this one."""

    calls: tuple[GenesisCall, ...]
    next: bytes
    commitment: bytes

    @property
    def gas(self) -> int:
        """What running it takes, from above, calldata not counted."""
        return STEP_GAS + sum(call.gas for call in self.calls)

    @property
    def reserve(self) -> int:
        """What must be at hand besides. What later calls use is at hand for earlier ones."""
        return max((call.reserve for call in self.calls), default=0)

    def as_struct(self) -> dict[str, Any]:
        """As `IBody.GenesisStep`."""
        return {"calls": [call.as_struct() for call in self.calls], "next": self.next}


@dataclass(frozen=True)
class Birth:
    """How one body comes into being.

    `struct` is its `IBody.BodyPlan`; `inline` of its `steps` run in the transaction that creates it; `children` are
    the births below it.
    """

    body: BodyCharter
    struct: Mapping[str, Any]
    plan_hash: bytes
    steps: tuple[Step, ...]
    inline: int
    own_gas: int
    children: tuple[Birth, ...]

    @property
    def gas(self) -> int:
        """What creating it with its inline steps takes, from above, calldata not counted."""
        return self.own_gas + sum(step.gas for step in self.steps[: self.inline])

    @property
    def reserve(self) -> int:
        """What must be at hand besides."""
        return max((step.reserve for step in self.steps[: self.inline]), default=0)

    def inline_structs(self) -> list[dict[str, Any]]:
        """The steps that run in the transaction that creates it."""
        return [step.as_struct() for step in self.steps[: self.inline]]


def data_gas(data: bytes) -> int:
    """What the bytes of a transaction cost (EIP-2028)."""
    zeros = data.count(0)
    return 4 * zeros + DATA_GAS * (len(data) - zeros)


def law_struct(laws: Sequence[Law]) -> list[tuple[int, ...]]:
    """Laws as `IConstitution.Law[6]`."""
    return [law.as_struct() for law in laws]


def body_struct(body: BodyCharter, charter_hash: str, genesis: bytes) -> dict[str, Any]:
    """A body as `IBody.BodyPlan`."""
    return {
        "name": body.name,
        "charterHash": bytes.fromhex(charter_hash.removeprefix("0x")),
        "laws": law_struct(body.laws),
        "caps": [
            {"class": int(ProposalClass.SPENDING), "asset": cap.asset.address, "limit": cap.amount} for cap in body.caps
        ],
        "genesis": genesis,
        # Siblings differ in name and charters in hash, so nothing has to be told apart by it.
        "nonce": 0,
    }


def hash_struct(function: str, struct: Mapping[str, Any]) -> bytes:
    """keccak256(abi.encode(struct)) for the one struct that a function of the factory takes."""
    return keccak(encode(shipped("IZoneFactory").function(function).inputs, [struct]))


def chain_steps(groups: Sequence[Sequence[GenesisCall]]) -> tuple[Step, ...]:
    """Steps of the given calls, each committing to the next."""
    kind = _body_function("genesis").inputs
    steps: list[Step] = []
    following = NOTHING
    for calls in reversed(groups):
        step = Step(tuple(calls), following, NOTHING)
        following = keccak(encode(kind, [step.as_struct()]))
        steps.append(Step(step.calls, step.next, following))
    return tuple(reversed(steps))


def group(calls: Sequence[GenesisCall], first_limit: int) -> list[list[GenesisCall]]:
    """Calls in their order, as few groups as fit the gas of a step; the first group has a limit of its own."""
    groups: list[list[GenesisCall]] = []
    gas = reserve = 0
    for call in calls:
        limit = first_limit if len(groups) == 1 else STEP_GAS_LIMIT
        if not groups or gas + call.gas + max(reserve, call.reserve) > limit:
            groups.append([])
            gas = reserve = 0
        groups[-1].append(call)
        gas, reserve = gas + call.gas, max(reserve, call.reserve)
    return groups


def zone_birth(charter: Charter) -> Birth:
    """How the zone and everything below it comes into being."""
    addresses = [charter.members[name].address for name in charter.zone.members]
    indices = {name: position for position, name in enumerate(charter.members, 1)}
    admissions = [
        _call(SELF_ROLE, "IAdmission", "admit", [addresses[first - 1 : end - 1]], _admission_gas(first, end))
        for first, end in batches(len(addresses))
    ]
    children = _children(charter.zone, charter.hash, indices)
    calls = [*admissions, *_children_calls(children), *_own_calls(charter.zone)]
    calls += [_good_call(good) for good in charter.goods]
    if charter.keepers:
        gas = KEEPERS_GAS + KEEPER_GAS * len(charter.keepers)
        calls.append(_call(STORES_ROLE, "IStores", "setKeepers", [[indices[name] for name in charter.keepers]], gas))
    calls += _personhood_calls(charter.personhood)
    calls += _voting_calls(charter.voting)
    return _birth(charter.zone, charter.hash, calls, children, CREATE_ZONE_GAS)


def _personhood_calls(wanted: PersonhoodModule | None) -> list[GenesisCall]:
    """Last of all: what comes before has the same bytes as in a charter that has none."""
    if wanted is None:
        return []
    address = personhood_module(wanted.kind, wanted.vouchers).address
    calls = [_call(SELF_ROLE, "IBody", "setModule", [PERSONHOOD_ROLE, address], MODULE_GAS)]
    if wanted.kind == "attester":
        calls.append(_call(PERSONHOOD_ROLE, "IAttester", "setAttester", [wanted.attester], TELL_MODULE_GAS))
    elif wanted.kind == "allow-list":
        calls.append(_call(PERSONHOOD_ROLE, "IAllowList", "setRoot", [wanted.root, ""], TELL_MODULE_GAS))
    return calls


def _voting_calls(kinds: Sequence[str]) -> list[GenesisCall]:
    roles = {"elections": ELECTIONS_ROLE, "wishes": WISHES_ROLE}
    return [
        _call(SELF_ROLE, "IBody", "setModule", [roles[kind], voting_module(kind).address], MODULE_GAS) for kind in kinds
    ]


def batches(members: int) -> list[tuple[int, int]]:
    """First index of each call that admits members, and the index after its last."""
    bounds = [1, FIRST_MEMBERS + 1, *range(MEMBERS_PER_CALL, members + 1, MEMBERS_PER_CALL)]
    bounds = [bound for bound in bounds if bound <= members]
    return list(zip(bounds, [*bounds[1:], members + 1], strict=True))


def _admission_gas(first: int, end: int) -> int:
    """From above: the register writes a page of the word where that is cheaper than records (Registry.sol)."""
    number = end - first
    page = PAGE_GAS + PLACE_GAS * (first % WORD_BITS + number)
    return ADMIT_GAS + PERSON_GAS * number + min(RECORD_GAS * number, page)


def industry_birth(body: BodyCharter, charter_hash: str, indices: Mapping[str, int]) -> Birth:
    """How an industry comes into being. `indices` are members' indices in the registry, by name."""
    words: dict[int, int] = {}
    for name in body.members:
        words[indices[name] // WORD_BITS] = words.get(indices[name] // WORD_BITS, 0) | 1 << indices[name] % WORD_BITS
    numbers = sorted(words)
    admission = _call(
        SELF_ROLE,
        "IAdmission",
        "admitWords",
        [numbers, [words[number] for number in numbers]],
        ADMIT_WORD_GAS * len(numbers),
    )
    children = _children(body, charter_hash, indices)
    calls = [admission, *_children_calls(children), *_own_calls(body)]
    return _birth(body, charter_hash, calls, children, FOUND_GAS)


def _children(body: BodyCharter, charter_hash: str, indices: Mapping[str, int]) -> tuple[Birth, ...]:
    return tuple(industry_birth(industry, charter_hash, indices) for industry in body.industries)


def _children_calls(children: Sequence[Birth]) -> list[GenesisCall]:
    calls: list[GenesisCall] = []
    for child in children:
        calls.append(
            _call(SELF_ROLE, "IBody", "found", [child.struct, child.inline_structs()], child.gas, child.reserve)
        )
        for allowance in child.body.allowances:
            arguments = [
                child.plan_hash,
                allowance.money.asset.address,
                allowance.money.amount,
                allowance.epochs,
                allowance.levels,
                label(allowance.line),
            ]
            calls.append(_call(SELF_ROLE, "IBody", "allowAtGenesis", arguments, ALLOW_GAS))
    return calls


def _own_calls(body: BodyCharter) -> list[GenesisCall]:
    """What a body says of itself: where its document is, and by whom its quorums go."""
    calls: list[GenesisCall] = []
    if body.dao_uri:
        gas = URI_GAS + _name_gas(body.dao_uri)
        calls.append(_call(SELF_ROLE, "IDocument", "setDaoURI", [body.dao_uri], gas))
    if body.active_votes:
        calls.append(_call(SELF_ROLE, "IActivity", "setActivity", [body.active_votes], ACTIVITY_GAS))
    return calls


def _birth(
    body: BodyCharter, charter_hash: str, calls: Sequence[GenesisCall], children: tuple[Birth, ...], base_gas: int
) -> Birth:
    steps = chain_steps(group(calls, FIRST_STEP_GAS_LIMIT if body.depth == 0 else STEP_GAS_LIMIT))
    struct = body_struct(body, charter_hash, steps[0].commitment if steps else NOTHING)
    own_gas = base_gas + CAP_GAS * len(body.caps) + _name_gas(body.name)
    inline = reserve = 0
    limit = GAS_LIMIT if body.depth == 0 else INLINE_GAS_LIMIT
    gas = own_gas + TRANSACTION_GAS
    for step in steps:
        gas += step.gas + data_gas(encode(_body_function("genesis").inputs, [step.as_struct()]))
        reserve = max(reserve, step.reserve)
        if gas + reserve > limit:
            break
        inline += 1
    return Birth(body, struct, hash_struct("planHash", struct), steps, inline, own_gas, children)


def _good_call(good: Good) -> GenesisCall:
    arguments = [good.label, good.safety, good.entitlement]
    return _call(STORES_ROLE, "IStores", "addGood", arguments, GOOD_GAS + _name_gas(good.label))


def _name_gas(name: str) -> int:
    size = len(name.encode())
    return 0 if size <= LABEL_BYTES_IN_PLACE else WORD_GAS * -(-size // 32)


def _call(
    role: int, interface: str, function: str, arguments: Sequence[Any], gas: int, reserve: int = 0
) -> GenesisCall:
    data = shipped(interface).function(function).encode(arguments)
    return GenesisCall(role, data, gas, reserve + (gas + reserve) // KEPT_BACK)


def _body_function(name: str) -> Function:
    return shipped("IBody").function(name)
