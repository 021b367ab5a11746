"""A day of many sources on a clock that jumps: the real decisions, turns, drain and claims, with made-up origins."""
