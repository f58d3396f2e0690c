"""From a paper's elements to the PDF that is sealed and sent, by GB/T 9704-2012 (Article 4).

``press.typeset`` is the way in; ``copytext`` lays a paper out as data, ``templates`` sets it, ``fonts`` and ``coverage`` say which face
has which character, ``pages`` turns a PDF into pictures.
"""
