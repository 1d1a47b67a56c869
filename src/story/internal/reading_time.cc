#include "story/internal/reading_time.h"

#include <algorithm>
#include <numeric>

#include "base/utf8.h"
#include "story/internal/export_text.h"

namespace cineloom::story {
namespace {

constexpr std::size_t kColumns = 42;
constexpr FilmTime kShortest{1000};
constexpr FilmTime kLongest{7000};
constexpr FilmTime kGap{80};

/// Ends of sentences and clauses, after which a cue may end.
bool ends_clause(std::string_view text, std::size_t at) {
  constexpr std::string_view kMarks = ".!?;,:";
  return kMarks.contains(text[at]) && at + 1 < text.size() && text[at + 1] == ' ';
}

bool is_wide_mark(char32_t letter) { return std::u32string_view(U"。！？；，：…").contains(letter); }

/// Where to break a line that has at most `columns`: after a clause in its second half, else at its last blank, else anywhere.
std::size_t break_of(std::string_view text, std::size_t columns) {
  std::size_t clause = 0;
  std::size_t blank = 0;
  std::size_t width = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto letter = decode_utf8(text.substr(at));
    width += display_columns(text.substr(at, letter->bytes));
    if (width > columns && at > 0) break;
    if (width * 2 > columns && (ends_clause(text, at) || is_wide_mark(letter->code_point))) clause = at + letter->bytes;
    if (text[at] == ' ') blank = at;
    at += letter->bytes;
  }
  if (at >= text.size()) return text.size();
  return clause > 0 ? clause : blank > 0 ? blank : at;
}

std::vector<std::string> pieces_of(std::string_view text, std::size_t columns) {
  std::vector<std::string> pieces;
  while (!text.empty()) {
    const std::size_t end = break_of(text, columns);
    pieces.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
    while (text.starts_with(' ')) text.remove_prefix(1);
  }
  return pieces;
}

std::string on_two_lines(const std::string& text) {
  if (display_columns(text) <= kColumns) return text;
  const std::vector<std::string> lines = pieces_of(text, kColumns);
  std::string joined;
  for (const std::string& line : lines) joined += (joined.empty() ? "" : "\n") + line;
  return joined;
}

std::vector<std::string> cue_texts(const StoryNode& node) {
  std::vector<std::string> texts;
  for (const std::string& paragraph : paragraphs_of(node.text)) {
    for (std::string& piece : pieces_of(paragraph, 2 * kColumns - 6)) texts.push_back(std::move(piece));
  }
  return texts;
}

/// Cues one after another from `begin`, stretched or pressed so that they fill `length` where it is given.
void append_cues(std::vector<Cue>& cues, const std::vector<std::string>& texts, FilmTime begin, FilmTime length) {
  FilmTime whole{0};
  for (const std::string& text : texts) whole += reading_time(text);
  FilmTime passed{0};
  for (const std::string& text : texts) {
    const auto at = [&](FilmTime time) { return begin + (whole.count() == 0 ? FilmTime(0) : FilmTime(time.count() * length.count() / whole.count())); };
    const FilmTime from = at(passed);
    passed += reading_time(text);
    const FilmTime until = at(passed);
    if (until <= from) continue;  // footage too short to read anything
    cues.push_back({.begin = from, .end = until - from > 2 * kGap ? until - kGap : until, .text = on_two_lines(text)});
  }
}

}  // namespace

FilmTime reading_time(std::string_view text) {
  double seconds = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto letter = decode_utf8(text.substr(at));
    seconds += letter && is_han(letter->code_point) ? 1.0 / 5 : 1.0 / 17;
    at += letter ? letter->bytes : 1;
  }
  return std::clamp(FilmTime(static_cast<std::int64_t>(seconds * 1000)), kShortest, kLongest);
}

FilmTime footage_length(const StoryNode& node) {
  FilmTime length{0};
  for (const FootagePiece& piece : node.footage) length += std::max(FilmTime(0), piece.end - piece.begin);
  return length;
}

FilmTime length_of(const StoryNode& node) {
  if (footage_length(node).count() > 0) return footage_length(node);
  const auto texts = cue_texts(node);
  return std::accumulate(texts.begin(), texts.end(), FilmTime(0), [](FilmTime sum, const std::string& text) { return sum + reading_time(text); });
}

std::vector<Cue> cues_of(const Story& story, const StoryWay& way) {
  std::vector<Cue> cues;
  FilmTime now{0};
  for (std::size_t i = 0; i < way.size(); ++i) {
    const FilmTime length = length_of(*way[i]);
    append_cues(cues, cue_texts(*way[i]), now, length);
    now += length;
    if (way[i]->choices.size() < 2 || i + 1 >= way.size() || footage_length(*way[i]).count() > 0) continue;
    const auto taken = std::ranges::find(way[i]->choices, way[i + 1]->id, &StoryChoice::to);
    const std::string words = "▸ " + label_of(story, *taken);
    append_cues(cues, {words}, now, reading_time(words));
    now += reading_time(words);
  }
  for (Cue& cue : cues) cue.language = story.request.language;
  return cues;
}

}  // namespace cineloom::story
