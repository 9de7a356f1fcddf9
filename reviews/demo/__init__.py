"""The demo: invented people, real works, and a history made by the real actions."""
