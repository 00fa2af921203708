"""Training: a LoRA is taught to a profile's model from pictures and clips, of a character or of an author's style.

folder ─ lessons ─> pictures, clips, captions ─ preparing ─> latents, and what the model is told beside them
                                                              └─ learning ─> pytorch_lora_weights.safetensors, card

lessons    the folder of pictures, clips and captions; the frames of each, as the model has them
plan       what is asked: which model, how many steps, how fast
overhearing  with what the pipeline asks its model for words: listened to, not written again for each model
latents    a clip as each kind of pipeline holds it
noising    how much noise, and what the model is to answer: flow matching, or DDPM's velocity or noise
preparing  all of that for one lesson
learning   the steps
card       what was learnt from what, beside the weights

Ray Train, which runs it on several GPUs and goes on after one is lost, is in `cluster.training`.
"""
