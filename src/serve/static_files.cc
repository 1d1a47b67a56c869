#include "serve/static_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/beneath.h"

namespace cineloom::serve {
namespace {

namespace fs = std::filesystem;

struct Range {
  std::uint64_t first = 0;
  std::uint64_t last = 0;  ///< inclusive
};

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// One "bytes=a-b", "bytes=a-" or "bytes=-n"; nothing for any other form, which then gets the whole file.
std::optional<Range> parse_range(std::string_view header, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!header.starts_with(kUnit) || header.contains(',') || size == 0) return std::nullopt;
  header.remove_prefix(kUnit.size());
  const auto dash = header.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = number(header.substr(0, dash));
  const auto last = number(header.substr(dash + 1));
  if (!first && last) return Range{.first = size - std::min(*last, size), .last = size - 1};
  if (!first) return std::nullopt;
  return Range{.first = *first, .last = std::min(last.value_or(size - 1), size - 1)};
}

/// An open file as an answer.
Expected<HttpResponse> answer_with(const HttpRequest& request, FileDescriptor file, std::string_view type) {
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return fail(ErrorCode::Unavailable, fmt::format("'{}' cannot be read", request.path));
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const std::string validator = fmt::format("\"{:x}-{:x}{:09}\"", size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
  HttpResponse response{.content_type = std::string(type)};
  response.headers = {{"ETag", validator}, {"Accept-Ranges", "bytes"}, {"Cache-Control", "no-cache"}};
  if (request.header("if-none-match") == validator) {
    response.status = 304;
    return response;
  }
  const auto range = parse_range(request.header("range"), size);
  if (range && (range->first >= size || range->first > range->last)) {
    response.status = 416;
    response.headers.emplace_back("Content-Range", fmt::format("bytes */{}", size));
    return response;
  }
  response.file = FilePiece{.file = std::make_shared<const FileDescriptor>(std::move(file)), .offset = 0, .size = size};
  if (range) {
    response.status = 206;
    response.file->offset = range->first;
    response.file->size = range->last - range->first + 1;
    response.headers.emplace_back("Content-Range", fmt::format("bytes {}-{}/{}", range->first, range->last, size));
  }
  return response;
}

}  // namespace

std::string_view content_type_of(const fs::path& path) {
  struct Type {
    std::string_view ending;
    std::string_view type;
  };
  constexpr std::array<Type, 14> kTypes = {{{".html", "text/html; charset=utf-8"},
                                            {".js", "text/javascript; charset=utf-8"},
                                            {".css", "text/css; charset=utf-8"},
                                            {".json", "application/json"},
                                            {".svg", "image/svg+xml"},
                                            {".png", "image/png"},
                                            {".jpg", "image/jpeg"},
                                            {".mp4", "video/mp4"},
                                            {".vtt", "text/vtt; charset=utf-8"},
                                            {".woff2", "font/woff2"},
                                            {".yaml", "application/yaml"},
                                            {".ico", "image/x-icon"},
                                            {".webmanifest", "application/manifest+json"},
                                            {".txt", "text/plain; charset=utf-8"}}};
  const std::string ending = path.extension().string();
  for (const Type& type : kTypes) {
    if (type.ending == ending) return type.type;
  }
  return "application/octet-stream";
}

Expected<HttpResponse> file_response(const HttpRequest& request, const fs::path& path) {
  std::error_code error;
  FileDescriptor file(fs::is_regular_file(path, error) ? ::open(path.c_str(), O_RDONLY | O_CLOEXEC) : -1);
  if (file.get() < 0) return fail(ErrorCode::NotFound, fmt::format("there is no '{}'", request.path));
  return answer_with(request, std::move(file), content_type_of(path));
}

Expected<HttpResponse> file_response_inside(const HttpRequest& request, const fs::path& folder, std::string_view name) {
  auto file = open_beneath(folder, name);
  if (!file) return fail(ErrorCode::NotFound, fmt::format("there is no '{}'", request.path));
  return answer_with(request, *std::move(file), content_type_of(fs::path(name)));
}

}  // namespace cineloom::serve
