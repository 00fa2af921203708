"""The screenwriter that asks a language model: the rules' adaptation is its draft, and every answer is checked.

the rules' draft -> windows -> questions (with the memory) -> calls -> the model -> checks -> laid over the draft

settings                    what a preset may say of it
windows                     scenes cut into stretches that fit one question
memory                      the bible, carried forward and bounded
questions                   the prompts (versioned files) and the JSON schema of an answer
chat                        ChatModel, the Protocol of the models, and its kinds:
  endpoint                    any OpenAI-compatible server
  local, constrained          transformers in this process, held to the schema by llguidance
  vllm_model                  vLLM in this process
calls, cache                bounded, budgeted, kept by content
answers, quotations, checks    names in the cast, words in the book, spans right
laying, borders, bible      what was accepted, laid over the draft
writer                      LlmScreenwriter: these in order
"""
