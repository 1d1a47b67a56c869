#include "llm/gguf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <unordered_set>

#include "base/utf8.h"

// The container (docs/formats/gguf.md): "GGUF", version u32, tensors u64, facts u64; facts = key, type u32, value; tensors = name,
// dimensions u32, shape u64 each, type u32, offset u64; then the data, aligned.
namespace cineloom::llm {
namespace {

constexpr std::uint64_t kMostTensors = 1U << 16U;
constexpr std::uint64_t kMostFacts = 1U << 12U;
constexpr std::uint64_t kMostHeaderBytes = 64ULL << 20U;
constexpr std::uint64_t kMostParameters = 1ULL << 42U;
constexpr std::uint32_t kString = 8;
constexpr std::uint32_t kArray = 9;
/// Bytes of the scalar types 0 .. 12; 0 for string and array.
constexpr std::array<std::uint64_t, 13> kScalarBytes = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

/// Values in a block of a tensor type and its bytes.
struct Block {
  std::uint64_t values = 0;
  std::uint64_t bytes = 0;
};

std::optional<Block> block_of(std::uint32_t type) {
  static const std::map<std::uint32_t, Block> kBlocks = {
      {0, {1, 4}},     {1, {1, 2}},      {2, {32, 18}},    {3, {32, 20}},    {6, {32, 22}},    {7, {32, 24}},    {8, {32, 34}},
      {10, {256, 84}}, {11, {256, 110}}, {12, {256, 144}}, {13, {256, 176}}, {14, {256, 210}}, {16, {256, 66}},  {17, {256, 74}},
      {18, {256, 98}}, {19, {256, 50}},  {20, {32, 18}},   {21, {256, 110}}, {22, {256, 82}},  {23, {256, 136}}, {24, {1, 1}},
      {25, {1, 2}},    {26, {1, 4}},     {29, {256, 56}},  {30, {1, 2}},     {34, {256, 54}},  {35, {256, 66}}};
  const auto found = kBlocks.find(type);
  return found == kBlocks.end() ? std::nullopt : std::optional(found->second);
}

const std::unordered_set<std::string>& known_architectures() {
  static const std::unordered_set<std::string> kKnown = {"llama",   "qwen2",   "qwen3", "gemma",  "gemma2",   "gemma3", "phi2", "phi3",      "mistral3",
                                                         "smollm3", "granite", "olmo2", "falcon", "stablelm", "gpt2",   "bert", "nomic-bert"};
  return kKnown;
}

std::unexpected<Error> contradiction(std::string message) {
  return std::unexpected(
      Error(ErrorCode::DataLoss, "the model file contradicts itself: " + std::move(message)).advise("fetch it again and compare its SHA-256"));
}

/// Walks through the bytes; whatever would lie behind their end is an error, never read.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  Expected<T> number() {
    CINELOOM_TRY(need(sizeof(T)));
    T value;
    std::memcpy(&value, bytes_.data() + at_, sizeof(T));
    at_ += sizeof(T);
    return value;
  }
  Expected<std::string_view> text(std::uint64_t most) {
    CINELOOM_TRY_ASSIGN(const auto length, number<std::uint64_t>());
    if (length > most) return contradiction(fmt::format("a text of {} bytes, at most {} are expected", length, most));
    CINELOOM_TRY(need(length));
    const auto text = bytes_.substr(at_, length);
    at_ += length;
    return text;
  }
  Expected<void> skip(std::uint64_t count, std::uint64_t size) {
    if (size != 0 && count > bytes_.size() / size) return ends_early();
    CINELOOM_TRY(need(count * size));
    at_ += count * size;
    return {};
  }
  [[nodiscard]] std::uint64_t at() const { return at_; }

 private:
  Expected<void> need(std::uint64_t count) const {
    if (count > bytes_.size() - at_) return ends_early();
    return {};
  }
  static std::unexpected<Error> ends_early() { return fail(ErrorCode::ResourceExhausted, "the header of the model file does not end where it should"); }

  std::string_view bytes_;
  std::uint64_t at_ = 0;
};

/// Collects facts and tensors, and holds them against each other.
class HeaderReader {
 public:
  HeaderReader(std::string_view bytes, std::uint64_t file_bytes) : reader_(bytes), file_bytes_(file_bytes) {}

  Expected<GgufHeader> read() {
    CINELOOM_TRY_ASSIGN(const auto magic, reader_.number<std::uint32_t>());
    if (magic != 0x46554747U)
      return std::unexpected(
          Error(ErrorCode::InvalidArgument, "expected a GGUF model file, found something else").advise("models for this program end in .gguf"));
    CINELOOM_TRY_ASSIGN(const auto version, reader_.number<std::uint32_t>());
    if (version != 2 && version != 3) return fail(ErrorCode::InvalidArgument, fmt::format("expected GGUF version 2 or 3, found {}", version));
    CINELOOM_TRY_ASSIGN(const auto tensors, reader_.number<std::uint64_t>());
    CINELOOM_TRY_ASSIGN(const auto facts, reader_.number<std::uint64_t>());
    if (tensors == 0 || tensors > kMostTensors) return contradiction(fmt::format("{} tensors", tensors));
    if (facts > kMostFacts) return contradiction(fmt::format("{} facts", facts));
    for (std::uint64_t i = 0; i < facts; ++i) CINELOOM_TRY(read_fact());
    for (std::uint64_t i = 0; i < tensors; ++i) CINELOOM_TRY(read_tensor());
    CINELOOM_TRY(check_places());
    CINELOOM_TRY(check_architecture());
    CINELOOM_TRY(check_vocabulary());
    CINELOOM_TRY(check_shapes());
    return std::move(header_);
  }

 private:
  Expected<void> read_fact() {
    CINELOOM_TRY_ASSIGN(const auto key, reader_.text(256));
    CINELOOM_TRY_ASSIGN(const auto type, reader_.number<std::uint32_t>());
    if (key.empty() || !keys_.emplace(key).second) return contradiction("a fact stands twice or has no name");
    if (type == kString) return keep_text(key);
    if (type == kArray) return read_array(key);
    if (type >= kScalarBytes.size()) return contradiction(fmt::format("a fact of unknown type {}", type));
    return keep_scalar(key, type);
  }

  Expected<void> keep_text(std::string_view key) {
    CINELOOM_TRY_ASSIGN(const auto text, reader_.text(1U << 20U));
    if (!is_valid_utf8(text)) return contradiction("a text is not UTF-8");
    if (key == "general.architecture") header_.architecture = text;
    if (key == "general.name") header_.name = text;
    if (key == "general.license") header_.license = text;
    if (key == "tokenizer.chat_template") header_.chat_template = text;
    if (key == "tokenizer.ggml.model") tokenizer_ = text;
    return {};
  }

  Expected<void> keep_scalar(std::string_view key, std::uint32_t type) {
    switch (type) {
      case 0:
      case 7: return keep<std::uint8_t>(key);
      case 1: return keep<std::int8_t>(key);
      case 2: return keep<std::uint16_t>(key);
      case 3: return keep<std::int16_t>(key);
      case 4: return keep<std::uint32_t>(key);
      case 5: return keep<std::int32_t>(key);
      case 10: return keep<std::uint64_t>(key);
      case 11: return keep<std::int64_t>(key);
      default: return reader_.skip(1, kScalarBytes[type]);
    }
  }

  template <class T>
  Expected<void> keep(std::string_view key) {
    CINELOOM_TRY_ASSIGN(const T value, reader_.number<T>());
    // A negative number means what no count can be.
    header_.numbers[std::string(key)] = value < T{0} ? std::numeric_limits<std::uint64_t>::max() : static_cast<std::uint64_t>(value);
    return {};
  }

  Expected<void> read_array(std::string_view key) {
    CINELOOM_TRY_ASSIGN(const auto type, reader_.number<std::uint32_t>());
    CINELOOM_TRY_ASSIGN(const auto count, reader_.number<std::uint64_t>());
    if (key == "tokenizer.ggml.tokens" && type != kString) return contradiction("tokens that are no texts");
    if (key == "tokenizer.ggml.scores") scores_ = count;
    if (key == "tokenizer.ggml.token_type") types_ = count;
    if (key == "tokenizer.ggml.tokens") return read_tokens(count);
    if (type == kString) {
      for (std::uint64_t i = 0; i < count; ++i) CINELOOM_TRY(reader_.text(1U << 20U));
      return {};
    }
    if (type >= kScalarBytes.size() || kScalarBytes[type] == 0) return contradiction(fmt::format("a list of type {}", type));
    return reader_.skip(count, kScalarBytes[type]);
  }

  Expected<void> read_tokens(std::uint64_t count) {
    if (count > (1U << 21U)) return contradiction(fmt::format("{} tokens", count));
    for (std::uint64_t i = 0; i < count; ++i) {
      CINELOOM_TRY_ASSIGN(const auto token, reader_.text(1U << 12U));
      // llama.cpp ends the process where two tokens are the same.
      if (!tokens_.emplace(token).second) return contradiction("a token stands twice in the vocabulary");
    }
    header_.vocabulary = count;
    return {};
  }

  Expected<void> read_tensor() {
    GgufTensor tensor;
    CINELOOM_TRY_ASSIGN(const auto name, reader_.text(128));
    tensor.name = name;
    CINELOOM_TRY_ASSIGN(const auto dimensions, reader_.number<std::uint32_t>());
    if (dimensions < 1 || dimensions > 4) return contradiction(fmt::format("tensor '{}' has {} dimensions", shown(name), dimensions));
    std::uint64_t values = 1;
    for (std::uint32_t i = 0; i < dimensions; ++i) {
      CINELOOM_TRY_ASSIGN(const auto size, reader_.number<std::uint64_t>());
      if (size == 0 || size > kMostParameters / values) return contradiction(fmt::format("tensor '{}' has a size of {}", shown(name), size));
      values *= size;
      tensor.shape.push_back(size);
    }
    CINELOOM_TRY_ASSIGN(tensor.type, reader_.number<std::uint32_t>());
    CINELOOM_TRY_ASSIGN(tensor.offset, reader_.number<std::uint64_t>());
    const auto block = block_of(tensor.type);
    if (!block) return fail(ErrorCode::InvalidArgument, fmt::format("tensor '{}' has the unknown type {}", shown(name), tensor.type));
    if (tensor.shape[0] % block->values != 0) return contradiction(fmt::format("tensor '{}' does not fill its blocks", shown(name)));
    tensor.bytes = values / block->values * block->bytes;
    header_.parameters += values;
    if (!names_.emplace(tensor.name, header_.tensors.size()).second) return contradiction(fmt::format("tensor '{}' stands twice", shown(name)));
    header_.tensors.push_back(std::move(tensor));
    return {};
  }

  static std::string shown(std::string_view name) { return to_valid_utf8(name.substr(0, 64)); }

  Expected<void> check_places() {
    const std::uint64_t alignment = header_.numbers.contains("general.alignment") ? header_.numbers["general.alignment"] : 32;
    if (alignment < 8 || alignment > 4096 || (alignment & (alignment - 1)) != 0) return contradiction(fmt::format("an alignment of {}", alignment));
    header_.header_bytes = (reader_.at() + alignment - 1) / alignment * alignment;
    std::vector<const GgufTensor*> order;
    for (const GgufTensor& tensor : header_.tensors) order.push_back(&tensor);
    std::ranges::sort(order, {}, &GgufTensor::offset);
    std::uint64_t end = 0;
    for (const GgufTensor* tensor : order) {
      if (tensor->offset % alignment != 0 || tensor->offset < end) return contradiction(fmt::format("tensor '{}' lies over another", shown(tensor->name)));
      if (header_.header_bytes > file_bytes_ || tensor->offset > file_bytes_ || tensor->bytes > file_bytes_ ||
          header_.header_bytes + tensor->offset + tensor->bytes > file_bytes_) {
        return contradiction(fmt::format("tensor '{}' ends behind the end of the file; it was cut off", shown(tensor->name)));
      }
      end = tensor->offset + tensor->bytes;
      header_.data_bytes += tensor->bytes;
    }
    return {};
  }

  Expected<void> check_architecture() const {
    if (!known_architectures().contains(header_.architecture)) {
      return std::unexpected(
          Error(ErrorCode::InvalidArgument, fmt::format("models of the architecture '{}' are not run here", shown(header_.architecture)))
              .advise("llama, qwen2, qwen3, gemma2, gemma3, phi3, smollm3, granite and olmo2 are; or serve it with llama-server and use its address"));
    }
    CINELOOM_TRY(within("block_count", 1, 1024));
    CINELOOM_TRY(within("embedding_length", 1, 1U << 18U));
    CINELOOM_TRY(within("context_length", 1, 1U << 24U));
    if (header_.of_architecture("attention.head_count") != 0) {
      CINELOOM_TRY(within("attention.head_count", 1, 4096));
      if (header_.of_architecture("embedding_length") % header_.of_architecture("attention.head_count") != 0 &&
          header_.of_architecture("attention.key_length") == 0) {
        return contradiction("the heads do not divide the width");
      }
    }
    return {};
  }

  Expected<void> within(std::string_view key, std::uint64_t least, std::uint64_t most) const {
    const std::uint64_t value = header_.of_architecture(key);
    if (value < least || value > most) return contradiction(fmt::format("{} is {}, expected {} to {}", key, value, least, most));
    return {};
  }

  Expected<void> check_vocabulary() const {
    if (tokenizer_ == "none") return fail(ErrorCode::InvalidArgument, "the model file has no vocabulary");
    if (header_.vocabulary == 0) return contradiction("there are no tokens");
    if (scores_ && *scores_ != header_.vocabulary) return contradiction("there is not one score for each token");
    if (types_ && *types_ != header_.vocabulary) return contradiction("there is not one type for each token");
    for (const auto& [key, value] : header_.numbers) {
      if (key.starts_with("tokenizer.ggml.") && key.ends_with("_token_id") && value >= header_.vocabulary && value < 0xFFFFFFFFU) {
        return contradiction(fmt::format("{} is {}, there are {} tokens", key, value, header_.vocabulary));
      }
    }
    return {};
  }

  Expected<void> check_shapes() const {
    const auto width = header_.of_architecture("embedding_length");
    const auto embedding = names_.find("token_embd.weight");
    if (embedding == names_.end()) return contradiction("the tensor 'token_embd.weight' is missing");
    const GgufTensor& table = header_.tensors[embedding->second];
    if (table.shape.size() != 2 || table.shape[0] != width || table.shape[1] < header_.vocabulary)
      return contradiction("the table of tokens has another shape than the vocabulary");
    std::vector<bool> layers(header_.of_architecture("block_count"));
    for (const GgufTensor& tensor : header_.tensors) {
      const auto layer = layer_of(tensor.name);
      if (!layer) continue;
      if (*layer >= layers.size()) return contradiction(fmt::format("tensor '{}' belongs to a layer that there is not", shown(tensor.name)));
      layers[*layer] = true;
      if (tensor.name.ends_with("_norm.weight") && tensor.shape.size() > 1) return contradiction(fmt::format("tensor '{}' is no row", shown(tensor.name)));
    }
    if (std::ranges::find(layers, false) != layers.end()) return contradiction("layers are missing");
    return {};
  }

  static std::optional<std::uint64_t> layer_of(std::string_view name) {
    if (!name.starts_with("blk.")) return std::nullopt;
    std::uint64_t layer = 0;
    const auto [end, error] = std::from_chars(name.data() + 4, name.data() + name.size(), layer);
    return error == std::errc() ? layer : std::numeric_limits<std::uint64_t>::max();
  }

  Reader reader_;
  std::uint64_t file_bytes_;
  GgufHeader header_;
  std::string tokenizer_;
  std::optional<std::uint64_t> scores_;
  std::optional<std::uint64_t> types_;
  std::unordered_set<std::string_view> keys_;
  std::unordered_set<std::string_view> tokens_;
  std::map<std::string, std::size_t> names_;
};

}  // namespace

std::uint64_t GgufHeader::of_architecture(std::string_view key) const {
  const auto found = numbers.find(architecture + "." + std::string(key));
  return found == numbers.end() ? 0 : found->second;
}

std::uint64_t GgufHeader::cache_bytes(std::uint64_t tokens) const {
  const std::uint64_t heads = std::max<std::uint64_t>(1, of_architecture("attention.head_count"));
  const std::uint64_t own = of_architecture("attention.head_count_kv");
  const std::uint64_t shared = own == 0 ? heads : own;
  const std::uint64_t head =
      of_architecture("attention.key_length") != 0 ? of_architecture("attention.key_length") : of_architecture("embedding_length") / heads;
  return tokens * of_architecture("block_count") * shared * head * 2 * 2;
}

Expected<GgufHeader> read_gguf_header(std::string_view bytes, std::uint64_t file_bytes) { return HeaderReader(bytes, file_bytes).read(); }

Expected<GgufHeader> read_gguf_file(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return fail(ErrorCode::NotFound, fmt::format("there is no file '{}'", file.string()));
  const std::uint64_t size = std::filesystem::file_size(file, error);
  std::ifstream in(file, std::ios::binary);
  std::string bytes;
  for (std::uint64_t want = 1ULL << 20U;; want *= 4) {
    const std::uint64_t target = std::min({want, size, kMostHeaderBytes});
    const std::uint64_t have = bytes.size();
    bytes.resize(target);
    in.read(bytes.data() + have, static_cast<std::streamsize>(target - have));
    if (in.gcount() != static_cast<std::streamsize>(target - have)) return fail(ErrorCode::Unavailable, fmt::format("cannot read '{}'", file.string()));
    auto header = read_gguf_header(bytes, size);
    if (header || header.error().code() != ErrorCode::ResourceExhausted) return header;
    if (target == size) return contradiction("the header does not end; the file was cut off");
    if (target == kMostHeaderBytes) return header;
  }
}

}  // namespace cineloom::llm
