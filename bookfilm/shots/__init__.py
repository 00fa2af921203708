"""The shots room: a Screenplay becomes the shot list.

utterances     lines as stretches that one shot holds
exchanges      which stretches share a shot
rewording      what a person's change of a line's words does to its shots, and to no other
staging        who stands where, and how (the line of action holds through a scene)
subjects       whom the narrator's words are about
things         what the words put into the picture: props, crowds
stress         how hard somebody's words strike, and why
dialogue       an exchange: master, over the shoulder, close on what matters
telling        what the narrator tells: places wide, faces close, things as inserts
moves          where the camera goes over a place
framing        one shot's frame; no two alike in a row
dubbing        the same shots, heard in another language
cards          title, chapter cards, credits
plan           plan_shots: these in order
"""
