"""Bodies, their laws and members, proposals and votes."""
