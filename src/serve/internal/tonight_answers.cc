#include "serve/internal/tonight_answers.h"

#include "base/json.h"

namespace cineloom::serve {
namespace {

constexpr std::size_t kMostRenewed = 4;  // questions of one viewer: a page asks two or three

}  // namespace

Expected<boost::json::value> recommendation_value(Cinema& cinema, const TonightRequest& request, const LastingRecommendation& made) {
  const Recommendation& recommendation = made.recommendation;
  boost::json::value value = json::to_value(recommendation);
  auto& picks = value.at("picks").as_array();
  for (std::size_t i = 0; i < picks.size(); ++i) {
    CINELOOM_TRY_ASSIGN(const Film film, cinema.store().film(recommendation.picks[i].film));
    picks[i].as_object()["film"] = json::to_value(film);
    if (!request.drawn.empty()) {
      const auto course = made.courses.find(film.id);
      picks[i].as_object()["course"] = course == made.courses.end() ? boost::json::value(nullptr) : boost::json::value(course->second);
    }
    for (auto& reason : picks[i].at("reasons").as_array()) {
      if (reason.at("because").is_null()) continue;
      CINELOOM_TRY_ASSIGN(const Film because, cinema.find_film(std::string(std::string_view(reason.at("because").as_string()))));
      reason.as_object()["because"] = json::to_value(because);
    }
  }
  return value;
}

TonightAnswers::TonightAnswers(Cinema& cinema) : cinema_(cinema), recorder_(cinema.store()), renewer_([this](ViewerId viewer) { renew(viewer); }) {}

Expected<std::shared_ptr<const std::string>> TonightAnswers::answer(const std::string& question, const TonightRequest& request) {
  const auto ground = ground_of(cinema_, request);
  if (auto kept = ground ? kept_.find(question, *ground, cinema_.now()) : nullptr) return kept;
  return make(question, request, ground, Given::Now);
}

// Within a visit the same list counts as shown once, so what is given again is not noted again.
Expected<std::shared_ptr<const std::string>> TonightAnswers::make(const std::string& question, const TonightRequest& request,
                                                                  const std::optional<AnswerGround>& ground, Given given) {
  CINELOOM_TRY_ASSIGN(LastingRecommendation made, cinema_.recommend_lasting(request));
  CINELOOM_TRY_ASSIGN(const auto value, recommendation_value(cinema_, request, made));
  auto text = std::make_shared<const std::string>(boost::json::serialize(value));
  const auto until = made.until;
  auto show = [this, request, recommendation = std::move(made.recommendation)] {
    recorder_.remember(showing_of(request, recommendation, cinema_.now()), recommendation);
  };
  if (given == Given::Now) show();
  if (!ground || !until) return text;
  AnswerUpkeep upkeep{.request = request, .on_first_given = {}};
  if (given == Given::Later) upkeep.on_first_given = std::move(show);
  kept_.keep(question, *ground, *until, text, std::move(upkeep));
  return text;
}

void TonightAnswers::settle() {
  renewer_.finish();
  recorder_.finish();
}

void TonightAnswers::renew(ViewerId viewer) {
  for (const KeptQuestion& question : kept_.questions_of(viewer, kMostRenewed)) {
    const auto ground = ground_of(cinema_, question.request);
    if (!ground || kept_.holds(question.text, *ground)) continue;
    std::ignore = make(question.text, question.request, ground, Given::Later);  // whoever asks is told what failed
  }
}

}  // namespace cineloom::serve
