#include "pipeline/kept_answers.h"

#include <utility>

namespace cineloom {

std::optional<AnswerGround> ground_of(Cinema& cinema, const TonightRequest& request) {
  AnswerGround ground{.viewers = {}, .model = cinema.model_renewals()};
  const auto add = [&](ViewerId viewer) {
    const auto revisions = cinema.store().revisions(viewer);
    if (revisions) ground.viewers.push_back(*revisions);
    return revisions.has_value();
  };
  if (!add(request.viewer)) return std::nullopt;
  for (const ViewerId companion : request.companions) {
    if (!add(companion)) return std::nullopt;
  }
  return ground;
}

std::shared_ptr<const std::string> KeptAnswers::find(const std::string& question, const AnswerGround& ground, Timestamp now) {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(question);
  if (found == places_.end()) return nullptr;
  const Place place = found->second;
  if (place->ground != ground || now >= place->until) {
    drop(place);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, place);
  return place->answer;
}

void KeptAnswers::keep(const std::string& question, AnswerGround ground, Timestamp until, std::string answer) {
  const std::lock_guard lock(mutex_);
  if (const auto found = places_.find(question); found != places_.end()) drop(found->second);
  entries_.push_front({.question = question, .ground = std::move(ground), .until = until, .answer = std::make_shared<const std::string>(std::move(answer))});
  places_[question] = entries_.begin();
  bytes_ += bytes_of(entries_.front());
  while (bytes_ > most_bytes_) drop(std::prev(entries_.end()));
}

void KeptAnswers::drop(Place place) {
  bytes_ -= bytes_of(*place);
  places_.erase(place->question);
  entries_.erase(place);
}

}  // namespace cineloom
