#include "serve/internal/pages.h"

#include <fmt/format.h>

#include <charconv>

#include "serve/internal/routes.h"

namespace cineloom::serve {
namespace {

constexpr int kLargestPage = 1000;

}  // namespace

Expected<PageQuestion> page_question(const HttpRequest& request) {
  PageQuestion question;
  CINELOOM_TRY_ASSIGN(const int limit, number_parameter(request, "limit", 0, 1, kLargestPage));
  if (limit > 0) question.limit = static_cast<std::size_t>(limit);
  const std::string_view text = request.parameter("cursor");
  if (text.empty()) return question;
  PageKey key;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, key.first);
  const bool has_point = first.ec == std::errc() && first.ptr != end && *first.ptr == '.';
  const auto second = has_point ? std::from_chars(first.ptr + 1, end, key.second) : first;
  if (!has_point || second.ec != std::errc() || second.ptr != end) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("cursor: '{}' is none", text)).advise("take next_cursor of the answer before"));
  }
  question.after = key;
  return question;
}

std::string cursor_text(PageKey key) { return fmt::format("{}.{}", key.first, key.second); }

}  // namespace cineloom::serve
