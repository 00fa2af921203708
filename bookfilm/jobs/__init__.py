"""Jobs: what a film folder says of itself, read from its ledger and store alone."""
