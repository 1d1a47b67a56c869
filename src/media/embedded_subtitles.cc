#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "media/internal/cue_text.h"
#include "media/internal/input.h"
#include "media/subtitles.h"

namespace cineloom {
namespace {

using namespace libav;

constexpr std::size_t kMostCues = 200'000;

/// One text track and what was read of it so far.
struct Track {
  CodecPtr decoder;
  EmbeddedSubtitles found;
};

std::string language_of(const AVStream& stream) {
  const AVDictionaryEntry* entry = av_dict_get(stream.metadata, "language", nullptr, 0);
  return entry == nullptr || std::string_view(entry->value) == "und" ? std::string() : std::string(entry->value);
}

CodecPtr open_text_decoder(const AVStream& stream) {
  const AVCodecDescriptor* kind = avcodec_descriptor_get(stream.codecpar->codec_id);
  const AVCodec* codec = avcodec_find_decoder(stream.codecpar->codec_id);
  if (kind == nullptr || codec == nullptr || (kind->props & AV_CODEC_PROP_TEXT_SUB) == 0) return nullptr;
  CodecPtr decoder(avcodec_alloc_context3(codec));
  if (!decoder || avcodec_parameters_to_context(decoder.get(), stream.codecpar) < 0) return nullptr;
  decoder->pkt_timebase = stream.time_base;
  return avcodec_open2(decoder.get(), codec, nullptr) < 0 ? nullptr : std::move(decoder);
}

/// The text behind the eight comma-separated fields of a decoded event.
std::string_view text_of_event(std::string_view event) {
  for (int field = 0; field < 8; ++field) {
    const auto comma = event.find(',');
    if (comma == std::string_view::npos) return {};
    event.remove_prefix(comma + 1);
  }
  return event;
}

std::string text_of(const AVSubtitle& subtitle) {
  std::string text;
  for (unsigned i = 0; i < subtitle.num_rects; ++i) {
    const AVSubtitleRect& rect = *subtitle.rects[i];
    const std::string_view raw = rect.ass != nullptr ? text_of_event(rect.ass) : rect.text != nullptr ? rect.text : "";
    const std::string plain = strip_markup(raw).text;
    if (!plain.empty()) text.append(text.empty() ? "" : "\n").append(plain);
  }
  return text;
}

void read_cue(Track& track, AVPacket& packet, const AVStream& stream, std::int64_t start) {
  AVSubtitle subtitle{};
  int has_subtitle = 0;
  const int code = avcodec_decode_subtitle2(track.decoder.get(), &subtitle, &has_subtitle, &packet);
  if (code < 0 || has_subtitle == 0) return;
  Cue cue{.text = text_of(subtitle), .language = track.found.language};
  avsubtitle_free(&subtitle);
  const TimeBase base{stream.time_base.num, stream.time_base.den};
  if (cue.text.empty() || packet.pts == AV_NOPTS_VALUE || track.found.reading.cues.size() >= kMostCues) return;
  cue.begin = to_film_time(packet.pts, base) - FilmTime(start);
  cue.end = cue.begin + (packet.duration > 0 ? to_film_time(packet.duration, base) : FilmTime(2000));
  track.found.reading.cues.push_back(std::move(cue));
}

std::map<int, Track> open_tracks(const AVFormatContext& format) {
  std::map<int, Track> tracks;
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    AVStream& stream = *format.streams[i];
    stream.discard = AVDISCARD_ALL;
    const bool has_clock = stream.time_base.num > 0 && stream.time_base.den > 0;
    if (stream.codecpar->codec_type != AVMEDIA_TYPE_SUBTITLE || !has_clock) continue;
    Track track{open_text_decoder(stream), {language_of(stream), {}}};
    if (track.decoder) {
      stream.discard = AVDISCARD_DEFAULT;
    } else {
      track.found.reading.warnings.push_back(fmt::format("subtitles as '{}' are not text and were not read", avcodec_get_name(stream.codecpar->codec_id)));
    }
    tracks.emplace(static_cast<int>(i), std::move(track));
  }
  return tracks;
}

Expected<std::vector<EmbeddedSubtitles>> read_tracks(const FileDescriptor& file, const char* formats, const CancelToken& cancel) {
  const Watch watch(std::chrono::hours(1), std::chrono::hours(1), cancel);
  DescriptorInput input(file, watch);
  CINELOOM_TRY(input.open());
  CINELOOM_TRY_ASSIGN(const FormatPtr format, open_container(input, formats));
  std::map<int, Track> tracks = open_tracks(*format);
  const PacketPtr packet(av_packet_alloc());
  if (!packet) return fail(ErrorCode::ResourceExhausted, "no memory for a packet");
  const std::int64_t start = format->start_time == AV_NOPTS_VALUE ? 0 : format->start_time / (AV_TIME_BASE / 1000);
  const bool has_text = std::ranges::any_of(tracks, [](const auto& entry) { return entry.second.decoder != nullptr; });
  while (has_text && av_read_frame(format.get(), packet.get()) >= 0) {
    const auto track = tracks.find(packet->stream_index);
    if (track != tracks.end() && track->second.decoder) { read_cue(track->second, *packet, *format->streams[packet->stream_index], start); }
    av_packet_unref(packet.get());
  }
  CINELOOM_TRY(watch.check());
  std::vector<EmbeddedSubtitles> found;
  for (auto& [index, track] : tracks) {
    std::ranges::stable_sort(track.found.reading.cues, {}, &Cue::begin);
    found.push_back(std::move(track.found));
  }
  return found;
}

}  // namespace

Expected<std::vector<EmbeddedSubtitles>> read_embedded_subtitles(const FileDescriptor& film, const CancelToken& cancel) {
  return read_tracks(film, kFilmContainers, cancel);
}

Expected<SubtitleReading> read_rare_subtitles(const FileDescriptor& utf8_file, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(auto tracks, read_tracks(utf8_file, kSubtitleFormats, cancel));
  for (EmbeddedSubtitles& track : tracks) {
    if (!track.reading.cues.empty()) return std::move(track.reading);
  }
  return fail(ErrorCode::InvalidArgument, "expected subtitles, found no timed text");
}

}  // namespace cineloom
