"""Trains the story model on one or two threads; stops and goes on where it was; writes its curves as a table."""

import argparse
import json
import os
import time

# Large blocks are kept: giving them back costs up to half of the time.
for name, value in {"MALLOC_MMAP_THRESHOLD_": "4294967295", "MALLOC_TRIM_THRESHOLD_": "4294967295", "MALLOC_TOP_PAD_": "268435456"}.items():
    if name not in os.environ:
        os.environ[name] = value
        os.environ["CINELOOM_AGAIN"] = "1"
if os.environ.pop("CINELOOM_AGAIN", None):
    import sys
    os.execv(sys.executable, [sys.executable, *sys.argv])

import numpy
import torch
from torch.nn import functional

import model
import muon
import vocabulary


class Texts:
    """Rows of tokens: texts one after the other, each behind <s>, cut at the context."""

    def __init__(self, folder, processor, context):
        self.context = context
        self.bos = processor.bos_id()
        self.end = processor.piece_to_id("<|end|>")
        self.pairs = self._encoded(folder, processor, "pairs.train")
        self.held_out = self._encoded(folder, processor, "pairs.held_out")
        self.plain = {name: self._flat(folder, processor, "plain." + name) for name in ("plots", "tales", "novels")}

    def _encoded(self, folder, processor, name):
        lines = open(os.path.join(folder, name + ".txt")).read().splitlines()
        ids = [[self.bos] + piece for piece in processor.encode(lines)]
        return [piece for piece in ids if len(piece) <= self.context]

    def _flat(self, folder, processor, name):
        file = os.path.join(folder, name + ".npy")
        if not os.path.exists(file):
            ids = [piece for line in open(os.path.join(folder, name + ".txt"))
                   for begin in range(0, len(line), 20000)
                   for piece in processor.encode(line[begin:begin + 20000].strip())]
            numpy.save(file, numpy.array(ids, dtype=numpy.uint16))
        return numpy.load(file)

    def plain_row(self, rng):
        # Half of the rows are of novels: they are many words in another tense.
        source = self.plain[rng.choice(["plots", "tales", "novels"], p=[0.35, 0.15, 0.5])]
        begin = rng.integers(0, len(source) - self.context)
        return [self.bos] + source[begin:begin + self.context].tolist()

    def pair_row(self, rng):
        row = []
        while len(row) <= self.context:
            row += self.pairs[rng.integers(len(self.pairs))]
        return row[:self.context + 1]

    def batch(self, size, plain_share, rng):
        rows = [self.plain_row(rng) if rng.random() < plain_share else self.pair_row(rng) for _ in range(size)]
        return torch.tensor(rows, dtype=torch.long)


def text_loss(llama, texts, rows, text_token):
    """Mean negative log-likelihood per token of the told sentences, given their events."""
    total, count = 0.0, 0
    llama.eval()
    with torch.no_grad():
        for row in rows:
            ids = torch.tensor([row])
            begin = row.index(text_token) + 1
            logits = llama(ids[:, :-1], texts.bos)[0, begin - 1:]
            total += functional.cross_entropy(logits.float(), ids[0, begin:], reduction="sum").item()
            count += len(row) - begin
    llama.train()
    return total / count


def schedule(progress, steps_done, peak):
    """Warm, flat to a third of the time, then down to nothing."""
    return peak * min(1.0, (steps_done + 1) / 60) * min(1.0, max(0.0, (1 - progress) / 0.7))


def make_optimizers(llama, peak):
    matrices = [weight for name, weight in llama.named_parameters() if weight.dim() == 2 and "embd" not in name]
    norms = [weight for weight in llama.parameters() if weight.dim() == 1]
    adam = torch.optim.AdamW([{"params": [llama.token_embd.weight], "weight_decay": 0.05}, {"params": norms, "weight_decay": 0.0}],
                             lr=peak, betas=(0.9, 0.95))
    return [muon.Muon(matrices, peak), adam]


def save(path, llama, optimizers, state):
    torch.save({"model": llama.state_dict(), "optimizers": [o.state_dict() for o in optimizers], "state": state}, path + ".part")
    os.replace(path + ".part", path)


def train(options):
    processor = vocabulary.load(options.folder)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    llama = model.Llama(model.Shape(vocabulary=processor.get_piece_size()))
    texts = Texts(options.folder, processor, llama.shape.context)
    optimizers = make_optimizers(llama, options.rate)
    state = {"step": 0, "seconds": 0.0, "tokens": 0}
    checkpoint = os.path.join(options.folder, "checkpoint.pt")
    if os.path.exists(checkpoint):
        stored = torch.load(checkpoint)
        llama.load_state_dict(stored["model"])
        for optimizer, part in zip(optimizers, stored["optimizers"]):
            optimizer.load_state_dict(part)
        state = stored["state"]
    parameters = sum(weight.numel() for weight in llama.parameters())
    print(f"{parameters} parameters, {len(texts.pairs)} pairs, {sum(map(len, texts.pairs))} tokens of pairs, "
          f"{sum(map(len, texts.plain.values()))} of plain texts", flush=True)
    text_token = processor.piece_to_id("<|text|>")
    curve = open(os.path.join(options.folder, "curve.tsv"), "a")
    losses, begun = [], time.monotonic()
    while state["seconds"] < options.seconds:
        progress = state["seconds"] / options.seconds
        rng = numpy.random.default_rng((options.seed, state["step"]))
        # English first, events more and more; the last third is events alone.
        rows = texts.batch(options.batch, max(0.0, 0.75 - progress * 1.15), rng)
        with torch.autocast("cpu", torch.bfloat16):
            logits = llama(rows[:, :-1], texts.bos)
        loss = functional.cross_entropy(logits.float().flatten(0, 1), rows[:, 1:].flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(llama.parameters(), 1.0)
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = schedule(progress, state["step"], options.rate)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        losses.append(loss.item())
        now = time.monotonic()
        state = {"step": state["step"] + 1, "seconds": state["seconds"] + now - begun, "tokens": state["tokens"] + rows.numel()}
        begun = now
        if state["step"] % 100 == 0:
            held_out = text_loss(llama, texts, texts.held_out[:120], text_token)
            row = {**{key: round(value, 1) for key, value in state.items()}, "train": round(sum(losses) / len(losses), 4), "held_out": round(held_out, 4)}
            print(json.dumps(row), flush=True)
            curve.write("\t".join(str(value) for value in row.values()) + "\n")
            curve.flush()
            losses = []
            save(checkpoint, llama, optimizers, state)
    save(checkpoint, llama, optimizers, state)
    print(json.dumps({"held_out_all": text_loss(llama, texts, texts.held_out, text_token)}))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", required=True, help="what prepare.py and vocabulary.py wrote; checkpoints go there too")
    parser.add_argument("--seconds", type=float, default=5700, help="of wall time, over all starts")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument("--seed", type=int, default=1)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
