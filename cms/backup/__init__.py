"""A back-up that restores: the database and every file kept beside it in one folder, with a manifest of what must be there (Article 17).

``making`` writes it, ``looking`` says whether it is whole, ``restoring`` reads it into an empty installation, ``proving`` compares what
came out. Usable private keys are in none: ``stores`` says what is kept apart.
"""
