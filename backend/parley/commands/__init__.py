"""How people call it: one file a command."""
