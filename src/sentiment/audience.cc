#include "sentiment/audience.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "sentiment/internal/tokens.h"

namespace cineloom {
namespace {

constexpr std::size_t kQuotes = 4;
// A clause must say something: weaker feelings are not counted for or against.
constexpr double kClear = 0.15;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kEdges = " \t\n,.;!?";
  while (!text.empty() && kEdges.contains(text.front())) text.remove_prefix(1);
  while (!text.empty() && kEdges.contains(text.back())) text.remove_suffix(1);
  for (const std::string_view stop : {"，", "。", "；", "！", "？"}) {
    if (text.starts_with(stop)) text.remove_prefix(stop.size());
  }
  return text;
}

void add_clauses(const Review& review, const FeelingLexicon& lexicon, std::map<std::string, AspectOpinion>& opinions) {
  for (const Span& span : sentiment::clauses_of(review.text)) {
    const std::string_view clause = trimmed(std::string_view(review.text).substr(span.begin, span.end - span.begin));
    const double valence = lexicon.read(clause).feeling.valence;
    if (std::abs(valence) < kClear) continue;
    for (const std::string& aspect : lexicon.aspects(clause)) {
      AspectOpinion& opinion = opinions[aspect];
      opinion.aspect = aspect;
      ++(valence > 0 ? opinion.positive : opinion.negative);
      opinion.quotes.push_back({.text = std::string(clause), .language = review.language, .review = review.id, .valence = valence});
    }
  }
}

}  // namespace

AudienceOpinion audience_opinion(std::span<const Review> reviews, const FeelingLexicon& lexicon) {
  AudienceOpinion audience{.reviews = static_cast<int>(reviews.size())};
  std::map<std::string, AspectOpinion> opinions;
  double stars = 0;
  int rated = 0;
  int positive = 0;
  for (const Review& review : reviews) {
    add_clauses(review, lexicon, opinions);
    positive += lexicon.read(review.text).feeling.valence > 0 ? 1 : 0;
    if (!review.stars) continue;
    stars += *review.stars;
    ++rated;
  }
  if (rated > 0) audience.mean_stars = stars / rated;
  if (!reviews.empty()) audience.positive_share = static_cast<double>(positive) / static_cast<double>(reviews.size());
  for (auto& [name, opinion] : opinions) {
    std::ranges::stable_sort(opinion.quotes, std::greater(), [](const AspectQuote& quote) { return std::abs(quote.valence); });
    if (opinion.quotes.size() > kQuotes) opinion.quotes.resize(kQuotes);
    audience.aspects.push_back(std::move(opinion));
  }
  std::ranges::stable_sort(audience.aspects, std::greater(), [](const AspectOpinion& opinion) { return opinion.positive + opinion.negative; });
  return audience;
}

}  // namespace cineloom
