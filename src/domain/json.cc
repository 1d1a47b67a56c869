#include "domain/json.h"

#include "base/json.h"
#include "domain/emotion_report.h"
#include "domain/evaluation.h"
#include "domain/event.h"
#include "domain/film.h"
#include "domain/knowledge.h"
#include "domain/recommendation.h"
#include "domain/story.h"

namespace cineloom {

template <class T>
std::string to_json(const T& value) {
  return json::write(value);
}

template <class T>
Expected<T> from_json(std::string_view text) {
  return json::read<T>(text);
}

#define CINELOOM_JSON_TYPE(Type)                   \
  template std::string to_json(const Type& value); \
  template Expected<Type> from_json(std::string_view text)

CINELOOM_JSON_TYPE(Film);
CINELOOM_JSON_TYPE(FilmFiles);
CINELOOM_JSON_TYPE(Viewer);
CINELOOM_JSON_TYPE(Event);
CINELOOM_JSON_TYPE(Review);
CINELOOM_JSON_TYPE(Mood);
CINELOOM_JSON_TYPE(VideoFindings);
CINELOOM_JSON_TYPE(Screenplay);
CINELOOM_JSON_TYPE(Timeline);
CINELOOM_JSON_TYPE(FilmKnowledge);
CINELOOM_JSON_TYPE(Recommendation);
CINELOOM_JSON_TYPE(Contrast);
CINELOOM_JSON_TYPE(RatingEvaluation);
CINELOOM_JSON_TYPE(EvaluationReport);
CINELOOM_JSON_TYPE(EmotionReport);
CINELOOM_JSON_TYPE(StoryRequest);
CINELOOM_JSON_TYPE(StoryGraph);
CINELOOM_JSON_TYPE(Story);
CINELOOM_JSON_TYPE(std::vector<Film>);
CINELOOM_JSON_TYPE(std::vector<Event>);
CINELOOM_JSON_TYPE(std::vector<Review>);

#undef CINELOOM_JSON_TYPE

}  // namespace cineloom
