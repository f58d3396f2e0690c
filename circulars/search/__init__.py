"""检索: what a person may see, found by its words (Articles 5 and 20).

``question`` is what somebody asks, ``finding`` answers it from what this person may see, ``results`` is the answer as it is shown. The index
behind it is ``circulars/searchindex``; ``circulars/savedsearches.py`` keeps a person's questions.
"""
