"""`zonedao propose`: what members can put to the vote of a body. Each module adds its commands to the group."""

from zonedao.cli.propose import below, choices, laws, members, money, trade
from zonedao.cli.propose.motion import propose

__all__ = ["below", "choices", "laws", "members", "money", "propose", "trade"]
