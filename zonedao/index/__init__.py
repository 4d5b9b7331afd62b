"""The event index: what the contracts of a zone have told, in a SQLite file of this user's."""
