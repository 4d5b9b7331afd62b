"""zonedao: democratic zones, their treasuries and their trade, from Python.

Names are loaded when they are first used, so that `import zonedao` costs nothing and asking for one part does not
load the libraries of another. `__all__` is the whole public interface of this module.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zonedao.errors import ZonedaoError

__version__ = "0.1.0"

__all__ = ["ZonedaoError", "__version__"]

# Name -> the module that defines it. Type checkers read the imports above instead; a test keeps the two equal.
_HOMES = {
    "ZonedaoError": "zonedao.errors",
}


def __getattr__(name: str) -> Any:
    try:
        home = _HOMES[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
