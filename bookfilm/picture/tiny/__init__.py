"""The tiny model: text to video on a laptop, trained here on what the shadow theatre draws.

captions   a shot in the few words that the model knows
scenes     the pictures of the training data, by number; which are held out
clips      those pictures drawn, in shards
codec, text, denoiser, pipeline   the model, in diffusers' form
corpus     clips as latents, captions as tokens
denoising, seams   the two stages of the training; stages: what they share
train      the one command
export     what was trained, as a folder that from_pretrained loads; weights/ is such a folder, with its card
"""
