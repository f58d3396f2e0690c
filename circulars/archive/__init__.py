"""归档、移交、销毁: what each unit keeps of the circulars that it issued or got, and for how long (Articles 4 and 27; DA/T 22; archive order no. 8).

``retention`` knows terms, ``scope`` proposes one, ``holdings`` keeps the rows, ``births`` makes them, ``filing`` files, ``packaging`` makes the
package of a paper and ``packagechecks`` judges it, ``transfers`` hands over to the archive office, ``appraisal`` and ``destruction`` end what
is not worth keeping, ``tombstones`` is what remains.
"""
