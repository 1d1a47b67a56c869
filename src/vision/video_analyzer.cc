#include "vision/video_analyzer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <system_error>
#include <utility>

#include "vision/camera.h"
#include "vision/film_measures.h"
#include "vision/frame_features.h"
#include "vision/internal/watch_bytes.h"
#include "vision/keyframes.h"
#include "vision/looker.h"
#include "vision/loudness.h"
#include "vision/people.h"
#include "vision/shot_detector.h"
#include "vision/sound_kind.h"
#include "vision/swatches.h"
#include "vision/thumbnail.h"

namespace cineloom {
namespace {

constexpr double kColorLooksASecond = 2.5;
constexpr int kBarcodeParts = 480;

struct LabelLook {
  std::int64_t ordinal = 0;
  std::vector<float> scores;
};

void put(ByteWriter& out, const WatchedFace& face) {
  out.put(face.frame);
  out.put(face.at);
  out.put(face.look.box);
  out.put(face.look.confidence);
  out.put(face.look.texture);
  out.put(face.look.clothes);
  out.put(face.look.print);
  out.put(std::string_view(face.jpeg));
}

void take(ByteReader& in, WatchedFace& face) {
  in.take(face.frame);
  in.take(face.at);
  in.take(face.look.box);
  in.take(face.look.confidence);
  in.take(face.look.texture);
  in.take(face.look.clothes);
  in.take(face.look.print);
  in.take(face.jpeg);
}

class Watcher final : public MediaConsumer {
 public:
  explicit Watcher(const VideoOptions& options) : options_(options), trickplay_(sheet_sink()) {}

  Expected<void> begin(const MediaFormat& format) override {
    format_ = format;
    extractor_.emplace(format.frames_per_second);
    keyframes_.emplace(format);
    color_every_ = std::max<std::int64_t>(1, std::lround(format.frames_per_second / kColorLooksASecond));
    for (const std::string& mark : options_.marks) CINELOOM_TRY(load(mark));
    marked_at_ = Clock::now();
    return {};
  }

  std::unique_ptr<FrameLooker> make_looker() override { return std::make_unique<ShrinkingLooker>(format_, options_.keyframe_width, options_.faces); }

  Expected<void> take_frame(SeenFrame seen) override {
    auto& frame = dynamic_cast<WatchedFrame&>(*seen.note);
    // A damaged picture must not look like a cut: the one before it stands in.
    if (!seen.is_corrupt || pts_.empty()) thumbnail_ = frame.thumbnail;
    // Frames that could not be shown have no features; the picture before them stands in too.
    while (std::cmp_less(pts_.size(), seen.time.ordinal)) take_thumbnail(seen.time.pts);
    take_thumbnail(seen.time.pts);
    width_ = std::max(width_, frame.width);
    height_ = std::max(height_, frame.height);
    const FilmTime at = clock(seen.time.pts);
    if (frame.is_writing) writing_.push_back({at, *frame.is_writing});
    if (frame.picture.width > 0) { CINELOOM_TRY(trickplay_.add(at, frame.picture)); }
    CINELOOM_TRY(take_faces(seen.time, frame));
    if (!frame.label_scores.empty()) labels_.push_back({seen.time.ordinal, std::move(frame.label_scores)});
    return keyframes_->add(seen.time, frame, extractor_->newest());
  }

  Expected<void> take_audio(const AudioBlock& block) override {
    loudness_.add(block.samples, block.at);
    sound_kind_.add(block.samples, block.at);
    return {};
  }

  Expected<void> take_mark(const ReadingMark& mark) override {
    if (!options_.take_mark || Clock::now() - marked_at_ < options_.mark_every) return {};
    marked_at_ = Clock::now();
    ByteWriter out;
    out.put(mark);
    save(out);
    return options_.take_mark(std::move(out).take());
  }

  Expected<VideoFindings> conclude(const MediaSummary& summary) {
    features_ = extractor_->finish();
    CINELOOM_TRY_ASSIGN(candidates_, keyframes_->finish());
    VideoFindings findings;
    findings.time_base = format_.time_base;
    findings.frames = static_cast<std::int64_t>(pts_.size());
    end_pts_ = summary.last.pts + summary.last_duration;
    findings.duration = clock(end_pts_);
    const double seconds = static_cast<double>((clock(end_pts_) - clock(pts_.front())).count()) / 1000;
    findings.frames_per_second = seconds > 0 ? static_cast<double>(findings.frames) / seconds : format_.frames_per_second;
    findings.width = width_;
    findings.height = height_;
    findings.warnings = summary.warnings;
    if (options_.faces.nets) findings.nets = options_.faces.nets->uses();
    add_sound(findings);
    add_shots(findings);
    add_measures(findings);
    CINELOOM_TRY(add_people(findings));
    CINELOOM_TRY(add_keyframes(findings));
    CINELOOM_TRY_ASSIGN(findings.trickplay, trickplay_.finish());
    return findings;
  }

 private:
  using Clock = std::chrono::steady_clock;
  struct Sheet {
    std::string file;
    std::string jpeg;
  };

  /// Sheets that are finished are kept until the next mark, since whoever goes on from it needs them.
  SheetSink sheet_sink() {
    if (!options_.take_sheet || !options_.take_mark) return options_.take_sheet;
    return [this](const std::string& file, std::string_view jpeg) {
      new_sheets_.push_back({file, std::string(jpeg)});
      return options_.take_sheet(file, jpeg);
    };
  }

  void save(ByteWriter& out) {
    extractor_->save(out);
    keyframes_->save(out);
    swatches_.save(out);
    trickplay_.save(out);
    out.put(thumbnail_);
    out.put(width_);
    out.put(height_);
    put_tail(out, pts_, saved_.frames);
    put_tail(out, writing_, saved_.writing);
    put_new(out, faces_, saved_.faces, [](ByteWriter& to, const WatchedFace& face) { put(to, face); });
    put_new(out, labels_, saved_.labels, [](ByteWriter& to, const LabelLook& look) {
      to.put(look.ordinal);
      to.put(look.scores);
    });
    put_new(out, new_sheets_, 0, [](ByteWriter& to, const Sheet& sheet) {
      to.put(std::string_view(sheet.file));
      to.put(std::string_view(sheet.jpeg));
    });
    new_sheets_.clear();
    note_saved();
  }

  Expected<void> load(std::string_view mark) {
    ByteReader in(mark);
    ReadingMark place;
    in.take(place);
    bool fits = extractor_->load(in);
    keyframes_->load(in);
    fits = fits && swatches_.load(in) && trickplay_.load(in);
    in.take(thumbnail_);
    in.take(width_);
    in.take(height_);
    fits = fits && take_tail(in, pts_) && take_tail(in, writing_);
    take_new(in, faces_, [](ByteReader& from, WatchedFace& face) { take(from, face); });
    take_new(in, labels_, [](ByteReader& from, LabelLook& look) {
      from.take(look.ordinal);
      from.take(look.scores);
    });
    std::vector<Sheet> sheets;
    take_new(in, sheets, [](ByteReader& from, Sheet& sheet) {
      from.take(sheet.file);
      from.take(sheet.jpeg);
    });
    if (!fits || !in.is_whole()) return fail(ErrorCode::DataLoss, "expected the marks of an interrupted watching, found other bytes");
    for (const Sheet& sheet : sheets) {
      if (options_.take_sheet) CINELOOM_TRY(options_.take_sheet(sheet.file, sheet.jpeg));
    }
    note_saved();
    return {};
  }

  void note_saved() { saved_ = {.frames = pts_.size(), .writing = writing_.size(), .faces = faces_.size(), .labels = labels_.size()}; }

  void take_thumbnail(std::int64_t pts) {
    extractor_->push(thumbnail_);
    const auto ordinal = static_cast<std::int64_t>(pts_.size());
    const bool is_new = extractor_->newest().behind[0].residual >= 10;
    if (ordinal % color_every_ == 0 || is_new) swatches_.add(thumbnail_, extractor_->picture(), ordinal);
    pts_.push_back(pts);
  }

  Expected<void> take_faces(const FrameTime& time, const WatchedFrame& frame) {
    if (!frame.faces) return {};
    for (const FoundFace& face : *frame.faces) {
      CINELOOM_TRY_ASSIGN(std::string jpeg, encode_jpeg(face.portrait));
      faces_.push_back({time, clock(time.pts), face.look, std::move(jpeg)});
    }
    return {};
  }

  [[nodiscard]] FilmTime clock(std::int64_t pts) const { return to_film_time(pts - format_.start_pts, format_.time_base); }
  [[nodiscard]] FrameTime time_of(std::int64_t ordinal) const { return {pts_[static_cast<std::size_t>(ordinal)], ordinal}; }

  void add_sound(VideoFindings& findings) const {
    findings.loudness = loudness_.curve();
    findings.sound = {.integrated_lufs = loudness_.integrated(), .range_lu = loudness_.range(), .peak_db = sound_kind_.peak_db()};
    findings.sound.silences = loudness_.silences();
    findings.sound.speech = sound_kind_.speech();
    findings.sound.music = sound_kind_.music();
    if (!format_.has_audio) findings.warnings.emplace_back("there is no sound to hear");
  }

  void add_measures(VideoFindings& findings) const {
    std::vector<FilmTime> times;
    for (const std::int64_t pts : pts_) times.push_back(clock(pts));
    const TimedFeatures film{.frames = features_, .times = times, .end = findings.duration};
    const Region region = extractor_->picture();
    findings.picture = {1.0 * region.left / kThumbWidth, 1.0 * region.top / kThumbHeight, 1.0 * region.right / kThumbWidth, 1.0 * region.bottom / kThumbHeight};
    findings.black = find_black(film);
    findings.end_credits = find_end_credits(writing_, findings.duration);
    findings.tension = tension_curve(film, findings.shots, findings.loudness);
    findings.barcode = swatches_.barcode(findings.frames, static_cast<int>(std::min<std::int64_t>(kBarcodeParts, findings.frames)));
  }

  void add_shots(VideoFindings& findings) {
    std::vector<Boundary> boundaries = detect_boundaries(features_, findings.frames_per_second);
    if (boundaries.empty() || boundaries.front().at != 0) { boundaries.insert(boundaries.begin(), Boundary{.kind = TransitionKind::Start, .confidence = 1}); }
    for (std::size_t i = 0; i < boundaries.size(); ++i) {
      const std::int64_t end = i + 1 < boundaries.size() ? boundaries[i + 1].at : findings.frames;
      Shot shot = make_shot(boundaries[i], end);
      const bool fades_on = i + 1 < boundaries.size() && boundaries[i + 1].kind != TransitionKind::Cut;
      const std::int64_t clear_last = fades_on ? boundaries[i + 1].first - 1 : end - 1;
      describe(shot, clear_last, findings.frames_per_second);
      name(shot);
      findings.shots.push_back(std::move(shot));
    }
  }

  Shot make_shot(const Boundary& boundary, std::int64_t end) const {
    Shot shot;
    shot.first = time_of(boundary.at);
    shot.last = time_of(end - 1);
    shot.begin = clock(shot.first.pts);
    shot.end = std::cmp_less(end, pts_.size()) ? clock(pts_[static_cast<std::size_t>(end)]) : clock(end_pts_);
    shot.transition_in = boundary.kind;
    shot.confidence = boundary.confidence;
    if (boundary.kind == TransitionKind::Cut || boundary.kind == TransitionKind::Start) return shot;
    shot.transition_first = time_of(boundary.first);
    shot.transition_last = time_of(boundary.last);
    return shot;
  }

  void describe(Shot& shot, std::int64_t clear_last, double frames_per_second) {
    double brightness = 0;
    double motion = 0;
    std::vector<CameraStep> steps;
    std::vector<CameraStep> slow_steps;
    for (std::int64_t i = shot.first.ordinal; i <= shot.last.ordinal; ++i) {
      const FrameFeatures& frame = features_[static_cast<std::size_t>(i)];
      brightness += std::clamp((static_cast<double>(frame.brightness) - 16) / 219, 0.0, 1.0);
      if (i > shot.first.ordinal) motion += static_cast<double>(frame.behind[0].plain) / 255;
      // A step that began before the shot compares two shots.
      const auto is_inside = [&](const std::optional<CameraStep>& step) { return step && i - step->frames >= clear_first(shot); };
      if (i > clear_last) continue;
      if (is_inside(frame.camera)) steps.push_back(*frame.camera);
      if (is_inside(frame.slow_camera)) slow_steps.push_back(*frame.slow_camera);
    }
    const auto length = static_cast<double>(shot.last.ordinal - shot.first.ordinal + 1);
    shot.brightness = brightness / length;
    shot.motion = std::min(1.0, motion / std::max(1.0, length - 1));
    shot.camera = name_camera_motion(steps, slow_steps, frames_per_second);
    shot.palette = swatches_.palette(shot.first.ordinal, shot.last.ordinal);
  }

  /// The mean of what the user's nets said of its frames.
  void name(Shot& shot) const {
    std::vector<float> sums;
    float looks = 0;
    const auto first = std::ranges::lower_bound(labels_, clear_first(shot), {}, &LabelLook::ordinal);
    for (auto look = first; look != labels_.end() && look->ordinal <= shot.last.ordinal; ++look, ++looks) {
      sums.resize(look->scores.size());
      std::ranges::transform(sums, look->scores, sums.begin(), std::plus());
    }
    if (looks == 0) return;
    std::ranges::for_each(sums, [looks](float& score) { score /= looks; });
    shot.labels = options_.faces.nets->name(sums);
  }

  static std::int64_t clear_first(const Shot& shot) { return shot.transition_last ? shot.transition_last->ordinal + 1 : shot.first.ordinal; }

  Expected<void> add_people(VideoFindings& findings) const {
    PeopleFindings people = tell_people_apart(faces_, findings.shots, options_.faces.nets ? options_.faces.nets->same_person() : 1);
    findings.faces = std::move(people.faces);
    findings.people = std::move(people.people);
    for (auto face = findings.faces.begin(); face != findings.faces.end();) {
      const int shot = face->shot;
      const auto end = std::find_if(face, findings.faces.end(), [shot](const Face& other) { return other.shot != shot; });
      findings.shots[static_cast<std::size_t>(shot)].scale = scale_of({face, end}, findings.picture);
      face = end;
    }
    for (std::size_t i = 0; i < findings.people.size(); ++i) {
      findings.people[i].file = fmt::format("person-{:03}.jpg", i + 1);
      if (options_.take_portrait) CINELOOM_TRY(options_.take_portrait(findings.people[i].file, faces_[people.portraits[i]].jpeg));
    }
    return {};
  }

  /// The index of the candidate for the shot, -1 = there is none.
  [[nodiscard]] int choose(const VideoFindings& findings, std::size_t i) const {
    const Shot& shot = findings.shots[i];
    const bool fades_on = i + 1 < findings.shots.size() && findings.shots[i + 1].transition_first.has_value();
    const std::int64_t clear_last = fades_on ? findings.shots[i + 1].transition_first->ordinal - 1 : shot.last.ordinal;
    return choose_keyframe(candidates_, shot, clear_first(shot), clear_last);
  }

  Expected<void> add_keyframes(VideoFindings& findings) {
    std::vector<RankedPicture> pictures;
    for (std::size_t i = 0; i < findings.shots.size(); ++i) {
      const int chosen = choose(findings, i);
      if (chosen < 0) {
        findings.warnings.push_back(fmt::format("shot {} is too short or too damaged for a keyframe", i + 1));
        continue;
      }
      const KeyframeCandidate& candidate = candidates_[static_cast<std::size_t>(chosen)];
      const double place = static_cast<double>(candidate.frame.ordinal) / static_cast<double>(findings.frames);
      pictures.push_back({.worth = candidate.worth, .face = candidate.face, .place = place, .sketch = candidate.sketch});
      findings.keyframes.push_back({.frame = candidate.frame,
                                    .at = clock(candidate.frame.pts),
                                    .shot = static_cast<int>(i),
                                    .sharpness = candidate.sharpness,
                                    .file = fmt::format("keyframe-{:05}.jpg", i + 1)});
      if (options_.take_keyframe) CINELOOM_TRY(options_.take_keyframe(findings.keyframes.back(), candidate.jpeg));
    }
    const std::vector<int> ranks = rank_pictures(pictures);
    for (std::size_t i = 0; i < ranks.size(); ++i) findings.keyframes[i].rank = ranks[i];
    return {};
  }

  const VideoOptions& options_;
  MediaFormat format_;
  std::optional<FeatureExtractor> extractor_;
  std::optional<KeyframeGatherer> keyframes_;
  LoudnessMeter loudness_;
  SoundKindMeter sound_kind_;
  TrickplayGatherer trickplay_;
  std::vector<WritingLook> writing_;
  std::vector<WatchedFace> faces_;
  std::vector<LabelLook> labels_;
  Thumbnail thumbnail_;
  std::vector<std::int64_t> pts_;
  Swatches swatches_;
  std::vector<FrameFeatures> features_;
  std::vector<KeyframeCandidate> candidates_;
  std::vector<Sheet> new_sheets_;
  struct {
    std::size_t frames = 0;
    std::size_t writing = 0;
    std::size_t faces = 0;
    std::size_t labels = 0;
  } saved_;  ///< how many of each lie in marks
  Clock::time_point marked_at_;
  std::int64_t color_every_ = 10;
  std::int64_t end_pts_ = 0;
  int width_ = 0;
  int height_ = 0;
};

}  // namespace

Expected<VideoFindings> analyze_video(const FileDescriptor& film, const VideoOptions& options, Progress& progress, const CancelToken& cancel) {
  Watcher watcher(options);
  MediaOptions media = options.media;
  if (!options.marks.empty()) ByteReader(options.marks.back()).take(media.begin_behind.emplace());
  CINELOOM_TRY_ASSIGN(const MediaSummary summary, read_media(film, watcher, media, progress, cancel));
  return watcher.conclude(summary);
}

SheetSink sheets_into(const std::filesystem::path& folder) {
  return [folder](const std::string& file, std::string_view jpeg) -> Expected<void> {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return fail(ErrorCode::Unavailable, fmt::format("cannot create '{}': {}", folder.string(), error.message()));
    return write_file(folder / file, jpeg);
  };
}

KeyframeSink keyframes_into(const std::filesystem::path& folder) {
  return [write = sheets_into(folder)](const Keyframe& keyframe, std::string_view jpeg) { return write(keyframe.file, jpeg); };
}

}  // namespace cineloom
