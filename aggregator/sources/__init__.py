"""The kinds of upstream: each reads one kind of body into raw items. A site is configuration, never a module."""
