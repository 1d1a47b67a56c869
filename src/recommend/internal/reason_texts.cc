#include "recommend/internal/reason_texts.h"

#include <fmt/format.h>

#include <cmath>

namespace cineloom {
namespace {

struct Named {
  std::string_view feature;
  std::string_view chinese;
};
constexpr Named kFeatures[] = {{"genre", "类型"}, {"theme", "主题"}, {"director", "导演"}, {"cast", "演员"}, {"country", "国家"}, {"decade", "年代"}};

std::string_view chinese_feature(std::string_view feature) {
  for (const Named& named : kFeatures) {
    if (named.feature == feature) return named.chinese;
  }
  return feature;
}

/// "you gave Tampopo 4.5 stars" or "you liked Tampopo".
LocalText deed(const Film& seen, std::optional<double> stars) {
  if (!stars) return {.english = fmt::format("you liked {}", seen.title.english), .chinese = fmt::format("你喜欢《{}》", chinese_title(seen))};
  return {.english = fmt::format("you gave {} {:.1f} stars", seen.title.english, *stars),
          .chinese = fmt::format("你给《{}》打了{:.1f}星", chinese_title(seen), *stars)};
}

}  // namespace

const std::string& chinese_title(const Film& film) { return film.title.chinese.empty() ? film.title.english : film.title.chinese; }

LocalText because_text(const Film& seen, std::optional<double> stars, double effect, int rank, int rank_without) {
  const LocalText told = deed(seen, stars);
  return {.english = fmt::format("{}; without that it loses {:.2f} stars and falls from #{} to #{}", told.english, effect, rank, rank_without),
          .chinese = fmt::format("{}；没有它，这部会少{:.2f}星，从第{}位落到第{}位", told.chinese, effect, rank, rank_without)};
}

LocalText together_text(std::span<const Film* const> seen, double effect, int rank, int rank_without) {
  std::string english;
  std::string chinese;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    english += fmt::format("{}{}", i == 0 ? "" : i + 1 == seen.size() ? " and " : ", ", seen[i]->title.english);
    chinese += fmt::format("《{}》", chinese_title(*seen[i]));
  }
  return {.english = fmt::format("you liked {}, which only together bring it here; without them it loses {:.2f} stars and falls from #{} to #{}", english,
                                 effect, rank, rank_without),
          .chinese = fmt::format("因为{}合在一起；没有它们，这部会少{:.2f}星，从第{}位落到第{}位", chinese, effect, rank, rank_without)};
}

LocalText against_text(const Film& seen, std::optional<double> stars, double effect, int rank, int rank_without) {
  const LocalText told = deed(seen, stars);
  return {.english = fmt::format("{}; without that it would gain {:.2f} stars and rise from #{} to #{}", told.english, effect, rank, rank_without),
          .chinese = fmt::format("{}；没有它，这部会多{:.2f}星，从第{}位升到第{}位", told.chinese, effect, rank, rank_without)};
}

LocalText shared_text(const SharedFeature& feature, const Film& seen) {
  return {.english = fmt::format("it shares the {} {} with {}, which you liked", feature.kind, feature.value, seen.title.english),
          .chinese = fmt::format("与你喜欢的《{}》{}相同：{}", chinese_title(seen), chinese_feature(feature.kind), feature.value)};
}

LocalText mood_text(double worth) {
  return {.english = fmt::format("it fits your mood; that is worth {:.2f} stars here", worth),
          .chinese = fmt::format("合你现在的心情，在排序里值{:.2f}星", worth)};
}

LocalText wish_text(double worth) {
  return {.english = fmt::format("it has what you asked for more of; that is worth {:.2f} stars here", worth),
          .chinese = fmt::format("有你想多看的东西，在排序里值{:.2f}星", worth)};
}

LocalText surprise_text(double worth) {
  return {.english = fmt::format("a surprise: you might like it more than we can know yet, by {:.2f} stars in this draw", worth),
          .chinese = fmt::format("一个惊喜：你也许比我们所知的更喜欢它，这次多算{:.2f}星", worth)};
}

LocalText time_text(const Film& film, std::chrono::minutes longest) {
  return {.english = fmt::format("it takes {} of your {} minutes", film.runtime.count(), longest.count()),
          .chinese = fmt::format("片长{}分钟，在你的{}分钟之内", film.runtime.count(), longest.count())};
}

LocalText new_here_text() {
  return {.english = "it is new here: how popular it is and who likes it beside what is not known yet; what it is about brings it here",
          .chinese = "它是新来的：有多受欢迎、喜欢它的人还喜欢什么，都还不知道；是它的内容把它带到这里"};
}

LocalText popular_text(double liked, int ratings) {
  if (ratings == 0)
    return {.english = "nobody here has rated it yet; what it is about brings it here", .chinese = "这里还没有人给它评分；是它的内容把它带到这里"};
  return {.english = fmt::format("viewers here give it {:.2f} stars {} than the average film", std::abs(liked), liked < 0 ? "less" : "more"),
          .chinese = fmt::format("这里的观众给它的评分比平均{}{:.2f}星", liked < 0 ? "低" : "高", std::abs(liked))};
}

}  // namespace cineloom
