"""Benchmarks, each with its limit beside it.

    python -m benchmarks --list
    python -m benchmarks NAME [--json]

Exit code 1 if a figure misses its limit. A figure of speed is a ratio, measured side by side in one run.
"""
