#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cineloom::collect {

/// A word of a file name.
struct NameWord {
  std::string_view text;
  std::string folded;       ///< lower case, no accents
  char before = ' ';        ///< the separator before it: ' ', '.', '_', '-', or an opening bracket
  bool is_dashed = false;   ///< " - " or "--" stands before it
  int bracket = 0;          ///< 0 = outside; else the number of its pair, from 1
  char bracket_kind = ' ';  ///< '(', '[' or '{'
};

/// Cuts a name at blanks, dots, underscores and brackets; hyphens and apostrophes inside words stay: "X-Men", "Director's".
std::vector<NameWord> words_of_name(std::string_view name);

/// What words say beside the title.
enum class NameMark { None, Year, Picture, Source, Edition, Technical, Language, Part, Disc, Bonus, FilmNumber, Site };

/// A mark that begins at a word.
struct FoundMark {
  NameMark mark = NameMark::None;
  std::size_t words = 1;      ///< how many it takes
  std::string value;          ///< of Source, Edition, Picture; digits of the others
  bool is_weak = false;       ///< may as well be a word of the title
};

/// The mark at a word; None if there is none. Errors of judgement are what `is_weak` is for.
FoundMark mark_at(const std::vector<NameWord>& words, std::size_t at);

}  // namespace cineloom::collect
