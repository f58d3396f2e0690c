"""须答复: that a circular asks to be answered, by when and on which form, and which paper answers which (Article 19; 2012 regulation arts. 8(11), 8(12), 24(7)).

``drafting`` is what a drafter asks for, ``fixed`` what stands since the registration, ``links`` which paper answers which. What units do
about it is in ``circulars/answers``.
"""
