"""The engines, one file each, behind one router with a memory and breakers."""
