"""Scripts for developers and founders; none of them is part of the installed package."""
