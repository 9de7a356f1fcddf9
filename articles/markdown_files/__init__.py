"""Import and export of articles: a Markdown file with YAML front matter for each audience, and a file of works."""
