"""Trains the story model on one or two threads; stops and goes on where it was; writes its curves as a table."""

import argparse
import json
import os
import sys
import time

# Large blocks are kept: giving them back costs up to half of the time.
for name, value in {"MALLOC_MMAP_THRESHOLD_": "4294967295", "MALLOC_TRIM_THRESHOLD_": "4294967295", "MALLOC_TOP_PAD_": "268435456"}.items():
    if name not in os.environ:
        os.environ[name] = value
        os.environ["CINELOOM_AGAIN"] = "1"
if os.environ.pop("CINELOOM_AGAIN", None):
    os.execv(sys.executable, [sys.executable, *sys.argv])

import numpy
import torch
from torch.nn import functional

import gguf
import model
import muon
import vocabulary


class Texts:
    """Batches of texts of like lengths, each text a row behind <s>: next to nothing is padding."""

    def __init__(self, folder, processor, context):
        self.context = context
        self.bos, self.pad = processor.bos_id(), processor.pad_id()
        self.text_token = processor.piece_to_id("<|text|>")
        self.pairs = self._encoded(folder, processor, "pairs.train") + self._encoded(folder, processor, "pairs.more")
        self.past = self._encoded(folder, processor, "pairs.past")
        self.held_out = self._encoded(folder, processor, "pairs.held_out")
        self.plain = {name: self._flat(folder, processor, "plain." + name) for name in ("plots", "tales", "novels")}

    def _encoded(self, folder, processor, name):
        lines = open(os.path.join(folder, name + ".txt")).read().splitlines()
        ids = [[self.bos] + piece for piece in processor.encode(lines)]
        return sorted((piece for piece in ids if len(piece) <= self.context), key=len)

    def _flat(self, folder, processor, name):
        file = os.path.join(folder, name + ".npy")
        if not os.path.exists(file):
            ids = [piece for line in open(os.path.join(folder, name + ".txt"))
                   for begin in range(0, len(line), 20000)
                   for piece in processor.encode(line[begin:begin + 20000].strip())]
            numpy.save(file, numpy.array(ids, dtype=numpy.uint16))
        return numpy.load(file)

    def plain_batch(self, tokens, rng, width=96):
        """Rows of running text. Half of them are of novels: they are many words in another tense."""
        rows = []
        for _ in range(tokens // width):
            source = self.plain[rng.choice(["plots", "tales", "novels"], p=[0.35, 0.15, 0.5])]
            begin = rng.integers(0, len(source) - width)
            rows.append([self.bos] + source[begin:begin + width].tolist())
        rows = torch.tensor(rows, dtype=torch.long)
        return rows, torch.ones(rows[:, 1:].shape, dtype=torch.bool)

    def pair_batch(self, pairs, tokens, rng):
        """Neighbours in the order of length, from a place drawn at random."""
        begin = int(rng.integers(-20, len(pairs) - 20))
        rows, size = [], 0
        for row in pairs[max(begin, 0):]:
            if size + len(row) > tokens:
                break
            rows.append(row)
            size += len(row)
        return self.padded(rows)

    def padded(self, rows):
        """(tokens, which of the next tokens are to be learned: those of the told sentences)."""
        width = max(map(len, rows))
        tokens = torch.full((len(rows), width), self.pad, dtype=torch.long)
        wanted = torch.zeros((len(rows), width - 1), dtype=torch.bool)
        for index, row in enumerate(rows):
            tokens[index, :len(row)] = torch.tensor(row)
            wanted[index, row.index(self.text_token):len(row) - 1] = True
        return tokens, wanted

    def batch(self, tokens, plain_share, past_share, rng):
        drawn = rng.random()
        if drawn < plain_share:
            return self.plain_batch(tokens, rng)
        return self.pair_batch(self.past if drawn < plain_share + past_share else self.pairs, tokens, rng)


def likelihood(llama, tokens, wanted):
    """Mean negative log-likelihood of the wanted tokens."""
    return functional.cross_entropy(llama(tokens[:, :-1], wanted).float(), tokens[:, 1:][wanted])


def text_loss(llama, texts, rows, size=24):
    """Mean negative log-likelihood per token of the told sentences, given their events."""
    total, count = 0.0, 0
    llama.eval()
    with torch.no_grad():
        for begin in range(0, len(rows), size):
            tokens, wanted = texts.padded(rows[begin:begin + size])
            total += likelihood(llama, tokens, wanted).item() * wanted.sum().item()
            count += wanted.sum().item()
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


def step(llama, optimizers, batch, rate):
    tokens, wanted = batch
    with torch.autocast("cpu", torch.bfloat16):
        logits = llama(tokens[:, :-1], wanted)
    loss = functional.cross_entropy(logits.float(), tokens[:, 1:][wanted])
    loss.backward()
    torch.nn.utils.clip_grad_norm_(llama.parameters(), 1.0)
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    return loss.item()


def save(path, llama, optimizers, state):
    torch.save({"model": llama.state_dict(), "optimizers": [o.state_dict() for o in optimizers], "state": state}, path + ".part")
    os.replace(path + ".part", path)


def meet(path, llama):
    """Goes on from the middle between these weights and those of the run beside; both see other batches."""
    if path and os.path.exists(path):
        other = torch.load(path)["model"]
        llama.load_state_dict({name: (tensor + other[name]) / 2 for name, tensor in llama.state_dict().items()})


def begin_or_resume(options, llama, optimizers):
    """The state to go on from: the checkpoint, or the weights of --start, or nothing."""
    if os.path.exists(options.checkpoint):
        stored = torch.load(options.checkpoint)
        llama.load_state_dict(stored["model"])
        for optimizer, part in zip(optimizers, stored["optimizers"]):
            optimizer.load_state_dict(part)
        return stored["state"]
    if options.start:
        _, arrays = gguf.read(options.start)
        llama.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in arrays.items()})
    return {"step": 0, "seconds": 0.0, "tokens": 0}


def train(options):
    processor = vocabulary.load(options.folder)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    llama = model.Llama(model.Shape(vocabulary=processor.get_piece_size()))
    texts = Texts(options.folder, processor, llama.shape.context)
    optimizers = make_optimizers(llama, options.rate)
    state = begin_or_resume(options, llama, optimizers)
    sample = texts.held_out[::max(1, len(texts.held_out) // 160)]
    parameters = sum(weight.numel() for weight in llama.parameters())
    print(f"{parameters} parameters, {len(texts.pairs)} pairs, {sum(map(len, texts.pairs))} tokens of pairs, {len(texts.past)} in the past, "
          f"{sum(map(len, texts.plain.values()))} tokens of plain texts; held out {text_loss(llama, texts, sample):.4f}", flush=True)
    curve = open(os.path.splitext(options.checkpoint)[0] + ".tsv", "a")
    losses, begun = [], time.monotonic()
    while state["seconds"] < options.seconds:
        progress = state["seconds"] / options.seconds
        rng = numpy.random.default_rng((options.seed, state["step"]))
        # English first, events more and more; the last third is events in the present alone.
        fading = max(0.0, 1 - progress * 1.5)
        batch = texts.batch(options.batch, options.plain * fading, options.past * fading, rng)
        losses.append(step(llama, optimizers, batch, schedule(progress, state["step"], options.rate)))
        now = time.monotonic()
        state = {"step": state["step"] + 1, "seconds": state["seconds"] + now - begun, "tokens": state["tokens"] + batch[0].numel()}
        begun = now
        if state["step"] % 50 == 0:
            meet(options.beside, llama)
            held_out = text_loss(llama, texts, sample)
            row = {**{key: round(value, 1) for key, value in state.items()}, "train": round(sum(losses) / len(losses), 4), "held_out": round(held_out, 4)}
            print(json.dumps(row), flush=True)
            curve.write("\t".join(str(value) for value in row.values()) + "\n")
            curve.flush()
            losses = []
            save(options.checkpoint, llama, optimizers, state)
    save(options.checkpoint, llama, optimizers, state)
    print(json.dumps({"held_out_all": text_loss(llama, texts, texts.held_out)}))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", required=True, help="what prepare.py and vocabulary.py wrote; checkpoints go there too")
    parser.add_argument("--seconds", type=float, default=5700, help="of wall time, over all starts")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch", type=int, default=2048, help="tokens of a step")
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument("--plain", type=float, default=0.75, help="share of running text at the beginning")
    parser.add_argument("--past", type=float, default=0.1, help="share of events of novels at the beginning")
    parser.add_argument("--start", help="a GGUF file of the same shape and vocabulary to go on from")
    parser.add_argument("--checkpoint", help="checkpoint.pt of the folder if not named; the curve is written beside it")
    parser.add_argument("--beside", help="the checkpoint of a run on another core, with another seed, to meet every 50 steps")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.checkpoint = options.checkpoint or os.path.join(options.folder, "checkpoint.pt")
    train(options)


if __name__ == "__main__":
    main()
