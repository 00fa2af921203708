"""The store: a film folder of plain files, where what is finished stays finished.

files    one atomic write: temporary name, flush, rename
folder   FilmFolder: which file lies where, and who holds it
media    content-addressed takes and recordings; their records, written last, are the truth
ledger   jobs, shots and attempts in SQL; can be rebuilt from the rest
"""
