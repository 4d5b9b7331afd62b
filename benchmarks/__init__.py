"""What things cost, beside what the same things cost elsewhere. Nothing here is installed with the package."""
