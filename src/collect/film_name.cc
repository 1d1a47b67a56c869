#include "collect/film_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "collect/film_key.h"
#include "collect/internal/name_words.h"
#include "collect/internal/values.h"

namespace cineloom {
namespace {

using collect::FoundMark;
using collect::mark_at;
using collect::NameMark;
using collect::NameWord;

constexpr std::size_t kLongestPath = 4096;
constexpr std::size_t kFoldersAbove = 2;
constexpr std::size_t kShortPrefix = 8;  // letters of a group's name before a hyphen: "arw-repack-greenberg"

/// The tags of media servers, taken out of a name: [imdbid-tt0062622], {tmdb-78}, {edition-Final Cut}.
class Tags {
 public:
  explicit Tags(std::string_view name) {
    while (!name.empty()) {
      const auto open = name.find_first_of("[{");
      if (open == std::string_view::npos) break;
      const auto close = name.find(name[open] == '[' ? ']' : '}', open);
      if (close == std::string_view::npos || !take(name.substr(open + 1, close - open - 1))) {
        rest_ += name.substr(0, open + 1);
        name.remove_prefix(open + 1);
        continue;
      }
      rest_ += name.substr(0, open);
      name.remove_prefix(close + 1);
    }
    rest_ += name;
  }

  [[nodiscard]] const std::string& rest() const { return rest_; }
  void give(FilmName& into) const {
    if (!into.external.imdb) into.external.imdb = external_.imdb;
    if (!into.external.tmdb) into.external.tmdb = external_.tmdb;
    if (!edition_.empty()) into.editions = {edition_};
  }

 private:
  bool take(std::string_view tag) {
    const auto split = tag.find_first_of("-=");
    if (split == std::string_view::npos) return false;
    const std::string_view name = tag.substr(0, split);
    const std::string_view value = collect::trim(tag.substr(split + 1));
    if (name == "imdbid" || name == "imdb") external_.imdb = collect::parse_imdb(value);
    else if (name == "tmdbid" || name == "tmdb") external_.tmdb = collect::parse_tmdb(value);
    else if (name == "edition") edition_ = value;
    else return name == "tvdbid" || name == "tvdb" || name == "plex" || name == "letterboxd";
    return true;
  }

  std::string rest_;
  ExternalIds external_;
  std::string edition_;
};

bool is_han_word(std::string_view text) {
  const auto first = decode_utf8(text);
  return first && (is_han(first->code_point) || (first->code_point >= 0x3040 && first->code_point <= 0x30FF) ||
                   (first->code_point >= 0xAC00 && first->code_point <= 0xD7A3));
}

/// Reads one part of a path.
class NameReader {
 public:
  explicit NameReader(std::string_view name) : tags_(name), words_(collect::words_of_name(tags_.rest())) {
    for (std::size_t at = 0; at < words_.size(); ++at) marks_.push_back(mark_at(words_, at));
    drop_leading_date();
    drop_group_prefix();
  }

  FilmName read() {
    FilmName found;
    begin_ = skip_leading_marks();
    year_at_ = choose_year();
    end_ = find_end();
    found.title = title_between(begin_, end_);
    found.alternative = alternative_behind(end_);
    if (year_at_) found.year = collect::parse_year(words_[*year_at_].text);
    for (std::size_t at = 0; at < words_.size(); ++at) take_mark(at, found);
    split_scripts(found);
    tags_.give(found);
    has_marks_ = std::ranges::any_of(marks_, is_telling);
    return found;
  }

  [[nodiscard]] bool has_marks() const { return has_marks_; }

 private:
  /// Marks that no title has.
  static bool is_telling(const FoundMark& mark) {
    const bool is_kind = mark.mark == NameMark::Source || mark.mark == NameMark::Technical || mark.mark == NameMark::Disc || mark.mark == NameMark::Edition;
    return is_kind && !mark.is_weak;
  }
  [[nodiscard]] NameMark kind(std::size_t at) const { return marks_[at].mark; }
  [[nodiscard]] bool is_strong(std::size_t at) const { return kind(at) != NameMark::None && !marks_[at].is_weak; }

  /// "09.03.08.The.Doors": a day before the title.
  void drop_leading_date() {
    const auto is_two_digits = [](const NameWord& word) {
      return word.text.size() == 2 && std::ranges::all_of(word.text, [](char c) { return c >= '0' && c <= '9'; });
    };
    if (words_.size() < 4 || !is_two_digits(words_[0]) || !is_two_digits(words_[1]) || !is_two_digits(words_[2])) return;
    words_.erase(words_.begin(), words_.begin() + 3);
    marks_.erase(marks_.begin(), marks_.begin() + 3);
  }

  /// "blow-how.to.be.single.2016.1080p": a scene group before a name in small letters that is full of marks.
  void drop_group_prefix() {
    constexpr std::array<std::string_view, 12> kOfTitles = {"spider", "ant", "half", "self", "anti", "non", "all", "one", "two", "three", "semi", "mother"};
    if (words_.size() < 4 || words_.front().bracket > 0) return;
    const std::string_view first = words_.front().text;
    const auto hyphen = first.find('-');
    const bool is_small = std::ranges::none_of(tags_.rest(), [](char letter) { return letter >= 'A' && letter <= 'Z'; });
    const auto marks = std::ranges::count_if(marks_, [](const FoundMark& mark) { return mark.mark != NameMark::None && !mark.is_weak; });
    if (!is_small || marks < 2 || hyphen == std::string_view::npos || hyphen < 3 || hyphen > kShortPrefix) return;
    if (std::ranges::find(kOfTitles, first.substr(0, hyphen)) != kOfTitles.end()) return;
    words_.front().text = first.substr(hyphen + 1);
    words_.front().folded = fold_latin(words_.front().text);  // accents are longer than their letters
  }

  /// Groups, sites, codecs and languages that stand before the title.
  std::size_t skip_leading_marks() const {
    std::size_t at = 0;
    while (at < words_.size()) {
      const std::size_t end = end_of_bracket(at);
      if (words_[at].bracket > 0 && end < words_.size() && (words_[at].bracket_kind != '(' || end - at == 1)) at = end;
      else if (is_strong(at) && kind(at) != NameMark::Year && at + marks_[at].words < words_.size() && is_codec(at)) at += marks_[at].words;
      else if (kind(at) == NameMark::Language && at + 1 < words_.size() && words_[at].text.size() == 2 && words_[at + 1].is_dashed) ++at;
      else break;
    }
    return at >= words_.size() ? 0 : at;
  }

  [[nodiscard]] bool is_codec(std::size_t at) const { return kind(at) == NameMark::Technical || kind(at) == NameMark::Source || kind(at) == NameMark::Picture; }

  [[nodiscard]] std::size_t end_of_bracket(std::size_t at) const {
    std::size_t end = at;
    while (end < words_.size() && words_[end].bracket == words_[at].bracket) ++end;
    return end;
  }

  /// A year in brackets, else the last one before the first other mark; one that begins the title is the title where there is no other.
  std::optional<std::size_t> choose_year() const {
    std::optional<std::size_t> chosen;
    // "[1952] Ikiru": skipped with what stands before the title.
    for (std::size_t at = 0; at < begin_; ++at) {
      if (kind(at) == NameMark::Year && words_[at].bracket > 0 && end_of_bracket(at) == at + 1) chosen = at;
    }
    for (std::size_t at = begin_; at < words_.size(); ++at) {
      const bool is_colour_space = at > 0 && words_[at - 1].folded == "bt";  // BT.2020
      if (kind(at) == NameMark::Year && at > begin_ && !is_colour_space) {
        const bool is_alone = words_[at].bracket > 0;
        if (is_alone && (at + 1 == words_.size() || words_[at + 1].bracket != words_[at].bracket)) return at;
        if (!chosen || !has_mark_between(*chosen, at)) chosen = at;
      }
    }
    return chosen;
  }

  [[nodiscard]] bool has_mark_between(std::size_t first, std::size_t last) const {
    for (std::size_t at = first + 1; at < last; ++at) {
      if (is_strong(at) && kind(at) != NameMark::Year) return true;
    }
    return last > first + 1 && kind(first) == NameMark::Year && words_[first].bracket > 0;
  }

  /// Whether what stands at a word and behind it, up to the year or the next strong mark, is all marks: then weak ones are no title.
  [[nodiscard]] bool is_followed_by_marks(std::size_t at) const {
    std::size_t next = at + marks_[at].words;
    while (next < words_.size() && marks_[next].is_weak) next += marks_[next].words;
    if (next >= words_.size()) return kind(at) == NameMark::Edition;
    // "Some Film (2001)": such a word before the year is of the title.
    if (next == year_at_ && kind(at) == NameMark::Technical && words_[at].folded != "3d") return false;
    // "Spiders.Web.2019.WEB-DL", "Immersion.French.2011.FRENCH": what is told again behind the year was a word of the title.
    if (next == year_at_) return !has_behind(next, kind(at));
    return is_strong(next);
  }

  [[nodiscard]] bool has_behind(std::size_t at, NameMark mark) const {
    const bool can_repeat = mark == NameMark::Language || mark == NameMark::Source;
    for (std::size_t next = at; next < words_.size() && can_repeat; ++next) {
      if (kind(next) == mark) return true;
    }
    return false;
  }

  /// The first word that is not of the title.
  [[nodiscard]] std::size_t find_end() const {
    for (std::size_t at = begin_; at < words_.size(); ++at) {
      if (at == year_at_) return at;
      if (at > begin_ && words_[at].bracket > 0) return at;
      if (at == begin_ && kind(at) != NameMark::Year && is_strong(at) && !is_codec(at)) continue;
      if (at == begin_ || kind(at) == NameMark::None || kind(at) == NameMark::Year || kind(at) == NameMark::FilmNumber) continue;
      if (!marks_[at].is_weak || is_followed_by_marks(at)) return at;
    }
    return words_.size();
  }

  [[nodiscard]] std::string title_between(std::size_t first, std::size_t last) const {
    std::string title;
    // "James_Bond-f17-Goldeneye": the film is behind its number.
    for (std::size_t at = first; at < last; ++at) {
      if (kind(at) == NameMark::FilmNumber && at + 1 < last) first = at + 1;
    }
    for (std::size_t at = first; at < last; ++at) {
      if (at > first && words_[at].is_dashed) break;
      title += fmt::format("{}{}", joiner(at, at == first), words_[at].text);
    }
    return title;
  }

  /// Blanks between words, but "M.A.S.H" and "h@mster" as they are.
  [[nodiscard]] std::string_view joiner(std::size_t at, bool is_first) const {
    if (is_first) return "";
    const char* end_before = words_[at - 1].text.data() + words_[at - 1].text.size();
    const bool has_comma = end_before < words_[at].text.data() && *end_before == ',' && !words_[at].is_dashed;
    return has_comma ? ", " : words_[at].before == '-' && !words_[at].is_dashed && end_before + 1 == words_[at].text.data() ? "-" : " ";
  }

  [[nodiscard]] std::string alternative_behind(std::size_t end) const {
    std::string alternative;
    for (std::size_t at = begin_ + 1; at < end; ++at) {
      if (!alternative.empty() || words_[at].is_dashed) alternative += fmt::format("{}{}", alternative.empty() ? "" : " ", words_[at].text);
    }
    if (!alternative.empty() || end >= words_.size() || words_[end].bracket == 0 || end == year_at_) return alternative;
    for (std::size_t at = end; at < end_of_bracket(end); ++at) {
      if (kind(at) != NameMark::None) return {};
      alternative += fmt::format("{}{}", alternative.empty() ? "" : " ", words_[at].text);
    }
    return alternative;
  }

  void take_mark(std::size_t at, FilmName& found) const {
    const FoundMark& mark = marks_[at];
    if (is_episode_word(words_[at].folded)) found.is_episode = true;
    if (at >= begin_ && at < end_) return;
    switch (mark.mark) {
      case NameMark::Edition:
        if (std::ranges::find(found.editions, mark.value) == found.editions.end()) found.editions.push_back(mark.value);
        break;
      case NameMark::Source: take_source(mark, found); break;
      case NameMark::Picture:
        if (found.picture.empty()) found.picture = mark.value;
        break;
      case NameMark::Part: found.part = std::atoi(mark.value.c_str()); break;
      case NameMark::Bonus: found.is_extra = true; break;
      case NameMark::None: found.is_extra = found.is_extra || is_extra_word(at); break;
      case NameMark::Technical: found.is_extra = found.is_extra || (words_[at].folded == "sample" && at + 1 == words_.size()); break;
      default: break;
    }
  }

  /// "UHD BluRay" may have other words between: "UHD.10bit.HDR.BluRay".
  [[nodiscard]] bool is_ultra() const {
    return std::ranges::any_of(words_, [](const NameWord& word) { return word.folded == "uhd" || word.folded == "ultrahd" || word.folded == "2160p"; });
  }

  void take_source(const FoundMark& mark, FilmName& found) const {
    if (mark.value.empty() || !found.source.empty()) return;
    found.source = mark.value == "Blu-ray" && is_ultra() ? "Ultra HD Blu-ray" : mark.value;
  }

  static bool is_episode_word(std::string_view word) {
    const auto is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
    if (word.size() < 6 || word[0] != 's' || !is_digit(word[1])) return false;
    const auto e = word.find('e');
    return e != std::string_view::npos && e >= 2 && e <= 4 && e + 1 < word.size() && is_digit(word[e + 1]) &&
           std::ranges::all_of(word.substr(1, e - 1), is_digit);
  }

  /// The endings with which media servers tell extras from films.
  [[nodiscard]] bool is_extra_word(std::size_t at) const {
    constexpr std::array<std::string_view, 10> kExtras = {"trailer", "behindthescenes", "deleted", "featurette", "interview",
                                                          "scene",   "short",           "clip",    "other",      "extra"};
    return at + 1 == words_.size() && at >= end_ && words_[at].before == '-' && std::ranges::find(kExtras, words_[at].folded) != kExtras.end();
  }

  /// "黑客帝国 The Matrix" has a title in each script.
  void split_scripts(FilmName& found) const {
    std::string han;
    std::string other;
    for (std::size_t at = begin_; at < end_; ++at) {
      std::string& part = is_han_word(words_[at].text) ? han : other;
      part += fmt::format("{}{}", part.empty() ? "" : " ", words_[at].text);
    }
    const bool is_mixed =
        !han.empty() && std::ranges::any_of(other, [](char letter) { return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z'); });
    if (is_mixed) {
      found.title = other;
      found.alternative = han;
    }
    for (std::size_t at = 0; at < begin_ && found.alternative.empty(); ++at) {
      if (is_han_word(words_[at].text)) found.alternative = words_[at].text;
    }
  }

  Tags tags_;
  std::vector<NameWord> words_;
  std::vector<FoundMark> marks_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::optional<std::size_t> year_at_;
  bool has_marks_ = false;
};

std::string_view without_ending(std::string_view name) {
  constexpr std::array<std::string_view, 34> kEndings = {"mkv", "mp4", "avi", "m4v", "mov", "wmv",  "webm", "mpg",  "mpeg", "ts",  "m2ts", "ogm",
                                                         "ogv", "flv", "iso", "img", "vob", "mk3d", "3gp",  "rmvb", "divx", "asf", "strm", "nfo",
                                                         "srt", "sub", "idx", "ass", "ssa", "vtt",  "txt",  "jpg",  "rm",   "f4v"};
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return name;
  std::string ending(name.substr(dot + 1));
  for (char& letter : ending) letter = static_cast<char>(letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter);
  return std::ranges::find(kEndings, ending) == kEndings.end() ? name : name.substr(0, dot);
}

/// "arw-repack-greenberg" and "wthd-cab" are names that a group made for itself.
bool is_abbreviated(std::string_view name) {
  const auto hyphen = name.find('-');
  const std::string_view prefix = name.substr(0, hyphen);
  const bool is_lower = std::ranges::none_of(name, [](char letter) { return letter >= 'A' && letter <= 'Z'; });
  return (is_lower && hyphen != std::string_view::npos && prefix.size() <= kShortPrefix && !prefix.contains('.') && !prefix.contains(' ')) ||
         (is_lower && !name.contains(' ') && !name.contains('.')) || name.contains("_esd-");
}

/// The parts of a path, the file first, without its ending.
std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty() && parts.size() <= kFoldersAbove) {
    const auto slash = path.find_last_of("/\\");
    const std::string_view part = slash == std::string_view::npos ? path : path.substr(slash + 1);
    if (!part.empty()) parts.push_back(parts.empty() ? without_ending(part) : part);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  }
  return parts;
}

/// What a folder knows and the file does not say.
void complete(FilmName& file, const FilmName& folder) {
  if (file.year == 0) file.year = folder.year;
  if (file.source.empty()) file.source = folder.source;
  if (file.picture.empty()) file.picture = folder.picture;
  if (file.editions.empty()) file.editions = folder.editions;
  if (!file.external.imdb) file.external.imdb = folder.external.imdb;
  if (!file.external.tmdb) file.external.tmdb = folder.external.tmdb;
}

}  // namespace

FilmName parse_film_name(std::string_view path) {
  const std::string text = to_valid_utf8(path.substr(path.size() - std::min(path.size(), kLongestPath)));
  const auto parts = parts_of(text);
  if (parts.empty()) return {};
  NameReader reader(parts.front());
  FilmName film = reader.read();
  bool is_named = film.year > 0;
  for (std::size_t at = 1; at < parts.size(); ++at) {
    NameReader above(parts[at]);
    FilmName folder = above.read();
    const bool is_film = folder.year > 0 || folder.external.imdb || folder.external.tmdb;
    const bool is_better =
        !is_named && !folder.title.empty() && (is_film || (above.has_marks() && is_abbreviated(parts.front())) || (film.title.empty() && at == 1));
    if (is_better) {
      film.title = folder.title;
      film.alternative = folder.alternative;
      is_named = true;
    }
    if (is_film || is_better || above.has_marks()) complete(film, folder);
  }
  return film;
}

}  // namespace cineloom
