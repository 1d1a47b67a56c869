#include "text/segmenter_training.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <vector>

#include "base/utf8.h"
#include "text/internal/segment_features.h"
#include "text/internal/segment_storage.h"

namespace cineloom {
namespace {

using namespace segmentation;

struct Sentence {
  std::vector<char32_t> characters;
  std::vector<unsigned char> places;
};

Sentence read_line(std::string_view line) {
  Sentence sentence;
  std::size_t begin = 0;
  const auto end_word = [&] {
    const std::size_t end = sentence.characters.size();
    for (std::size_t i = begin; i < end; ++i) sentence.places.push_back(end - begin == 1 ? 3 : i == begin ? 0 : i + 1 == end ? 2 : 1);
    begin = end;
  };
  while (!line.empty()) {
    const auto decoded = decode_utf8(line);
    const char32_t c = decoded ? decoded->code_point : U' ';
    if (c <= U' ' || c == 0x3000) end_word();
    else sentence.characters.push_back(model_character(c));
    line.remove_prefix(decoded ? decoded->bytes : 1);
  }
  end_word();
  return sentence;
}

/// Keys that occur often enough, ascending.
std::vector<std::uint64_t> frequent(std::vector<std::uint64_t> keys, int least) {
  std::ranges::sort(keys);
  std::vector<std::uint64_t> kept;
  for (std::size_t begin = 0; begin < keys.size();) {
    std::size_t end = begin + 1;
    while (end < keys.size() && keys[end] == keys[begin]) ++end;
    if (end - begin >= static_cast<std::size_t>(least)) kept.push_back(keys[begin]);
    begin = end;
  }
  return kept;
}

constexpr std::uint32_t kNone = ~0U;

std::uint32_t index_of(const std::vector<std::uint64_t>& keys, std::uint64_t key) {
  const auto found = std::ranges::lower_bound(keys, key);
  return found != keys.end() && *found == key ? static_cast<std::uint32_t>(found - keys.begin()) : kNone;
}

/// Weights that remember their mean over all steps: `late` holds each change times the step it came at.
struct Averaged {
  std::vector<float> now;
  std::vector<double> late;
  explicit Averaged(std::size_t size) : now(size, 0.0F), late(size, 0) {}
  void add(std::size_t index, float change, double step) {
    now[index] += change;
    late[index] += static_cast<double>(change) * step;
  }
  [[nodiscard]] double mean(std::size_t index, double steps) const { return static_cast<double>(now[index]) - late[index] / steps; }
};

class Trainer {
 public:
  Trainer(std::span<const std::string> lines, std::span<const std::string> words, const SegmenterTraining& options) : options_(options) {
    for (const std::string& word : words) list(word);
    std::ranges::sort(words_);
    words_.erase(std::ranges::unique(words_).begin(), words_.end());
    for (const std::string& line : lines) {
      Sentence sentence = read_line(line);
      if (!sentence.characters.empty()) sentences_.push_back(std::move(sentence));
    }
    collect();
  }

  [[nodiscard]] bool has_words() const { return !sentences_.empty(); }

  Expected<std::string> run(Progress& progress, const CancelToken& cancel) {
    Random random(options_.seed);
    std::vector<std::size_t> order(sentences_.size());
    std::iota(order.begin(), order.end(), 0UZ);
    progress.begin("learning words", options_.sweeps * static_cast<std::int64_t>(order.size()), "lines");
    for (int sweep = 0; sweep < options_.sweeps; ++sweep) {
      for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
      for (const std::size_t index : order) {
        if (static_cast<std::int64_t>(step_) % 256 == 0) { CINELOOM_TRY(cancel.check()); }
        learn(sentences_[index], sweep);
        progress.advance();
      }
    }
    progress.finish();
    return pack_segmenter(rounded());
  }

 private:
  /// Where a feature's weights for a place begin; four values each.
  using Features = std::array<std::uint32_t, Weights::kNear + Weights::kPairs + 6>;

  void list(std::string_view word) {
    const std::vector<char32_t> characters = read_line(word).characters;
    if (characters.size() < 2 || characters.size() > Weights::kLongestWord) return;
    if (!std::ranges::all_of(characters, is_han)) return;
    std::uint64_t key = 0;
    for (const char32_t c : characters) key = longer_key(key, c);
    words_.push_back(key);
  }

  [[nodiscard]] bool is_listed(std::uint64_t key, int sweep) const {
    if (!std::ranges::binary_search(words_, key)) return false;
    return mixed(key + static_cast<std::uint64_t>(sweep) * std::uint64_t{0x9E3779B97F4A7C15}) % 100 >= static_cast<std::uint64_t>(options_.hidden_percent);
  }

  void collect() {
    std::vector<std::uint64_t> characters;
    std::vector<std::uint64_t> pairs;
    std::vector<std::uint64_t> arounds;
    for (const Sentence& sentence : sentences_) {
      const auto& c = sentence.characters;
      for (std::size_t i = 0; i < c.size(); ++i) {
        if (c[i] < 65'536) characters.push_back(c[i]);
        if (i + 1 < c.size()) pairs.push_back(pair_key(c[i], c[i + 1]));
        if (i > 0 && i + 1 < c.size()) {
          arounds.push_back(around_key(c[i - 1], c[i + 1]));
          arounds.push_back(triple_key(c[i - 1], c[i], c[i + 1]));
        }
      }
    }
    characters_ = frequent(std::move(characters), 1);
    pairs_ = frequent(std::move(pairs), options_.least_pairs);
    arounds_ = frequent(std::move(arounds), options_.least_arounds);
    // Row 0 of the characters is the unknown one.
    pair_base_ = (characters_.size() + 1) * Weights::kNear;
    around_base_ = pair_base_ + pairs_.size() * Weights::kPairs;
    pattern_base_ = around_base_ + arounds_.size();
    listed_base_ = pattern_base_ + Weights::kPatterns;
    weights_.emplace((listed_base_ + Weights::kListed + kPlaces) * kPlaces);
  }

  [[nodiscard]] std::vector<Features> features_of(const std::vector<char32_t>& c, int sweep) const {
    std::vector<Features> all(c.size());
    for (auto& features : all) features.fill(kNone);
    const auto row = [](std::size_t index) { return static_cast<std::uint32_t>(index * kPlaces); };
    ListedWords listed;
    find_listed(c, listed, [&](std::size_t at) { return is_han(c[at]); }, [&](std::uint64_t key) { return is_listed(key, sweep); });
    for (std::size_t i = 0; i < c.size(); ++i) {
      for (std::size_t kind = 0; kind < 3; ++kind) all[i][12 + kind] = row(listed_base_ + listed_row(kind, listed.lengths[i][kind]));
      const std::uint32_t found = index_of(characters_, c[i]);
      const std::size_t character = found == kNone ? 0 : found + 1;
      // This character at -2 .. 2 of the places around it; offset 2 comes first.
      for (std::size_t k = 0; k < Weights::kNear; ++k) {
        if (i + k >= 2 && i + k - 2 < c.size()) all[i + k - 2][k] = row(character * Weights::kNear + k);
      }
      const std::uint32_t pair = i + 1 < c.size() ? index_of(pairs_, pair_key(c[i], c[i + 1])) : kNone;
      for (std::size_t k = 0; k < Weights::kPairs && pair != kNone; ++k) {
        if (i + k >= 1 && i + k - 1 < c.size()) all[i + k - 1][Weights::kNear + k] = row(pair_base_ + pair * Weights::kPairs + k);
      }
      all[i][9] = row(pattern_base_ + pattern_at(c, i));
      if (i == 0 || i + 1 >= c.size()) continue;
      const std::uint32_t around = index_of(arounds_, around_key(c[i - 1], c[i + 1]));
      const std::uint32_t triple = index_of(arounds_, triple_key(c[i - 1], c[i], c[i + 1]));
      if (around != kNone) all[i][10] = row(around_base_ + around);
      if (triple != kNone) all[i][11] = row(around_base_ + triple);
    }
    return all;
  }

  [[nodiscard]] std::size_t transition(std::size_t before, std::size_t after) const { return (listed_base_ + Weights::kListed + before) * kPlaces + after; }

  void learn(const Sentence& sentence, int sweep) {
    step_ += 1;
    const std::vector<Features> features = features_of(sentence.characters, sweep);
    const std::vector<unsigned char> guess = decode(features);
    for (std::size_t i = 0; i < guess.size(); ++i) {
      if (guess[i] != sentence.places[i]) {
        for (const std::uint32_t row : features[i]) {
          if (row == kNone) continue;
          weights_->add(row + sentence.places[i], 1, step_);
          weights_->add(row + guess[i], -1, step_);
        }
      }
      if (i > 0 && (guess[i] != sentence.places[i] || guess[i - 1] != sentence.places[i - 1])) {
        weights_->add(transition(sentence.places[i - 1], sentence.places[i]), 1, step_);
        weights_->add(transition(guess[i - 1], guess[i]), -1, step_);
      }
    }
  }

  [[nodiscard]] std::vector<unsigned char> decode(const std::vector<Features>& features) const {
    constexpr float kNever = -1e9F;
    const std::size_t count = features.size();
    std::vector<std::array<unsigned char, kPlaces>> from(count);
    std::array<float, kPlaces> best{};
    for (std::size_t i = 0; i < count; ++i) {
      std::array<float, kPlaces> own{};
      for (const std::uint32_t row : features[i]) {
        for (std::size_t place = 0; place < kPlaces && row != kNone; ++place) own[place] += weights_->now[row + place];
      }
      std::array<float, kPlaces> next{};
      for (std::size_t after = 0; after < kPlaces; ++after) {
        next[after] = kNever;
        if (i == 0) next[after] = after == 0 || after == 3 ? 0 : kNever;
        for (std::size_t before = 0; before < kPlaces && i > 0; ++before) {
          if ((before <= 1) != (after == 1 || after == 2)) continue;
          const float value = best[before] + weights_->now[transition(before, after)];
          if (value <= next[after]) continue;
          next[after] = value;
          from[i][after] = static_cast<unsigned char>(before);
        }
        next[after] += own[after];
      }
      best = next;
    }
    std::vector<unsigned char> places(count);
    unsigned char place = best[2] >= best[3] ? 2 : 3;
    for (std::size_t i = count; i-- > 0;) {
      places[i] = place;
      place = from[i][place];
    }
    return places;
  }

  /// Means of all weights as whole numbers of one scale.
  [[nodiscard]] PlainWeights rounded() const {
    double largest = 1e-9;
    for (std::size_t i = pair_base_ * kPlaces; i < pattern_base_ * kPlaces; ++i) largest = std::max(largest, std::abs(weights_->mean(i, step_)));
    const double scale = options_.largest / largest;
    const auto value = [&](std::size_t index, double limit) { return std::clamp(std::round(weights_->mean(index, step_) * scale), -limit, limit); };
    PlainWeights plain;
    for (std::size_t i = 0; i < characters_.size(); ++i) {
      PlainWeights::Character character{.code_point = static_cast<char32_t>(characters_[i])};
      for (std::size_t k = 0; k < character.values.size(); ++k) {
        character.values[k] = static_cast<std::int16_t>(value((i + 1) * Weights::kNear * kPlaces + k, 2000));
      }
      plain.characters.push_back(character);
    }
    fill_rows(plain.pairs, pairs_, pair_base_ * kPlaces, value);
    fill_rows(plain.arounds, arounds_, around_base_ * kPlaces, value);
    for (std::size_t k = 0; k < plain.listed.size(); ++k) plain.listed[k] = static_cast<std::int16_t>(value(listed_base_ * kPlaces + k, 2000));
    plain.words = words_;
    for (std::size_t k = 0; k < plain.patterns.size(); ++k) plain.patterns[k] = static_cast<std::int16_t>(value(pattern_base_ * kPlaces + k, 2000));
    for (std::size_t a = 0; a < kPlaces; ++a) {
      for (std::size_t b = 0; b < kPlaces; ++b) plain.transitions[a][b] = static_cast<std::int16_t>(value(transition(a, b), 2000));
    }
    return plain;
  }

  template <class Row, class Value>
  void fill_rows(std::vector<Row>& rows, const std::vector<std::uint64_t>& keys, std::size_t base, const Value& value) const {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      Row row{.key = keys[i]};
      int most = 0;
      for (std::size_t k = 0; k < row.values.size(); ++k) {
        row.values[k] = static_cast<std::int8_t>(value(base + i * row.values.size() + k, 127));
        most = std::max(most, std::abs(static_cast<int>(row.values[k])));
      }
      if (most >= options_.least_step) rows.push_back(row);
    }
  }

  const SegmenterTraining& options_;
  std::vector<Sentence> sentences_;
  std::vector<std::uint64_t> characters_;
  std::vector<std::uint64_t> pairs_;
  std::vector<std::uint64_t> arounds_;
  std::size_t pair_base_ = 0;
  std::size_t around_base_ = 0;
  std::size_t pattern_base_ = 0;
  std::size_t listed_base_ = 0;
  std::vector<std::uint64_t> words_;  ///< keys, ascending
  std::optional<Averaged> weights_;
  double step_ = 0;
};

}  // namespace

Expected<std::string> train_segmenter(std::span<const std::string> lines, std::span<const std::string> words, const SegmenterTraining& options,
                                      Progress& progress, const CancelToken& cancel) {
  Trainer trainer(lines, words, options);
  if (!trainer.has_words()) return fail(ErrorCode::InvalidArgument, "expected lines of words parted by blanks, found none");
  return trainer.run(progress, cancel);
}

}  // namespace cineloom
