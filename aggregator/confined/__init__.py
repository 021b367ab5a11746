"""Reads what strangers wrote in processes of its own, which can be killed: within bounds of time, memory and size."""
