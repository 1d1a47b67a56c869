#include "pipeline/subtitle_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/files.h"
#include "media/subtitles.h"
#include "pipeline/worker.h"
#include "text/clean.h"
#include "text/language.h"

namespace cineloom {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostBytes = 16U << 20U;
constexpr std::size_t kMostNameParts = 4;
constexpr std::size_t kEnoughToTell = 4000;  ///< bytes from which a language is told

struct LanguageName {
  std::string_view written;
  std::string_view code;
};
/// Codes and names that side files carry besides two-letter codes.
constexpr std::array<LanguageName, 46> kLanguages = {
    {{"eng", "en"},     {"english", "en"}, {"chi", "zh"},        {"zho", "zh"}, {"chs", "zh-Hans"}, {"cht", "zh-Hant"}, {"chinese", "zh"}, {"fre", "fr"},
     {"fra", "fr"},     {"french", "fr"},  {"ger", "de"},        {"deu", "de"}, {"german", "de"},   {"spa", "es"},      {"spanish", "es"}, {"ita", "it"},
     {"italian", "it"}, {"jpn", "ja"},     {"japanese", "ja"},   {"kor", "ko"}, {"korean", "ko"},   {"rus", "ru"},      {"russian", "ru"}, {"por", "pt"},
     {"pob", "pt-BR"},  {"pb", "pt-BR"},   {"portuguese", "pt"}, {"dut", "nl"}, {"nld", "nl"},      {"dutch", "nl"},    {"pol", "pl"},     {"polish", "pl"},
     {"swe", "sv"},     {"nor", "no"},     {"dan", "da"},        {"fin", "fi"}, {"tur", "tr"},      {"ara", "ar"},      {"arabic", "ar"},  {"heb", "he"},
     {"hebrew", "he"},  {"hun", "hu"},     {"cze", "cs"},        {"ces", "cs"}, {"gre", "el"},      {"vie", "vi"}}};
constexpr std::string_view kTwoLetterCodes =
    " aa af ar az be bg bn bs ca cs cy da de el en eo es et eu fa fi fr ga gl he hi hr hu hy id is it ja ka kk km ko ku la lt lv mk ml mn ms my nb ne nl nn no "
    "pa pl ps "
    "pt ro ru si sk sl sq sr sv sw ta te th tl tr uk ur uz vi zh zu ";

char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter; }

std::string lowered(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), lower);
  return result;
}

/// "pt-BR", "eng", "English" as BCP 47; empty for other words.
std::string language_code(std::string_view word) {
  const std::string name = lowered(word);
  const auto* found = std::ranges::find(kLanguages, name, &LanguageName::written);
  if (found != kLanguages.end()) return std::string(found->code);
  const auto dash = std::min(name.find_first_of("-_"), name.size());
  if (dash != 2 || !kTwoLetterCodes.contains(" " + name.substr(0, 2) + " ")) return "";
  return dash == name.size() ? name : name.substr(0, 2) + "-" + std::string(word.substr(3));
}

/// Takes one part of a name, from its end; false if it says nothing of the subtitles.
bool take_part(std::string_view part, SubtitleName& name) {
  const std::string word = lowered(part);
  const std::string code = language_code(part);
  if (word == "forced" || word == "foreign") {
    name.is_forced = true;
  } else if (word == "sdh" || word == "cc" || (word == "hi" && name.language != "und")) {
    name.is_for_deaf = true;
  } else if (!code.empty() && (name.language == "und" || name.language == "hi")) {
    // "en.hi" is English for the hard of hearing, "hi" alone is Hindi.
    name.is_for_deaf = name.is_for_deaf || name.language == "hi";
    name.language = code;
  } else {
    return word == "default";
  }
  return true;
}

std::string main_language(std::string_view code) { return std::string(code.substr(0, code.find('-'))); }

/// Without the letters of numbers, times and tags, a few lines are enough to tell a language.
std::string language_of_text(std::span<const Cue> cues) {
  std::string text;
  for (const Cue& cue : cues) {
    if (text.size() > kEnoughToTell) break;
    text += cue.text + "\n";
  }
  return detect_language(text).code;
}

void set_language(SubtitleTrack& track, std::string_view language) {
  track.language = language.empty() || language == "und" ? language_of_text(track.cues) : std::string(language);
  for (Cue& cue : track.cues) cue.language = track.language;
}

Expected<SubtitleReading> read_text(const std::string& text, const fs::path& program, const CancelToken& cancel) {
  auto reading = read_subtitles(text, "");
  if (reading || program.empty()) return reading;
  auto rare = read_rare_subtitles_confined(program, text, cancel);
  if (!rare) return reading;
  return SubtitleReading{.cues = std::move(rare->cues), .warnings = std::move(rare->warnings)};
}

/// A better track comes first: in the wanted language, whole, a side file.
struct Rank {
  bool is_other_language = true;
  bool is_forced = false;
  std::size_t place = 0;
  friend auto operator<=>(const Rank&, const Rank&) = default;
};

std::vector<std::string> by_rank(const std::vector<std::string>& paths, std::string_view language) {
  std::vector<std::pair<Rank, std::string>> ranked;
  for (const std::string& path : paths) {
    const SubtitleName name = read_subtitle_name(path);
    ranked.push_back(
        {{.is_other_language = main_language(name.language) != main_language(language), .is_forced = name.is_forced, .place = ranked.size()}, path});
  }
  std::ranges::sort(ranked);
  std::vector<std::string> sorted;
  for (auto& [rank, path] : ranked) sorted.push_back(std::move(path));
  return sorted;
}

}  // namespace

SubtitleName read_subtitle_name(const fs::path& path) {
  SubtitleName name;
  std::string stem = path.stem().string();
  for (std::size_t parts = 0; parts < kMostNameParts; ++parts) {
    const auto dot = stem.rfind('.');
    if (dot == std::string::npos || !take_part(std::string_view(stem).substr(dot + 1), name)) break;
    stem.resize(dot);
  }
  if (name.language != "und") return name;
  // "sintel-en.vtt", "sintel_en.srt"
  if (const auto dash = stem.find_last_of("-_"); dash != std::string::npos) {
    if (const std::string code = language_code(std::string_view(stem).substr(dash + 1)); !code.empty()) name.language = code;
  }
  return name;
}

std::string subtitle_language(const std::string& path) { return read_subtitle_name(path).language; }

Expected<SubtitleTrack> read_subtitle_track(const fs::path& path, const fs::path& program, const CancelToken& cancel) {
  const std::string action = "reading " + path.string();
  CINELOOM_TRY_ASSIGN(const std::string bytes, read_file(path, kMostBytes));
  CINELOOM_TRY_ASSIGN_IN(const CleanText decoded, decode_text(bytes), action);
  CINELOOM_TRY_ASSIGN_IN(SubtitleReading reading, read_text(decoded.text, program, cancel), action);
  SubtitleTrack track{.cues = std::move(reading.cues), .language = {}, .origin = path.string(), .warnings = std::move(reading.warnings)};
  set_language(track, subtitle_language(path.string()));
  return track;
}

Expected<std::vector<Cue>> read_subtitle_file(const std::string& path) {
  CINELOOM_TRY_ASSIGN(SubtitleTrack track, read_subtitle_track(path, {}, CancelToken()));
  return std::move(track.cues);
}

Expected<SubtitleTrack> read_spoken_subtitles(const FilmFiles& files, std::string_view language, const fs::path& program, const CancelToken& cancel) {
  const std::string_view wanted = language.empty() || language == "und" ? std::string_view("en") : language;
  std::vector<SubtitleTrack> readable;
  std::vector<std::string> warnings;
  const auto fits = [&](const SubtitleTrack& track) { return main_language(track.language) == main_language(wanted); };
  for (const std::string& path : by_rank(files.subtitles, wanted)) {
    auto track = read_subtitle_track(path, program, cancel);
    CINELOOM_TRY(cancel.check());
    if (!track) {
      warnings.push_back(track.error().describe());
    } else {
      readable.push_back(*std::move(track));
      if (fits(readable.back())) break;
    }
  }
  if (std::ranges::none_of(readable, fits) && !files.video.empty() && !program.empty()) {
    auto embedded = read_embedded_subtitles_confined(program, files.video, cancel);
    CINELOOM_TRY(cancel.check());
    for (SubtitleTrack& track : embedded ? *embedded : std::vector<SubtitleTrack>()) {
      if (track.cues.empty()) continue;
      set_language(track, language_code(track.language));
      readable.push_back(std::move(track));
    }
  }
  if (readable.empty()) return fail(ErrorCode::NotFound, warnings.empty() ? "there are none" : warnings.front());
  const auto best = std::ranges::find_if(readable, fits);
  SubtitleTrack chosen = std::move(best == readable.end() ? readable.front() : *best);
  std::ranges::move(warnings, std::back_inserter(chosen.warnings));
  return chosen;
}

}  // namespace cineloom
