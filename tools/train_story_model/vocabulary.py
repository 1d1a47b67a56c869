"""The vocabulary: SentencePiece BPE with the control tokens of story events."""

import os
import sys

import sentencepiece

CONTROL = (["<|end|>", "<|text|>", "<|event|>", "<|subject|>", "<|object|>", "<|with|>", "<|place|>", "<|keys|>", "<|he|>", "<|she|>"]
           + [f"<|s{n}|>" for n in (1, 2, 3)] + [f"<|p{n}|>" for n in range(1, 7)] + [f"<|place{n}|>" for n in (1, 2)])


def train(folder, size=4096):
    """Writes vocabulary.model: pairs and plots whole, of the novels what balances them."""
    sample = os.path.join(folder, "vocabulary.txt")
    with open(sample, "w") as out:
        for name, share in (("pairs.train", 1.0), ("plain.plots", 1.0), ("plain.tales", 1.0), ("plain.novels", 0.06)):
            for line in open(os.path.join(folder, name + ".txt")):
                line = line[:int(len(line) * share)]
                out.writelines(line[begin:begin + 3000] + "\n" for begin in range(0, len(line), 3000))
    sentencepiece.SentencePieceTrainer.train(
        input=sample, model_prefix=os.path.join(folder, "vocabulary"), model_type="bpe", vocab_size=size, byte_fallback=True,
        normalization_rule_name="identity", split_digits=True, add_dummy_prefix=False, remove_extra_whitespaces=False,
        user_defined_symbols=CONTROL, character_coverage=0.9999, num_threads=2, max_sentence_length=4096, pad_id=3)


def load(folder):
    return sentencepiece.SentencePieceProcessor(model_file=os.path.join(folder, "vocabulary.model"))


if __name__ == "__main__":
    train(sys.argv[1])
