"""What all commands share: running, options, the session, asking, output, amounts and times."""
