"""Propose, with Brownie, that an industry of a charter be founded in a zone that exists.

    brownie run found_industry main elmcourt.toml elmcourt/food/mill deployments/sepolia/elmcourt.zone.toml ACCOUNT \\
        --network sepolia

The charter is the one of the zone with a section for the new industry added. ACCOUNT is a member of its parent, which
then votes: `zonedao vote`.
"""

from __future__ import annotations

from scripts.toolchain.brownie_network import (
    BrownieSubmitter,
    account,
    connection,
    deployments_folder,
    one_line_errors,
)
from zonedao import charter
from zonedao.client import Client
from zonedao.errors import WrongChain
from zonedao.federation.founding import founding
from zonedao.federation.zonefile import load_zone_file


def main(file: str, path: str, zone_file: str, member: str | None = None) -> None:
    """Propose to found the industry at `path` of the charter `file` in the zone of `zone_file`."""
    with one_line_errors():
        planned = charter.load(file)
        where = load_zone_file(zone_file)
        chain = connection()
        if chain.chain_id != where.chain_id:
            raise WrongChain(
                f"{where.name} lives on chain {where.chain_id}, but {chain.name} is chain {chain.chain_id}. "
                "Nothing was sent. Choose its network with --network."
            )
        proposer = account(member)
        zone = Client(chain, proposer).zone(where.root, deploy_block=where.deploy_block)
        found = founding(zone, planned, path)
        action = found.propose()
        record = deployments_folder() / f"{where.name}.transactions.jsonl"
        submitter = BrownieSubmitter(chain, proposer, record)
        submitter.finish_earlier()
        receipt = submitter.send(action.meaning, action.to, action.data)
        proposal = action.read(receipt)
        print(f"Proposal {proposal.number} of {found.parent.path}: {found.title}, at {found.address}")
        print(f"Its members vote: zonedao vote {proposal.number} for --in {found.parent.path}")
