#include "collect/internal/name_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>
#include <span>
#include <unordered_map>
#include <unordered_set>

#include "collect/film_key.h"
#include "collect/internal/values.h"

namespace cineloom::collect {
namespace {

bool is_blank(char letter) {
  return letter == ' ' || letter == '.' || letter == '_' || letter == ',' || letter == '+' || letter == '~' || letter == '=' || letter == '\t';
}
bool is_open(char letter) { return letter == '(' || letter == '[' || letter == '{'; }
bool is_close(char letter) { return letter == ')' || letter == ']' || letter == '}'; }
bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }
bool is_number(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_digit); }

/// A hyphen parts words where a blank is beside it, or a number or mark behind it: "Child-2007", "x264-GROUP".
bool parts_words(std::string_view name, std::size_t at) {
  const bool is_edge = at == 0 || at + 1 >= name.size();
  return is_edge || is_blank(name[at - 1]) || is_blank(name[at + 1]) || is_close(name[at - 1]) || is_open(name[at + 1]) || name[at + 1] == '-' ||
         name[at - 1] == '-';
}

bool is_mark_word(std::string_view word);
bool is_one_mark(const std::string& word);

/// Cuts a name into words.
class Cutter {
 public:
  explicit Cutter(std::string_view name) : name_(name) {}

  std::vector<NameWord> cut() {
    for (std::size_t at = 0; at < name_.size(); ++at) take(at);
    end_word(name_.size());
    return std::move(words_);
  }

 private:
  void take(std::size_t at) {
    const char letter = name_[at];
    if (is_open(letter) || is_close(letter)) {
      end_word(at);
      if (is_open(letter)) bracket_ = ++brackets_;
      else bracket_ = 0;
      kind_ = is_open(letter) ? letter : ' ';
      before_ = letter;
    } else if (is_blank(letter)) {
      end_word(at);
      if (before_ != '-' && !is_open(before_)) before_ = letter;
    } else if (letter == '-' && parts_words(name_, at)) {
      end_word(at);
      before_ = '-';
      const bool is_between_blanks = at > 0 && name_[at - 1] == ' ' && at + 1 < name_.size() && name_[at + 1] == ' ';
      is_dashed_ = is_dashed_ || is_between_blanks || (at > 0 && name_[at - 1] == '-');
    } else if (begin_ == std::string_view::npos) {
      begin_ = at;
    }
  }

  void end_word(std::size_t at) {
    if (begin_ == std::string_view::npos) return;
    add(name_.substr(begin_, at - begin_));
    begin_ = std::string_view::npos;
  }

  /// "2007-TRUEFRENCH" and "x264-GROUP" are two words; "X-Men" and "Blu-ray" are one.
  void add(std::string_view text) {
    for (auto hyphen = text.find('-', 1); hyphen != std::string_view::npos; hyphen = text.find('-', hyphen + 1)) {
      if (hyphen + 1 >= text.size() || !is_cut_at(text, hyphen)) continue;
      push(text.substr(0, hyphen));
      before_ = '-';
      return add(text.substr(hyphen + 1));
    }
    push(text);
  }

  static bool is_cut_at(std::string_view text, std::size_t hyphen) {
    const std::string left = fold_latin(text.substr(0, hyphen));
    const std::string right = fold_latin(text.substr(hyphen + 1));
    const std::string next = right.substr(0, right.find('-'));
    return !is_one_mark(left + "-" + next) && (is_mark_word(left) || is_mark_word(next));
  }

  void push(std::string_view text) {
    words_.push_back({.text = text, .folded = fold_latin(text), .before = before_, .is_dashed = is_dashed_, .bracket = bracket_, .bracket_kind = kind_});
    before_ = ' ';
    is_dashed_ = false;
  }

  std::string_view name_;
  std::vector<NameWord> words_;
  std::size_t begin_ = std::string_view::npos;
  char before_ = ' ';
  bool is_dashed_ = false;
  int bracket_ = 0;
  int brackets_ = 0;
  char kind_ = ' ';
};

using WordSet = std::unordered_set<std::string>;

const WordSet& technical_words() {
  static const WordSet kWords = {
      "x264",   "x265",    "h264",    "h265",     "h262",    "h263",      "hevc",      "avc",     "xvid",     "divx",       "vc1",      "vc-1",     "vp9",
      "vp8",    "av1",     "mpeg2",   "mpg2",     "mpeg",    "hevc10",    "hi10p",     "10bit",   "8bit",     "12bit",      "aac",      "ac3",      "ac3d",
      "eac3",   "dts",     "dtshd",   "dts-hd",   "dtses",   "dts-es",    "dtsx",      "dd5",     "dd",       "ddp5",       "ddp",      "dd-ex",    "ddex",
      "truehd", "atmos",   "atmos7",  "flac",     "flac1",   "lpcm",      "pcm",       "opus",    "mp3",      "lame3*92",   "ogg",      "6ch",      "8ch",
      "2ch",    "proper",  "repack",  "rerip",    "real",    "readnfo",   "nfofix",    "proof",   "prooffix", "sample",     "fix",      "internal", "int",
      "remux",  "hdr",     "hdr10",   "hdr10+",   "sdr",     "dv",        "dolby",     "3d",      "sbs",      "hsbs",       "half-sbs", "hou",      "2in1",
      "mhd",    "hdlight", "upscale", "upscaled", "convert", "colorized", "docu",      "doku",    "stv",      "ntsc",       "pal",      "hfr",      "48fps",
      "60fps",  "oar",     "om",      "dubbed",   "dub",     "subbed",    "subforced", "subs",    "vostfr",   "multi",      "dual",     "dl",       "md",
      "ld",     "xxx",     "nfo",     "hr",       "r5",      "r6",        "mkv",       "mp4",     "dxva",     "qc",         "complete", "hybrid",   "hdrip",
      "bt709",  "bt2020",  "hq",      "screener", "scr",     "film",      "esub",      "hevc-10", "mux",      "netflixuhd", "uhdrip",   "dvdivx",   "hddivx",
      "mic",    "amzn",    "nf",      "dsnp",     "hmax",    "atvp",      "hulu",      "he-aac",  "lc-aac",   "2160",       "yify",     "rarbg",    "vo",
      "vff",    "vfq",     "1080p24"};
  return kWords;
}

/// Words of titles as well: they count only beside other marks.
const WordSet& weak_words() {
  static const WordSet kWords = {"real", "proof", "sample", "film",  "complete",  "dual",     "multi",  "hybrid",  "convert", "int",
                                 "dd",   "dv",    "dl",     "md",    "om",        "fix",      "3d",     "pal",     "sbs",     "hr",
                                 "docu", "mic",   "dub",    "dolby", "colorized", "internal", "proper", "nf",      "vo",      "hq",
                                 "qc",   "subs",  "stv",    "scr",   "ld",        "opus",     "pcm",    "upscale", "doku"};
  return kWords;
}

const WordSet& languages() {
  static const WordSet kWords = {"french",     "truefrench", "german",    "spanish",     "italian",   "english", "russian", "japanese",  "korean",  "chinese",
                                 "hindi",      "telugu",     "tamil",     "portuguese",  "dutch",     "swedish", "danish",  "norwegian", "finnish", "polish",
                                 "turkish",    "arabic",     "thai",      "swissgerman", "ita",       "eng",     "rus",     "fra",       "ger",     "deu",
                                 "spa",        "jpn",        "kor",       "chi",         "hin",       "por",     "fr",      "vff",       "vostfr",  "latino",
                                 "castellano", "mandarin",   "cantonese", "czech",       "hungarian", "greek",   "hebrew",  "ukrainian"};
  return kWords;
}

struct Phrase {
  std::vector<std::string_view> words;
  std::string_view value;
  bool is_weak = false;
};

const std::vector<Phrase>& sources() {
  static const std::vector<Phrase> kSources = {{{"uhd", "blu-ray"}, "Ultra HD Blu-ray"},
                                               {{"uhd", "bluray"}, "Ultra HD Blu-ray"},
                                               {{"ultrahd", "blu-ray"}, "Ultra HD Blu-ray"},
                                               {{"ultra", "hd", "blu-ray"}, "Ultra HD Blu-ray"},
                                               {{"4k", "bluray"}, "Blu-ray"},
                                               {{"blu", "ray"}, "Blu-ray"},
                                               {{"hd", "dvd"}, "HD-DVD"},
                                               {{"hd", "dvdscr"}, "HD-DVD"},
                                               {{"web", "dl"}, "Web"},
                                               {{"web", "rip"}, "Web"},
                                               {{"dvd", "rip"}, "DVD"},
                                               {{"vhs", "rip"}, "VHS"},
                                               {{"video", "ts"}, "DVD"},
                                               {{"tv", "rip"}, "TV"},
                                               {{"digital", "extras"}, ""}};
  return kSources;
}

const std::unordered_map<std::string, std::string_view>& source_words() {
  static const std::unordered_map<std::string, std::string_view> kWords = [] {
    std::unordered_map<std::string, std::string_view> words;
    const auto add = [&](std::string_view value, std::initializer_list<std::string_view> names) {
      for (const std::string_view name : names) words.emplace(std::string(name), value);
    };
    add("Blu-ray", {"bluray", "blu-ray", "bdrip", "brrip", "bd",    "bdremux", "bdmux",      "brmux",     "bdripmux", "brripmux",
                    "bd25",   "bd50",    "bd5",   "bd9",   "bdscr", "brscr",   "bluray-rip", "blurayrip", "bd-rip",   "br-rip"});
    add("DVD", {"dvdrip", "dvd", "dvdscr", "dvdr", "dvd-r", "dvd5", "dvd9", "dvd-5", "dvd-9", "dvd-rip", "dual-dvdrip", "video_ts", "dvdremux", "dvd-scr",
                "dvdscreener", "ntscdvd"});
    add("HD-DVD", {"hddvd", "hd-dvd", "hddvdrip", "hd-dvdrip"});
    add("HDTV", {"hdtv", "hdtvrip", "tvriphd", "hdtv-rip"});
    add("TV", {"tvrip", "tv-rip", "sdtv", "sdtvrip"});
    add("Digital TV", {"pdtv", "dvb", "dvbrip", "pdtvrip", "dtvrip"});
    add("Satellite", {"dsr", "dsrip", "satrip", "dth", "dthrip"});
    add("Web", {"web", "web-dl", "webdl", "webrip", "web-rip", "webhd", "webcap", "web-dlrip", "webdlrip", "web-cap", "webmux", "web-dlmux"});
    add("VHS", {"vhs", "vhsrip", "vhs-rip"});
    add("Camera", {"cam", "camrip", "cam-rip"});
    add("HD Camera", {"hdcam", "hd-cam", "hdcamrip"});
    add("Telesync", {"telesync", "pdvd", "ts", "tsrip"});
    add("HD Telesync", {"hdts", "hd-ts", "hdtelesync"});
    add("Telecine", {"telecine", "tc"});
    add("HD Telecine", {"hdtc", "hd-tc"});
    add("Workprint", {"workprint", "wp"});
    add("Video on Demand", {"vodrip", "vod"});
    add("Pay-per-view", {"ppv", "ppvrip"});
    add("Analog HDTV", {"ahdtv"});
    add("Digital Master", {"dmrip", "dm"});
    add("Ultra HD Blu-ray", {"uhdbd", "uhd-bluray", "uhdremux", "uhdbluray"});
    return words;
  }();
  return kWords;
}

bool is_weak_source(std::string_view word) {
  return word == "cam" || word == "ts" || word == "tc" || word == "wp" || word == "dm" || word == "web" || word == "bd" || word == "dvd" || word == "vod" ||
         word == "video";
}

const std::vector<Phrase>& editions() {
  static const std::vector<Phrase> kEditions = {{{"director's", "cut"}, "Director's Cut"},
                                                {{"directors", "cut"}, "Director's Cut"},
                                                {{"director", "cut"}, "Director's Cut"},
                                                {{"director", "s", "cut"}, "Director's Cut"},
                                                {{"directors", "edition"}, "Director's Definitive Cut"},
                                                {{"dc"}, "Director's Cut", true},
                                                {{"final", "cut"}, "Final Cut"},
                                                {{"alternative", "cut"}, "Alternative Cut"},
                                                {{"alternative"}, "Alternative Cut", true},
                                                {{"alternate", "cut"}, "Alternative Cut"},
                                                {{"extended", "cut"}, "Extended"},
                                                {{"extended", "edition"}, "Extended"},
                                                {{"extended", "version"}, "Extended"},
                                                {{"extended"}, "Extended", true},
                                                {{"theatrical", "cut"}, "Theatrical"},
                                                {{"theatrical", "edition"}, "Theatrical"},
                                                {{"theatrical"}, "Theatrical", true},
                                                {{"special", "edition"}, "Special"},
                                                {{"se"}, "Special", true},
                                                {{"criterion", "edition"}, "Criterion"},
                                                {{"criterion", "collection"}, "Criterion"},
                                                {{"criterion"}, "Criterion", true},
                                                {{"edition", "collector"}, "Collector"},
                                                {{"collector's", "edition"}, "Collector"},
                                                {{"collectors", "edition"}, "Collector"},
                                                {{"collector", "edition"}, "Collector"},
                                                {{"collector's"}, "Collector", true},
                                                {{"ultimate", "collector's", "edition"}, "Ultimate"},
                                                {{"ultimate"}, "Ultimate", true},
                                                {{"fan", "collection"}, "Fan"},
                                                {{"ultimate", "edition"}, "Ultimate"},
                                                {{"fan", "edition"}, "Fan"},
                                                {{"limited", "edition"}, "Limited"},
                                                {{"limited"}, "Limited", true},
                                                {{"deluxe", "edition"}, "Deluxe"},
                                                {{"festival"}, "Festival", true},
                                                {{"uncut"}, "Uncut", true},
                                                {{"unrated"}, "Unrated", true},
                                                {{"uncensored"}, "Uncensored", true},
                                                {{"remastered"}, "Remastered", true},
                                                {{"restored"}, "Restored", true},
                                                {{"4k", "remastered"}, "Remastered"},
                                                {{"4k", "restored"}, "Restored"},
                                                {{"imax", "edition"}, "IMAX"},
                                                {{"imax"}, "IMAX", true}};
  return kEditions;
}

bool begins(const std::vector<NameWord>& words, std::size_t at, const Phrase& phrase) {
  if (at + phrase.words.size() > words.size()) return false;
  return std::ranges::equal(phrase.words, std::span(words).subspan(at, phrase.words.size()), {}, {},
                            [](const NameWord& word) { return std::string_view(word.folded); });
}

/// The longest phrase that begins at a word.
const Phrase* phrase_at(const std::vector<Phrase>& phrases, const std::vector<NameWord>& words, std::size_t at) {
  const Phrase* best = nullptr;
  for (const Phrase& phrase : phrases) {
    if (begins(words, at, phrase) && (best == nullptr || phrase.words.size() > best->words.size())) best = &phrase;
  }
  return best;
}

/// "720p", "1080i", "1920x1080", "4k"; empty for anything else.
std::string picture_of(std::string_view word) {
  constexpr std::array<std::string_view, 8> kLines = {"360", "480", "540", "576", "720", "1080", "1440", "2160"};
  for (const std::string_view lines : kLines) {
    if (word.starts_with(lines) && word.size() > lines.size() && (word[lines.size()] == 'p' || word[lines.size()] == 'i') &&
        is_number(std::string(word.substr(lines.size() + 1)) + "0"))
      return std::string(word.substr(0, lines.size() + 1));
  }
  if (word == "4k") return "2160p";
  const auto cross = word.find('x');
  if (cross != std::string_view::npos && cross >= 3 && is_number(word.substr(0, cross)) && word.size() - cross > 3 && is_number(word.substr(cross + 1)))
    return std::string(word.substr(cross + 1)) + "p";
  return {};
}

/// Whether a word says something by itself beside a hyphen: a year, a source, a codec, "x02" and "f17" of bonuses and films of a row.
bool is_mark_word(std::string_view word) {
  const std::string name(word);
  const bool is_row = word.size() >= 2 && word.size() <= 3 && (word[0] == 'x' || word[0] == 'f') && is_number(word.substr(1));
  const bool is_year = word.size() == 4 && is_number(word) && parse_year(word) > 0;
  const bool is_source = source_words().contains(name) && (word == "ts" || !is_weak_source(word));
  return is_row || is_year || is_source || !picture_of(word).empty() || (technical_words().contains(name) && !weak_words().contains(name));
}

bool is_one_mark(const std::string& word) { return source_words().contains(word) || technical_words().contains(word); }

/// "part3", "cd2" and their like: the digits behind the word; 0 if it is none.
std::string digits_behind(std::string_view word, std::string_view mark) {
  return word.starts_with(mark) && is_number(word.substr(mark.size())) ? std::string(word.substr(mark.size())) : std::string();
}

int roman(std::string_view word) {
  constexpr std::array<std::string_view, 10> kNumbers = {"i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"};
  const auto found = std::ranges::find(kNumbers, word);
  return found == kNumbers.end() ? 0 : static_cast<int>(found - kNumbers.begin()) + 1;
}

FoundMark part_at(const std::vector<NameWord>& words, std::size_t at) {
  const std::string& word = words[at].folded;
  if (word != "part" || at + 1 >= words.size()) return {};
  const std::string& next = words[at + 1].folded;
  if (is_number(next) && next.size() < 3) return {.mark = NameMark::Part, .words = 2, .value = next};
  if (roman(next) > 0) return {.mark = NameMark::Part, .words = 2, .value = std::to_string(roman(next))};
  return {};
}

FoundMark disc_at(const std::vector<NameWord>& words, std::size_t at) {
  const std::string& word = words[at].folded;
  for (const std::string_view mark : {"cd", "disc", "disk", "dvd"}) {
    if (std::string digits = digits_behind(word.substr(0, word.find("of")), mark); !digits.empty() && digits.size() < 2)
      return {.mark = NameMark::Disc, .value = digits};
  }
  if (word.size() == 3 && is_digit(word[0]) && word.ends_with("cd")) return {.mark = NameMark::Disc};
  const bool is_count = is_number(word) && word.size() == 1 && at + 1 < words.size() && words[at + 1].folded == "cd";
  return is_count ? FoundMark{.mark = NameMark::Disc, .words = 2} : FoundMark{};
}

FoundMark numbered_at(const std::vector<NameWord>& words, std::size_t at) {
  const std::string& word = words[at].folded;
  if (words[at].before != '-') return {};
  if (word.size() >= 2 && word.size() <= 3 && word[0] == 'x' && is_number(word.substr(1))) return {.mark = NameMark::Bonus, .value = word.substr(1)};
  if (word.size() >= 2 && word.size() <= 3 && word[0] == 'f' && is_number(word.substr(1))) return {.mark = NameMark::FilmNumber, .value = word.substr(1)};
  return {};
}

}  // namespace

std::vector<NameWord> words_of_name(std::string_view name) { return Cutter(name).cut(); }

FoundMark mark_at(const std::vector<NameWord>& words, std::size_t at) {
  const std::string& word = words[at].folded;
  if (word.size() == 4 && is_number(word) && parse_year(word) > 0) return {.mark = NameMark::Year, .value = word};
  if (const Phrase* phrase = phrase_at(editions(), words, at))
    return {.mark = NameMark::Edition, .words = phrase->words.size(), .value = std::string(phrase->value), .is_weak = phrase->is_weak};
  if (const Phrase* phrase = phrase_at(sources(), words, at))
    return {.mark = NameMark::Source, .words = phrase->words.size(), .value = std::string(phrase->value)};
  if (const auto source = source_words().find(word); source != source_words().end())
    return {.mark = NameMark::Source, .value = std::string(source->second), .is_weak = is_weak_source(word)};
  if (std::string picture = picture_of(word); !picture.empty()) return {.mark = NameMark::Picture, .value = std::move(picture)};
  if (technical_words().contains(word)) return {.mark = NameMark::Technical, .is_weak = weak_words().contains(word)};
  if (word == "h" && at + 1 < words.size() && (words[at + 1].folded == "264" || words[at + 1].folded == "265"))
    return {.mark = NameMark::Technical, .words = 2};
  if (word == "uhd" || word == "ultrahd") return {.mark = NameMark::Technical};
  if (languages().contains(word)) return {.mark = NameMark::Language, .is_weak = true};
  if (FoundMark part = part_at(words, at); part.mark != NameMark::None) return part;
  if (FoundMark disc = disc_at(words, at); disc.mark != NameMark::None) return disc;
  return numbered_at(words, at);
}

}  // namespace cineloom::collect
