#include "pipeline/emotion_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "base/files.h"
#include "base/json.h"
#include "domain/event.h"
#include "sentiment/audience.h"
#include "sentiment/text_feelings.h"
#include "text/clean.h"
#include "text/language.h"
#include "text/near_duplicates.h"
#include "text/script.h"

namespace cineloom {
namespace {

constexpr std::uint64_t kLargestFile = 1ULL << 30U;
constexpr double kMiddle = 3;  // of five stars

// The six classes of Chinese posts by the names of the English ones.
std::string common_name(const std::string& emotion) {
  if (emotion == "happy") return "joy";
  if (emotion == "sad") return "sadness";
  return emotion == "angry" ? "anger" : emotion;
}

std::string text_at(const boost::json::object& object, const char* key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(std::string_view(value->get_string())) : std::string();
}

/// Reviews of the film and, behind them, of other films in the file; ids are rows.
struct ReviewFile {
  std::vector<Review> own;
  std::vector<Review> all;
};

Expected<ReviewFile> read_reviews(const EmotionReportRequest& request) {
  CINELOOM_TRY_ASSIGN(const std::string bytes, read_file(request.reviews, kLargestFile));
  CINELOOM_TRY_ASSIGN(const CleanText decoded, decode_text(bytes));
  ReviewFile file;
  std::string_view rest = decoded.text;
  for (std::int64_t row = 1; !rest.empty(); ++row) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const auto value = json::parse(line);
    if (!value || !value->is_object()) return fail(ErrorCode::InvalidArgument, fmt::format("line {}: expected a JSON object", row));
    const auto& object = value->get_object();
    Review review{.id = ReviewId(row), .language = text_at(object, "language"), .text = text_at(object, "text")};
    if (review.text.empty()) continue;  // an empty review says nothing
    if (const auto* stars = object.if_contains("stars"); stars != nullptr && stars->is_number()) review.stars = stars->to_number<double>();
    if (review.language.empty()) review.language = detect_language(review.text).code;
    file.all.push_back(review);
    const std::string film = text_at(object, "film");
    if (film.empty() || film == request.film) file.own.push_back(std::move(review));
  }
  return file;
}

int leave_out_repeats(std::vector<Review>& reviews) {
  std::vector<std::string_view> texts;
  for (const Review& review : reviews) texts.emplace_back(review.text);
  std::vector<bool> is_repeat(reviews.size(), false);
  for (const NearDuplicate& pair : find_near_duplicates(texts)) is_repeat[pair.second] = true;
  std::size_t index = 0;
  return static_cast<int>(std::erase_if(reviews, [&](const Review&) { return is_repeat[index++]; }));
}

/// Reads reviews one by one and counts what they say.
class Counter {
 public:
  Counter(EmotionReport& report, const std::filesystem::path& models) : report_(report), models_(models) { report_.stars.assign(10, 0); }

  Expected<void> add(const Review& review) {
    if (review.language != "en" && review.language != "zh") {
      ++report_.unread;
      return {};
    }
    CINELOOM_TRY_ASSIGN(const TextFeelings* feelings, feelings_of(review.language));
    const TextReading reading = feelings->read(script_ ? script_->convert(review.text) : review.text);
    ++report_.reviews;
    const bool reads_positive = reading.polarity.probability > 0.5;
    const bool is_positive = review.stars ? *review.stars > kMiddle : reads_positive;
    if (review.stars && std::abs(*review.stars - kMiddle) >= 0.5) {
      ++starred_;
      agreed_ += reads_positive == is_positive ? 1 : 0;
    }
    positive_ += is_positive ? 1 : 0;
    auto& segment = segments_[review.language];
    ++segment.second;
    segment.first += is_positive ? 1 : 0;
    ++report_.stars[static_cast<std::size_t>(std::clamp(std::lround(review.stars ? 2 * *review.stars : reading.polarity.stars), 1L, 10L) - 1)];
    for (const EmotionWeight& emotion : reading.emotions) {
      if (emotion.name != "neutral") ++emotions_[common_name(emotion.name)];
    }
    return {};
  }

  void finish() {
    report_.positive = measured_share("positive", positive_, report_.reviews);
    report_.agreement = measured_share("agreement", agreed_, starred_);
    for (const auto& [language, counts] : segments_) {
      if (counts.second < report_.minimum_group) ++report_.groups_left_out;
      else report_.segments.push_back(measured_share(language, counts.first, counts.second));
    }
    for (const auto& [name, count] : emotions_) {
      if (count < report_.minimum_group) ++report_.groups_left_out;
      else report_.emotions.push_back(measured_share(name, count, report_.reviews));
    }
    std::ranges::stable_sort(report_.emotions, std::greater(), &MeasuredShare::count);
    int low = 0;
    int high = 0;
    for (std::size_t star = 0; star < 10; ++star) (star < 4 ? low : star >= 6 ? high : unused_) += report_.stars[star];
    const double count = std::max(report_.reviews, 1);
    report_.controversy = 4 * (low / count) * (high / count);
  }

 private:
  Expected<const TextFeelings*> feelings_of(const std::string& language) {
    auto found = feelings_.find(language);
    if (found == feelings_.end()) {
      CINELOOM_TRY_ASSIGN(TextFeelings loaded, TextFeelings::load(models_, language));
      if (language == "zh") { CINELOOM_TRY_ASSIGN(script_, SimplifiedScript::open()); }
      found = feelings_.emplace(language, std::move(loaded)).first;
    }
    return &found->second;
  }

  EmotionReport& report_;
  std::filesystem::path models_;
  std::map<std::string, TextFeelings> feelings_;
  std::optional<SimplifiedScript> script_;
  std::map<std::string, std::pair<int, int>> segments_;  ///< positive and all, by language
  std::map<std::string, int> emotions_;
  int positive_ = 0;
  int starred_ = 0;
  int agreed_ = 0;
  int unused_ = 0;
};

void add_aspects(EmotionReport& report, const ReviewFile& file, const FeelingLexicon& lexicon) {
  for (const AspectOpinion& opinion : audience_opinion(file.own, lexicon).aspects) {
    const int judged = opinion.positive + opinion.negative;
    if (judged < report.minimum_group) {
      ++report.groups_left_out;
      continue;
    }
    report.aspects.push_back({.positive = measured_share(opinion.aspect, opinion.positive, judged), .quotes = opinion.quotes});
  }
  int praise = 0;
  int judged = 0;
  for (const AspectOpinion& opinion : audience_opinion(file.all, lexicon).aspects) {
    praise += opinion.positive;
    judged += opinion.positive + opinion.negative;
  }
  report.aspect_baseline = judged == 0 ? 0.5 : static_cast<double>(praise) / judged;
}

}  // namespace

MeasuredShare measured_share(std::string name, int count, int of) {
  constexpr double kZ = 1.959964;
  if (of <= 0) return {.name = std::move(name)};
  const double n = of;
  const double share = count / n;
  const double middle = (share + kZ * kZ / (2 * n)) / (1 + kZ * kZ / n);
  const double half = kZ / (1 + kZ * kZ / n) * std::sqrt(share * (1 - share) / n + kZ * kZ / (4 * n * n));
  return {.name = std::move(name), .count = count, .of = of, .share = share, .low = std::max(0.0, middle - half), .high = std::min(1.0, middle + half)};
}

Expected<EmotionReport> report_emotions(const EmotionReportRequest& request, const std::filesystem::path& models) {
  CINELOOM_TRY_ASSIGN_IN(ReviewFile file, read_reviews(request), fmt::format("reading '{}'", request.reviews.string()));
  EmotionReport report{.film = request.film, .minimum_group = request.minimum_group};
  report.repeated = leave_out_repeats(file.own);
  CINELOOM_TRY_ASSIGN(const FeelingLexicon lexicon, FeelingLexicon::load(models));
  Counter counter(report, models);
  for (const Review& review : file.own) { CINELOOM_TRY(counter.add(review)); }
  if (report.reviews == 0) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("found no review of '{}' in English or Chinese", request.film))
                               .advise("name the film as the file does, by its key"));
  }
  counter.finish();
  add_aspects(report, file, lexicon);
  return report;
}

}  // namespace cineloom
