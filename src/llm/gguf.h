#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"

namespace cineloom::llm {

/// A tensor as the header of a GGUF file declares it.
struct GgufTensor {
  std::string name;
  std::vector<std::uint64_t> shape;  ///< fastest dimension first, 1 .. 4 of them
  std::uint32_t type = 0;            ///< as in ggml
  std::uint64_t offset = 0;          ///< from the beginning of the data
  std::uint64_t bytes = 0;
};

/// What a GGUF file says about itself, checked as far as a header can be.
struct GgufHeader {
  std::string architecture;
  std::string name;
  std::string license;
  std::string chat_template;
  std::map<std::string, std::uint64_t> numbers;  ///< whole-number facts by key
  std::vector<GgufTensor> tensors;
  std::uint64_t vocabulary = 0;   ///< tokens
  std::uint64_t header_bytes = 0;
  std::uint64_t data_bytes = 0;   ///< of all tensors
  std::uint64_t parameters = 0;

  /// The fact "ARCHITECTURE.key", 0 if absent.
  [[nodiscard]] std::uint64_t of_architecture(std::string_view key) const;
  /// Bytes of keys and values for this many tokens, both as 16-bit floats.
  [[nodiscard]] std::uint64_t cache_bytes(std::uint64_t tokens) const;
};

/// Checks the header of a file of `file_bytes` whose beginning is `bytes`: counts, lengths, types, the vocabulary, shapes of the
/// tensors and that they lie inside the file without overlapping. Runs in linear time and takes no more memory than `bytes`.
/// Errors: InvalidArgument for what is no GGUF or of an unknown architecture; DataLoss for one that contradicts itself;
/// ResourceExhausted if the header does not end within `bytes` (more of the file is needed, or it lies).
Expected<GgufHeader> read_gguf_header(std::string_view bytes, std::uint64_t file_bytes);

/// The same for a file; a header over 64 MiB is refused.
Expected<GgufHeader> read_gguf_file(const std::filesystem::path& file);

}  // namespace cineloom::llm
