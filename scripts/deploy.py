"""Found the zone of a charter file with Brownie.

    brownie run deploy main examples/elmcourt.toml --network anvil
    brownie run deploy main elmcourt.toml ACCOUNT --network sepolia

The same plan, and so the same addresses, as `zonedao deploy`. Run it again after an interruption: what is there is not
made again. The zone's file for its members is written into deployments/NETWORK/.
"""

from __future__ import annotations

from scripts.toolchain.brownie_network import (
    BrownieSubmitter,
    account,
    connection,
    deployments_folder,
    one_line_errors,
    require_fresh_artifacts,
)
from zonedao import charter
from zonedao.federation.deploying import describe, require_chain
from zonedao.federation.execution import Progress, execute


def main(file: str, payer: str | None = None) -> None:
    """Found the zone of the charter `file`; `payer` is a Brownie account, needed on live networks."""
    with one_line_errors():
        require_fresh_artifacts()
        plan = charter.plan(charter.load(file))
        chain = connection()
        require_chain(chain, plan)
        folder = deployments_folder()
        submitter = BrownieSubmitter(chain, account(payer), folder / f"{plan.name}.transactions.jsonl")
        submitter.finish_earlier()
        deployment = describe(chain, plan, execute(chain, plan, submitter, _show))
        written = deployment.zone.write(folder)
        for path, address in deployment.bodies.items():
            print(f"{address}  {path}")
        print(f"{deployment.gas_used:,} gas. Give {written} to the members: zonedao join {written.name}")


def _show(progress: Progress) -> None:
    if progress.state == "sending":
        return
    what = "is there already" if progress.state == "there" else f"{progress.gas_used:,} gas  {progress.tx_hash}"
    print(f"{progress.number:>2}/{progress.count} {progress.name}: {what}", flush=True)
