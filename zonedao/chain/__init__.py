"""Where transactions meet a node: connections, accounts, contracts, reverts and sending.

Nothing is imported here, so that asking for one module never loads the libraries of another.
"""
