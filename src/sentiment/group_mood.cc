#include "sentiment/group_mood.h"

#include <algorithm>
#include <vector>

namespace cineloom {
namespace {

/// A mean of feelings by weight.
class MeanFeeling {
 public:
  void add(const Feeling& feeling, double weight) {
    sum_.valence += weight * feeling.valence;
    sum_.arousal += weight * feeling.arousal;
    weight_ += weight;
  }
  [[nodiscard]] bool is_empty() const { return !(weight_ > 0); }
  [[nodiscard]] Feeling mean() const { return is_empty() ? Feeling() : Feeling{.valence = sum_.valence / weight_, .arousal = sum_.arousal / weight_}; }

 private:
  Feeling sum_;
  double weight_ = 0;
};

void add_new(std::vector<std::string>& words, const std::vector<std::string>& more) {
  for (const std::string& word : more) {
    if (std::ranges::find(words, word) == words.end()) words.push_back(word);
  }
}

void keep_common(std::vector<std::string>& words, const std::vector<std::string>& others) {
  std::erase_if(words, [&](const std::string& word) { return std::ranges::find(others, word) == others.end(); });
}

MoodConstraints constraints_of_all(std::span<const Mood> moods) {
  MoodConstraints all;
  bool is_genre_named = false;
  bool is_language_disputed = false;
  for (const Mood& mood : moods) {
    const MoodConstraints& one = mood.constraints;
    if (one.max_runtime) all.max_runtime = std::min(all.max_runtime.value_or(*one.max_runtime), *one.max_runtime);
    add_new(all.avoid, one.avoid);
    if (!one.genres.empty() && is_genre_named) keep_common(all.genres, one.genres);
    if (!one.genres.empty() && !is_genre_named) all.genres = one.genres;
    is_genre_named = is_genre_named || !one.genres.empty();
    if (one.company == "children") all.company = one.company;
    is_language_disputed = is_language_disputed || (!one.language.empty() && !all.language.empty() && one.language != all.language);
    if (all.language.empty()) all.language = one.language;
  }
  if (is_language_disputed) all.language.clear();
  std::erase_if(all.genres, [&](const std::string& genre) { return std::ranges::find(all.avoid, genre) != all.avoid.end(); });
  return all;
}

}  // namespace

Mood mood_of_all(std::span<const Mood> moods) {
  MeanFeeling feeling;
  MeanFeeling wish;
  int speaking = 0;
  double sureness = 0;
  for (const Mood& mood : moods) {
    feeling.add(mood.feeling, 1 - mood.uncertainty);
    if (mood.wish) wish.add(*mood.wish, 1);
    sureness += 1 - mood.uncertainty;
    speaking += mood.uncertainty < 1 ? 1 : 0;
  }
  Mood all{.feeling = feeling.mean(), .constraints = constraints_of_all(moods)};
  if (!wish.is_empty()) all.wish = wish.mean();
  if (speaking > 0) all.uncertainty = 1 - sureness / speaking;
  return all;
}

}  // namespace cineloom
