#include "cli/internal/film_plots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "base/files.h"
#include "base/json.h"
#include "base/svg_canvas.h"
#include "cli/output.h"

namespace cineloom::cli {
namespace {

using Point = std::pair<double, double>;

constexpr double kWidth = 960;
constexpr double kLeft = 62;
constexpr double kRight = 24;
constexpr double kTop = 46;
constexpr std::size_t kMostCharacters = 14;

const std::string& in(const std::string& language, const std::string& english, const std::string& chinese) { return language == "zh" ? chinese : english; }

std::string name_of(const Film& film, const std::string& language) {
  if (language == "zh" && !film.title.chinese.empty()) return film.title.chinese;
  return film.title.english.empty() ? film.key : film.title.english;
}

void begin(SvgCanvas& canvas, double height, const std::string& title) {
  canvas.box({0, 0}, {kWidth, height}, "paper");
  canvas.text({kLeft, 26}, title, "title");
}

/// Minutes and seconds below the axis.
void draw_clock(SvgCanvas& canvas, const PlotAxis& x, double y) {
  for (const double minute : PlotAxis{x.low / 60'000, x.high / 60'000, x.begin, x.end}.ticks(8)) {
    canvas.text({x.at(minute * 60'000), y + 18}, clock(static_cast<std::int64_t>(minute * 60'000)), "soft", Anchor::Middle);
  }
  canvas.line({x.begin, y}, {x.end, y}, "axis");
}

PlotAxis time_axis(FilmTime duration) { return {0, std::max(1.0, static_cast<double>(duration.count())), kLeft, kWidth - kRight}; }

double seconds_of(const Shot& shot) { return static_cast<double>((shot.end - shot.begin).count()) / 1000; }

std::string words_of(TransitionKind kind, const std::string& language) {
  static const std::map<TransitionKind, std::string> kChinese{
      {TransitionKind::Start, "开始"},   {TransitionKind::Cut, "切"},  {TransitionKind::Dissolve, "叠化"}, {TransitionKind::FadeIn, "淡入"},
      {TransitionKind::FadeOut, "淡出"}, {TransitionKind::Wipe, "划"}, {TransitionKind::Other, "其他"}};
  std::string english = json::enum_name(kind);
  std::ranges::replace(english, '_', ' ');
  return language == "zh" ? kChinese.at(kind) : english;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t at) { return at < bytes.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at])) : 0U; };
    const std::uint32_t three = byte(i) << 16U | byte(i + 1) << 8U | byte(i + 2);
    for (std::size_t letter = 0; letter < 4; ++letter) {
      text += i + letter > bytes.size() ? '=' : kLetters[three >> (18U - 6U * static_cast<unsigned>(letter)) & 63U];
    }
  }
  return text;
}

/// The curve through moving means of `reach` shots each side.
std::vector<Point> pace_curve(const VideoFindings& video, const PlotAxis& x, const PlotAxis& y) {
  constexpr std::ptrdiff_t kReach = 5;
  std::vector<Point> curve;
  const auto count = static_cast<std::ptrdiff_t>(video.shots.size());
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    double sum = 0;
    const std::ptrdiff_t first = std::max<std::ptrdiff_t>(0, i - kReach);
    const std::ptrdiff_t end = std::min(count, i + kReach + 1);
    for (std::ptrdiff_t j = first; j < end; ++j) sum += seconds_of(video.shots[static_cast<std::size_t>(j)]);
    const Shot& shot = video.shots[static_cast<std::size_t>(i)];
    const double mean = sum / static_cast<double>(end - first);
    curve.emplace_back(x.at(static_cast<double>((shot.begin + shot.end).count()) / 2), y.at(std::min(y.high, mean)));
  }
  return curve;
}

/// Scenes as bands whose names stand above them where they fit.
void draw_scenes(SvgCanvas& canvas, const Timeline& timeline, const PlotAxis& x, double top, double height) {
  for (std::size_t i = 0; i < timeline.scenes.size(); ++i) {
    const Scene& scene = timeline.scenes[i];
    const double from = x.at(static_cast<double>(scene.begin.count()));
    const double to = x.at(static_cast<double>(scene.end.count()));
    canvas.box({from, top}, {std::max(0.0, to - from), height}, series_look(7), i % 2 == 0 ? 0.10 : 0.03);
    const std::string name = scene.place.empty() ? scene.heading : scene.place;
    if (text_pixels(name) + 8 < to - from) canvas.text({(from + to) / 2, top + 16}, name, "soft", Anchor::Middle);
  }
}

}  // namespace

std::string storyboard_plot(const Film& film, const FilmKnowledge& knowledge, const std::filesystem::path& pictures, const std::string& language) {
  constexpr int kColumns = 6;
  constexpr double kGap = 10;
  constexpr double kCaption = 34;
  const VideoFindings& video = knowledge.video;
  const double cell = (kWidth - 2 * kRight - (kColumns - 1) * kGap) / kColumns;
  const double picture = video.width > 0 ? std::min(cell * video.height / video.width, 2 * cell) : cell * 9 / 16;
  const auto rows = static_cast<double>((video.shots.size() + kColumns - 1) / kColumns);
  const double height = kTop + rows * (picture + kCaption + kGap) + kRight;
  SvgCanvas canvas(kWidth, height);
  const std::string title = fmt::format("{} · {}", name_of(film, language), in(language, "storyboard", "分镜"));
  canvas.box({0, 0}, {kWidth, height}, "paper");
  canvas.text({kRight, 26}, title, "title");
  std::map<int, std::string> file_of;
  for (const Keyframe& keyframe : video.keyframes) file_of.emplace(keyframe.shot, keyframe.file);
  for (std::size_t i = 0; i < video.shots.size(); ++i) {
    const Shot& shot = video.shots[i];
    const double left = kRight + static_cast<double>(i % kColumns) * (cell + kGap);
    const double top = kTop + static_cast<double>(i / kColumns) * (picture + kCaption + kGap);
    const auto file = file_of.find(static_cast<int>(i));
    const auto jpeg = file == file_of.end() ? Expected<std::string>("") : read_file(pictures / file->second);
    if (jpeg && !jpeg->empty()) canvas.picture({left, top}, {cell, picture}, "data:image/jpeg;base64," + base64(*jpeg));
    else canvas.box({left, top}, {cell, picture}, series_look(7), 0.2);
    canvas.text({left, top + picture + 15}, fmt::format("{}  {}", i + 1, clock(shot.begin.count())), "ink");
    canvas.text({left, top + picture + 30}, fmt::format("{} · {:.1f} s", words_of(shot.transition_in, language), seconds_of(shot)), "soft");
  }
  return canvas.finish(title);
}

std::string shot_length_plot(const Film& film, const VideoFindings& video, const std::string& language) {
  constexpr double kHeight = 300;
  SvgCanvas canvas(kWidth, kHeight);
  const double mean = static_cast<double>(video.duration.count()) / 1000 / static_cast<double>(std::max<std::size_t>(1, video.shots.size()));
  const std::string title =
      fmt::format("{} · {}", name_of(film, language),
                  fmt::format(fmt::runtime(in(language, "{} shots, {:.1f} s each on average", "{} 个镜头，平均 {:.1f} 秒")), video.shots.size(), mean));
  begin(canvas, kHeight, title);
  double longest = 1;
  for (const Shot& shot : video.shots) longest = std::max(longest, seconds_of(shot));
  const PlotAxis x = time_axis(video.duration);
  const PlotAxis y{0, longest, kHeight - 40, kTop};
  for (const double tick : y.ticks(4)) {
    canvas.line({x.begin, y.at(tick)}, {x.end, y.at(tick)}, "grid");
    canvas.text({x.begin - 8, y.at(tick) + 4}, tick_text(tick), "soft", Anchor::End);
  }
  for (const Shot& shot : video.shots) {
    const double from = x.at(static_cast<double>(shot.begin.count()));
    const double to = x.at(static_cast<double>(shot.end.count()));
    canvas.box({from, y.at(seconds_of(shot))}, {std::max(0.6, to - from - 0.6), y.begin - y.at(seconds_of(shot))}, "s0 bar", 0.45);
  }
  canvas.path(pace_curve(video, x, y), "s1");
  canvas.upward_text({16, (y.begin + y.end) / 2}, in(language, "seconds", "秒"), "soft");
  draw_clock(canvas, x, y.begin);
  return canvas.finish(title);
}

std::string barcode_plot(const Film& film, const VideoFindings& video, const std::string& language) {
  constexpr double kHeight = 200;
  SvgCanvas canvas(kWidth, kHeight);
  const std::string title = fmt::format("{} · {}", name_of(film, language), in(language, "colours", "色彩"));
  begin(canvas, kHeight, title);
  const PlotAxis x = time_axis(video.duration);
  const double step = (x.end - x.begin) / static_cast<double>(std::max<std::size_t>(1, video.barcode.size()));
  for (std::size_t i = 0; i < video.barcode.size(); ++i) {
    canvas.colored_box({x.begin + static_cast<double>(i) * step, kTop}, {step + 0.5, kHeight - kTop - 40}, video.barcode[i].color);
  }
  draw_clock(canvas, x, kHeight - 40);
  return canvas.finish(title);
}

std::string arc_plot(const Film& film, const FilmKnowledge& knowledge, const std::string& language) {
  constexpr double kHeight = 360;
  SvgCanvas canvas(kWidth, kHeight);
  const std::string title = fmt::format("{} · {}", name_of(film, language), in(language, "how it feels", "情绪曲线"));
  begin(canvas, kHeight, title);
  FilmTime duration = knowledge.video.duration;
  if (!knowledge.arc.empty()) duration = std::max(duration, knowledge.arc.back().at);
  const PlotAxis x = time_axis(duration);
  const PlotAxis y{-1, 1, kHeight - 64, kTop};
  draw_scenes(canvas, knowledge.timeline, x, y.end, y.begin - y.end);
  for (const double tick : {-1.0, 0.0, 1.0}) {
    canvas.line({x.begin, y.at(tick)}, {x.end, y.at(tick)}, "grid");
    canvas.text({x.begin - 8, y.at(tick) + 4}, tick_text(tick), "soft", Anchor::End);
  }
  std::vector<Point> valence;
  for (const ArcPoint& point : knowledge.arc) valence.emplace_back(x.at(static_cast<double>(point.at.count())), y.at(std::clamp(point.valence, -1.0, 1.0)));
  std::vector<Point> tension;
  for (const TensionPoint& point : knowledge.video.tension) tension.emplace_back(x.at(static_cast<double>(point.at.count())), y.at(point.tension));
  if (!tension.empty()) canvas.path(tension, "s1");
  if (!valence.empty()) canvas.path(valence, "s0");
  for (const TurningPoint& point : knowledge.plot.turning_points) {
    const double at = x.at(static_cast<double>(point.at.count()));
    canvas.line({at, y.begin}, {at, y.end}, "ideal");
  }
  draw_clock(canvas, x, y.begin);
  const std::string names[] = {in(language, "valence of the words", "台词情绪（效价）"), in(language, "tension of picture and sound", "画面与声音的张力"),
                               in(language, "turning points (dashed)", "转折点（虚线）")};
  canvas.dot({kLeft + 6, kHeight - 16}, 5, "s0");
  canvas.text({kLeft + 18, kHeight - 12}, names[0], "ink");
  canvas.dot({kLeft + 246, kHeight - 16}, 5, "s1");
  canvas.text({kLeft + 258, kHeight - 12}, names[1], "ink");
  canvas.text({kLeft + 520, kHeight - 12}, names[2], "soft");
  return canvas.finish(title);
}

std::string network_plot(const Film& film, const Plot& plot, const std::string& language) {
  constexpr double kHeight = 590;
  constexpr double kRing = 200;
  SvgCanvas canvas(kWidth, kHeight);
  const std::string title = fmt::format("{} · {}", name_of(film, language), in(language, "who meets whom", "人物关系"));
  begin(canvas, kHeight, title);
  const std::size_t count = std::min(kMostCharacters, plot.characters.size());
  std::map<std::string, Point> places;
  for (std::size_t i = 0; i < count; ++i) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(count) - std::numbers::pi / 2;
    places[plot.characters[i].name] = {kWidth / 2 + 1.4 * kRing * std::cos(angle), kHeight / 2 + 14 + kRing * std::sin(angle)};
  }
  int most = 1;
  for (const Relation& relation : plot.relations) most = std::max(most, relation.scenes_together);
  for (const Relation& relation : plot.relations) {
    const auto a = places.find(relation.a);
    const auto b = places.find(relation.b);
    if (a == places.end() || b == places.end()) continue;
    canvas.weighted_line(a->second, b->second, series_look(relation.warmth < -0.05 ? 1 : 2), 1 + 7.0 * relation.scenes_together / most, 0.45);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const Character& character = plot.characters[i];
    const Point at = places[character.name];
    const double radius = 8 + 40 * std::sqrt(std::clamp(character.importance, 0.0, 1.0));
    canvas.dot(at, radius, series_look(0), 0.9);
    canvas.text({at.first, at.second + radius + 16}, character.name, "ink", Anchor::Middle);
  }
  canvas.text({kLeft, kHeight - 12},
              in(language, "size: importance · width: scenes together · orange: harsh words", "大小：重要性 · 线宽：同场次数 · 橙色：言辞冷峻"), "soft");
  return canvas.finish(title);
}

std::vector<NamedPlot> film_plots(const Film& film, const FilmKnowledge& knowledge, const std::filesystem::path& pictures, const std::string& language) {
  std::vector<NamedPlot> plots;
  if (!knowledge.video.shots.empty()) {
    plots.push_back({"storyboard", storyboard_plot(film, knowledge, pictures, language)});
    plots.push_back({"shot-lengths", shot_length_plot(film, knowledge.video, language)});
  }
  if (!knowledge.video.barcode.empty()) plots.push_back({"colours", barcode_plot(film, knowledge.video, language)});
  if (!knowledge.arc.empty() || !knowledge.video.tension.empty()) plots.push_back({"arcs", arc_plot(film, knowledge, language)});
  if (!knowledge.plot.characters.empty()) plots.push_back({"network", network_plot(film, knowledge.plot, language)});
  return plots;
}

}  // namespace cineloom::cli
