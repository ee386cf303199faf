"""A GPT-2 with random weights whose activations are as large as a trained model's."""

import argparse

import torch
from transformers import GPT2Config, GPT2LMHeadModel

# Spreads of the normal distributions, by the ends of the parameters' names. At GPT-2's own 0.02 every
# activation is near zero and a wrong result would pass as rounding.
SPREADS = {
    "wte.weight": 0.4,
    "wpe.weight": 0.3,
    "attn.c_attn.weight": 0.2,
    "attn.c_proj.weight": 0.2,
    "mlp.c_fc.weight": 0.2,
    "mlp.c_proj.weight": 0.1,
    "bias": 0.1,
}
NORM_SPREAD = 0.2


def random_model(options: argparse.Namespace) -> GPT2LMHeadModel:
    config = GPT2Config(
        vocab_size=options.vocab,
        n_positions=128,
        n_embd=options.width,
        n_layer=options.layers,
        n_head=options.heads,
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        bos_token_id=options.vocab - 1,
        eos_token_id=options.vocab - 1,
    )
    config._attn_implementation = "eager"
    model = GPT2LMHeadModel(config).eval()
    generator = torch.Generator().manual_seed(options.seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if name.endswith("weight") and ".ln_" in name:
                parameter.copy_(1 + NORM_SPREAD * noise)
            else:
                parameter.copy_(noise * next(s for end, s in SPREADS.items() if name.endswith(end)))
    # A case ends where it says so, not where a random model happens to produce the config's last id.
    model.generation_config.eos_token_id = None
    return model
