"""What charters of tests have in common, a small right one, and some as large as wanted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = (ROOT / "examples" / "elmcourt.toml", ROOT / "examples" / "millbrook.toml")
# Contracts that all zones share, in the order in which they are deployed.
SHARED = (
    "RegistryDeployer",
    "TreasuryDeployer",
    "StoresDeployer",
    "ZoneBallots",
    "ZoneOversight",
    "ZoneMembers",
    "ZoneFactory",
    "TradePost",
    "Bn254Verifier",
)

MEMBERS = """\
[members]
ada = { address = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266" }
ben = { address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" }
cleo = { address = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC" }
"""
EPOCHS = """\
[epochs]
start = 2026-01-01
length = "30 days"
"""
DEFAULT_LAW = """\
[laws.default]
seasoning = "1 hour"
voting_delay = "1 hour"
voting_period = "1 day"
execution_delay = "1 hour"
grace = "3 days"
quorum = "20 %"
threshold = "50 %"
"""
STRICT_LAWS = """\
[laws.constitutional]
execution_delay = "1 day"
threshold = "2/3"

[laws.expulsion]
execution_delay = "1 day"
threshold = "2/3"
"""
LAWS = f"{EPOCHS}\n{DEFAULT_LAW}\n{STRICT_LAWS}"

SMALL = f"""\
name = "Test Court"
purpose = "To be tested."

{MEMBERS}
{LAWS}"""
SMALL += """
[assets.MILL]
address = "0xdF3e18d64BC6A983f673Ab319CCaE4f1a57C7097"
decimals = 6

[caps]
ETH = 2.5

[stores]
keepers = ["ben"]
stale = "2 days"

[goods.grain]
unit = "kg"
safety = 10
entitlement = 5

[industries.food]
purpose = "Food."
members = ["ada", "ben"]
caps = { MILL = 100 }
allowances = [{ asset = "ETH", amount = 1, epochs = 3 }]

[industries.food.industries.bakery]
name = "Bakery"
purpose = "Bread."
members = ["ada"]
allowances = [{ asset = "ETH", amount = 0.5, epochs = 2, source = "zone", line = "bread" }]
"""


def large(members: int, industries: int, below: int = 0) -> str:
    """A charter with so many members, so many industries of all of them, and so many below each."""
    return "\n".join(_large(members, industries, below)) + "\n"


def _large(members: int, industries: int, below: int) -> Iterator[str]:
    yield SMALL[: SMALL.index(MEMBERS)] + "[members]"
    for number in range(members):
        yield f'm{number} = {{ address = "{address(number)}" }}'
    yield ""
    yield LAWS
    for number in range(industries):
        yield from _industry(f"industries.i{number}")
        for deeper in range(below):
            yield from _industry(f"industries.i{number}.industries.b{deeper}")


def _industry(heading: str) -> Iterator[str]:
    yield f'[{heading}]\npurpose = "One of many."\nmembers = "all"\ncaps = {{ ETH = 1 }}'
    yield 'allowances = [{ asset = "ETH", amount = 1, epochs = 12, source = "zone" }]\n'


def address(number: int) -> str:
    """An address of nobody."""
    return f"0x{10**30 + number:040x}"
