"""Turns a checkpoint into models/story/story.gguf, and writes the log-likelihoods that llama.cpp has to reproduce."""

import argparse
import json
import os
import shutil

import torch
from torch.nn import functional

import gguf
import model
import vocabulary

PARITY_TEXTS = 24


def text_likelihood(llama, ids, begin):
    """Sum of ln p over ids[begin:], in 32-bit floats."""
    with torch.no_grad():
        logits = llama(torch.tensor([ids[:-1]]))[0, begin - 1:].float()
        return -functional.cross_entropy(logits, torch.tensor(ids[begin:]), reduction="sum").item()


def parity(llama, processor, folder):
    """Made-up events (no text of the corpora) with the trainer's own figures."""
    verbs = ["meets", "betrays", "leaves", "finds", "helps", "follows", "saves", "marries"]
    keys = ["letter", "night", "harbour, storm", "money", "brother", "garden, rain"]
    rows = []
    for index in range(PARITY_TEXTS):
        prompt = f"<|s1|><|event|> {verbs[index % 8]}<|subject|><|p1|><|object|><|p2|><|keys|> {keys[index % 6]}<|text|>"
        text = f"<|p1|> {verbs[index % 8]} <|p2|> because of the {keys[index % 6].split(',')[0]}.<|end|>"
        ids = [processor.bos_id()] + processor.encode(prompt)
        rows.append({"prompt": prompt, "text": text, "tokens": processor.encode(text),
                     "log_probability": text_likelihood(llama, ids + processor.encode(text), len(ids))})
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--out", required=True, help="models/story")
    parser.add_argument("--checkpoint", help="checkpoint.pt of the folder if not named")
    parser.add_argument("--name", default="Cineloom story")
    options = parser.parse_args()
    processor = vocabulary.load(options.folder)
    llama = model.Llama(model.Shape(vocabulary=processor.get_piece_size()))
    stored = torch.load(options.checkpoint or os.path.join(options.folder, "checkpoint.pt"), map_location="cpu")
    llama.load_state_dict(stored["model"])
    llama.eval()
    weights = {name: tensor.numpy() for name, tensor in llama.state_dict().items()}
    for file, is_quantized in (("story.gguf", True), ("story.f32.gguf", False)):
        target = options.out if is_quantized else options.folder
        gguf.write(os.path.join(target, file), weights, llama.shape, processor, options.name, "cc-by-sa-4.0", is_quantized)
    for name in ("vocabulary.model", "verbs.json", "nouns.json"):
        shutil.copy(os.path.join(options.folder, name), options.out)
    # What the shipped file computes: the weights as the blocks hold them.
    _, arrays = gguf.read(os.path.join(options.out, "story.gguf"))
    llama.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in arrays.items()})
    with open(os.path.join(options.out, "parity.json"), "w") as file:
        json.dump(parity(llama, processor, options.folder), file, indent=0)
    print(json.dumps({**stored["state"], "bytes": os.path.getsize(os.path.join(options.out, "story.gguf"))}))


if __name__ == "__main__":
    main()
