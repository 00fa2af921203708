"""The script: the screenplay as writers' programs know it, in Fountain and FDX, written and read back.

Screenplay --lay_out--> Script, with the record behind each piece --write--> screenplay.fountain, screenplay.fdx
a person's file --read--> Script --compare with what was laid out--> Changes to the Screenplay
"""
