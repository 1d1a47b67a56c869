#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "base/random.h"

namespace cineloom::llm {

/// The shape of a Llama.
struct LlamaShape {
  std::uint32_t width = 64;
  std::uint32_t layers = 2;
  std::uint32_t heads = 4;
  std::uint32_t shared_heads = 4;  ///< of keys and values
  std::uint32_t hidden = 128;
  std::uint32_t context = 1024;
  std::uint32_t vocabulary = 320;  ///< tokens, at least 272: bytes, control tokens, and names for the rest
};

enum class WeightType { F32, Q4_0 };

/// Writes a Llama of random weights with a vocabulary of bytes: for measuring speed, and for tests that need any model at all.
/// The same shape and seed give the same bytes. Control tokens: <s>, </s>, <|end|>, <|user|>, <|assistant|>.
/// Errors: InvalidArgument for a shape that cannot be; those of writing a file.
Expected<void> write_random_llama(const std::filesystem::path& file, const LlamaShape& shape, WeightType type, Seed seed, std::string_view chat_template = "");

}  // namespace cineloom::llm
