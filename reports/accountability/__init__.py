"""问责: who answers for a delay of one unit, decided by one person and looked at again by another (Article 28).

``record`` keeps the case and its steps, ``judging`` says of which deliveries one may be opened, ``acts`` is what the office does, ``answering``
what the unit does, ``clearing`` empties its words after a secret. The rule leaves the measures to other rules of the government: a case gathers
what is on record and says what was decided (docs/decisions/2026-11-28-a-case-of-delay.md).
"""
