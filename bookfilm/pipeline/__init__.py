"""The pipeline: the stages in order, each a file in the film folder.

    order      what is asked for: a book, a folder, a preset and what lies over it
    crew       the Protocol of those who do the work, with Ray or without
    making     the stages in order: read this first
    stages     each stage: what it is made from, when it is made again, what a person's edit does
    said       what is heard where a tag is not
    word       the author's word: direction.toml, and how edits made elsewhere get into it
    dubbing    the same film in another language
    storyboarding  keyframes and portraits, before anything moves; approving is a person's word on them
    shooting   shots become take orders, take orders become a cut
    lessons    a character's portraits and takes, laid out for a LoRA to be taught from
    estimating how long a film's shots would be, before anything is made
    stitching  the film folder becomes film.mp4, subtitles and report

Nothing here knows Ray.
"""
