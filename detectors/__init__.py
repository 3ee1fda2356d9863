"""Findings about one matched creative, its text and its landing page; one module per detector."""
