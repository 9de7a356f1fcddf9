"""Searching what readers are shown at a moment, and answering a question out of it."""
