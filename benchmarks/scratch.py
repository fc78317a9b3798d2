"""Where the benchmarks keep what they make: databases by size, PostGraphile's packages."""

from pathlib import Path

SCRATCH = Path(__file__).parents[1] / "var" / "benchmarks"
