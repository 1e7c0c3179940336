"""What the product costs, beside a yardstick measured in the same run. Run one: `python -m benchmarks.NAME [--json]`."""
