"""The shadow engine: shadow theatre in the manner of Lotte Reiniger, drawn on the CPU from parameters and seeds.

colour, palette     OKLab; the colours of hours, weathers and styles
paths, paper, light outlines; sheets of paper; halos, mist and the finish
sets/               the places, as stacks of sheets
figure/             the people and creatures, as articulated silhouettes
composition, camera where they stand; how the view moves
backdrop, cast      the set and the people as one shot sees them
shoulder            the one over whose shoulder it looks
weather, props      rain, snow, lightning; named things
cards               titles, chapters and credits
shot, engine        one shot's frames; the VideoEngine
"""

from bookfilm.picture.shadow.engine import ShadowEngine

__all__ = ["ShadowEngine"]
