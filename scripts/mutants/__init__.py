"""Mutation check: which guards of the contracts could be deleted without any test noticing? See CONTRIBUTING.md."""
