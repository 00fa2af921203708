"""Video diffusion: any model of the diffusers library, told apart by a profile.

RenderRequest -> prompt -> text (kept) ┐
              -> plan: clips of legal length ├─> sampling, clip by clip -> joined -> conformed -> Clip
                                     profile ┘

profile, tables, profiles/  all about one model, in a TOML file
switches            what of a profile can be had with the versions installed here
needs               what a model needs, and whether this machine has it
given               what a request brings along: keyframes, cards
prompting, prompts/ a shot in words
plan                how many frames the model makes for a shot, in how many clips
calling             what a pipeline is called with
loras               small weights that know somebody, or a style, worn clip by clip
weights             where they lie here, and which of their files are missing
loading             the pipeline, as the profile says, on its device
caches              step caches, and how they forget
embedding           text encoded once and kept
sampling            a call of the pipeline: its steps, watched and stoppable
group, following    several processes that make a clip together, one a GPU
batching            clips of several shots in one call
economies           what is tried where memory does not suffice
adherence           how much of its prompt a clip shows
identity            how like their portraits those in a clip are
filling             coarse to fine: a clip's frames are what finer clips begin and end with
joining, conform    clips become one, then the film's size, rate and length
engine              DiffusersEngine: these in order
"""
