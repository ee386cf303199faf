"""The architecture: a 4-layer GPT-2, and the seed of its weights.

`transformers` supplies the model so that the exported file is a plain
`GPT2LMHeadModel` and nothing has to be renamed on the way out.
"""

import torch
from transformers import GPT2Config, GPT2LMHeadModel

from sketch import sketch_induction

VOCAB_SIZE = 3072
END_OF_TEXT = "<|endoftext|>"
END_OF_TEXT_ID = 0
N_POSITIONS = 256


def make_config(activation: str = "gelu_new") -> GPT2Config:
    """GPT-2 with every dropout off; the corpus is generated, so it cannot be memorised."""
    return GPT2Config(
        vocab_size=VOCAB_SIZE,
        n_positions=N_POSITIONS,
        n_embd=256,
        n_layer=4,
        n_head=8,
        activation_function=activation,
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        layer_norm_epsilon=1e-5,
        tie_word_embeddings=True,
        bos_token_id=END_OF_TEXT_ID,
        eos_token_id=END_OF_TEXT_ID,
    )


def make_model(seed: int = 0, init_std: float = 0.05) -> GPT2LMHeadModel:
    """A fresh model for training.

    `gelu_pytorch_tanh` is the same function as GPT-2's `gelu_new`, in one fused
    operation instead of eight. Weights start at 0.05 rather than GPT-2's 0.02:
    at this width the smaller value stays longer on the copying plateau.
    """
    torch.manual_seed(seed)
    config = make_config("gelu_pytorch_tanh")
    config.initializer_range = init_std
    model = GPT2LMHeadModel(config)
    model.config.use_cache = False
    with torch.no_grad():
        sketch_induction(model, init_std)
    return model
