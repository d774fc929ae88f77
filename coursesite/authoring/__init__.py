"""The author's pages: drafts, problems, preview, publishing."""
