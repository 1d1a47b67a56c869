#pragma once

#include <string>
#include <string_view>

#include "store/internal/sqlite.h"

namespace cineloom::sqlite {

/// Makes the tokenizer "cineloom" known to a connection: Latin words without case and accents, and each Han character, kana or hangul
/// syllable as a word of its own, Han ones by their simplified form, so that in either script a phrase of two Chinese characters is found wherever they stand side by side.
Expected<void> add_tokenizer(Connection& connection);

/// A viewer's words as a query of FTS5: every word must be there, Latin ones as beginnings of words. Empty if there is nothing to look for.
std::string search_expression(std::string_view words);

/// Renews what is searched of the film with this id; a film that is gone leaves the index.
Expected<void> index_film(Connection& connection, std::int64_t film);

}  // namespace cineloom::sqlite
