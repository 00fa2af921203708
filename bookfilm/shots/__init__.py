"""The shots room: a Screenplay becomes the shot list.

utterances     lines as stretches that one shot holds
exchanges      which stretches share a shot
staging        who stands where, and how (the line of action holds through a scene)
things         what the words put into the picture: props, crowds
framing        size and camera of each shot, and why
cards          title, chapter cards, credits
plan           plan_shots: these in order
"""
