#include "sentiment/learning/ngram_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <optional>
#include <utility>

#include "base/bytes.h"
#include "base/sealed_bytes.h"

// Bytes of a model: magic, version, n-gram options, outputs, slot bits, entries; per entry by ascending home: the distance to
// the home before, in fours of slots, as 7-bit groups, fingerprint, one signed byte per output; FNV-1a of all before at the end.
namespace cineloom {
namespace {

constexpr SealMark kMark{.magic = 0x4D544C43, .version = 1};  // "CLTM"
constexpr unsigned kMostSlotBits = 26;
constexpr std::size_t kAhead = 12;

std::uint16_t print_of(std::uint64_t hash) { return static_cast<std::uint16_t>((hash >> 48U) | 1U); }
// Homes are groups of four slots, which small entries are compared with at once.
constexpr std::size_t kGroup = 4;
std::size_t home_of(std::uint64_t hash, unsigned slot_bits) { return (hash >> 8U) & ((std::size_t{1} << slot_bits) - kGroup); }
using FourSlots [[gnu::vector_size(16)]] = std::uint32_t;

unsigned bits_for(std::size_t entries) { return static_cast<unsigned>(std::bit_width(std::max<std::size_t>(entries * 5 / 2, 64))); }

void put_distance(std::string& bytes, std::size_t distance) {
  for (; distance >= 0x80; distance >>= 7U) bytes += static_cast<char>(0x80U | (distance & 0x7FU));
  bytes += static_cast<char>(distance);
}

std::unexpected<Error> damaged(std::string what) {
  return std::unexpected(Error(ErrorCode::DataLoss, "expected a text model, found " + std::move(what)).advise("restore models/text or train the model again"));
}

double length_factor(std::size_t length, double exponent) {
  return exponent == 0     ? 1
         : exponent == 0.5 ? 1 / std::sqrt(static_cast<double>(std::max<std::size_t>(length, 1)))
                           : std::pow(std::max<std::size_t>(length, 1), -exponent);
}

struct PackedEntry {
  std::size_t home = 0;
  std::uint16_t print = 0;
  std::vector<std::int8_t> weights;
};

/// The entry in whole steps of the scales; nothing if all its steps are smaller than `least`.
std::optional<std::vector<std::int8_t>> rounded(const NgramModel::Entry& entry, const std::vector<float>& scales, int least) {
  std::vector<std::int8_t> weights;
  int most = 0;
  for (std::size_t k = 0; k < scales.size(); ++k) {
    weights.push_back(static_cast<std::int8_t>(std::lround(entry.weights[k] / scales[k])));
    most = std::max(most, std::abs(static_cast<int>(weights.back())));
  }
  if (most < least) return std::nullopt;
  return weights;
}

void put_entries(std::string& bytes, const std::vector<PackedEntry>& entries) {
  std::size_t before = 0;
  for (const PackedEntry& entry : entries) {
    put_distance(bytes, (entry.home - before) / kGroup);
    bytes.append(reinterpret_cast<const char*>(&entry.print), sizeof entry.print);
    bytes.append(reinterpret_cast<const char*>(entry.weights.data()), entry.weights.size());
    before = entry.home;
  }
}

bool are_sound(const NgramOptions& options, std::span<const ModelOutput> outputs) {
  if (options.longest < 1 || options.longest > 4 || options.stem < 0 || options.stem > 8 || outputs.empty() || outputs.size() > NgramModel::kMostOutputs)
    return false;
  return std::ranges::all_of(outputs, [](const ModelOutput& output) {
    return std::isfinite(output.bias) && output.length_exponent >= 0 && output.length_exponent <= 1 && std::isfinite(output.scale);
  });
}

/// Distances of entries, bounded by what is there.
std::optional<std::size_t> take_distance(std::string_view& rest) {
  std::size_t distance = 0;
  for (unsigned shift = 0; shift < 35 && !rest.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    distance |= std::size_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return distance;
  }
  return std::nullopt;
}

/// A 127th of each output's largest weight.
std::vector<float> scales_of(std::span<const NgramModel::Entry> entries, std::size_t outputs) {
  std::vector<float> scales(outputs, 1e-9F);
  for (const NgramModel::Entry& entry : entries) {
    for (std::size_t k = 0; k < outputs; ++k) scales[k] = std::max(scales[k], std::abs(entry.weights[k]));
  }
  for (float& scale : scales) scale /= 127;
  return scales;
}

}  // namespace

void NgramModel::allocate(std::size_t entries, unsigned slot_bits) {
  stride_ = stride_for(outputs_.size());
  slot_bits_ = slot_bits;
  entries_ = entries;
  slots_.assign((stride_ << slot_bits_) + 64, 0);
}

void NgramModel::insert(std::size_t home, std::uint16_t print, const std::int8_t* weights) {
  const std::size_t mask = (std::size_t{1} << slot_bits_) - 1;
  unsigned char* slot = slots_.data() + home * stride_;
  while (slot[0] != 0 || slot[1] != 0) {
    home = (home + 1) & mask;
    slot = slots_.data() + home * stride_;
  }
  std::memcpy(slot, &print, 2);
  std::memcpy(slot + 2, weights, outputs_.size());
}

const unsigned char* NgramModel::find(std::uint64_t hash) const {
  const std::size_t mask = (std::size_t{1} << slot_bits_) - 1;
  const std::uint16_t wanted = print_of(hash);
  for (std::size_t slot = home_of(hash, slot_bits_);; slot = (slot + 1) & mask) {
    const unsigned char* at = slots_.data() + slot * stride_;
    std::uint16_t print = 0;
    std::memcpy(&print, at, 2);
    if (print == wanted) return at + 2;
    if (print == 0) return nullptr;
  }
}

Expected<std::string> NgramModel::pack(const NgramOptions& options, std::vector<ModelOutput> outputs, std::span<const Entry> entries, int least) {
  if (!are_sound(options, outputs)) return fail(ErrorCode::InvalidArgument, "expected 1 to 30 outputs over n-grams of at most 4 units");
  const std::vector<float> scales = scales_of(entries, outputs.size());
  for (std::size_t k = 0; k < scales.size(); ++k) outputs[k].scale = scales[k];
  std::vector<std::pair<std::uint64_t, std::vector<std::int8_t>>> kept;
  for (const Entry& entry : entries) {
    if (auto weights = rounded(entry, scales, least)) kept.emplace_back(entry.hash, *std::move(weights));
  }
  const unsigned bits = bits_for(kept.size());
  if (bits > kMostSlotBits) return fail(ErrorCode::ResourceExhausted, fmt::format("{} n-grams are more than a model holds", kept.size()));
  std::vector<PackedEntry> packed;
  packed.reserve(kept.size());
  for (auto& [hash, weights] : kept) packed.push_back({.home = home_of(hash, bits), .print = print_of(hash), .weights = std::move(weights)});
  std::ranges::stable_sort(packed, {}, [](const PackedEntry& entry) { return std::pair(entry.home, entry.print); });

  ByteWriter head;
  head.put(static_cast<std::uint32_t>(options.longest));
  head.put(static_cast<std::uint32_t>(options.keeps_punctuation ? 1 : 0));
  head.put(static_cast<std::uint32_t>(options.stem));
  head.put(static_cast<std::uint32_t>(outputs.size()));
  for (const ModelOutput& output : outputs) {
    head.put(std::string_view(output.name));
    head.put(output.bias);
    head.put(output.length_exponent);
    head.put(output.scale);
  }
  head.put(static_cast<std::uint32_t>(bits));
  head.put(static_cast<std::uint64_t>(packed.size()));
  std::string entry_bytes;
  put_entries(entry_bytes, packed);
  head.put(std::string_view(entry_bytes));
  return seal(kMark, std::move(head).take());
}

Expected<NgramModel> NgramModel::load(std::string_view bytes) {
  const auto body = unseal(kMark, bytes);
  if (!body) return damaged(std::string(body.error().message()));
  ByteReader reader(*body);
  NgramModel model;
  std::string entry_bytes;
  std::uint64_t entries = 0;
  std::uint32_t bits = 0;
  CINELOOM_TRY(model.take_head(reader, bits, entries, entry_bytes));
  // Every slot full would make a lookup go round for ever.
  if (bits < 6 || bits > kMostSlotBits || entries > (std::uint64_t{1} << bits) * 9 / 10) return damaged("a table of impossible size");
  model.allocate(entries, bits);
  CINELOOM_TRY(model.take_entries(entry_bytes));
  return model;
}

Expected<void> NgramModel::take_head(ByteReader& reader, std::uint32_t& bits, std::uint64_t& entries, std::string& entry_bytes) {
  std::uint32_t longest = 0;
  std::uint32_t keeps_punctuation = 0;
  std::uint32_t stem = 0;
  std::uint32_t outputs = 0;
  reader.take(longest);
  reader.take(keeps_punctuation);
  reader.take(stem);
  reader.take(outputs);
  if (outputs > kMostOutputs) return damaged("more outputs than a model has");
  outputs_.resize(outputs);
  for (ModelOutput& output : outputs_) {
    reader.take(output.name);
    reader.take(output.bias);
    reader.take(output.length_exponent);
    reader.take(output.scale);
  }
  reader.take(bits);
  reader.take(entries);
  reader.take(entry_bytes);
  options_ = {.longest = static_cast<int>(longest), .keeps_punctuation = keeps_punctuation != 0, .stem = static_cast<int>(stem)};
  if (!reader.is_whole() || !are_sound(options_, outputs_)) return damaged("a head that makes no sense");
  return {};
}

Expected<void> NgramModel::take_entries(std::string_view rest) {
  const std::size_t each = 2 + outputs_.size();
  std::size_t home = 0;
  for (std::size_t i = 0; i < entries_; ++i) {
    const auto distance = take_distance(rest);
    if (!distance || rest.size() < each || (home += *distance * kGroup) >> slot_bits_ != 0) return damaged("entries that end too early");
    std::uint16_t print = 0;
    std::array<std::int8_t, kMostOutputs> weights{};
    std::memcpy(&print, rest.data(), sizeof print);
    std::memcpy(weights.data(), rest.data() + sizeof print, outputs_.size());
    if (print == 0) return damaged("an entry without a fingerprint");
    insert(home, print, weights.data());
    rest.remove_prefix(each);
  }
  if (!rest.empty()) return damaged("bytes behind the last entry");
  return {};
}

void NgramModel::sum_small(std::span<const std::uint64_t> ngrams, std::span<std::int32_t> sums) const {
  const std::size_t mask = (std::size_t{1} << slot_bits_) - kGroup;
  const unsigned char* slots = slots_.data();
  std::int32_t first = 0;
  std::int32_t second = 0;
  for (std::size_t i = 0; i < ngrams.size(); ++i) {
    if (i + kAhead < ngrams.size()) __builtin_prefetch(slots + home_of(ngrams[i + kAhead], slot_bits_) * 4);
    const std::uint32_t wanted = print_of(ngrams[i]);
    for (std::size_t slot = home_of(ngrams[i], slot_bits_);; slot = (slot + kGroup) & mask) {
      FourSlots group;
      std::memcpy(&group, slots + slot * 4, sizeof group);
      const FourSlots prints = group & 0xFFFFU;
      const FourSlots found = group & reinterpret_cast<FourSlots>(prints == wanted);
      const std::uint32_t entry = found[0] | found[1] | found[2] | found[3];
      first += static_cast<std::int8_t>(entry >> 16U);
      second += static_cast<std::int8_t>(entry >> 24U);
      // Slots fill from the front: a free one at the end means there is no more.
      if (entry != 0 || prints[3] == 0) [[likely]]
        break;
    }
  }
  sums[0] = first;
  sums[1] = second;
}

void NgramModel::sum_large(std::span<const std::uint64_t> ngrams, std::span<std::int32_t> sums) const {
  for (const std::uint64_t hash : ngrams) {
    const unsigned char* entry = find(hash);
    if (entry == nullptr) continue;
    const auto* weights = reinterpret_cast<const std::int8_t*>(entry);
    for (std::size_t k = 0; k < kMostOutputs; ++k) sums[k] += weights[k];
  }
}

void NgramModel::read(std::span<const std::uint64_t> ngrams, std::span<float> answers) const {
  std::array<std::int32_t, kMostOutputs> sums{};
  if (stride_ == 4) {
    sum_small(ngrams, sums);
  } else {
    sum_large(ngrams, sums);
  }
  for (std::size_t k = 0; k < outputs_.size(); ++k) {
    const double sum = static_cast<double>(sums[k]) * static_cast<double>(outputs_[k].scale);
    answers[k] = static_cast<float>(sum * length_factor(ngrams.size(), outputs_[k].length_exponent) + outputs_[k].bias);
  }
}

template <class Weight>
std::vector<Evidence> NgramModel::strongest(std::string_view text, std::size_t limit, Weight weight_of) const {
  NgramReader reader(options_);
  const std::size_t length = reader.read(text).size();
  std::vector<Evidence> all;
  for (const NgramReader::Occurrence& occurrence : reader.occurrences(text)) {
    const unsigned char* weights = find(occurrence.hash);
    if (weights == nullptr) continue;
    const double weight = weight_of(reinterpret_cast<const std::int8_t*>(weights), length);
    if (weight != 0) all.push_back({.span = occurrence.span, .weight = weight});
  }
  std::ranges::stable_sort(all, std::greater(), [](const Evidence& evidence) { return std::abs(evidence.weight); });
  std::vector<Evidence> chosen;
  for (const Evidence& evidence : all) {
    if (chosen.size() == limit) break;
    const bool is_free =
        std::ranges::none_of(chosen, [&](const Evidence& other) { return evidence.span.begin < other.span.end && other.span.begin < evidence.span.end; });
    if (is_free) chosen.push_back(evidence);
  }
  return chosen;
}

std::vector<Evidence> NgramModel::explain(std::string_view text, std::size_t limit) const {
  return strongest(text, limit, [this](const std::int8_t* weights, std::size_t length) {
    double sum = 0;
    for (std::size_t k = 0; k < outputs_.size(); ++k) {
      sum += static_cast<double>(outputs_[k].scale) * weights[k] * length_factor(length, outputs_[k].length_exponent);
    }
    return sum;
  });
}

std::vector<Evidence> NgramModel::explain(std::string_view text, std::size_t output, std::size_t limit) const {
  return strongest(text, limit, [this, output](const std::int8_t* weights, std::size_t length) {
    return static_cast<double>(outputs_[output].scale) * weights[output] * length_factor(length, outputs_[output].length_exponent);
  });
}

}  // namespace cineloom
