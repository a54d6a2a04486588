"""What it does: from a microphone frame to an answer with subtitles."""
