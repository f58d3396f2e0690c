"""答复: what units answer to the circulars that ask for it, on the sender's form or by a paper of their own (Article 19; 2012 regulation art. 24(7)).

``building`` is what a drafter asks for, ``records`` what a unit has answered, ``values`` what may stand in a field, ``filling`` the unit's act,
``standing`` who owes and who is late, ``relief`` late leave, ``pressing`` the sender's word to the missing, ``reminding`` the sweep,
``table`` all answers side by side, ``replying`` a paper that answers.
"""
