"""Zones come into being: addresses known beforehand, deployment, the file that founders hand out, new industries."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zonedao.federation.deploying import Deployment, Progress, deploy
    from zonedao.federation.zonefile import ZoneFile, load_zone_file

__all__ = ["Deployment", "Progress", "ZoneFile", "deploy", "load_zone_file"]

_HOMES = {
    "Deployment": "zonedao.federation.deploying",
    "Progress": "zonedao.federation.deploying",
    "ZoneFile": "zonedao.federation.zonefile",
    "deploy": "zonedao.federation.deploying",
    "load_zone_file": "zonedao.federation.zonefile",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
