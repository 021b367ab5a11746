"""`python -m aggregator` is the command line."""

from aggregator.cli import main

main()
