"""Money: assets, the accounts of the bodies of a zone, allowances and what is due."""
