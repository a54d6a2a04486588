"""How it lives: process, port, guard, sockets."""
