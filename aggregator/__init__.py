"""A feed aggregator and translator: news in any language in, one set of feeds per language out."""

__version__ = "0.1.0"
