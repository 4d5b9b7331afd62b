"""Plain records: what `dataclass(frozen=True)` makes of a class, for a third of the time.

That one writes six functions for each class and compiles them, half a millisecond each time a program starts, and what
shows a proposal loads fifty classes. Here all classes share theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, eq_default=True, field_specifiers=(field,))
def record(kind: type[T]) -> type[T]:
    """A frozen dataclass, for which `dataclasses.replace`, `fields` and `asdict` work as for any other."""
    for name, method in _METHODS.items():
        if name not in vars(kind):
            setattr(kind, name, method)
    return dataclass(init=False, eq=False, repr=False)(kind)


def _init(self: Any, /, *values: Any, **named: Any) -> None:
    names, kept = self.__match_args__, self.__dict__
    kept.update(zip(names, values, strict=False))
    if len(values) == len(names) and not named:
        return
    if len(values) > len(names):
        raise TypeError(f"{type(self).__qualname__} takes {len(names)} arguments, and {len(values)} were given")
    missing: list[str] = []
    for name in names[len(values) :]:
        known = self.__dataclass_fields__[name]
        if name in named:
            kept[name] = named.pop(name)
        elif known.default is not MISSING:
            kept[name] = known.default
        elif known.default_factory is not MISSING:
            kept[name] = known.default_factory()
        else:
            missing.append(name)
    if missing:
        raise TypeError(f"{type(self).__qualname__} is not given its {', '.join(missing)}")
    if named:
        raise TypeError(f"{type(self).__qualname__} has no {', '.join(named)} to be given")


def _equal(self: Any, other: Any) -> bool:
    names: Iterable[str] = self.__dataclass_fields__
    alike: bool = other.__class__ is self.__class__
    return alike and all(getattr(self, name) == getattr(other, name) for name in names)


def _hash(self: Any) -> int:
    return hash(tuple(getattr(self, name) for name in self.__dataclass_fields__))


def _shown(self: Any) -> str:
    shown = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({shown})"


def _set(_: Any, name: str, __: Any) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delete(_: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


_METHODS = {
    "__init__": _init,
    "__eq__": _equal,
    "__hash__": _hash,
    "__repr__": _shown,
    "__setattr__": _set,
    "__delattr__": _delete,
}
