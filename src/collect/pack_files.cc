#include <archive.h>
#include <archive_entry.h>

#include <memory>

#include "collect/export.h"

namespace cineloom {
namespace {

struct WriterDeleter {
  void operator()(archive* handle) const { archive_write_free(handle); }
};
struct EntryDeleter {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

la_ssize_t append(archive*, void* bytes, const void* from, std::size_t size) {
  static_cast<std::string*>(bytes)->append(static_cast<const char*>(from), size);
  return static_cast<la_ssize_t>(size);
}

Expected<void> add(archive* handle, const ExportedFile& file) {
  const std::unique_ptr<archive_entry, EntryDeleter> entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), file.name.c_str());
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(file.content.size()));
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0644);
  if (archive_write_header(handle, entry.get()) != ARCHIVE_OK) return fail(ErrorCode::Internal, "the archive cannot be written");
  if (archive_write_data(handle, file.content.data(), file.content.size()) < 0) return fail(ErrorCode::Internal, "the archive cannot be written");
  return {};
}

}  // namespace

Expected<std::string> pack_files(std::span<const ExportedFile> files) {
  std::string bytes;
  const std::unique_ptr<archive, WriterDeleter> handle(archive_write_new());
  archive_write_set_format_zip(handle.get());
  archive_write_set_bytes_per_block(handle.get(), 0);
  if (archive_write_open(handle.get(), &bytes, nullptr, append, nullptr) != ARCHIVE_OK) return fail(ErrorCode::Internal, "the archive cannot be written");
  for (const ExportedFile& file : files) CINELOOM_TRY(add(handle.get(), file));
  if (archive_write_close(handle.get()) != ARCHIVE_OK) return fail(ErrorCode::Internal, "the archive cannot be written");
  return bytes;
}

}  // namespace cineloom
