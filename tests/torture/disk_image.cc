#include "disk_image.h"

#include <algorithm>
#include <array>
#include <fstream>

namespace cineloom::torture {
namespace {

constexpr std::size_t kSector = 512;

void put(std::string& bytes, std::size_t offset, std::string_view piece) {
  if (bytes.size() < offset + piece.size()) bytes.resize(offset + piece.size(), '\0');
  bytes.replace(offset, piece.size(), piece);
}

void apply(std::string& bytes, const DiskOperation& operation) {
  const auto offset = static_cast<std::size_t>(operation.offset);
  if (operation.kind == DiskOperation::Kind::Write) put(bytes, offset, operation.bytes);
  if (operation.kind == DiskOperation::Kind::Truncate) bytes.resize(offset, '\0');
}

bool comes_true(double chance, Random& random) { return static_cast<double>(random.below(1'000'000)) < chance * 1e6; }

/// Each sector of a write by its own chance.
void apply_torn(std::string& bytes, const DiskOperation& operation, double chance, Random& random) {
  if (operation.kind != DiskOperation::Kind::Write) {
    if (comes_true(chance, random)) apply(bytes, operation);
    return;
  }
  const std::string_view all = operation.bytes;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t offset = static_cast<std::size_t>(operation.offset) + at;
    const std::size_t size = std::min(kSector - offset % kSector, all.size() - at);
    if (comes_true(chance, random)) put(bytes, offset, all.substr(at, size));
    at += size;
  }
}

}  // namespace

void DiskImage::play(const DiskOperation& operation) {
  if (operation.kind == DiskOperation::Kind::Promise) return;
  File& file = files_[operation.file];
  switch (operation.kind) {
    case DiskOperation::Kind::Sync:
      for (const DiskOperation* before : file.unsure) apply(file.bytes, *before);
      file.unsure.clear();
      file.is_there = true;
      break;
    case DiskOperation::Kind::Delete: {
      const bool may_be_back = !operation.is_with_folder && file.is_there;
      std::string buried = may_be_back ? std::move(file.bytes) : std::string();
      file = {.buried = std::move(buried), .may_be_back = may_be_back};
      break;
    }
    default: file.unsure.push_back(&operation);
  }
  if (operation.is_with_folder) sync_folder();
}

// Who is in the folder, and who is not, is sure from now on.
void DiskImage::sync_folder() {
  for (auto& [number, file] : files_) {
    file.is_there = file.is_there || !file.unsure.empty();
    file.may_be_back = false;
  }
}

void DiskImage::advance(const DiskLog& log, std::size_t end) {
  for (; played_ < end; ++played_) play(log.operations[played_]);
}

Expected<void> DiskImage::cut_power(const DiskLog& log, const std::filesystem::path& folder, Random& random) const {
  constexpr std::array kChances = {0.0, 0.3, 0.7, 1.0};
  const double chance = kChances[random.below(kChances.size())];
  for (const auto& [number, file] : files_) {
    const auto name = std::filesystem::path(log.files[static_cast<std::size_t>(number)]).filename();
    if (name.empty()) continue;  // temporary, and in no folder
    std::string bytes = file.bytes;
    bool is_there = file.is_there;
    if (!is_there && file.unsure.empty() && file.may_be_back && comes_true(0.5, random)) {
      bytes = file.buried;
      is_there = true;
    }
    if (!is_there && !file.unsure.empty()) is_there = comes_true(chance, random);
    if (!is_there) continue;
    for (const DiskOperation* operation : file.unsure) apply_torn(bytes, *operation, chance, random);
    std::ofstream out(folder / name, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out) return fail(ErrorCode::Unavailable, "cannot write a state of the disk");
  }
  return {};
}

}  // namespace cineloom::torture
