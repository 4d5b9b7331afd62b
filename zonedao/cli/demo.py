"""`zonedao demo`: the main job as a story."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zonedao.cli.kit.options import WRITES, command
from zonedao.errors import UsageProblem

if TYPE_CHECKING:
    from zonedao.cli.kit.session import Session

NETWORKS = ("embedded", "anvil", "ganache")


@command(uses=WRITES)
def demo(session: Session) -> None:
    """Watch two zones be founded, govern, pay and trade, each actor signing with a key of their own.

    On an EVM inside this process, or with --network anvil|ganache on a node, which is started if none runs. At the end
    everything is rebuilt from events. Nothing of yours is used or changed.

    Examples:
        zonedao demo
        zonedao demo --network anvil
    Exit codes:
        1: the audit finds a difference
        10: the extra `embedded` is not installed
    See also:
        zonedao charter check: a zone of your own begins with its charter
    """
    import io

    from zonedao.demo import run
    from zonedao.demo.telling import Teller

    network = session.options.network or NETWORKS[0]
    if network not in NETWORKS:
        raise UsageProblem(f"The demo plays on {', '.join(NETWORKS)}, not on {network}. Choose one with --network.")
    if session.options.dry_run:
        session.out.would(f"Two zones would be founded on {network}, and govern, pay and trade. Nothing was sent.")
        return
    with Teller(io.StringIO() if session.options.json else None) as teller:
        report = run(network, teller)
    if session.options.json:
        session.out.show(report.to_json(), ())
    else:
        teller.end(report)
    for audit in report.audits.values():
        audit.require_ok()
