"""Search over what readers are shown at the moment of asking."""
