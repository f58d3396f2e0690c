"""全文检索的索引: the text of every registered circular and of its attachments, in passages that can be found (2012 regulation art. 5).

``passages`` is the text in pieces, ``engines`` the pairs of characters by which either database finds them, ``parts`` how far a circular has
been taken in, ``indexing`` takes it in, ``leaving`` takes it out again. Who may find what is said in ``circulars/search``.
"""
