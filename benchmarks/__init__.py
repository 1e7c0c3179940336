"""What the product costs, beside a yardstick measured in the same run: `python benchmarks/NAME.py [--json]`."""
