"""Articles as files: Markdown with YAML front matter, one file per audience, and the works beside them."""
