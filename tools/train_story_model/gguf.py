"""Writes and reads GGUF files (docs/formats/gguf.md): a Llama in 32-bit floats or in blocks of 8-bit integers."""

import struct

import numpy

ALIGNMENT = 32
F32, Q8_0 = 0, 8
BLOCK = 32
KINDS = {"u32": 4, "i32": 5, "f32": 6, "bool": 7, "str": 8}
FORMATS = {4: "<I", 5: "<i", 6: "<f", 7: "<?"}


def text(value):
    raw = value.encode()
    return struct.pack("<Q", len(raw)) + raw


def fact(key, kind, value):
    number = KINDS[kind]
    if isinstance(value, (list, tuple)):
        body = b"".join(text(one) if kind == "str" else struct.pack(FORMATS[number], one) for one in value)
        return text(key) + struct.pack("<IIQ", 9, number, len(value)) + body
    return text(key) + struct.pack("<I", number) + (text(value) if kind == "str" else struct.pack(FORMATS[number], value))


def quantize(weights):
    """Blocks of 32: a 16-bit scale and signed bytes."""
    blocks = weights.astype(numpy.float32).reshape(-1, BLOCK)
    scale = numpy.abs(blocks).max(1) / 127
    inverse = numpy.divide(1, scale, out=numpy.zeros_like(scale), where=scale > 0)
    out = numpy.zeros(len(blocks), dtype=[("scale", "<f2"), ("values", "i1", BLOCK)])
    out["scale"] = scale
    out["values"] = numpy.rint(blocks * inverse[:, None])
    return out.tobytes()


def dequantize(raw, shape):
    blocks = numpy.frombuffer(raw, dtype=[("scale", "<f2"), ("values", "i1", BLOCK)])
    return (blocks["scale"].astype(numpy.float32)[:, None] * blocks["values"]).reshape(shape)


def facts_of(shape, processor, name, license_name):
    size = processor.get_piece_size()
    end = processor.piece_to_id("<|end|>")
    def kind(i):
        if processor.is_unknown(i):
            return 2
        piece = processor.id_to_piece(i)
        # Structure tokens are control tokens: what people write can never become one.
        if processor.is_control(i) or (piece.startswith("<|") and piece.endswith("|>")):
            return 3
        return 6 if processor.is_byte(i) else 1
    heads = shape.heads
    return [
        fact("general.architecture", "str", "llama"), fact("general.type", "str", "model"), fact("general.name", "str", name),
        fact("general.license", "str", license_name), fact("general.quantization_version", "u32", 2),
        fact("llama.context_length", "u32", shape.context), fact("llama.embedding_length", "u32", shape.width),
        fact("llama.block_count", "u32", shape.layers), fact("llama.feed_forward_length", "u32", shape.hidden),
        fact("llama.attention.head_count", "u32", heads), fact("llama.attention.head_count_kv", "u32", heads),
        fact("llama.rope.dimension_count", "u32", shape.width // heads), fact("llama.vocab_size", "u32", size),
        fact("llama.attention.layer_norm_rms_epsilon", "f32", shape.epsilon), fact("llama.rope.freq_base", "f32", shape.rope_base),
        fact("tokenizer.ggml.model", "str", "llama"), fact("tokenizer.ggml.pre", "str", "default"),
        fact("tokenizer.ggml.tokens", "str", [processor.id_to_piece(i) for i in range(size)]),
        fact("tokenizer.ggml.scores", "f32", [processor.get_score(i) for i in range(size)]),
        fact("tokenizer.ggml.token_type", "i32", [kind(i) for i in range(size)]),
        fact("tokenizer.ggml.bos_token_id", "u32", processor.bos_id()), fact("tokenizer.ggml.eos_token_id", "u32", end),
        fact("tokenizer.ggml.eot_token_id", "u32", end), fact("tokenizer.ggml.unknown_token_id", "u32", processor.unk_id()),
        fact("tokenizer.ggml.padding_token_id", "u32", processor.pad_id()),
        fact("tokenizer.ggml.add_bos_token", "bool", True), fact("tokenizer.ggml.add_eos_token", "bool", False),
        fact("tokenizer.ggml.add_space_prefix", "bool", False)]


def write(path, weights, shape, processor, name, license_name, is_quantized):
    """`weights`: {llama.cpp's name: array, rows first}. Rows of one dimension stay floats."""
    facts = facts_of(shape, processor, name, license_name) + [fact("general.file_type", "u32", 7 if is_quantized else 0)]
    infos, data, offset = [], [], 0
    for key, array in weights.items():
        kind = Q8_0 if is_quantized and array.ndim == 2 else F32
        raw = quantize(array) if kind == Q8_0 else array.astype("<f4").tobytes()
        infos.append(text(key) + struct.pack("<I", array.ndim) + struct.pack(f"<{array.ndim}Q", *reversed(array.shape)) + struct.pack("<IQ", kind, offset))
        raw += b"\0" * (-len(raw) % ALIGNMENT)
        data.append(raw)
        offset += len(raw)
    header = b"GGUF" + struct.pack("<IQQ", 3, len(infos), len(facts)) + b"".join(facts) + b"".join(infos)
    with open(path, "wb") as out:
        out.write(header + b"\0" * (-len(header) % ALIGNMENT) + b"".join(data))


def read(path):
    """What `write` wrote: ({fact: value}, {name: array})."""
    raw = open(path, "rb").read()
    at = 24
    tensors, count = struct.unpack_from("<QQ", raw, 8)

    def take(form):
        nonlocal at
        value = struct.unpack_from(form, raw, at)
        at += struct.calcsize(form)
        return value[0]

    def take_text():
        nonlocal at
        length = take("<Q")
        at += length
        return raw[at - length:at].decode()

    def take_value(kind):
        return take_text() if kind == 8 else take(FORMATS[kind])

    facts = {}
    for _ in range(count):
        key, kind = take_text(), take("<I")
        if kind == 9:
            inner = take("<I")
            facts[key] = [take_value(inner) for _ in range(take("<Q"))]
        else:
            facts[key] = take_value(kind)
    infos = []
    for _ in range(tensors):
        name, dimensions = take_text(), take("<I")
        shape = tuple(reversed([take("<Q") for _ in range(dimensions)]))
        infos.append((name, shape, take("<I"), take("<Q")))
    base = at + (-at % ALIGNMENT)
    arrays = {}
    for name, shape, kind, offset in infos:
        size = int(numpy.prod(shape))
        length = size // BLOCK * 34 if kind == Q8_0 else size * 4
        piece = raw[base + offset:base + offset + length]
        arrays[name] = dequantize(piece, shape) if kind == Q8_0 else numpy.frombuffer(piece, "<f4").reshape(shape)
    return facts, arrays
