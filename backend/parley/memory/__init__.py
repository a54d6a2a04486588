"""What was said, kept over the end of the process: one SQLite file for all conversations of a user."""
