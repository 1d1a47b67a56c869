#include "serve/internal/routes.h"

#include <fmt/format.h>

#include <filesystem>
#include <ranges>

#include "base/files.h"
#include "pipeline/library_files.h"
#include "serve/static_files.h"

namespace cineloom::serve {
namespace {

namespace fs = std::filesystem;

Expected<HttpResponse> video(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const FilmId id, captured<FilmId>(request, "film"));
  CINELOOM_TRY_ASSIGN(const FilmFiles files, cinema.store().files(id));
  if (files.video.empty()) return fail(ErrorCode::NotFound, "this film has no video file");
  return file_response(request, files.video);
}

Expected<HttpResponse> take(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const FilmId id, captured<FilmId>(request, "film"));
  CINELOOM_TRY_ASSIGN(const FilmFiles files, cinema.store().files(id));
  if (files.branches.empty()) return fail(ErrorCode::NotFound, "this film has no alternative takes");
  return file_response_inside(request, takes_folder(files), request.captures.at("take"));
}

Expected<std::size_t> index_below(const std::string& text, std::size_t count, std::string_view what) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error == std::errc() && end == text.data() + text.size() && index < count) return index;
  return fail(ErrorCode::NotFound, fmt::format("there is no {} '{}'", what, text));
}

/// The picture of the number in the address, of those that `files` lists.
template <class Files>
Expected<HttpResponse> numbered_picture(Cinema& cinema, const HttpRequest& request, std::string_view what, Files files) {
  CINELOOM_TRY_ASSIGN(const FilmId id, captured<FilmId>(request, "film"));
  CINELOOM_TRY_ASSIGN(const FilmKnowledge knowledge, cinema.knowledge(id));
  const auto names = files(knowledge.video);
  CINELOOM_TRY_ASSIGN(const std::size_t index, index_below(request.captures.at("index"), std::ranges::size(names), what));
  CINELOOM_TRY_ASSIGN(HttpResponse response, file_response_inside(request, cinema.findings_folder(id), names[static_cast<std::ptrdiff_t>(index)]));
  response.content_type = "image/jpeg";  // whatever its name says, which was a decoder's word
  return response;
}

Expected<HttpResponse> keyframe(Cinema& cinema, const HttpRequest& request) {
  return numbered_picture(cinema, request, "keyframe", [](const VideoFindings& video) { return std::views::transform(video.keyframes, &Keyframe::file); });
}

Expected<HttpResponse> portrait(Cinema& cinema, const HttpRequest& request) {
  return numbered_picture(cinema, request, "person", [](const VideoFindings& video) { return std::views::transform(video.people, &SeenPerson::file); });
}

Expected<HttpResponse> trickplay_sheet(Cinema& cinema, const HttpRequest& request) {
  return numbered_picture(cinema, request, "sheet", [](const VideoFindings& video) { return std::views::all(video.trickplay.files); });
}

std::string vtt_time(FilmTime time) {
  const auto ms = time.count();
  return fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char letter : text) { result += letter == '<' ? "&lt;" : letter == '>' ? "&gt;" : letter == '&' ? "&amp;" : std::string(1, letter); }
  return result;
}

HttpResponse vtt_response(const std::vector<Cue>& cues) {
  std::string text = "WEBVTT\n\n";
  for (const Cue& cue : cues) { text += fmt::format("{} --> {}\n{}\n\n", vtt_time(cue.begin), vtt_time(cue.end), escaped(cue.text)); }
  return {.content_type = "text/vtt; charset=utf-8", .headers = {{"Cache-Control", "no-cache"}}, .body = std::move(text)};
}

Expected<HttpResponse> subtitles(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const FilmId id, captured<FilmId>(request, "film"));
  CINELOOM_TRY_ASSIGN(const auto cues, cinema.subtitles(id, request.captures.at("language")));
  return vtt_response(cues);
}

Expected<HttpResponse> take_subtitles(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const FilmId id, captured<FilmId>(request, "film"));
  CINELOOM_TRY_ASSIGN(const auto cues, cinema.take_subtitles(id, request.captures.at("take"), request.captures.at("language")));
  return vtt_response(cues);
}

}  // namespace

void add_media_routes(Router& router, const ApiContext& context) {
  Cinema& cinema = context.cinema;
  router.add("GET", "/media/films/{film}/video", Policy::viewer(Scope::Read), [&](const HttpRequest& request) { return video(cinema, request); });
  router.add("GET", "/media/films/{film}/takes/{take}", Policy::viewer(Scope::Read), [&](const HttpRequest& request) { return take(cinema, request); });
  router.add("GET", "/media/films/{film}/takes/{take}/subtitles/{language}.vtt", Policy::viewer(Scope::Read),
             [&](const HttpRequest& request) { return take_subtitles(cinema, request); });
  router.add("GET", "/media/films/{film}/trickplay/{index}.jpg", Policy::viewer(Scope::Read),
             [&](const HttpRequest& request) { return trickplay_sheet(cinema, request); });
  router.add("GET", "/media/films/{film}/people/{index}.jpg", Policy::viewer(Scope::Read),
             [&](const HttpRequest& request) { return portrait(cinema, request); });
  router.add("GET", "/media/films/{film}/keyframes/{index}.jpg", Policy::viewer(Scope::Read),
             [&](const HttpRequest& request) { return keyframe(cinema, request); });
  router.add("GET", "/media/films/{film}/subtitles/{language}.vtt", Policy::viewer(Scope::Read),
             [&](const HttpRequest& request) { return subtitles(cinema, request); });
}

}  // namespace cineloom::serve
