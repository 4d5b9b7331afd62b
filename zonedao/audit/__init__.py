"""The books of a zone rebuilt from events, and compared with the chain."""

from zonedao.audit.auditing import audit
from zonedao.audit.report import AuditReport, Check

__all__ = ["AuditReport", "Check", "audit"]
