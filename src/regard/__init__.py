"""Regard, the open-source customer-experience system for online stores."""

__version__ = "0.1.0"
