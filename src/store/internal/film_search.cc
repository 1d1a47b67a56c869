#include "store/internal/film_search.h"

#include <fmt/format.h>

#include "store/internal/film_words.h"

namespace cineloom::sqlite {
namespace {

int create(void*, const char**, int, Fts5Tokenizer** tokenizer) {
  // It has no state; the address only must not be null.
  static char nothing;
  *tokenizer = reinterpret_cast<Fts5Tokenizer*>(&nothing);
  return SQLITE_OK;
}
void destroy(Fts5Tokenizer*) {}
int tokenize(Fts5Tokenizer*, void* context, int, const char* text, int size, int (*sink)(void*, int, const char*, int, int, int)) {
  if (text == nullptr || size <= 0) return SQLITE_OK;
  return store::cut_words({text, static_cast<std::size_t>(size)}, [&](std::string_view word, std::size_t begin, std::size_t end) {
    return sink(context, 0, word.data(), static_cast<int>(word.size()), static_cast<int>(begin), static_cast<int>(end));
  });
}

Expected<fts5_api*> fts5_of(Connection& connection) {
  fts5_api* api = nullptr;
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(connection.handle(), "SELECT fts5(?1)", -1, &raw, nullptr) != SQLITE_OK) return std::unexpected(last_error(connection.handle()));
  Statement statement(raw);
  sqlite3_bind_pointer(raw, 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr);
  CINELOOM_TRY(statement.step());
  if (api == nullptr) return fail(ErrorCode::Internal, "this SQLite has no full-text search");
  return api;
}

}  // namespace

Expected<void> add_tokenizer(Connection& connection) {
  CINELOOM_TRY_ASSIGN(fts5_api* const api, fts5_of(connection));
  fts5_tokenizer functions{.xCreate = create, .xDelete = destroy, .xTokenize = tokenize};
  if (api->xCreateTokenizer(api, "cineloom", nullptr, &functions, nullptr) != SQLITE_OK) return std::unexpected(last_error(connection.handle()));
  return {};
}

std::string search_expression(std::string_view words) {
  std::string expression;
  for (const store::Phrase& phrase : store::phrases_of(words)) {
    expression += expression.empty() ? "\"" : " AND \"";
    for (std::size_t i = 0; i < phrase.words.size(); ++i) expression += (i == 0 ? "" : " ") + phrase.words[i];
    expression += phrase.is_beginning ? "\"*" : "\"";
  }
  return expression;
}

Expected<void> index_film(Connection& connection, std::int64_t film) {
  CINELOOM_TRY(connection.run("DELETE FROM film_words WHERE rowid=?", film));
  return connection.run(
      "INSERT INTO film_words(rowid, titles, people, about) SELECT id, titles, "
      "coalesce(json_extract(json,'$.directors'),'')||' '||coalesce(json_extract(json,'$.cast'),''), "
      "coalesce(json_extract(json,'$.themes'),'')||' '||coalesce(json_extract(json,'$.synopsis'),'')||' '||"
      "coalesce(json_extract(json,'$.synopsis_chinese'),'') FROM films WHERE id=?",
      film);
}

}  // namespace cineloom::sqlite
