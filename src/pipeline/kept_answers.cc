#include "pipeline/kept_answers.h"

#include <algorithm>
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

template <class Visit>
void KeptAnswers::each_viewer(const Entry& entry, Visit visit) {
  if (entry.upkeep.request.viewer.is_none()) return;
  visit(entry.upkeep.request.viewer);
  for (const ViewerId companion : entry.upkeep.request.companions) visit(companion);
}

std::shared_ptr<const std::string> KeptAnswers::find(const std::string& question, const AnswerGround& ground, Timestamp now) {
  std::shared_ptr<const std::string> answer;
  std::function<void()> on_first_given;
  {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(question);
    if (found == places_.end()) return nullptr;
    const Place place = found->second;
    if (place->ground != ground || now >= place->until) {
      drop(place);
      return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, place);
    answer = place->answer;
    on_first_given = std::exchange(place->upkeep.on_first_given, nullptr);
  }
  if (on_first_given) on_first_given();
  return answer;
}

void KeptAnswers::keep(const std::string& question, AnswerGround ground, Timestamp until, std::shared_ptr<const std::string> answer, AnswerUpkeep upkeep) {
  const std::lock_guard lock(mutex_);
  if (const auto found = places_.find(question); found != places_.end()) drop(found->second);
  entries_.push_front({.question = question, .ground = std::move(ground), .until = until, .answer = std::move(answer), .upkeep = std::move(upkeep)});
  const Place place = entries_.begin();
  places_[question] = place;
  each_viewer(*place, [&](ViewerId viewer) { by_viewer_.emplace(viewer, place); });
  bytes_ += bytes_of(*place);
  while (bytes_ > most_bytes_) drop(std::prev(entries_.end()));
}

bool KeptAnswers::holds(const std::string& question, const AnswerGround& ground) {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(question);
  return found != places_.end() && found->second->ground == ground;
}

std::vector<KeptQuestion> KeptAnswers::questions_of(ViewerId viewer, std::size_t most) {
  const std::lock_guard lock(mutex_);
  std::vector<KeptQuestion> questions;
  for (auto [place, end] = by_viewer_.equal_range(viewer); place != end && questions.size() < most; ++place)
    questions.push_back({.text = place->second->question, .request = place->second->upkeep.request});
  return questions;
}

void KeptAnswers::drop(Place place) {
  bytes_ -= bytes_of(*place);
  each_viewer(*place, [&](ViewerId viewer) {
    const auto [begin, end] = by_viewer_.equal_range(viewer);
    const auto own = std::find_if(begin, end, [&](const auto& entry) { return entry.second == place; });
    if (own != end) by_viewer_.erase(own);
  });
  places_.erase(place->question);
  entries_.erase(place);
}

}  // namespace cineloom
