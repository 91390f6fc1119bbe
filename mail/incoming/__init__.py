"""Mail that comes in: stored first, as it came; then read, and ended as exactly one outcome."""
