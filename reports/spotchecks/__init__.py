"""抽查: some units, drawn by lot or at a planned moment, are looked at and what was found is on record (Articles 6 and 28).

``record`` keeps it, ``acts`` plans, draws and calls off, ``seen`` is what the system sees by itself, ``findings`` what people find,
``redrawing`` draws again; ``reports.drawing`` is the sum, ``reports.rectifications`` what follows.
"""
