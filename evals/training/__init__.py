"""The labelled text that the embedded engine learns from, and the program that trains it."""
