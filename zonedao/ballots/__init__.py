"""Ballots off the chain: voting keys, signing, the ballot box, the relayer, files. See README.md in this folder."""
