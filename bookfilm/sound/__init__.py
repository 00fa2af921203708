"""The sound stage: speech first, because it sets each shot's length, then score, ambience and the mix.

casting    Characters, voices            -> who speaks with which voice
speech     Shots, cast                   -> requests; a Voice and a request -> WAV and Recording
timeline   Shots, recordings             -> Timeline, and who is heard in a shot
telling    a shot and its cues           -> its effects: what its words and its picture tell of
effects    an effect's name and seed     -> stereo sound (strip, blows, swells)
chamber    ScoreRequest                  -> blocks of ambience and score
mix        Timeline, speech, score       -> PCM at its loudness (buses, limiter, loudness)
soundtrack the mix                      -> soundtrack.m4a

packaged   the voices that come with the program: english_model and vocoder for English,
           espeak_client with espeak_child for Russian; readable (english_words, russian_words,
           numerals) prepares the words, treatment colours thoughts and letters
"""
