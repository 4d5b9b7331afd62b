"""The compiler, its settings, and artifacts of contracts that are not shipped."""
