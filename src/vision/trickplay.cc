#include "vision/trickplay.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "vision/internal/watch_bytes.h"

namespace cineloom {
namespace {

constexpr std::uint8_t kBlack = 16;
constexpr std::uint8_t kGrey = 128;

/// Copies the part of a plane that fits into a cell.
void copy_plane(const std::vector<std::uint8_t>& from, int width, int height, std::vector<std::uint8_t>& to, int stride, int left, int top, int cell_width,
                int cell_height) {
  for (int y = 0; y < std::min(height, cell_height); ++y) {
    const auto* source = from.data() + static_cast<std::ptrdiff_t>(y) * width;
    std::copy_n(source, std::min(width, cell_width), to.begin() + static_cast<std::ptrdiff_t>(top + y) * stride + left);
  }
}

std::string sheet_name(std::size_t number) { return fmt::format("trickplay-{}.jpg", number); }

std::vector<std::uint8_t> cut_plane(const std::vector<std::uint8_t>& from, int stride, int left, int top, int width, int height) {
  std::vector<std::uint8_t> part;
  for (int y = 0; y < height; ++y) {
    const auto row = from.begin() + static_cast<std::ptrdiff_t>(top + y) * stride + left;
    part.insert(part.end(), row, row + width);
  }
  return part;
}

}  // namespace

Expected<void> TrickplayGatherer::add(FilmTime at, const Picture& picture) {
  if (!sink_ || at < made_.interval * made_.count) return {};
  if (made_.count == 0) {
    made_.width = picture.width;
    made_.height = picture.height;
  }
  // Where pictures come more seldom than the interval, the last one stands for the gap.
  do {
    if (placed_ == 0) begin_sheet();
    place(picture, placed_++);
    ++made_.count;
    if (placed_ == made_.columns * made_.rows) { CINELOOM_TRY(close_sheet()); }
  } while (at >= made_.interval * made_.count);
  return {};
}

void TrickplayGatherer::begin_sheet() {
  sheet_.width = made_.width * made_.columns;
  sheet_.height = made_.height * made_.rows;
  const auto size = static_cast<std::size_t>(sheet_.width) * static_cast<std::size_t>(sheet_.height);
  sheet_.luma.assign(size, kBlack);
  sheet_.blue.assign(size / 4, kGrey);
  sheet_.red.assign(size / 4, kGrey);
}

void TrickplayGatherer::place(const Picture& picture, int slot) {
  sheet_.is_full_range = picture.is_full_range;
  const int left = slot % made_.columns * made_.width;
  const int top = slot / made_.columns * made_.height;
  copy_plane(picture.luma, picture.width, picture.height, sheet_.luma, sheet_.width, left, top, made_.width, made_.height);
  for (const auto& [from, to] : {std::pair{&picture.blue, &sheet_.blue}, {&picture.red, &sheet_.red}}) {
    copy_plane(*from, picture.width / 2, picture.height / 2, *to, sheet_.width / 2, left / 2, top / 2, made_.width / 2, made_.height / 2);
  }
}

Picture TrickplayGatherer::placed(int slot) const {
  const int left = slot % made_.columns * made_.width;
  const int top = slot / made_.columns * made_.height;
  const auto half = [&](const std::vector<std::uint8_t>& plane) {
    return cut_plane(plane, sheet_.width / 2, left / 2, top / 2, made_.width / 2, made_.height / 2);
  };
  return {.width = made_.width,
          .height = made_.height,
          .is_full_range = sheet_.is_full_range,
          .luma = cut_plane(sheet_.luma, sheet_.width, left, top, made_.width, made_.height),
          .blue = half(sheet_.blue),
          .red = half(sheet_.red)};
}

void TrickplayGatherer::save(ByteWriter& out) {
  const int first = std::max(0, placed_ - (made_.count - saved_));
  for (const int number : {made_.width, made_.height, made_.count, static_cast<int>(made_.files.size()), first, placed_}) out.put(number);
  for (int slot = first; slot < placed_; ++slot) put(out, placed(slot));
  saved_ = made_.count;
}

bool TrickplayGatherer::load(ByteReader& in) {
  constexpr int kMostSheets = 10'000;
  int files = 0;
  int first = 0;
  for (int* number : {&made_.width, &made_.height, &made_.count, &files, &first, &placed_}) in.take(*number);
  const auto is_side = [](int side) { return side >= 0 && side <= 4096; };
  if (in.is_short() || !is_side(made_.width) || !is_side(made_.height) || files < 0 || files > kMostSheets) return false;
  if (first < 0 || placed_ < first || placed_ > made_.columns * made_.rows) return false;
  while (std::cmp_less(made_.files.size(), files)) made_.files.push_back(sheet_name(made_.files.size()));
  for (int slot = first; slot < placed_; ++slot) {
    Picture picture;
    take(in, picture);
    const auto size = static_cast<std::size_t>(made_.width) * static_cast<std::size_t>(made_.height);
    if (picture.luma.size() != size || picture.blue.size() != size / 4 || picture.red.size() != size / 4) return false;
    picture.width = made_.width;
    picture.height = made_.height;
    if (slot == 0) begin_sheet();
    if (sheet_.luma.empty()) return false;
    place(picture, slot);
  }
  saved_ = made_.count;
  return !in.is_short();
}

Expected<void> TrickplayGatherer::close_sheet() {
  const int rows = (placed_ + made_.columns - 1) / made_.columns;
  sheet_.height = made_.height * rows;  // the last sheet ends with its last row
  const auto size = static_cast<std::size_t>(sheet_.width) * static_cast<std::size_t>(sheet_.height);
  sheet_.luma.resize(size);
  sheet_.blue.resize(size / 4);
  sheet_.red.resize(size / 4);
  CINELOOM_TRY_ASSIGN(const std::string jpeg, encode_jpeg(sheet_));
  made_.files.push_back(sheet_name(made_.files.size()));
  placed_ = 0;
  return sink_(made_.files.back(), jpeg);
}

Expected<Trickplay> TrickplayGatherer::finish() {
  if (placed_ > 0) { CINELOOM_TRY(close_sheet()); }
  return std::move(made_);
}

}  // namespace cineloom
