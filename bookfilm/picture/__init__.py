"""The picture: a shot becomes a take.

requests   Shot + Slot + voices -> RenderRequest, and its key
encode     frames -> an H.264 clip that joins others without re-encoding
takes      RenderRequest -> engine -> clip -> the store
keyframes  stills and portraits: ordered, drawn, kept
identity   is who is in a take who was meant?
transitions  short takes made of the two beside them
judging    is a take a picture that moves? Asked of engines that can fail without knowing it
diffusion/ video models of the diffusers library, by profile
training/  a LoRA taught from pictures and clips
shadow/    the shadow theatre: the engine of the default preset
"""
