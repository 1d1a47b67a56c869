#include "fuse/internal/spoken_lines.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>

#include "base/utf8.h"
#include "fuse/internal/line_kinds.h"

namespace cineloom::fuse {
namespace {

constexpr std::size_t kLongestLabel = 24;
constexpr int kCommonLabel = 3;           ///< times a label in mixed case must occur to be one
constexpr std::size_t kEdgeCues = 4;      ///< advertisements stand at both ends
constexpr std::size_t kLongestCue = 2000;  ///< bytes; nothing longer is speech
constexpr int kScannedAsL = 4;            ///< words "l" that prove that I was scanned as l

char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter; }
bool is_letter(char letter) { return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z'); }

/// The dash at the beginning of a line, in bytes; 0 = there is none.
std::size_t dash_length(std::string_view line) {
  for (const std::string_view dash : {"-", "\u2010", "\u2011", "\u2013", "\u2014"}) {
    if (line.starts_with(dash)) return dash.size();
  }
  return 0;
}

std::vector<std::string_view> lines_in(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(trim_blanks(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return lines;
}

/// Marks of direction stand before anything else on a line and say nothing here.
std::string without_direction_marks(std::string_view text) {
  std::string plain(text);
  for (const std::string_view mark : {"\u200E", "\u200F", "\u202A", "\u202B", "\u202C", "\u2066", "\u2067", "\u2069"}) {
    for (auto at = plain.find(mark); at != std::string::npos; at = plain.find(mark, at)) plain.erase(at, mark.size());
  }
  return plain;
}

/// Each dash at the beginning of a line is another speaker; a single one is only a matter of style.
std::vector<std::string> split_speakers(std::string_view text) {
  std::vector<std::string> parts;
  for (std::string_view line : lines_in(text)) {
    const std::size_t dash = dash_length(line);
    line = trim_blanks(line.substr(dash));
    if (dash > 0 || parts.empty()) {
      parts.emplace_back(line);
    } else {
      parts.back().append(parts.back().empty() ? "" : " ").append(line);
    }
  }
  std::erase_if(parts, [](const std::string& part) { return part.empty(); });
  return parts;
}

/// "MIRA: Where?" gives MIRA; a title or a clock ("10:30") is none.
std::string_view label_of(std::string_view text) {
  const auto colon = text.substr(0, kLongestLabel + 1).find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 >= text.size() || text[colon + 1] != ' ') return {};
  const std::string_view label = text.substr(0, colon);
  const bool is_plain = label.find_first_of("\",.!?0123456789") == std::string_view::npos && std::ranges::count(label, ' ') <= 2;
  return is_plain && (is_letter(label.front()) || static_cast<unsigned char>(label.front()) >= 0x80) ? label : std::string_view();
}

bool takes_note(std::string& text, std::string_view note) {
  bool is_found = false;
  for (auto at = text.find(note); at != std::string::npos; at = text.find(note, at)) {
    text.erase(at, note.size());
    is_found = true;
  }
  return is_found;
}

/// Takes "♪" or "#" away from a song; false if the text is none.
bool take_song(std::string& text) {
  bool is_sung = false;
  for (const std::string_view note : {"♪", "♫", "♬"}) is_sung = takes_note(text, note) || is_sung;
  const bool is_fenced = text.size() > 2 && text.starts_with('#') && text.ends_with('#');
  if (is_fenced) text = text.substr(1, text.size() - 2);
  text = std::string(trim_blanks(text));
  return is_sung || is_fenced;
}

/// Takes "[door slams]" and "(sighs)" out of a text.
std::string take_sounds(std::string& text) {
  std::string sounds;
  std::string spoken;
  for (std::size_t at = 0; at < text.size();) {
    const char close = text[at] == '[' ? ']' : text[at] == '(' ? ')' : '\0';
    const std::size_t end = close == '\0' ? std::string::npos : text.find(close, at);
    if (end == std::string::npos) {
      spoken += text[at++];
      continue;
    }
    sounds.append(sounds.empty() ? "" : ", ").append(trim_blanks(std::string_view(text).substr(at + 1, end - at - 1)));
    at = end + 1;
  }
  if (!sounds.empty()) text = std::string(trim_blanks(spoken));
  return sounds;
}

bool is_advertisement(std::string_view text, bool is_at_edge) {
  std::string words(text);
  std::ranges::transform(words, words.begin(), lower);
  const auto has = [&](std::string_view word) { return words.contains(word); };
  constexpr std::array<std::string_view, 5> kAnywhere = {"www.", "http://", "https://", "opensubtitles", "subscene"};
  if (std::ranges::any_of(kAnywhere, has)) return true;
  constexpr std::array<std::string_view, 11> kAtEdges = {"subtitles by", "subtitle by",  "synced by", "sync by", "corrected by", "captioned by",
                                                         "captions by",  "subtitled by", "ripped by", "字幕",    "翻译"};
  return is_at_edge && std::ranges::any_of(kAtEdges, has);
}

/// True where a word begins with a small l that no English word has there: "l", "l'm", "lt", "ls", "ln".
bool is_scanned_i(std::string_view text, std::size_t at) {
  if (text[at] != 'l' || (at > 0 && (is_letter(text[at - 1]) || text[at - 1] == '\''))) return false;
  const char next = at + 1 < text.size() ? text[at + 1] : ' ';
  return std::string_view("bcdfghjkmnpqrstvwxz'").contains(next) || (!is_letter(next) && static_cast<unsigned char>(next) < 0x80);
}

bool was_scanned_with_l(std::span<const Line> lines) {
  int scanned = 0;
  int right = 0;
  for (const Line& line : lines) {
    const std::string padded = " " + line.text + " ";
    for (std::size_t at = 1; at + 1 < padded.size(); ++at) {
      if (is_letter(padded[at - 1]) || is_letter(padded[at + 1])) continue;
      scanned += padded[at] == 'l' ? 1 : 0;
      right += padded[at] == 'I' ? 1 : 0;
    }
  }
  return scanned >= kScannedAsL && right * 4 < scanned;
}

void repair_scanned_letters(std::vector<Line>& lines) {
  if (!was_scanned_with_l(lines)) return;
  for (Line& line : lines) {
    for (std::size_t at = 0; at < line.text.size(); ++at) {
      if (is_scanned_i(line.text, at)) line.text[at] = 'I';
    }
  }
}

/// Labels in mixed case are believed if they return.
void take_labels(std::vector<Line>& lines) {
  std::map<std::string, int, std::less<>> counts;
  for (const Line& line : lines) {
    if (const auto label = label_of(line.text); !label.empty()) ++counts[std::string(label)];
  }
  for (Line& line : lines) {
    const std::string label(label_of(line.text));
    if (label.empty() || (!is_upper_line(label) && counts[label] < kCommonLabel)) continue;
    line.text = std::string(trim_blanks(std::string_view(line.text).substr(label.size() + 1)));
    line.speaker = label;
    line.confidence = 1;
  }
  std::erase_if(lines, [](const Line& line) { return line.text.empty(); });
}

/// The time of a shared cue is shared by the length of what is said.
void share_time(const Cue& cue, std::span<Line> lines) {
  double total = 0;
  for (const Line& line : lines) total += static_cast<double>(line.text.size());
  FilmTime at = cue.begin;
  for (Line& line : lines) {
    line.begin = at;
    const double share = total > 0 ? static_cast<double>(line.text.size()) / total : 1;
    at += FilmTime(static_cast<std::int64_t>(share * static_cast<double>((cue.end - cue.begin).count())));
    line.end = &line == &lines.back() ? cue.end : at;
  }
}

std::vector<Line> lines_of(const Cue& cue) {
  std::vector<Line> lines;
  const auto add = [&](LineKind kind, std::string text) {
    Line line{.speaker = cue.speaker, .text = std::move(text), .kind = kind, .confidence = cue.speaker.empty() ? 0.0 : 1.0};
    if (!line.text.empty()) lines.push_back(std::move(line));
  };
  for (std::string& part : split_speakers(without_direction_marks(cue.text))) {
    const bool is_sung = take_song(part);
    if (!is_sung) add(LineKind::Sound, take_sounds(part));
    add(is_sung ? LineKind::Sung : LineKind::Spoken, std::move(part));
  }
  share_time(cue, lines);
  return lines;
}

}  // namespace

std::vector<Line> spoken_lines(std::span<const Cue> cues) {
  std::vector<Line> lines;
  for (std::size_t i = 0; i < cues.size(); ++i) {
    if (cues[i].text.size() > kLongestCue) continue;
    if (is_advertisement(cues[i].text, i < kEdgeCues || i + kEdgeCues >= cues.size())) continue;
    std::ranges::move(lines_of(cues[i]), std::back_inserter(lines));
  }
  take_labels(lines);
  repair_scanned_letters(lines);
  return lines;
}

}  // namespace cineloom::fuse
