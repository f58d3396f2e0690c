"""Table of contents: every model of the app."""
