"""Goes on training the story model with somebody's own texts, for `cineloom llm tune`."""

import argparse
import collections
import json
import math
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
GAP = 4


def load(path):
    facts, arrays = gguf.read(path)
    shape = model.Shape(vocabulary=facts["llama.vocab_size"], width=facts["llama.embedding_length"], layers=facts["llama.block_count"],
                        heads=facts["llama.attention.head_count"], hidden=facts["llama.feed_forward_length"], context=facts["llama.context_length"])
    llama = model.Llama(shape)
    llama.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in arrays.items()})
    return llama


def groups_of(path, verbs, nouns, rng):
    """The training texts of each group of sentences, in the text's order: events in the present and in the past."""
    sentences = corpus.sentences(corpus.clean(open(path, encoding="utf-8", errors="replace").read()))
    rarity = collections.Counter(word for sentence in sentences for word in re.findall(r"[a-z][a-z'-]+", sentence))
    present = prepare.variants_of_film(sentences, prepare.Tools(verbs, nouns, rarity), rng)
    past = prepare.variants_of_film(sentences, prepare.Tools(events.past_verbs(verbs), nouns, rarity), rng)
    for one, other in zip(present, past):
        yield one or [prepare.in_past(line) for line in other]


def split(groups):
    """(lines to train on, to choose by, to judge by): the last eighth of a text is kept aside, with gaps, as neighbours share sentences."""
    told = [index for index, lines in enumerate(groups) if lines]
    if not told:
        return [], [], []
    choose, judge = told[len(told) * 7 // 8], told[len(told) * 15 // 16]
    first = lambda begin, end: [lines[0] for lines in groups[begin:end] if lines]
    return [line for lines in groups[:max(0, choose - GAP)] for line in lines], first(choose, judge - GAP), first(judge, None)


def loss_of(llama, rows, text_token):
    total = count = 0
    llama.eval()
    with torch.no_grad():
        for row in rows:
            begin = row.index(text_token) + 1
            logits = llama(torch.tensor([row[:-1]]))[0, begin - 1:]
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
    nouns = set(json.load(open(os.path.join(folder, "nouns.json"))))
    rng = random.Random(1)
    parts = [split(list(groups_of(path, verbs, nouns, rng))) for path in options.texts]
    encoded = lambda index: [row for row in ([processor.bos_id()] + ids for part in parts for ids in processor.encode(part[index])) if len(row) <= 256]
    train, choose, judge = encoded(0), encoded(1), encoded(2)
    if len(train) < LEAST_PAIRS or not choose or not judge:
        sys.exit(f"only {len(train)} events were found, {LEAST_PAIRS} are needed: give more text, in English, with names")
    llama = load(options.model)
    text_token = processor.piece_to_id("<|text|>")
    before, best = loss_of(llama, judge, text_token), loss_of(llama, choose, text_token)
    print(f"{len(train)} events, {len(choose)} to choose by, {len(judge)} to judge by", flush=True)
    optimizer = torch.optim.AdamW(llama.parameters(), lr=options.rate, betas=(0.9, 0.95), weight_decay=0.05)
    torch.set_num_threads(1)
    kept, end, step, worse = None, time.monotonic() + 60 * options.minutes, 0, 0
    while time.monotonic() < end and worse < 4:
        batch = [train[rng.randrange(len(train))] for _ in range(16)]
        width = max(map(len, batch))
        padded = torch.tensor([row + [processor.pad_id()] * (width - len(row)) for row in batch])
        wanted = (padded[:, 1:] != processor.pad_id()) & ((padded[:, :-1] == text_token).cumsum(1) > 0)
        loss = functional.cross_entropy(llama(padded[:, :-1], wanted).float(), padded[:, 1:][wanted])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(llama.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        if step % 20 == 0:
            now = loss_of(llama, choose, text_token)
            print(f"step {step}: {now:.3f}", flush=True)
            worse = 0 if now < best else worse + 1
            if now < best:
                best, kept = now, {name: tensor.clone() for name, tensor in llama.state_dict().items()}
    if kept is None:
        sys.exit("the model did not get better on texts that were kept aside; the old one stays")
    llama.load_state_dict(kept)
    after = loss_of(llama, judge, text_token)
    gguf.write(options.out, {name: tensor.numpy() for name, tensor in kept.items()}, llama.shape, processor, "Cineloom story, trained further", "cc-by-sa-4.0", True)
    print(f"written to {options.out}")
    print(f"perplexity per token of sentences it never saw: {math.exp(before):.2f} -> {math.exp(after):.2f}")


if __name__ == "__main__":
    main()
