"""The rules: pure functions of data, whose clock and dice are arguments. No I/O, no logging, no waiting."""
