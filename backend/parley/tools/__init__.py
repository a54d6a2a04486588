"""The four ports and their adapters."""
