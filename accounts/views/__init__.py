"""The screens of this app: signing in, one's own password, locks and one-time slips."""
