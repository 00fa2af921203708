"""The screenplay room: a Book becomes a Screenplay with its bible, and a Coverage of every paragraph.

passages                    the book's paragraphs, every character at its place
quotes, dashes, plays  ->  speech         narration and dialogue apart, letters
tally, nominatives  ->  names  ->  roster who is who, in the order of reading
tags, salience, own_words                 what beside a reply and in it tells who speaks
speakers, identity  ->  conversation      who says what, and whose names are one person's
setting  ->  scenes                       where and when
lines                                     what is heard
weights, runtime                          what a shorter film keeps
looks, states  ->  casting                how the people are seen, and what changes when
directing                                 the author's word over all of it
translating                               the same scenes and people in the words of a translation
rules                                     RulesScreenwriter: these in order
"""
