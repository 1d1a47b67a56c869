#include "pipeline/text_training.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "base/files.h"
#include "base/json.h"
#include "sentiment/learning/recipes.h"
#include "text/clean.h"
#include "text/language.h"
#include "text/near_duplicates.h"
#include "text/script.h"

namespace cineloom {
namespace {

constexpr std::uint64_t kLargestFile = 2ULL << 30U;
constexpr double kLeastStars = -1;  // a label
constexpr double kMostStars = 10;

/// A line as it was read: one of the two is there.
struct OwnReview {
  std::string text;
  std::optional<float> label;
  std::optional<double> stars;
};

std::unexpected<Error> malformed(std::size_t line, std::string_view what) {
  return std::unexpected(
      Error(ErrorCode::InvalidArgument, fmt::format("line {}: {}", line, what)).advise("write 'pos', 'neg' or stars, a tab, then the review's text"));
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_on_a_scale(const std::optional<double>& number) { return number && *number >= kLeastStars && *number <= kMostStars; }

std::unexpected<Error> no_stars(std::size_t line, std::string_view written) {
  return malformed(line, fmt::format("expected a label or up to ten stars, found '{}'", written.substr(0, 40)));
}

/// What stands before the tab; whole numbers -1, 0 and 1 are labels where no line has stars beyond them.
Expected<OwnReview> read_cells(std::string_view line, std::size_t number) {
  const auto tab = line.find('\t');
  if (tab == std::string_view::npos) return malformed(number, "expected a label, a tab and a text, found no tab");
  const std::string_view label = line.substr(0, tab);
  OwnReview review{.text = std::string(line.substr(tab + 1))};
  if (label == "pos" || label == "positive" || label == "neg" || label == "negative") {
    review.label = label.starts_with('p') ? 1.0F : -1.0F;
    return review;
  }
  review.stars = number_of(label);
  if (!is_on_a_scale(review.stars)) return no_stars(number, label);
  return review;
}

Expected<OwnReview> read_object(std::string_view line, std::size_t number) {
  const auto value = json::parse(line);
  if (!value || !value->is_object()) return malformed(number, "expected a JSON object");
  const auto& object = value->get_object();
  const auto* text = object.if_contains("text");
  if (text == nullptr || !text->is_string()) return malformed(number, "expected a \"text\"");
  OwnReview review{.text = std::string(std::string_view(text->get_string()))};
  for (const char* key : {"stars", "label"}) {
    const auto* found = object.if_contains(key);
    if (found == nullptr) continue;
    if (found->is_string()) {
      CINELOOM_TRY_ASSIGN(const OwnReview cells, read_cells(std::string(std::string_view(found->get_string())) + "\t", number));
      review.label = cells.label;
      review.stars = cells.stars;
    } else if (found->is_number()) {
      review.stars = found->to_number<double>();
      if (!is_on_a_scale(review.stars)) return no_stars(number, boost::json::serialize(*found));
    }
    return review;
  }
  return malformed(number, "expected \"stars\" or \"label\"");
}

template <class Visit>
Expected<void> for_each_line(std::string_view text, Visit visit) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.empty()) { CINELOOM_TRY(visit(line, number)); }
  }
  return {};
}

Expected<std::vector<OwnReview>> read_reviews(const std::filesystem::path& path) {
  CINELOOM_TRY_ASSIGN(const std::string bytes, read_file(path, kLargestFile));
  CINELOOM_TRY_ASSIGN(const CleanText text, decode_text(bytes));
  std::vector<OwnReview> reviews;
  CINELOOM_TRY(for_each_line(text.text, [&](std::string_view line, std::size_t number) -> Expected<void> {
    CINELOOM_TRY_ASSIGN(OwnReview review, line.starts_with('{') ? read_object(line, number) : read_cells(line, number));
    reviews.push_back(std::move(review));
    return {};
  }));
  return reviews;
}

/// Turns stars into labels: of five or of ten by the largest there is; numbers up to 1 are labels.
std::size_t decide_labels(std::vector<OwnReview>& reviews) {
  double largest = 0;
  for (const OwnReview& review : reviews) largest = std::max(largest, review.stars.value_or(0));
  const double factor = largest > 5 ? 1 : 2;
  for (OwnReview& review : reviews) {
    if (!review.stars) continue;
    if (largest <= 1) {
      review.label = *review.stars > 0 ? 1.0F : -1.0F;
      review.stars.reset();
      continue;
    }
    *review.stars *= factor;
    if (*review.stars >= 7) review.label = 1.0F;
    if (*review.stars <= 4) review.label = -1.0F;
  }
  return std::erase_if(reviews, [](const OwnReview& review) { return !review.label; });
}

std::size_t leave_out_repeats(std::vector<OwnReview>& reviews) {
  std::vector<std::string_view> texts;
  for (const OwnReview& review : reviews) texts.emplace_back(review.text);
  std::vector<bool> is_repeat(reviews.size(), false);
  for (const NearDuplicate& pair : find_near_duplicates(texts)) is_repeat[pair.second] = true;
  std::size_t index = 0;
  return std::erase_if(reviews, [&](const OwnReview&) { return is_repeat[index++]; });
}

std::string language_of(const std::vector<OwnReview>& reviews) {
  std::string sample;
  for (const OwnReview& review : reviews) {
    if (sample.size() > 200'000) break;
    sample += review.text + "\n";
  }
  return detect_language(sample).code == "zh" ? "zh" : "en";
}

Expected<std::vector<std::string>> read_unlabelled(const std::filesystem::path& path) {
  std::vector<std::string> texts;
  if (path.empty()) return texts;
  CINELOOM_TRY_ASSIGN(const std::string bytes, read_file(path, kLargestFile));
  CINELOOM_TRY_ASSIGN(const CleanText text, decode_text(bytes));
  CINELOOM_TRY(for_each_line(text.text, [&](std::string_view line, std::size_t) -> Expected<void> {
    texts.emplace_back(line);
    return {};
  }));
  return texts;
}

}  // namespace

Expected<TextTrainingResult> train_text_model(const TextTrainingRequest& request, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN_IN(std::vector<OwnReview> reviews, read_reviews(request.reviews), fmt::format("reading '{}'", request.reviews.string()));
  CINELOOM_TRY_ASSIGN_IN(std::vector<std::string> unlabelled, read_unlabelled(request.unlabelled), fmt::format("reading '{}'", request.unlabelled.string()));
  TextTrainingResult result{.undecided = decide_labels(reviews), .repeated = leave_out_repeats(reviews), .unlabelled = unlabelled.size()};
  result.language = language_of(reviews);
  if (result.language == "zh") {
    CINELOOM_TRY_ASSIGN(const SimplifiedScript script, SimplifiedScript::open());
    for (OwnReview& review : reviews) review.text = script.convert(review.text);
    for (std::string& text : unlabelled) text = script.convert(text);
  }
  std::vector<LabelledText> labelled;
  for (const OwnReview& review : reviews) {
    labelled.push_back({.text = review.text, .label = *review.label, .stars = static_cast<float>(review.stars.value_or(0))});
    ++(*review.label > 0 ? result.positive : result.negative);
  }
  const std::vector<std::string_view> more(unlabelled.begin(), unlabelled.end());
  PolarityTraining options = result.language == "zh" ? chinese_polarity() : english_polarity();
  // Rare n-grams of a small collection are most of what it has.
  if (labelled.size() + more.size() < 20'000) options.least_texts = options.least_labelled;
  CINELOOM_TRY_ASSIGN(const TrainedPolarity trained, train_polarity(labelled, more, options, progress, cancel));
  CINELOOM_TRY(write_file(request.out, trained.bytes));
  result.unseen_accuracy = trained.unseen_accuracy;
  result.bytes = trained.bytes.size();
  return result;
}

}  // namespace cineloom
