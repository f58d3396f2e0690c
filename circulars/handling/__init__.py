"""办文: how a unit handles what it has registered, from the proposal to the result (Article 19; regulation art. 24(4), (6)).

``levels`` says which steps a unit uses, ``record`` keeps what was done, ``hands`` knows who may work where. The acts are ``opening``,
``instructing``, ``working`` and ``closing``; ``urging`` and ``reminders`` press for them, ``seen`` says who sees what, ``steps`` tells it all.
"""
