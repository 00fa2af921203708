"""bookfilm: a whole novel becomes a feature-length film.

    book -> screenplay -> shots -> sound -> picture -> film

Every arrow is a file in the film folder that a person can read, edit and run again; `pipeline` is
the table of contents.
"""

__version__ = "0.1.0"
