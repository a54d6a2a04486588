"""What it says: messages and audio frames, as shared/protocol.json lays them out."""
