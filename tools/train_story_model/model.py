"""A Llama: RMSNorm, rotary positions in interleaved pairs, SwiGLU, tied embeddings. What llama.cpp computes, in torch."""

import dataclasses
import math

import torch
from torch import nn
from torch.nn import functional


@dataclasses.dataclass
class Shape:
    vocabulary: int = 4096
    width: int = 192
    layers: int = 6
    heads: int = 6
    hidden: int = 512
    context: int = 256
    epsilon: float = 1e-5
    rope_base: float = 10000.0


class Norm(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(shape.width))
        self.epsilon = shape.epsilon

    def forward(self, x):
        x = x.float()
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.epsilon) * self.weight


class Gate(torch.autograd.Function):
    """silu(gate) * up, with the sigmoid kept: torch's own silu in 16 bits takes three times as long."""

    @staticmethod
    def forward(context, gate, up):
        sigmoid = torch.sigmoid(gate)
        silu = gate * sigmoid
        context.save_for_backward(up, sigmoid, silu)
        return silu * up

    @staticmethod
    def backward(context, gradient):
        up, sigmoid, silu = context.saved_tensors
        slope = torch.addcmul(sigmoid + silu, silu, sigmoid, value=-1)
        return (gradient * up).mul_(slope), gradient * silu


def rotate(x, turns):
    """Turns the pairs (0,1), (2,3), ... of each head. x: [batch, heads, time, head width]; turns: complex [time, head width / 2]."""
    pairs = torch.view_as_complex(x.float().unflatten(-1, (-1, 2)))
    return torch.view_as_real(pairs * turns).flatten(-2)


class Block(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.heads = shape.heads
        linear = lambda inputs, outputs: nn.Linear(inputs, outputs, bias=False)
        self.attn_norm, self.ffn_norm = Norm(shape), Norm(shape)
        self.attn_q, self.attn_k, self.attn_v, self.attn_output = (linear(shape.width, shape.width) for _ in range(4))
        self.ffn_gate, self.ffn_up = linear(shape.width, shape.hidden), linear(shape.width, shape.hidden)
        self.ffn_down = linear(shape.hidden, shape.width)

    def forward(self, x, turns, mask):
        batch, time, width = x.shape
        y = functional.linear(self.attn_norm(x), torch.cat([layer.weight for layer in (self.attn_q, self.attn_k, self.attn_v)]))
        y = y.view(batch, time, 3 * self.heads, width // self.heads).transpose(1, 2)
        q, k = rotate(y[:, :2 * self.heads], turns).to(y.dtype).chunk(2, 1)
        weights = functional.softmax((q / math.sqrt(width // self.heads)) @ k.transpose(-1, -2) + mask, -1)
        x = x + self.attn_output((weights.to(y.dtype) @ y[:, 2 * self.heads:]).transpose(1, 2).reshape(batch, time, width))
        y = self.ffn_norm(x)
        return x + self.ffn_down(Gate.apply(self.ffn_gate(y), self.ffn_up(y)))


class Llama(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(shape.vocabulary, shape.width)
        self.blk = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.output_norm = Norm(shape)
        self.apply(self._initialise)
        for block in self.blk:
            for layer in (block.attn_output, block.ffn_down):
                layer.weight.data.mul_(1 / math.sqrt(2 * shape.layers))
        half = shape.width // shape.heads // 2
        angles = torch.outer(torch.arange(shape.context), shape.rope_base ** (-torch.arange(half) / half))
        self.register_buffer("turns", torch.polar(torch.ones_like(angles), angles), persistent=False)

    @staticmethod
    def _initialise(module):
        if isinstance(module, (nn.Linear, nn.Embedding)):
            module.weight.data.normal_(0, 0.02)

    def forward(self, tokens, wanted=None):
        """Logits [batch, time, vocabulary]; or [count, vocabulary] of the places where wanted [batch, time] is true.

        A row is one text; what pads it stands behind, where no token of the text sees it.
        """
        time = tokens.shape[1]
        mask = torch.full((time, time), -1e9).triu(1)
        x = self.token_embd(tokens)
        for block in self.blk:
            x = block(x, self.turns[:time], mask)
        if wanted is not None:
            x = x[wanted]
        return self.output_norm(x) @ self.token_embd.weight.t()
