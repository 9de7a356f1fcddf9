"""What whoever runs the house asks it: does it live, can it serve, how does it stand."""

from config.watching.doors import WatchMiddleware

__all__ = ["WatchMiddleware"]
