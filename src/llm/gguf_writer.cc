#include "llm/gguf_writer.h"

#include <fmt/format.h>

#include <cstring>
#include <fstream>
#include <span>
#include <vector>

namespace cineloom::llm {
namespace {

constexpr std::uint32_t kAlignment = 32;
constexpr std::uint32_t kU32 = 4;
constexpr std::uint32_t kF32 = 6;
constexpr std::uint32_t kBool = 7;
constexpr std::uint32_t kText = 8;
constexpr std::uint32_t kList = 9;
constexpr std::uint32_t kI32 = 5;
constexpr std::uint32_t kBytesFrom = 16;  ///< the first token of the 256 bytes
/// Uniform values of this width have the spread that weights begin with.
constexpr double kSpread = 0.07;

/// Little-endian, as the container wants it.
class Bytes {
 public:
  template <class T>
  void number(T value) {
    char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    bytes_.append(raw, sizeof(T));
  }
  void text(std::string_view value) {
    number<std::uint64_t>(value.size());
    bytes_ += value;
  }
  void fact(std::string_view key, std::string_view value) {
    begin(key, kText);
    text(value);
  }
  void fact(std::string_view key, std::uint32_t value) {
    begin(key, kU32);
    number(value);
  }
  void fact(std::string_view key, float value) {
    begin(key, kF32);
    number(value);
  }
  void flag(std::string_view key, bool value) {
    begin(key, kBool);
    number<std::uint8_t>(value ? 1 : 0);
  }
  void list(std::string_view key, std::uint32_t type, std::uint64_t count) {
    begin(key, kList);
    number(type);
    number(count);
  }
  void align() { bytes_.resize((bytes_.size() + kAlignment - 1) / kAlignment * kAlignment); }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] std::uint64_t facts() const { return facts_; }

 private:
  void begin(std::string_view key, std::uint32_t type) {
    text(key);
    number(type);
    ++facts_;
  }
  std::string bytes_;
  std::uint64_t facts_ = 0;
};

struct Tensor {
  std::string name;
  std::vector<std::uint64_t> shape;
};

std::vector<Tensor> tensors_of(const LlamaShape& shape) {
  const std::uint64_t shared = std::uint64_t{shape.width} / shape.heads * shape.shared_heads;
  std::vector<Tensor> tensors = {
      {"token_embd.weight", {shape.width, shape.vocabulary}}, {"output_norm.weight", {shape.width}}, {"output.weight", {shape.width, shape.vocabulary}}};
  for (std::uint32_t layer = 0; layer < shape.layers; ++layer) {
    const auto add = [&](std::string_view name, std::vector<std::uint64_t> size) {
      tensors.push_back({fmt::format("blk.{}.{}.weight", layer, name), std::move(size)});
    };
    add("attn_norm", {shape.width});
    add("attn_q", {shape.width, shape.width});
    add("attn_k", {shape.width, shared});
    add("attn_v", {shape.width, shared});
    add("attn_output", {shape.width, shape.width});
    add("ffn_norm", {shape.width});
    add("ffn_gate", {shape.width, shape.hidden});
    add("ffn_up", {shape.width, shape.hidden});
    add("ffn_down", {shape.hidden, shape.width});
  }
  return tensors;
}

std::uint64_t values_of(const Tensor& tensor) {
  std::uint64_t values = 1;
  for (const std::uint64_t size : tensor.shape) values *= size;
  return values;
}

WeightType type_of(const Tensor& tensor, WeightType wanted) { return tensor.shape.size() == 1 ? WeightType::F32 : wanted; }
std::uint64_t bytes_of(const Tensor& tensor, WeightType type) { return type == WeightType::F32 ? values_of(tensor) * 4 : values_of(tensor) / 32 * 18; }

std::string token_name(std::uint32_t token) {
  static constexpr std::string_view kNames[] = {"<unk>", "<s>", "</s>", "<|end|>", "<|user|>", "<|assistant|>"};
  if (token < std::size(kNames)) return std::string(kNames[token]);
  if (token >= kBytesFrom && token < kBytesFrom + 256) return fmt::format("<0x{:02X}>", token - kBytesFrom);
  return fmt::format("word{}", token);
}

std::int32_t token_kind(std::uint32_t token) {
  if (token == 0) return 2;
  if (token < 6) return 3;
  return token >= kBytesFrom && token < kBytesFrom + 256 ? 6 : 1;
}

void add_vocabulary(Bytes& facts, std::uint32_t count) {
  facts.fact("tokenizer.ggml.model", "llama");
  facts.fact("tokenizer.ggml.pre", "default");
  facts.list("tokenizer.ggml.tokens", kText, count);
  for (std::uint32_t token = 0; token < count; ++token) facts.text(token_name(token));
  facts.list("tokenizer.ggml.scores", kF32, count);
  for (std::uint32_t token = 0; token < count; ++token) facts.number(-static_cast<float>(token));
  facts.list("tokenizer.ggml.token_type", kI32, count);
  for (std::uint32_t token = 0; token < count; ++token) facts.number(token_kind(token));
  facts.fact("tokenizer.ggml.bos_token_id", 1U);
  facts.fact("tokenizer.ggml.eos_token_id", 2U);
  facts.fact("tokenizer.ggml.eot_token_id", 3U);
  facts.fact("tokenizer.ggml.unknown_token_id", 0U);
  facts.flag("tokenizer.ggml.add_bos_token", true);
  facts.flag("tokenizer.ggml.add_eos_token", false);
  facts.flag("tokenizer.ggml.add_space_prefix", false);
}

Bytes facts_of(const LlamaShape& shape, std::string_view chat_template) {
  Bytes facts;
  facts.fact("general.architecture", "llama");
  facts.fact("general.name", "random weights");
  facts.fact("general.quantization_version", 2U);
  facts.fact("llama.context_length", shape.context);
  facts.fact("llama.embedding_length", shape.width);
  facts.fact("llama.block_count", shape.layers);
  facts.fact("llama.feed_forward_length", shape.hidden);
  facts.fact("llama.attention.head_count", shape.heads);
  facts.fact("llama.attention.head_count_kv", shape.shared_heads);
  facts.fact("llama.rope.dimension_count", shape.width / shape.heads);
  facts.fact("llama.vocab_size", shape.vocabulary);
  facts.fact("llama.attention.layer_norm_rms_epsilon", 1e-5F);
  facts.fact("llama.rope.freq_base", 10000.0F);
  if (!chat_template.empty()) facts.fact("tokenizer.chat_template", chat_template);
  add_vocabulary(facts, shape.vocabulary);
  return facts;
}

std::string header_of(const LlamaShape& shape, WeightType type, std::string_view chat_template) {
  const Bytes facts = facts_of(shape, chat_template);
  const auto tensors = tensors_of(shape);
  Bytes header;
  header.number(std::uint32_t{0x46554747});
  header.number(std::uint32_t{3});
  header.number<std::uint64_t>(tensors.size());
  header.number(facts.facts());
  std::string bytes = header.bytes() + facts.bytes();
  Bytes infos;
  std::uint64_t offset = 0;
  for (const Tensor& tensor : tensors) {
    infos.text(tensor.name);
    infos.number(static_cast<std::uint32_t>(tensor.shape.size()));
    for (const std::uint64_t size : tensor.shape) infos.number(size);
    infos.number(std::uint32_t{type_of(tensor, type) == WeightType::F32 ? 0U : 2U});
    infos.number(offset);
    offset += (bytes_of(tensor, type_of(tensor, type)) + kAlignment - 1) / kAlignment * kAlignment;
  }
  bytes += infos.bytes();
  bytes.resize((bytes.size() + kAlignment - 1) / kAlignment * kAlignment);
  return bytes;
}

void write_row(std::ofstream& out, const Tensor& tensor) {
  const std::vector<float> ones(tensor.shape[0], 1.0F);
  out.write(reinterpret_cast<const char*>(ones.data()), static_cast<std::streamsize>(ones.size() * sizeof(float)));
}

void write_floats(std::ofstream& out, std::uint64_t count, Random& random) {
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>((random.uniform() - 0.5) * 2 * kSpread);
  out.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(float)));
}

/// Blocks of 32 four-bit values behind a 16-bit scale.
void write_blocks(std::ofstream& out, std::uint64_t count, Random& random) {
  std::string blocks(std::min<std::uint64_t>(count, 1U << 16U) * 18, '\0');
  for (std::uint64_t left = count; left > 0;) {
    const std::uint64_t now = std::min<std::uint64_t>(left, blocks.size() / 18);
    for (std::uint64_t i = 0; i < now; ++i) {
      const std::uint64_t low = random();
      const std::uint64_t high = random();
      const std::uint16_t scale = 0x2000;  // 2^-7 as a 16-bit float
      std::memcpy(blocks.data() + i * 18, &scale, 2);
      std::memcpy(blocks.data() + i * 18 + 2, &low, 8);
      std::memcpy(blocks.data() + i * 18 + 10, &high, 8);
    }
    out.write(blocks.data(), static_cast<std::streamsize>(now * 18));
    left -= now;
  }
}

}  // namespace

Expected<void> write_random_llama(const std::filesystem::path& file, const LlamaShape& shape, WeightType type, Seed seed, std::string_view chat_template) {
  if (shape.vocabulary < kBytesFrom + 256 || shape.heads == 0 || shape.width % shape.heads != 0 || shape.width % 32 != 0 || shape.hidden % 32 != 0) {
    return fail(ErrorCode::InvalidArgument, "this is no shape of a Llama");
  }
  std::ofstream out(file, std::ios::binary);
  out << header_of(shape, type, chat_template);
  Random random(seed);
  for (const Tensor& tensor : tensors_of(shape)) {
    const WeightType own = type_of(tensor, type);
    if (tensor.shape.size() == 1) {
      write_row(out, tensor);
    } else if (own == WeightType::F32) {
      write_floats(out, values_of(tensor), random);
    } else {
      write_blocks(out, values_of(tensor) / 32, random);
    }
    const std::uint64_t odd = bytes_of(tensor, own) % kAlignment;
    if (odd != 0) out << std::string(kAlignment - odd, '\0');
  }
  out.close();
  if (!out) return fail(ErrorCode::ResourceExhausted, fmt::format("cannot write '{}'", file.string()));
  return {};
}

}  // namespace cineloom::llm
