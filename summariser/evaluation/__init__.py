"""Scores briefs against hand-labelled gold, compares runs, and helps to make gold."""
