"""Checks a bundle of evidence on any computer: no Django, no database, no network (Articles 3 and 28).

``python -m circulars.verifier FILE.zip [--root FILE]``. Whatever this package imports must be as free of the product as it is.
"""
