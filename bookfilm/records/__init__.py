"""The records: every file of the film folder, frozen, validated and versioned.

time        frames at a rate
book        Book > Chapter > Paragraph           book.json
bible       Character, Place, Look, Fact         inside screenplay.json
screenplay  Screenplay > Scene > Beat > Line     screenplay.json, coverage.json
shots       Shot > Picture, Utterance            shots.jsonl
timeline    Timeline > Slot > Cue                timeline.json
takes       Take, Recording                      takes/*.json, speech/*.json
cut         Cut > Choice                         cut.json
translation Translation                          translation.ru.json
direction   Direction (the author's word)        direction.toml
"""
