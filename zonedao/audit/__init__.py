"""The books of a zone rebuilt from events, and compared with the chain."""

from zonedao.audit.auditing import audit
from zonedao.audit.locating import locate
from zonedao.audit.report import AuditReport, Check, Origin

__all__ = ["AuditReport", "Check", "Origin", "audit", "locate"]
