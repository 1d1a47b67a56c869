#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "media/internal/libav.h"
#include "media/subtitles.h"

namespace cineloom {
namespace {

using namespace std::chrono_literals;

struct Said {
  int track = 0;
  std::int64_t begin_ms = 0;
  std::int64_t length_ms = 0;
  std::string text;
};

struct OutputDeleter {
  void operator()(AVFormatContext* format) const {
    avio_closep(&format->pb);
    avformat_free_context(format);
  }
};
using OutputPtr = std::unique_ptr<AVFormatContext, OutputDeleter>;

void add_track(AVFormatContext& format, const char* language) {
  AVStream* stream = avformat_new_stream(&format, nullptr);
  stream->codecpar->codec_type = AVMEDIA_TYPE_SUBTITLE;
  stream->codecpar->codec_id = AV_CODEC_ID_SUBRIP;
  stream->time_base = {1, 1000};
  if (language != nullptr) av_dict_set(&stream->metadata, "language", language, 0);
}

/// A Matroska file with nothing but text tracks.
bool write_film(const std::string& path, const std::vector<const char*>& languages, const std::vector<Said>& all) {
  AVFormatContext* raw = nullptr;
  if (avformat_alloc_output_context2(&raw, nullptr, "matroska", nullptr) < 0) return false;
  const OutputPtr format(raw);
  for (const char* language : languages) add_track(*format, language);
  if (avio_open(&format->pb, path.c_str(), AVIO_FLAG_WRITE) < 0 || avformat_write_header(format.get(), nullptr) < 0) return false;
  for (const Said& said : all) {
    const libav::PacketPtr packet(av_packet_alloc());
    if (av_new_packet(packet.get(), static_cast<int>(said.text.size())) < 0) return false;
    std::memcpy(packet->data, said.text.data(), said.text.size());
    packet->stream_index = said.track;
    packet->pts = packet->dts = said.begin_ms;
    packet->duration = said.length_ms;
    if (av_interleaved_write_frame(format.get(), packet.get()) < 0) return false;
  }
  return av_write_trailer(format.get()) == 0;
}

Expected<std::vector<EmbeddedSubtitles>> read(const std::string& path) {
  CINELOOM_TRY_ASSIGN(const FileDescriptor film, FileDescriptor::open_for_reading(path));
  return read_embedded_subtitles(film, CancelToken());
}

TEST(EmbeddedSubtitles, AreReadTrackByTrack) {
  const auto folder = TemporaryFolder::create();
  const std::string path = (folder->path() / "film.mkv").string();
  ASSERT_TRUE(write_film(path, {"eng", nullptr}, {{0, 1000, 2000, "<i>Hello</i>"}, {1, 1000, 2000, "Salut"}, {0, 4000, 500, "Bye"}}));
  const auto tracks = read(path);
  ASSERT_TRUE(tracks) << tracks.error().describe();
  ASSERT_EQ(tracks->size(), 2U);
  EXPECT_EQ(tracks->at(0).language, "eng");
  ASSERT_EQ(tracks->at(0).reading.cues.size(), 2U);
  EXPECT_EQ(tracks->at(0).reading.cues[0].text, "Hello");
  EXPECT_EQ(tracks->at(0).reading.cues[0].end - tracks->at(0).reading.cues[0].begin, 2s);
  EXPECT_EQ(tracks->at(1).language, "");
  EXPECT_EQ(tracks->at(1).reading.cues[0].text, "Salut");
}

TEST(EmbeddedSubtitles, OfOtherFilesAreAnError) {
  const auto folder = TemporaryFolder::create();
  const auto path = folder->path() / "film.mkv";
  ASSERT_TRUE(write_file(path, "1\n00:00:01,000 --> 00:00:02,000\nHi\n"));
  EXPECT_FALSE(read(path.string()));
}

}  // namespace
}  // namespace cineloom
