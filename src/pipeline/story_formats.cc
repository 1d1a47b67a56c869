#include "pipeline/story_formats.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "fuse/fdx.h"
#include "fuse/fountain.h"
#include "story/exports/exports.h"

namespace cineloom {
namespace {

struct Writer {
  StoryFormat format;
  Expected<std::string> (*write)(const Story& story, const StoryWay& way, const StoryLines& lines);
};

Story seen(const Story& story, const StoryLines& lines) { return lines.empty() ? story : with_lines(story, lines); }

template <auto write>
Expected<std::string> whole(const Story& story, const StoryWay& /*way*/, const StoryLines& lines) {
  return write(seen(story, lines));
}

template <auto write>
Expected<std::string> one_way(const Story& story, const StoryWay& way, const StoryLines& lines) {
  if (lines.empty()) return write(story, way);
  const Story other = with_lines(story, lines);
  StoryWay same;
  for (const StoryNode* node : way) same.push_back(&other.graph.nodes[static_cast<std::size_t>(node - story.graph.nodes.data())]);
  return write(other, same);
}

Expected<std::string> fountain(const Story& story, const StoryWay& /*way*/, const StoryLines& lines) { return write_fountain(screenplay_of(story, lines)); }
Expected<std::string> fdx(const Story& story, const StoryWay& /*way*/, const StoryLines& lines) { return write_fdx(screenplay_of(story, lines)); }
Expected<std::string> as_it_is(const Story& story, const StoryWay& /*way*/, const StoryLines& /*lines*/) { return write_story_json(story); }

constexpr std::array kWriters{
    Writer{{.name = "ink", .media_type = "text/plain; charset=utf-8", .ending = ".ink"}, whole<write_ink>},
    Writer{{.name = "twee", .media_type = "text/plain; charset=utf-8", .ending = ".twee"}, whole<write_twee>},
    Writer{{.name = "fountain", .media_type = "text/plain; charset=utf-8", .ending = ".fountain"}, fountain},
    Writer{{.name = "fdx", .media_type = "application/xml", .ending = ".fdx"}, fdx},
    Writer{{.name = "markdown", .media_type = "text/markdown; charset=utf-8", .ending = ".md"}, whole<write_markdown>},
    Writer{{.name = "epub", .media_type = "application/epub+zip", .ending = ".epub", .is_binary = true}, whole<write_epub>},
    Writer{{.name = "dot", .media_type = "text/vnd.graphviz; charset=utf-8", .ending = ".dot"}, whole<write_dot>},
    Writer{{.name = "mermaid", .media_type = "text/plain; charset=utf-8", .ending = ".mmd"}, whole<write_mermaid>},
    Writer{{.name = "jsonld", .media_type = "application/ld+json", .ending = ".jsonld"}, whole<write_json_ld>},
    Writer{{.name = "srt", .media_type = "application/x-subrip; charset=utf-8", .ending = ".srt", .is_one_way = true}, one_way<write_srt>},
    Writer{{.name = "vtt", .media_type = "text/vtt; charset=utf-8", .ending = ".vtt", .is_one_way = true}, one_way<write_web_vtt>},
    Writer{{.name = "edl", .media_type = "text/plain; charset=utf-8", .ending = ".edl", .is_one_way = true}, one_way<write_edl>},
    Writer{{.name = "otio", .media_type = "application/json", .ending = ".otio", .is_one_way = true}, one_way<write_otio>},
    Writer{{.name = "json", .media_type = "application/json", .ending = ".json"}, as_it_is}};

constexpr auto kFormats = [] {
  std::array<StoryFormat, kWriters.size()> formats{};
  std::ranges::transform(kWriters, formats.begin(), &Writer::format);
  return formats;
}();

Expected<const Writer*> find_writer(std::string_view name) {
  const auto found = std::ranges::find(kWriters, name, [](const Writer& writer) { return writer.format.name; });
  if (found != kWriters.end()) return &*found;
  return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("'{}' is no format of stories", name)).advise("use one of " + story_format_names()));
}

}  // namespace

std::span<const StoryFormat> story_formats() { return kFormats; }

std::string story_format_names() {
  std::string names;
  for (const StoryFormat& format : kFormats) names += fmt::format("{}{}", names.empty() ? "" : ", ", format.name);
  return names;
}

Expected<StoryFormat> find_story_format(std::string_view name) {
  CINELOOM_TRY_ASSIGN(const Writer* writer, find_writer(name));
  return writer->format;
}

Expected<StoryLines> lines_of(const Story& story, std::string_view view, const std::filesystem::path& resources) {
  CINELOOM_TRY_ASSIGN(const StoryView found, find_story_view(view));
  if (found == StoryView::Scene) return StoryLines();
  CINELOOM_TRY_ASSIGN(const SchemaLibrary library, SchemaLibrary::load(resources / "models" / "story"));
  return see_story(story, found, library);
}

Expected<std::string> export_story(const Story& story, std::string_view format, const std::vector<std::string>& choices, const StoryLines& lines) {
  CINELOOM_TRY_ASSIGN(const Writer* writer, find_writer(format));
  if (!choices.empty() && !writer->format.is_one_way) {
    return fail(ErrorCode::InvalidArgument, fmt::format("'{}' tells all ways, so no choices can be taken in it", format));
  }
  CINELOOM_TRY_ASSIGN(const StoryWay way, take_way(story.graph, choices));
  return writer->write(story, way, lines);
}

}  // namespace cineloom
