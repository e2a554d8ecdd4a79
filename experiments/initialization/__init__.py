"""How the initial scale of TT layers decides whether a deep network trains."""
