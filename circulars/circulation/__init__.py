"""传阅: a paper goes round among the unit's own people, and everybody knows where it is (Article 19; regulation art. 24(5)).

``record`` keeps who reads in which turn and who has, ``acts`` are what is done with it.
"""
