"""The demo: a cast of invented people, real works, and a story that the real actions tell."""
