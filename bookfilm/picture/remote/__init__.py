"""Video from somebody else's server: any that speaks /v1/videos (vLLM-Omni, SGLang, Dynamo).

RenderRequest -> prompt ┐                      ┌-> the file, whole -> decoded -> joined -> conformed -> Clip
              -> plan ──┴─> errand: written, sent, waited for, fetched

settings    what a preset and the environment may say
asking      one clip as the server is asked for it
server      the calls, and what each fault of theirs means
patience    who waits, and how long
submitting  one submission, until the server has it
errand      one clip from its submission to its file, through faults, kills and cancellations
decoding    is a file a whole clip, of which size, rate and length; its frames
needs       what is missing before a server can be asked
engine      RemoteEngine: these in order

The profile, the plan, the prompt and the conforming are the engine diffusers' own.
"""
