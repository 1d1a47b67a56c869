#include "pipeline/watch_journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/hash.h"

namespace cineloom {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "cineloom watching 1\n";
constexpr std::string_view kEnding = ".watching";
constexpr std::uint64_t kMostBytes = 400U << 20U;  // what a worker takes as one request
constexpr std::size_t kMostJournals = 8;

std::string as_bytes(std::uint64_t number) { return {reinterpret_cast<const char*>(&number), sizeof number}; }

/// Length, bytes, checksum: a record that is not whole is none.
std::string record(std::string_view bytes) {
  std::string text = as_bytes(bytes.size());
  text.append(bytes);
  return text + as_bytes(fnv1a64(bytes));
}

bool take_number(std::string_view& from, std::uint64_t& number) {
  if (from.size() < sizeof number) return false;
  std::memcpy(&number, from.data(), sizeof number);
  from.remove_prefix(sizeof number);
  return true;
}

/// The whole records at the front; `from` is left with what follows them.
std::vector<std::string> take_records(std::string_view& from) {
  std::vector<std::string> records;
  while (true) {
    std::string_view rest = from;
    std::uint64_t length = 0;
    std::uint64_t sum = 0;
    if (!take_number(rest, length) || length > rest.size()) return records;
    const std::string_view bytes = rest.substr(0, length);
    rest.remove_prefix(length);
    if (!take_number(rest, sum) || sum != fnv1a64(bytes)) return records;
    records.emplace_back(bytes);
    from = rest;
  }
}

fs::path path_of(const fs::path& folder, std::string_view film) { return folder / fmt::format("{:016x}{}", fnv1a64(film), kEnding); }

void keep_newest(const fs::path& folder, const fs::path& own) {
  std::vector<std::pair<fs::file_time_type, fs::path>> others;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == kEnding && entry.path() != own) others.emplace_back(entry.last_write_time(error), entry.path());
  }
  std::ranges::sort(others, std::ranges::greater());
  for (std::size_t i = kMostJournals - 1; i < others.size(); ++i) fs::remove(others[i].second, error);
}

}  // namespace

WatchJournal WatchJournal::open(const fs::path& folder, std::string_view film, std::string_view key) {
  WatchJournal journal;
  std::error_code error;
  fs::create_directories(folder, error);
  journal.path_ = path_of(folder, film);
  journal.head_ = std::string(kMagic) + record(key);
  keep_newest(folder, journal.path_);
  const auto text = read_file(journal.path_, kMostBytes);
  std::string_view rest = text && text->starts_with(journal.head_) ? std::string_view(*text) : std::string_view();
  rest.remove_prefix(std::min(rest.size(), journal.head_.size()));
  journal.marks_ = take_records(rest);
  journal.file_ = FileDescriptor(::open(journal.path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  const bool has_marks = !journal.marks_.empty();
  const off_t good = has_marks ? static_cast<off_t>(text->size() - rest.size()) : 0;
  if (journal.file_.get() < 0 || ::ftruncate(journal.file_.get(), good) != 0 || ::lseek(journal.file_.get(), good, SEEK_SET) != good) journal.file_.close();
  journal.size_ = static_cast<std::uint64_t>(good);
  if (!has_marks) journal.write(journal.head_);
  return journal;
}

void WatchJournal::remove(const fs::path& folder, std::string_view film) {
  std::error_code error;
  fs::remove(path_of(folder, film), error);  // what stays is no harm: another key begins anew
}

void WatchJournal::append(std::string_view mark) {
  if (size_ + mark.size() < kMostBytes) write(record(mark));
  else file_.close();
}

void WatchJournal::clear() {
  marks_.clear();
  if (file_.get() < 0) return;
  if (::ftruncate(file_.get(), 0) != 0 || ::lseek(file_.get(), 0, SEEK_SET) != 0) return file_.close();
  size_ = 0;
  write(head_);
}

void WatchJournal::write(std::string_view bytes) {
  size_ += bytes.size();
  while (file_.get() >= 0 && !bytes.empty()) {
    const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return file_.close();
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (file_.get() >= 0 && ::fdatasync(file_.get()) != 0) file_.close();
}

}  // namespace cineloom
