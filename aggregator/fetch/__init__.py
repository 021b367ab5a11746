"""The only folder that talks to origins: one request at a time, guarded, bounded and polite."""
