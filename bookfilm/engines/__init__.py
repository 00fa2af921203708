"""The engines' Protocols (`protocols`) and how a preset's names find them (`registry`)."""
