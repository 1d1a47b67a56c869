// Two-character queries over the demo library's catalogue against a plain scan of the same texts.
#include <algorithm>
#include <map>
#include <set>

#include "base/files.h"
#include "base/utf8.h"
#include "collect/import.h"
#include "parts.h"
#include "store/sqlite_store.h"

namespace cineloom::bench {
namespace {

Expected<void> measure(Report& report) {
  Progress progress;
  CINELOOM_TRY_ASSIGN(const TemporaryFolder folder, TemporaryFolder::create());
  CINELOOM_TRY_ASSIGN(const auto store, open_sqlite_store(folder.path()));
  CINELOOM_TRY_ASSIGN(const ImportBatch batch, read_import(std::filesystem::path(CINELOOM_SOURCE_DIR) / "demo/library", {}, progress, CancelToken()));
  CINELOOM_TRY(store->apply_import(batch, Timestamp(), progress, CancelToken()));
  CINELOOM_TRY_ASSIGN(const auto films, store->all_films());
  std::map<std::string, std::set<std::int64_t>> expected;
  for (const Film& film : films) {
    for (const std::string* text : {&film.title.chinese, &film.title.original, &film.synopsis_chinese}) {
      std::string before;
      for (std::string_view rest = *text; !rest.empty();) {
        const auto decoded = decode_utf8(rest).value_or(DecodedCharacter{});
        const std::string own = is_han(decoded.code_point) ? std::string(rest.substr(0, decoded.bytes)) : "";
        if (!own.empty() && !before.empty()) expected[before + own].insert(film.id.number());
        before = own;
        rest.remove_prefix(decoded.bytes);
      }
    }
  }
  double found = 0;
  double wanted = 0;
  double given = 0;
  for (const auto& [query, ids] : expected) {
    CINELOOM_TRY_ASSIGN(const auto answers, store->films({.text = query, .limit = 1000}));
    given += static_cast<double>(answers.size());
    wanted += static_cast<double>(ids.size());
    found += static_cast<double>(std::ranges::count_if(answers, [&](const Film& film) { return ids.contains(film.id.number()); }));
  }
  if (wanted == 0) return fail(ErrorCode::NotFound, "the catalogue has no Chinese texts");
  report.add({.key = "zh_search_recall",
              .value = found / wanted,
              .n = expected.size(),
              .note = "every two characters that stand together",
              .bound = Bound{1, 1, true}});
  report.add({.key = "zh_search_precision", .value = found / given, .n = expected.size()});
  return {};
}

}  // namespace

void measure_search(Report& report) {
  if (const auto done = measure(report); !done) report.add_missing("zh_search_recall", done.error().describe());
}

}  // namespace cineloom::bench
