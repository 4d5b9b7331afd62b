"""A newcomer's first hour, each command a process of its own: from an empty folder to an audited zone.

Three neighbours; Ada founds the zone, Ben joins with the file she gives him, Cleo is paid. Mistakes included.
"""

from __future__ import annotations

import re

from tests.support.charters import LAWS
from tests.support.newcomer import Newcomer, newcomer
from zonedao.chain.local import free_port

__all__ = ["newcomer"]

CHARTER = f"""\
name = "Corner"
purpose = "Three neighbours and a garden."

[members]
ada = {{ keyfile = "ada.json" }}
ben = {{ keyfile = "ben.json" }}
cleo = {{ keyfile = "cleo.json" }}

{LAWS.replace("20 %", "QUORUM")}
[caps]
ETH = 10

[stores]
keepers = ["KEEPER"]

[goods.beans]
unit = "kg"
safety = 5
entitlement = 3
"""


def test_first_hour(newcomer: Newcomer) -> None:
    type_, ask = newcomer.type, newcomer.ask

    # A chain, and three keys with coins.
    port = free_port()
    node = ask(f"chain up --port {port}")
    assert node["url"] == f"http://127.0.0.1:{port}"
    addresses = {}
    for name in ("ada", "ben", "cleo"):
        addresses[name] = ask(f"account new {name}")["address"]
        assert ask(f"chain fund {name} '100 ETH'")["balance_wei"] == str(100 * 10**18)
        type_(f"account export {name} .")

    # A charter with two mistakes, then without.
    file = newcomer.folder / "corner.toml"
    file.write_text(CHARTER.replace("QUORUM", "150 %").replace("KEEPER", "adda"))
    wrong = type_("charter check corner.toml", 8)
    assert [line.split(": ")[0] for line in wrong.out.splitlines()] == ["corner.toml:19", "corner.toml:34"]
    assert "Did you mean ada?" in wrong.out
    assert "corner.toml has 2 mistakes." in wrong.error
    type_("deploy corner.toml --account ada --yes", 8)
    file.write_text(CHARTER.replace("QUORUM", "60 %").replace("KEEPER", "ada"))
    assert "has no mistakes: Corner, 3 members, 1 body." in type_("charter check corner.toml").out

    # A zone.
    deployed = ask("deploy corner.toml --account ada --yes")
    assert deployed["zone"]["root"] == ask("charter plan corner.toml")["bodies"][0]["address"]
    joined = ask("join corner.zone.toml --account ben")
    assert (joined["index"], joined["member"], joined["keeper"]) == (2, True, False)
    assert len(joined["checks"]) >= 7
    assert ask("whoami --account ada")["zones"][0]["keeper"] is True
    type_("deposit '20 ETH' --account ben --yes")

    # A decision.
    proposed = ask("propose pay cleo '2 ETH' --title 'Seeds and tools' --account ada --yes")
    assert proposed["result"]["number"] == 1
    early = type_("vote 1 for --account ben --yes", 4)
    assert early.out == ""
    assert re.fullmatch(r"Not yet: voting opens .*, in (\d+ min|1 h)\. Nothing was sent\.", early.error)
    skipped = type_("chain skip 61 minutes")
    assert "a local chain, went 1 h 1 min forward" in skipped.out
    assert [each["kind"] for each in ask("todo --account ben")["todo"]] == ["vote"]
    for name in ("ada", "ben"):
        type_(f"vote 1 for --account {name} --yes")
    twice = type_("vote 1 against --account ben --yes", 4)
    assert twice.error == "You have voted already. A vote is cast once. Nothing was sent."
    shown = ask("proposal show 1")
    assert (shown["title"], shown["state"], shown["votes"]["for"]) == ("Seeds and tools", "active", 2)
    type_("chain skip 1 day")
    type_("queue 1 --account cleo --yes")
    soon = type_("execute 1 --account cleo --yes", 4)
    assert soon.error.startswith("Not yet: it can be executed from ")
    type_("chain skip 25 h")
    type_("execute 1 --account cleo --yes")
    paid = ask("withdraw --account cleo --yes")
    assert paid["result"]["amount"] == str(2 * 10**18)
    assert ask("treasury")["accounts"][0]["amount"] == str(18 * 10**18)

    # A harvest.
    type_("stock report beans '40 kg' --account ada --yes")
    type_("order beans 4 --account ben --yes", 4)
    assert ask("order beans '2 kg' --account ben --yes")["result"] == {"order": 1}
    type_("deliver 1 --account ada --yes")
    assert ask("stock show")["goods"][0]["stock"] == 38

    # Trust nobody.
    audit = ask("audit")
    assert audit["ok"] is True
    assert len(audit["checks"]) >= 10
    type_("chain down")
    gone = type_("proposal list", 6)
    assert gone.out == ""
    assert "zonedao chain up" in gone.error
    # The chain was kept: it goes on where it stopped.
    assert ask("chain up")["chain_id"] == node["chain_id"]
    assert ask("proposal show 1")["state"] == "executed"
    type_("chain down")
