"""The desk's screens of this app: each finds its record through ``circulars.access``, calls one verb and says one sentence."""
