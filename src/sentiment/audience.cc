#include "sentiment/audience.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>

#include "sentiment/internal/tokens.h"

namespace cineloom {
namespace {

constexpr std::size_t kQuotes = 4;
constexpr double kMiddleStars = 3;  // of five

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kEdges = " \t\n,.;!?";
  while (!text.empty() && kEdges.contains(text.front())) text.remove_prefix(1);
  while (!text.empty() && kEdges.contains(text.back())) text.remove_suffix(1);
  for (const std::string_view stop : {"，", "。", "；", "！", "？"}) {
    if (text.starts_with(stop)) text.remove_prefix(stop.size());
  }
  return text;
}

AspectQuote quote_of(const Review& review, std::string_view clause, const Judgement& judgement) {
  const auto begin = static_cast<std::size_t>(clause.data() - review.text.data());
  AspectQuote quote{.text = std::string(clause),
                    .language = review.language,
                    .review = review.id,
                    .valence = judgement.valence,
                    .span = {.begin = begin, .end = begin + clause.size()}};
  for (const Span& span : judgement.because) quote.because.push_back({.begin = begin + span.begin, .end = begin + span.end});
  return quote;
}

struct PartWord {
  std::string_view word;
  std::string_view part;
};
constexpr std::array<PartWord, 18> kPartWords = {{{"beginning", "beginning"},
                                                  {"opening", "beginning"},
                                                  {"first half", "beginning"},
                                                  {"first act", "beginning"},
                                                  {"starts", "beginning"},
                                                  {"middle", "middle"},
                                                  {"second act", "middle"},
                                                  {"ending", "end"},
                                                  {"finale", "end"},
                                                  {"last act", "end"},
                                                  {"second half", "end"},
                                                  {"last scene", "end"},
                                                  {"开头", "beginning"},
                                                  {"前半", "beginning"},
                                                  {"中段", "middle"},
                                                  {"结局", "end"},
                                                  {"结尾", "end"},
                                                  {"后半", "end"}}};

/// The parts of the film that a clause speaks of; a clause of both speaks of both.
std::vector<std::string> parts_in(std::string_view clause) {
  std::string lower(clause);
  for (char& letter : lower) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  std::vector<std::string> parts;
  for (const PartWord& entry : kPartWords) {
    if (lower.contains(entry.word) && std::ranges::find(parts, entry.part) == parts.end()) parts.emplace_back(entry.part);
  }
  return parts;
}

using Opinions = std::map<std::string, AspectOpinion>;

void add_judgement(Opinions& opinions, const std::string& name, const AspectQuote& quote) {
  AspectOpinion& opinion = opinions[name];
  opinion.aspect = name;
  ++(quote.valence > 0 ? opinion.positive : opinion.negative);
  opinion.intensity += std::abs(quote.valence);  // a sum until all are counted
  opinion.quotes.push_back(quote);
}

std::vector<AspectOpinion> finished(Opinions& opinions) {
  std::vector<AspectOpinion> list;
  for (auto& [name, opinion] : opinions) {
    opinion.intensity /= opinion.positive + opinion.negative;
    std::ranges::stable_sort(opinion.quotes, std::greater(), [](const AspectQuote& quote) { return std::abs(quote.valence); });
    if (opinion.quotes.size() > kQuotes) opinion.quotes.resize(kQuotes);
    list.push_back(std::move(opinion));
  }
  return list;
}

/// What another reader found; the words that judge are looked for in what it quotes.
void add_claims(const Review& review, const ReviewClaims& claims, const FeelingSources& sources, Opinions& opinions, Opinions& parts) {
  for (const ClaimedJudgement& claim : claims.judgements) {
    const std::string_view clause = std::string_view(review.text).substr(claim.span.begin, claim.span.end - claim.span.begin);
    const AspectQuote quote = quote_of(review, clause, {.valence = claim.valence, .because = judge_clause(clause, review.language, sources).because});
    add_judgement(opinions, claim.aspect, quote);
    for (const std::string& part : parts_in(clause)) add_judgement(parts, part, quote);
  }
}

void add_clauses(const Review& review, const FeelingSources& sources, Opinions& opinions, Opinions& parts) {
  for (const Span& span : sentiment::clauses_of(review.text)) {
    const std::string_view clause = trimmed(std::string_view(review.text).substr(span.begin, span.end - span.begin));
    const auto aspects = sources.lexicon.aspects(clause);
    const auto named_parts = parts_in(clause);
    if (aspects.empty() && named_parts.empty()) continue;
    const Judgement judgement = judge_clause(clause, review.language, sources);
    if (judgement.valence == 0) continue;
    const AspectQuote quote = quote_of(review, clause, judgement);
    for (const std::string& aspect : aspects) add_judgement(opinions, aspect, quote);
    for (const std::string& part : named_parts) add_judgement(parts, part, quote);
  }
}

/// Stars are the writer's own word; texts are read where there are none.
bool is_positive(const Review& review, const FeelingSources& sources, const std::optional<ReviewClaims>& claims) {
  if (review.stars) return *review.stars > kMiddleStars;
  if (claims) return claims->reading.polarity.margin > 0;
  const TextFeelings* models = sources.of(review.language);
  if (models == nullptr) return sources.lexicon.read(review.text).feeling.valence > 0;
  NgramReader reader = models->polarity().reader();
  return models->polarity().margin(review.text, reader) > 0;
}

}  // namespace

AudienceOpinion audience_opinion(std::span<const Review> reviews, const FeelingSources& sources, const ReviewClaimant& claimant) {
  AudienceOpinion audience{.reviews = static_cast<int>(reviews.size())};
  Opinions opinions;
  Opinions parts;
  double stars = 0;
  int rated = 0;
  int positive = 0;
  for (const Review& review : reviews) {
    const auto claims = claimant ? claimant(review) : std::nullopt;
    if (claims) add_claims(review, *claims, sources, opinions, parts);
    else add_clauses(review, sources, opinions, parts);
    positive += is_positive(review, sources, claims) ? 1 : 0;
    if (!review.stars) continue;
    stars += *review.stars;
    ++rated;
  }
  if (rated > 0) audience.mean_stars = stars / rated;
  if (!reviews.empty()) audience.positive_share = static_cast<double>(positive) / static_cast<double>(reviews.size());
  audience.aspects = finished(opinions);
  audience.parts = finished(parts);
  std::ranges::stable_sort(audience.aspects, std::greater(), [](const AspectOpinion& opinion) { return opinion.positive + opinion.negative; });
  return audience;
}

}  // namespace cineloom
