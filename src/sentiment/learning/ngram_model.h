#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/expected.h"
#include "sentiment/learning/ngrams.h"

namespace cineloom {

/// What one answer of a model is made of: sum of the n-grams' weights times length^-exponent, plus a bias.
struct ModelOutput {
  std::string name;
  double bias = 0;
  double length_exponent = 0;  ///< 0 .. 1; length = distinct n-grams of the text
  float scale = 1;             ///< a stored weight of 1 means this much
};

/// Words that moved an answer.
struct Evidence {
  Span span;          ///< in the text
  double weight = 0;  ///< what they added to the answer
};

/// A linear model over n-grams with weights of one byte, in a table that a lookup reads one cache line of.
/// Immutable once made; any number of threads may read it, each with its own NgramReader.
class NgramModel {
 public:
  static constexpr std::size_t kMostOutputs = 30;

  struct Entry {
    std::uint64_t hash = 0;
    std::vector<float> weights;  ///< by output
  };
  /// Weights are rounded to a 127th of each output's largest kept one; entries whose weights all round to less than `least` steps are
  /// dropped. `outputs` come without scales. Gives the bytes that load() reads. Errors: InvalidArgument for 0 or more than 30 outputs;
  /// ResourceExhausted for more n-grams than a table holds.
  static Expected<std::string> pack(const NgramOptions& options, std::vector<ModelOutput> outputs, std::span<const Entry> entries, int least = 1);
  /// Errors: DataLoss if the bytes are damaged, cut short, or of another version.
  static Expected<NgramModel> load(std::string_view bytes);

  [[nodiscard]] const NgramOptions& options() const { return options_; }
  [[nodiscard]] std::span<const ModelOutput> outputs() const { return outputs_; }
  [[nodiscard]] std::size_t size() const { return entries_; }

  /// The answers for a text, by output; `answers` has as many places.
  void read(std::span<const std::uint64_t> ngrams, std::span<float> answers) const;
  /// The n-grams that moved the sum of the outputs most, strongest first, none overlapping another; at most `limit`.
  [[nodiscard]] std::vector<Evidence> explain(std::string_view text, std::size_t limit) const;
  /// The same for one output.
  [[nodiscard]] std::vector<Evidence> explain(std::string_view text, std::size_t output, std::size_t limit) const;

 private:
  static std::size_t stride_for(std::size_t outputs) { return outputs <= 2 ? 4 : 32; }
  void sum_small(std::span<const std::uint64_t> ngrams, std::span<std::int32_t> sums) const;
  void sum_large(std::span<const std::uint64_t> ngrams, std::span<std::int32_t> sums) const;
  [[nodiscard]] const unsigned char* find(std::uint64_t hash) const;
  Expected<void> take_head(ByteReader& reader, std::uint32_t& bits, std::uint64_t& entries, std::string& entry_bytes);
  Expected<void> take_entries(std::string_view rest);
  void insert(std::size_t home, std::uint16_t print, const std::int8_t* weights);
  void allocate(std::size_t entries, unsigned slot_bits);
  template <class Weight>
  [[nodiscard]] std::vector<Evidence> strongest(std::string_view text, std::size_t limit, Weight weight_of) const;

  NgramOptions options_;
  std::vector<ModelOutput> outputs_;
  std::size_t entries_ = 0;
  std::size_t stride_ = 4;
  unsigned slot_bits_ = 0;
  std::vector<unsigned char> slots_;  ///< fingerprint (2 bytes, 0 = free), then one signed byte per output
};

}  // namespace cineloom
