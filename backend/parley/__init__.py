"""Parley: a voice assistant that lives on the desktop. This package is its sidecar."""

__version__ = "0.1.0"
