#include "text/internal/segment_storage.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

#include "base/bytes.h"
#include "base/sealed_bytes.h"
#include "text/internal/segment_features.h"

// Bytes of a model: magic, version, characters, patterns, transitions; two tables, each its bits, number of rows and rows by ascending
// home slot: the distance to the home before as 7-bit groups, fingerprint, a bit for each value that is not 0, those values; FNV-1a of
// all before at the end.
namespace cineloom::segmentation {
namespace {

constexpr SealMark kMark{.magic = 0x53534C43, .version = 1};  // "CLSS"
constexpr unsigned kMostBits = 24;

std::unexpected<Error> damaged(std::string what) {
  return std::unexpected(Error(ErrorCode::DataLoss, "expected a model of Chinese words, found " + std::move(what)).advise("restore models/text"));
}

unsigned bits_for(std::size_t rows) { return static_cast<unsigned>(std::bit_width(std::max<std::size_t>(rows * 8 / 5, 2))); }

void put_distance(std::string& bytes, std::size_t distance) {
  for (; distance >= 0x80; distance >>= 7U) bytes += static_cast<char>(0x80U | (distance & 0x7FU));
  bytes += static_cast<char>(distance);
}

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

template <std::size_t Size>
void put_rows(ByteWriter& writer, const std::vector<PlainWeights::Row<Size>>& rows) {
  const unsigned bits = bits_for(rows.size());
  const std::size_t mask = (std::size_t{1} << bits) - 1;
  auto sorted = rows;
  std::ranges::sort(sorted, {}, [mask](const auto& row) { return std::pair(row.key & mask, row.key); });
  std::string bytes;
  std::size_t before = 0;
  for (const auto& row : sorted) {
    put_distance(bytes, (row.key & mask) - before);
    before = row.key & mask;
    const std::uint16_t print = print_of(row.key);
    bytes.append(reinterpret_cast<const char*>(&print), sizeof print);
    std::uint16_t present = 0;
    for (std::size_t i = 0; i < Size; ++i) present = static_cast<std::uint16_t>(present | (row.values[i] != 0 ? 1U << i : 0U));
    bytes.append(reinterpret_cast<const char*>(&present), Size > 8 ? 2 : 1);
    for (const std::int8_t value : row.values) {
      if (value != 0) bytes += static_cast<char>(value);
    }
  }
  writer.put(static_cast<std::uint32_t>(bits));
  writer.put(static_cast<std::uint64_t>(rows.size()));
  writer.put(std::string_view(bytes));
}

template <std::size_t Size>
Expected<void> take_rows(ByteReader& reader, std::vector<std::uint16_t>& prints, std::vector<std::array<std::int8_t, Size>>& rows) {
  std::uint32_t bits = 0;
  std::uint64_t count = 0;
  std::string bytes;
  reader.take(bits);
  reader.take(count);
  reader.take(bytes);
  // Every slot taken would make a lookup go round for ever.
  if (reader.is_short() || bits < 1 || bits > kMostBits || count >= (std::uint64_t{1} << bits) * 9 / 10) return damaged("a table of impossible size");
  const std::size_t mask = (std::size_t{1} << bits) - 1;
  prints.assign(mask + 1, 0);
  rows.assign(mask + 1, {});
  std::string_view rest = bytes;
  std::size_t home = 0;
  constexpr std::size_t kMaskBytes = Size > 8 ? 2 : 1;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto distance = take_distance(rest);
    if (!distance || (home += *distance) > mask || rest.size() < 2 + kMaskBytes) return damaged("rows that end too early");
    std::uint16_t print = 0;
    std::uint16_t present = 0;
    std::memcpy(&print, rest.data(), 2);
    std::memcpy(&present, rest.data() + 2, kMaskBytes);
    rest.remove_prefix(2 + kMaskBytes);
    if (print == 0 || present >> Size != 0 || rest.size() < static_cast<std::size_t>(std::popcount(present))) return damaged("a row without its values");
    std::size_t slot = home;
    while (prints[slot] != 0) slot = (slot + 1) & mask;
    prints[slot] = print;
    for (std::size_t k = 0; k < Size; ++k) {
      if ((present >> k & 1U) == 0) continue;
      rows[slot][k] = static_cast<std::int8_t>(rest.front());
      rest.remove_prefix(1);
    }
  }
  return rest.empty() ? Expected<void>() : damaged("bytes behind the last row");
}

void put_words(ByteWriter& writer, std::vector<std::uint64_t> keys) {
  const unsigned bits = bits_for(keys.size());
  const std::size_t mask = (std::size_t{1} << bits) - 1;
  std::ranges::sort(keys, {}, [mask](std::uint64_t key) { return std::pair(key & mask, key); });
  std::string bytes;
  std::size_t before = 0;
  for (const std::uint64_t key : keys) {
    put_distance(bytes, (key & mask) - before);
    before = key & mask;
    const std::uint16_t print = print_of(key);
    bytes.append(reinterpret_cast<const char*>(&print), sizeof print);
  }
  writer.put(static_cast<std::uint32_t>(bits));
  writer.put(static_cast<std::uint64_t>(keys.size()));
  writer.put(std::string_view(bytes));
}

Expected<void> take_words(ByteReader& reader, std::vector<std::uint16_t>& prints, std::vector<unsigned char>& hints) {
  std::uint32_t bits = 0;
  std::uint64_t count = 0;
  std::string bytes;
  reader.take(bits);
  reader.take(count);
  reader.take(bytes);
  if (reader.is_short() || bits < 1 || bits > kMostBits || count >= (std::uint64_t{1} << bits) * 9 / 10) return damaged("a word list of impossible size");
  const std::size_t mask = (std::size_t{1} << bits) - 1;
  prints.assign(mask + 1, 0);
  hints.assign(mask + 1, 0);
  std::string_view rest = bytes;
  std::size_t home = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto distance = take_distance(rest);
    if (!distance || (home += *distance) > mask || rest.size() < 2) return damaged("a word list that ends too early");
    std::uint16_t print = 0;
    std::memcpy(&print, rest.data(), 2);
    rest.remove_prefix(2);
    if (print == 0) return damaged("a word without a fingerprint");
    hints[home] = static_cast<unsigned char>(hints[home] | hint_of(print));
    std::size_t slot = home;
    while (prints[slot] != 0) slot = (slot + 1) & mask;
    prints[slot] = print;
  }
  return rest.empty() ? Expected<void>() : damaged("bytes behind the last word");
}

}  // namespace

std::string pack_segmenter(const PlainWeights& plain) {
  ByteWriter writer;
  std::vector<std::uint16_t> code_points;
  std::vector<std::int16_t> values;
  for (const auto& character : plain.characters) {
    code_points.push_back(static_cast<std::uint16_t>(character.code_point));
    values.insert(values.end(), character.values.begin(), character.values.end());
  }
  writer.put(code_points);
  writer.put(values);
  writer.put(plain.patterns);
  writer.put(plain.transitions);
  writer.put(plain.listed);
  put_words(writer, plain.words);
  put_rows(writer, plain.pairs);
  put_rows(writer, plain.arounds);
  return seal(kMark, std::move(writer).take());
}

Expected<Weights> unpack_segmenter(std::string_view bytes) {
  const auto body = unseal(kMark, bytes);
  if (!body) return damaged(std::string(body.error().message()));
  ByteReader reader(*body);
  Weights weights;
  std::vector<std::uint16_t> code_points;
  std::vector<std::int16_t> values;
  reader.take(code_points);
  reader.take(values);
  reader.take(weights.patterns);
  reader.take(weights.transitions);
  reader.take(weights.listed);
  CINELOOM_TRY(take_words(reader, weights.word_prints, weights.word_hints));
  constexpr std::size_t kRow = Weights::kNear * kPlaces;
  if (reader.is_short() || code_points.size() > 60'000 || values.size() != code_points.size() * kRow)
    return damaged("a list of characters without their weights");
  weights.ids.assign(65'536, 0);
  weights.kinds.assign(65'536, 0);
  weights.characters.assign(kRow, 0);
  weights.characters.insert(weights.characters.end(), values.begin(), values.end());
  for (std::size_t i = 0; i < code_points.size(); ++i) weights.ids[code_points[i]] = static_cast<std::uint16_t>(i + 1);
  for (char32_t c = 0; c < 65'536; ++c) weights.kinds[c] = static_cast<unsigned char>(kind_of(c));
  CINELOOM_TRY(take_rows(reader, weights.pair_prints, weights.pair_rows));
  CINELOOM_TRY(take_rows(reader, weights.around_prints, weights.around_rows));
  if (!reader.is_whole()) return damaged("bytes behind its end");
  return weights;
}

}  // namespace cineloom::segmentation
