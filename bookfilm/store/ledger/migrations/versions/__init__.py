"""One migration a version, each a step from the one before."""
