"""Cuts the stream of documents into training rows.

Every row opens with the first word of a document and no start token, because
that is how prompts arrive: raw, at position 0. Later documents in the row follow
the end-of-text token, so the same sentences are also seen at every position.
"""

import random

import torch
from tokenizers import Tokenizer

from copying import SegmentRows
from corpus import document, segments
from model import END_OF_TEXT_ID, VOCAB_SIZE

# (rows, length, share of steps): short rows give more openings, long ones reach
# the last position.
SHAPES = [(64, 64, 0.3), (32, 128, 0.5), (16, 256, 0.2)]
COPYING_SHARE = 1 / 16
ANSWER_WEIGHT = 5.0


class Rows:
    """Draws batches that mix text with rows of random repeated tokens."""

    def __init__(self, tokenizer_path: str, seed: int):
        self.tokenizer = Tokenizer.from_file(tokenizer_path)
        self.random = random.Random(seed)
        self.copying = SegmentRows(VOCAB_SIZE, seed)

    def draw(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Ids and loss weights of one batch."""
        rows, length, _ = self.random.choices(SHAPES, [share for _, _, share in SHAPES])[0]
        repeated = int(rows * COPYING_SHARE)
        ids, weights = zip(*(self._text_row(length) for _ in range(rows - repeated)))
        more_ids, more_weights = self.copying.draw(repeated, length, longest=length // 2)
        return (
            torch.cat([torch.tensor(ids), more_ids]),
            torch.cat([torch.tensor(weights), more_weights]),
        )

    def _text_row(self, length: int) -> tuple[list[int], list[float]]:
        ids: list[int] = []
        weights: list[float] = []
        while len(ids) < length:
            pieces = segments(document(self.random))
            encoded = self.tokenizer.encode_batch([piece for piece, _ in pieces])
            for (_, is_answer), encoding in zip(pieces, encoded):
                ids += encoding.ids
                weights += [ANSWER_WEIGHT if is_answer else 1.0] * len(encoding.ids)
            ids.append(END_OF_TEXT_ID)
            weights.append(1.0)
        return ids[:length], weights[:length]
