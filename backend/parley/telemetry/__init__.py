"""What Parley is doing and how long it takes, told on this computer alone. Never what was said, never a secret."""
