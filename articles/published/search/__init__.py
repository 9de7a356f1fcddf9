"""Search the public articles, and answer questions from them."""
