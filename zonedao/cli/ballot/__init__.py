"""`zonedao ballot`: votes that cost no transaction: sign, collect, post. Each module adds its commands to the group."""

from zonedao.cli.ballot import collecting, posting, signing, status, verifying
from zonedao.cli.ballot.box import ballot

__all__ = ["ballot", "collecting", "posting", "signing", "status", "verifying"]
