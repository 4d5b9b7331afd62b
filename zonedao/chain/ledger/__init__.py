"""Accounts whose key never leaves a Ledger: the way to the device, what its Ethereum app is told, and who signs."""
