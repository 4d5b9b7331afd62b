"""The main job from beginning to end: two charters become two zones that govern, pay and trade.

from zonedao.demo import run
report = run("embedded")
"""

from __future__ import annotations

from zonedao.demo.report import DemoReport, Step, Tell
from zonedao.demo.running import run

__all__ = ["DemoReport", "Step", "Tell", "run"]
