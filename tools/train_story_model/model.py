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


def rotate(x, cos, sin):
    """Turns the pairs (0,1), (2,3), ... of each head. x: [batch, heads, time, head width]."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)


class Block(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.heads = shape.heads
        linear = lambda inputs, outputs: nn.Linear(inputs, outputs, bias=False)
        self.attn_norm, self.ffn_norm = Norm(shape), Norm(shape)
        self.attn_q, self.attn_k, self.attn_v, self.attn_output = (linear(shape.width, shape.width) for _ in range(4))
        self.ffn_gate, self.ffn_up = linear(shape.width, shape.hidden), linear(shape.width, shape.hidden)
        self.ffn_down = linear(shape.hidden, shape.width)

    def forward(self, x, cos, sin, mask):
        batch, time, width = x.shape
        split = lambda y: y.view(batch, time, self.heads, width // self.heads).transpose(1, 2)
        y = self.attn_norm(x)
        q, k, v = (split(f(y)) for f in (self.attn_q, self.attn_k, self.attn_v))
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        weights = functional.softmax(q @ k.transpose(-1, -2) / math.sqrt(width // self.heads) + mask, -1)
        x = x + self.attn_output((weights.to(v.dtype) @ v).transpose(1, 2).reshape(batch, time, width))
        y = self.ffn_norm(x)
        return x + self.ffn_down(functional.silu(self.ffn_gate(y)) * self.ffn_up(y))


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
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)

    @staticmethod
    def _initialise(module):
        if isinstance(module, (nn.Linear, nn.Embedding)):
            module.weight.data.normal_(0, 0.02)

    def forward(self, tokens, first_token):
        """Logits [batch, time, vocabulary]. A token sees only its own text, which begins with first_token at position 0."""
        time = tokens.shape[1]
        text = (tokens == first_token).cumsum(1)
        sees = (text[:, :, None] == text[:, None, :]) & torch.ones(time, time, dtype=torch.bool).tril()
        mask = torch.zeros(sees.shape).masked_fill(~sees, -1e9)[:, None]
        x = self.token_embd(tokens)
        for block in self.blk:
            x = block(x, self.cos[:time], self.sin[:time], mask)
        return self.output_norm(x) @ self.token_embd.weight.t()
