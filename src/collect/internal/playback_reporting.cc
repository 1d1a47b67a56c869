// A backup of Jellyfin's Playback Reporting: nine fields a line, tabs, no header.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json_text.h"
#include "collect/internal/formats.h"
#include "collect/internal/sittings.h"
#include "collect/internal/values.h"

namespace cineloom::collect {
namespace {

constexpr std::size_t kFields = 9;  // date, user, item, type, name, method, client, device, seconds

std::vector<std::string_view> fields_of(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  std::vector<std::string_view> fields;
  for (;;) {
    const auto end = line.find('\t');
    fields.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return fields;
    line.remove_prefix(end + 1);
  }
}

bool claims_file(const SourceFile& file) {
  const auto fields = fields_of(std::string_view(file.content).substr(0, file.content.find('\n')));
  return fields.size() == kFields && parse_time(fields[0]) && parse_number(fields[8]) && fields[1].size() == 32;
}

Expected<void> read_lines(const SourceFile& file, Teller& teller, std::vector<Play>& plays) {
  CINELOOM_TRY(require_utf8(file.name, file.content));
  std::string_view rest = file.content;
  for (int line = 1; !rest.empty(); ++line) {
    const auto end = rest.find('\n');
    const auto fields = fields_of(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (fields.size() == 1 && fields[0].empty()) continue;
    const auto at = parse_time(fields[0]);
    const auto seconds = fields.size() == kFields ? parse_number(fields[8]) : std::nullopt;
    if (!at || !seconds || *seconds < 0 || *seconds > 1e6) {
      return std::unexpected(
          Error(ErrorCode::InvalidArgument, fmt::format("{}: line {}: expected nine fields with a time first and seconds last", file.name, line))
              .advise("the file may be cut off: back it up again"));
    }
    if (fields[3] != "Movie") {
      teller.pass_over(PassedOver::NotAFilm);
      continue;
    }
    const std::string name(fields[4]);
    plays.push_back({.film = teller.film({.title = {.original = name, .english = name}}),
                     .person = std::string(fields[1]),
                     .at = *at,
                     .length = std::chrono::seconds(static_cast<std::int64_t>(*seconds)),
                     .id = fmt::format("{} {} {}", fields[1], fields[2], fields[0]),
                     .raw = fmt::format(R"({{"line":{}}})", json_string(fmt::format("{}", fmt::join(fields, "\t"))))});
  }
  return {};
}

Expected<void> read_backup(Files files, Teller& teller, const Reading&) {
  std::vector<Play> plays;
  for (const SourceFile* file : files) CINELOOM_TRY(read_lines(*file, teller, plays));
  tell_sittings(std::move(plays), teller);
  return {};
}

}  // namespace

const Format kPlaybackReporting = {.name = "Jellyfin Playback Reporting", .origin = "jellyfin-playback", .claims = claims_file, .read = read_backup};

}  // namespace cineloom::collect
