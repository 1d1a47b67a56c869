#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/json.h"
#include "base/markup.h"
#include "story/exports/exports.h"
#include "story/internal/export_text.h"
#include "story/internal/reading_time.h"

namespace cineloom {
namespace {

namespace js = boost::json;

constexpr std::int64_t kFramesPerSecond = 24;

/// A piece of the way: footage, or a card on black where `piece` is null.
struct Cut {
  const StoryNode* node = nullptr;
  const FootagePiece* piece = nullptr;
  FilmTime length{0};
};

Expected<std::vector<Cut>> cuts_of(const StoryWay& way) {
  std::vector<Cut> cuts;
  for (const StoryNode* node : way) {
    for (const FootagePiece& piece : node->footage) {
      if (piece.end > piece.begin) cuts.push_back({.node = node, .piece = &piece, .length = piece.end - piece.begin});
    }
    if (story::footage_length(*node).count() == 0) cuts.push_back({.node = node, .length = std::max(FilmTime(1000), story::length_of(*node))});
  }
  if (std::ranges::any_of(cuts, [](const Cut& cut) { return cut.piece != nullptr; })) return cuts;
  return std::unexpected(Error(ErrorCode::InvalidArgument, "no node of this way has footage").advise("cut lists are for stories over a film"));
}

std::int64_t frame_at(FilmTime time) { return (time.count() * kFramesPerSecond + 500) / 1000; }

std::string timecode(std::int64_t frame) {
  const std::int64_t seconds = frame / kFramesPerSecond;
  return fmt::format("{:02}:{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60, frame % kFramesPerSecond);
}

js::object rational(FilmTime time) { return {{"OTIO_SCHEMA", "RationalTime.1"}, {"rate", 1000.0}, {"value", static_cast<double>(time.count())}}; }

js::object range(FilmTime begin, FilmTime length) { return {{"OTIO_SCHEMA", "TimeRange.1"}, {"start_time", rational(begin)}, {"duration", rational(length)}}; }

js::object child_of(const Story& story, const Cut& cut) {
  js::object child{{"name", story::heading_of(story, *cut.node)},
                   {"metadata", js::object{{"cineloom", js::object{{"node", one_line(cut.node->id)}, {"text", printable(cut.node->text)}}}}}};
  if (cut.piece == nullptr) {
    child["OTIO_SCHEMA"] = "Gap.1";
    child["source_range"] = range(FilmTime(0), cut.length);
  } else {
    child["OTIO_SCHEMA"] = "Clip.1";
    child["source_range"] = range(cut.piece->begin, cut.length);
    child["media_reference"] = js::object{{"OTIO_SCHEMA", "ExternalReference.1"}, {"target_url", one_line(cut.piece->file)}};
  }
  return child;
}

}  // namespace

Expected<std::string> write_edl(const Story& story, const StoryWay& way) {
  CINELOOM_TRY_ASSIGN(const std::vector<Cut> cuts, cuts_of(way));
  std::string text = fmt::format("TITLE: {}\nFCM: NON-DROP FRAME\n\n", story::title_of(story));
  FilmTime now{0};
  std::size_t number = 0;
  for (const Cut& cut : cuts) {
    const FilmTime from = cut.piece == nullptr ? FilmTime(0) : cut.piece->begin;
    // Places are rounded, not lengths, so that the record does not drift.
    const std::int64_t frames = frame_at(now + cut.length) - frame_at(now);
    if (frames == 0) continue;
    text += fmt::format("{:03}  {:<8} V     C        {} {} {} {}\n", ++number, cut.piece == nullptr ? "BL" : "AX", timecode(frame_at(from)),
                        timecode(frame_at(from) + frames), timecode(frame_at(now)), timecode(frame_at(now) + frames));
    text +=
        cut.piece == nullptr ? fmt::format("* TITLE CARD: {}\n", one_line(cut.node->text)) : fmt::format("* FROM CLIP NAME: {}\n", one_line(cut.piece->file));
    now += cut.length;
  }
  return text;
}

Expected<std::string> write_otio(const Story& story, const StoryWay& way) {
  CINELOOM_TRY_ASSIGN(const std::vector<Cut> cuts, cuts_of(way));
  js::array children;
  for (const Cut& cut : cuts) children.push_back(child_of(story, cut));
  js::object track{{"OTIO_SCHEMA", "Track.1"}, {"kind", "Video"}, {"name", "Picture"}, {"children", std::move(children)}};
  js::object stack{{"OTIO_SCHEMA", "Stack.1"}, {"name", "tracks"}, {"children", js::array{std::move(track)}}};
  return json::pretty(js::object{{"OTIO_SCHEMA", "Timeline.1"}, {"name", story::title_of(story)}, {"tracks", std::move(stack)}});
}

}  // namespace cineloom
