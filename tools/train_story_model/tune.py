"""Goes on training the story model with somebody's own texts, for `cineloom llm tune`."""

import argparse
import collections
import json
import os
import random
import re
import sys
import time

try:
    import numpy  # for gguf
    import sentencepiece
    import torch
    from torch.nn import functional
except ImportError as missing:
    sys.exit(f"{missing.name} is missing: apt-get install python3-torch python3-numpy python3-sentencepiece")

import corpus
import events
import gguf
import model
import prepare

LEAST_PAIRS = 20


def load(path):
    facts, arrays = gguf.read(path)
    shape = model.Shape(vocabulary=facts["llama.vocab_size"], width=facts["llama.embedding_length"], layers=facts["llama.block_count"],
                        heads=facts["llama.attention.head_count"], hidden=facts["llama.feed_forward_length"], context=facts["llama.context_length"])
    llama = model.Llama(shape)
    llama.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in arrays.items()})
    return llama


def pairs_of(paths, verbs, rng):
    """Events and their sentences; each text is a film of its own, as names are found by how they stand in it."""
    lines = []
    for path in paths:
        sentences = corpus.sentences(corpus.clean(open(path, encoding="utf-8", errors="replace").read()))
        rarity = collections.Counter(word for sentence in sentences for word in re.findall(r"[a-z][a-z'-]+", sentence))
        rarity = collections.Counter({word: count + 4 for word, count in rarity.items()})
        lines += prepare.pairs_of_film(sentences, verbs, rarity, rng)
    return list(dict.fromkeys(lines))


def loss_of(llama, rows, first, text_token):
    total = count = 0
    llama.eval()
    with torch.no_grad():
        for row in rows:
            begin = row.index(text_token) + 1
            logits = llama(torch.tensor([row[:-1]]), first)[0, begin - 1:]
            total += functional.cross_entropy(logits.float(), torch.tensor(row[begin:]), reduction="sum").item()
            count += len(row) - begin
    llama.train()
    return total / max(count, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", nargs="+")
    parser.add_argument("--model", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--rate", type=float, default=3e-4)
    options = parser.parse_args()
    folder = os.path.dirname(options.model)
    processor = sentencepiece.SentencePieceProcessor(model_file=os.path.join(folder, "vocabulary.model"))
    verbs = {events.third_person(base): base for base in json.load(open(os.path.join(folder, "verbs.json")))}
    rng = random.Random(1)
    lines = pairs_of(options.texts, verbs, rng)
    if len(lines) < LEAST_PAIRS:
        sys.exit(f"only {len(lines)} events were found, {LEAST_PAIRS} are needed: give more text, in English and in the present tense, with names")
    rng.shuffle(lines)
    llama = load(options.model)
    rows = [row for row in ([processor.bos_id()] + ids for ids in processor.encode(lines)) if len(row) <= llama.shape.context]
    held_out, train = rows[:max(5, len(rows) // 10)], rows[max(5, len(rows) // 10):]
    text_token = processor.piece_to_id("<|text|>")
    before = best = loss_of(llama, held_out, processor.bos_id(), text_token)
    print(f"{len(lines)} events; loss on {len(held_out)} that are kept aside: {before:.3f}", flush=True)
    optimizer = torch.optim.AdamW(llama.parameters(), lr=options.rate, betas=(0.9, 0.95), weight_decay=0.05)
    torch.set_num_threads(1)
    kept, end, step, worse = None, time.monotonic() + 60 * options.minutes, 0, 0
    while time.monotonic() < end and worse < 4:
        batch = [train[rng.randrange(len(train))] for _ in range(8)]
        width = max(map(len, batch))
        padded = torch.tensor([row + [processor.pad_id()] * (width - len(row)) for row in batch])
        logits = llama(padded[:, :-1], processor.bos_id())
        loss = functional.cross_entropy(logits.float().flatten(0, 1), padded[:, 1:].flatten(), ignore_index=processor.pad_id())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(llama.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        if step % 20 == 0:
            now = loss_of(llama, held_out, processor.bos_id(), text_token)
            print(f"step {step}: {now:.3f}", flush=True)
            worse = 0 if now < best else worse + 1
            if now < best:
                best, kept = now, {name: tensor.clone().numpy() for name, tensor in llama.state_dict().items()}
    if kept is None:
        sys.exit("the model did not get better on texts that were kept aside; the old one stays")
    gguf.write(options.out, kept, llama.shape, processor, "Cineloom story, trained further", "cc-by-sa-4.0", True)
    print(f"{before:.3f} -> {best:.3f}; written to {options.out}")


if __name__ == "__main__":
    main()
