"""Goods: the stores of a zone, its own people's orders, and trade with other zones."""
