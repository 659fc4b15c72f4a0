"""What the guides describe and what is proved: docs/coverage.md, made from the tests' procedure marks."""
