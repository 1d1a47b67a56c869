#include "pipeline/emotion_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/files.h"
#include "base/json.h"
#include "domain/event.h"
#include "domain/event_value.h"
#include "pipeline/feeling_reader.h"
#include "pipeline/llm_reader.h"
#include "sentiment/audience_moments.h"
#include "text/boilerplate.h"
#include "text/clean.h"
#include "text/language.h"
#include "text/near_duplicates.h"

namespace cineloom {
namespace {

constexpr std::uint64_t kLargestFile = 1ULL << 30U;
constexpr double kMiddle = 3;  // of five stars

std::string text_at(const boost::json::object& object, const char* key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(std::string_view(value->get_string())) : std::string();
}

/// Tags are English on every page.
std::string language_of(const std::string& review) { return detect_language(is_html_page(review) ? main_text_mapped(review).text : review).code; }

/// "2026-03".
std::string month_of(Timestamp at) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(at));
  return fmt::format("{:04}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()));
}

/// Reviews of the film and of other films in the file; ids are rows.
struct ReviewFile {
  std::vector<Review> own;
  std::vector<Review> others;
  std::map<ReviewId, std::string> months;  ///< "2026-03", of those that have a date
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
    if (review.text.find_first_not_of(" \t\r\n") == std::string::npos) continue;  // an empty review says nothing
    if (const auto* stars = object.if_contains("stars"); stars != nullptr && stars->is_number()) {
      review.stars = stars->to_number<double>();
      if (!are_stars(*review.stars)) return fail(ErrorCode::InvalidArgument, fmt::format("line {}: expected 0.5 to 5 stars, found {}", row, *review.stars));
    }
    if (const std::string at = text_at(object, "at"); at.size() >= 7 && at[4] == '-') file.months.emplace(review.id, at.substr(0, 7));
    if (review.language.empty()) review.language = language_of(review.text);
    const std::string film = text_at(object, "film");
    (film.empty() || film == request.film ? file.own : file.others).push_back(std::move(review));
  }
  return file;
}

/// Reviews of two sources may have the same numbers; nobody is told those of other films.
void number_reviews(std::vector<Review>& reviews) {
  for (std::size_t i = 0; i < reviews.size(); ++i) {
    reviews[i].id = ReviewId(static_cast<std::int64_t>(i + 1));
    if (reviews[i].language.empty()) reviews[i].language = language_of(reviews[i].text);
  }
}

int leave_out_repeats(std::vector<Review>& reviews) {
  std::vector<std::string_view> texts;
  texts.reserve(reviews.size());
  for (const Review& review : reviews) texts.emplace_back(review.text);
  std::vector<bool> is_repeat(reviews.size(), false);
  for (const NearDuplicate& pair : find_near_duplicates(texts)) is_repeat[pair.second] = true;
  std::size_t index = 0;
  return static_cast<int>(std::erase_if(reviews, [&](const Review&) { return is_repeat[index++]; }));
}

/// Counts by name, in the order of names.
class Groups {
 public:
  void add(const std::string& name, bool is_positive) {
    auto& [positive, all] = counts_[name];
    positive += is_positive ? 1 : 0;
    ++all;
  }
  /// The groups that are large enough; counts the others.
  std::vector<MeasuredShare> shares(int minimum, int& left_out) const {
    std::vector<MeasuredShare> shares;
    for (const auto& [name, counts] : counts_) {
      if (counts.second < minimum) ++left_out;
      else shares.push_back(measured_share(name, counts.first, counts.second));
    }
    return shares;
  }
  [[nodiscard]] std::size_t size() const { return counts_.size(); }

 private:
  std::map<std::string, std::pair<int, int>> counts_;
};

/// Reads reviews one by one and counts what they say.
class Counter {
 public:
  Counter(EmotionReport& report, const FeelingReader& reader, const std::map<ReviewId, std::string>& months)
      : report_(report), reader_(reader), months_of_(months) {
    report_.stars.assign(10, 0);
  }

  void add(const Review& review) {
    const auto reading = reader_.read(review.text, review.language);
    if (!reading) {
      ++report_.unread;
      return;
    }
    ++report_.reviews;
    const bool reads_positive = reading->polarity.probability > 0.5;
    const bool is_positive = review.stars ? *review.stars > kMiddle : reads_positive;
    if (review.stars && std::abs(*review.stars - kMiddle) >= 0.5) {
      ++starred_;
      agreed_ += reads_positive == is_positive ? 1 : 0;
    }
    positive_ += is_positive ? 1 : 0;
    languages_.add(review.language, is_positive);
    if (const auto month = months_of_.find(review.id); month != months_of_.end()) {
      months_.add(month->second, is_positive);
      years_.add(month->second.substr(0, 4), is_positive);
    }
    ++report_.stars[static_cast<std::size_t>(std::clamp(std::lround(review.stars ? 2 * *review.stars : reading->polarity.stars), 1L, 10L) - 1)];
    for (const EmotionWeight& emotion : reading->emotions) {
      if (emotion.name != "neutral") ++emotions_[std::string(common_emotion(emotion.name))];
    }
  }

  void finish() {
    report_.positive = measured_share("positive", positive_, report_.reviews);
    report_.agreement = measured_share("agreement", agreed_, starred_);
    report_.segments = languages_.shares(report_.minimum_group, report_.groups_left_out);
    report_.periods = (years_.size() > 1 ? years_ : months_).shares(report_.minimum_group, report_.groups_left_out);
    for (const auto& [name, count] : emotions_) {
      if (count < report_.minimum_group) ++report_.groups_left_out;
      else report_.emotions.push_back(measured_share(name, count, report_.reviews));
    }
    std::ranges::stable_sort(report_.emotions, std::greater(), &MeasuredShare::count);
    int low = 0;
    int high = 0;
    for (std::size_t star = 0; star < 10; ++star) {
      if (star < 4) low += report_.stars[star];
      if (star >= 6) high += report_.stars[star];
    }
    const double count = std::max(report_.reviews, 1);
    report_.controversy = 4 * (low / count) * (high / count);
  }

 private:
  EmotionReport& report_;
  const FeelingReader& reader_;
  const std::map<ReviewId, std::string>& months_of_;
  Groups languages_;
  Groups months_;
  Groups years_;
  std::map<std::string, int> emotions_;
  int positive_ = 0;
  int starred_ = 0;
  int agreed_ = 0;
};

FilmTime duration_of(const FilmKnowledge& known) { return known.arc.empty() ? FilmTime(0) : known.arc.back().at; }

/// How the film's aspects are judged, beside how the file's and the library's other films are; and what is said of its moments.
void add_aspects(EmotionReport& report, const ReviewFile& file, const FilmKnowledge& known, const FeelingReader& reader) {
  const AudienceOpinion others = reader.audience(file.others);
  int praise = 0;
  int judged_at_all = 0;
  report.baseline_reviews = others.reviews;
  const AudienceOpinion own = reader.audience(file.own, known.timeline, duration_of(known));
  report.arc = known.arc;
  add_audience(report.arc, own.moments, duration_of(known), report.minimum_group);
  for (const AudienceOpinion* opinion : {&own, &others}) {
    for (const AspectOpinion& aspect : opinion->aspects) {
      praise += aspect.positive;
      judged_at_all += aspect.positive + aspect.negative;
    }
  }
  report.aspect_baseline = judged_at_all == 0 ? 0.5 : static_cast<double>(praise) / judged_at_all;
  for (const AspectOpinion& opinion : own.aspects) {
    const int judged = opinion.positive + opinion.negative;
    if (judged < report.minimum_group) {
      ++report.groups_left_out;
      continue;
    }
    ReportedAspect aspect{
        .positive = measured_share(opinion.aspect, opinion.positive, judged), .baseline = {}, .intensity = opinion.intensity, .quotes = opinion.quotes};
    const auto other = std::ranges::find(others.aspects, opinion.aspect, &AspectOpinion::aspect);
    if (other != others.aspects.end() && other->positive + other->negative >= report.minimum_group) {
      aspect.baseline = measured_share("other films", other->positive, other->positive + other->negative);
    }
    report.aspects.push_back(std::move(aspect));
  }
  for (const AspectOpinion& part : own.parts) {
    const int judged = part.positive + part.negative;
    if (judged < report.minimum_group) ++report.groups_left_out;
    else report.parts.push_back(measured_share(part.aspect, part.positive, judged));
  }
}

void note_model(EmotionReport& report, LlmTally tally) {
  report.language_model = std::move(tally.model);
  report.read_by_model = tally.taken;
  report.model_refused = tally.refused;
  report.model_unanswered = tally.unanswered;
}

Expected<ReviewFile> reviews_of(const EmotionReportRequest& request) {
  if (!request.reviews.empty()) {
    CINELOOM_TRY_ASSIGN_IN(ReviewFile file, read_reviews(request), fmt::format("reading '{}'", request.reviews.string()));
    return file;
  }
  ReviewFile file{.own = request.own, .others = {}, .months = {}};
  for (const Review& review : file.own) {
    if (review.at > Timestamp()) file.months.emplace(review.id, month_of(review.at));
  }
  return file;
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

Expected<EmotionReport> report_emotions(const EmotionReportRequest& request, const std::filesystem::path& models, LlmReader* model) {
  CINELOOM_TRY_ASSIGN(ReviewFile file, reviews_of(request));
  EmotionReport report{.film = request.film, .minimum_group = request.minimum_group};
  report.repeated = leave_out_repeats(file.own);
  file.others.insert(file.others.end(), request.catalogue.begin(), request.catalogue.end());
  number_reviews(file.others);
  leave_out_repeats(file.others);
  CINELOOM_TRY_ASSIGN(const FeelingReader reader, FeelingReader::load(models, model));
  Counter counter(report, reader, file.months);
  for (const Review& review : file.own) counter.add(review);
  if (report.reviews == 0) {
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, fmt::format("found no review of '{}' in English or Chinese", request.film))
            .advise(request.reviews.empty() ? "import reviews of it, or name a file: --reviews FILE" : "name the film as the file does, by its key"));
  }
  counter.finish();
  add_aspects(report, file, request.known != nullptr ? *request.known : FilmKnowledge(), reader);
  if (model != nullptr) note_model(report, model->tally());
  return report;
}

}  // namespace cineloom
