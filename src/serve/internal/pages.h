#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "serve/http.h"

/// Parts of lists: `limit` and `cursor` of a question, `next_cursor` of its answer.
namespace cineloom::serve {

/// Where an entry stands in its list, rising: what is added or taken away between two questions moves nothing else.
using PageKey = std::pair<std::int64_t, std::int64_t>;

struct PageQuestion {
  std::optional<PageKey> after;      ///< the last entry of the page before
  std::optional<std::size_t> limit;  ///< 1 .. 1000; none = all that is left
};
/// Errors: InvalidArgument.
Expected<PageQuestion> page_question(const HttpRequest& request);
/// "1700000000000.42".
std::string cursor_text(PageKey key);

/// The entries of a page, and where the next one begins; null after the last.
template <class T>
struct Page {
  std::vector<T> entries;
  boost::json::value next_cursor = nullptr;
};

/// `all` in the order of `key`. Errors: those of page_question.
template <class T, class Key>
Expected<Page<T>> page_of(const HttpRequest& request, std::vector<T> all, Key key) {
  CINELOOM_TRY_ASSIGN(const PageQuestion question, page_question(request));
  const auto begin = question.after ? std::ranges::upper_bound(all, *question.after, {}, key) : all.begin();
  const auto left = static_cast<std::size_t>(all.end() - begin);
  const auto end = begin + static_cast<std::ptrdiff_t>(std::min(left, question.limit.value_or(left)));
  Page<T> page{.entries = std::vector<T>(std::make_move_iterator(begin), std::make_move_iterator(end))};
  if (end != all.end()) page.next_cursor = boost::json::string(cursor_text(key(page.entries.back())));
  return page;
}

}  // namespace cineloom::serve
