#include "store/internal/film_search.h"

#include <fmt/format.h>

#include <optional>

#include "base/utf8.h"
#include "store/internal/han_fold.h"

namespace cineloom::sqlite {
namespace {

bool is_word_alone(char32_t c) { return is_han(c) || (c >= 0x3040 && c <= 0x30FF) || (c >= 0xAC00 && c <= 0xD7A3); }

// The base letters of U+00C0 .. U+017F; '*' = no letter, or one without a base.
constexpr std::string_view kBases =
    "aaaaaaaceeeeiiiidnooooo*ouuuuytsaaaaaaaceeeeiiiidnooooo*ouuuuyty"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
    "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/// The letter as it is compared; nothing for marks and blanks.
std::optional<char32_t> folded(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
  if (c >= U'A' && c <= U'Z') return c - U'A' + U'a';
  if ((c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9')) return c;
  if (c < 0xC0) return std::nullopt;
  if (c < 0x180) {
    const char base = kBases[c - 0xC0];
    return base == '*' ? std::nullopt : std::optional<char32_t>(static_cast<unsigned char>(base));
  }
  // Combining accents are dropped by the caller; other blocks of marks part words.
  if ((c >= 0x2000 && c < 0x2070) || (c >= 0x3000 && c < 0x3040) || (c >= 0xFE30 && c < 0xFE50)) return std::nullopt;
  if (c >= 0x391 && c <= 0x3A9) return c + 32;   // Greek capitals
  if (c >= 0x410 && c <= 0x42F) return c + 32;   // Cyrillic capitals
  return simplified(c);
}

using TokenSink = int (*)(void*, int, const char*, int, int, int);

/// Cuts text into words and hands each on; stops at the sink's first refusal.
int cut(void* context, std::string_view text, TokenSink sink) {
  std::string word;
  std::size_t begin = 0;
  const auto hand_on = [&](std::size_t end) {
    if (word.empty()) return SQLITE_OK;
    const int result = sink(context, 0, word.data(), static_cast<int>(word.size()), static_cast<int>(begin), static_cast<int>(end));
    word.clear();
    return result;
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto decoded = decode_utf8(text.substr(at)).value_or(DecodedCharacter{.code_point = U' ', .bytes = 1});
    const char32_t c = decoded.code_point;
    const bool is_accent = c >= 0x300 && c < 0x370;
    const std::optional<char32_t> letter = folded(c);
    if (!is_accent && (!letter || is_word_alone(c))) {
      if (const int result = hand_on(at); result != SQLITE_OK) return result;
    }
    if (letter && !is_accent) {
      if (word.empty()) begin = at;
      append_utf8(word, *letter);
    }
    at += decoded.bytes;
    if (is_word_alone(c)) {
      if (const int result = hand_on(at); result != SQLITE_OK) return result;
    }
  }
  return hand_on(text.size());
}

int create(void*, const char**, int, Fts5Tokenizer** tokenizer) {
  // It has no state; the address only must not be null.
  static char nothing;
  *tokenizer = reinterpret_cast<Fts5Tokenizer*>(&nothing);
  return SQLITE_OK;
}
void destroy(Fts5Tokenizer*) {}
int tokenize(Fts5Tokenizer*, void* context, int, const char* text, int size, TokenSink sink) {
  return text == nullptr || size <= 0 ? SQLITE_OK : cut(context, {text, static_cast<std::size_t>(size)}, sink);
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
  // Each blank-separated piece is one phrase; what is no word in it parts words, as in the texts.
  std::string expression;
  while (!words.empty()) {
    const auto length = std::min(words.find_first_of(" \t\r\n"), words.size());
    std::string piece;
    bool ends_in_letters = false;
    const auto keep = [](void* text, int, const char* token, int size, int, int) {
      auto& phrase = *static_cast<std::string*>(text);
      phrase += phrase.empty() ? "" : " ";
      phrase.append(token, static_cast<std::size_t>(size));
      return SQLITE_OK;
    };
    std::ignore = cut(&piece, words.substr(0, length), keep);  // the sink refuses nothing
    if (!piece.empty()) ends_in_letters = static_cast<unsigned char>(piece.back()) < 0x80;
    if (!piece.empty()) expression += fmt::format("{}\"{}\"{}", expression.empty() ? "" : " AND ", piece, ends_in_letters ? "*" : "");
    words.remove_prefix(std::min(length + 1, words.size()));
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
