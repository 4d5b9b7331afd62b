"""`zonedao member`: who belongs to a body. Each module adds its commands to the group."""

from zonedao.cli.member import keys, personhood, representation
from zonedao.cli.member.membership import member

__all__ = ["keys", "member", "personhood", "representation"]
