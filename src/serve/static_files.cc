#include "serve/static_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

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

std::string validator_of(const fs::path& path, std::uint64_t size) {
  std::error_code ignored;  // a file that vanishes now fails when it is sent
  const auto changed = fs::last_write_time(path, ignored).time_since_epoch().count();
  return fmt::format("\"{:x}-{:x}\"", size, changed);
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
  if (!fs::is_regular_file(path, error)) return fail(ErrorCode::NotFound, fmt::format("there is no '{}'", request.path));
  const std::uint64_t size = fs::file_size(path, error);
  if (error) return fail(ErrorCode::Unavailable, fmt::format("'{}' cannot be read", request.path));
  HttpResponse response{.content_type = std::string(content_type_of(path))};
  const std::string validator = validator_of(path, size);
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
  response.file = FilePiece{.path = path, .offset = 0, .size = size};
  if (range) {
    response.status = 206;
    response.file->offset = range->first;
    response.file->size = range->last - range->first + 1;
    response.headers.emplace_back("Content-Range", fmt::format("bytes {}-{}/{}", range->first, range->last, size));
  }
  return response;
}

Expected<fs::path> file_inside(const fs::path& folder, std::string_view path) {
  std::error_code error;
  const fs::path base = fs::weakly_canonical(folder, error);
  const fs::path wanted = fs::weakly_canonical(base / fs::path(path).relative_path(), error);
  const fs::path relative = wanted.lexically_relative(base);
  const bool is_inside = !error && !relative.empty() && *relative.begin() != "..";
  if (is_inside && fs::is_regular_file(wanted, error)) return wanted;
  return fail(ErrorCode::NotFound, fmt::format("there is no '{}'", path));
}

}  // namespace cineloom::serve
