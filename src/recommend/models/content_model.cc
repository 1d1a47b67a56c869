#include "recommend/models/content_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace cineloom {
namespace {

struct Kind {
  std::string_view name;
  double weight;
};
// A shared director says more about taste than a shared country.
constexpr Kind kGenre{"genre", 1.0};
constexpr Kind kTheme{"theme", 1.0};
constexpr Kind kDirector{"director", 1.3};
constexpr Kind kCast{"cast", 0.6};
constexpr Kind kCountry{"country", 0.4};
constexpr Kind kDecade{"decade", 0.3};

constexpr double kRounding = 1e-9;  // of likenesses that are added up in different orders

template <class Visit>
void for_each_feature(const Film& film, Visit visit) {
  for (const std::string& genre : film.genres) visit(kGenre, genre);
  for (const std::string& theme : film.themes) visit(kTheme, theme);
  for (const std::string& director : film.directors) visit(kDirector, director);
  for (const std::string& name : film.cast) visit(kCast, name);
  for (const std::string& country : film.countries) visit(kCountry, country);
  if (film.year > 0) visit(kDecade, fmt::format("{}s", film.year / 10 * 10));
}

/// Calls visit(a, b) for entries of the same feature in two sorted rows.
template <class Row, class Visit>
void for_each_common(const Row& a, const Row& b, Visit visit) {
  for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end();) {
    if (x->feature == y->feature) {
      visit(*x++, *y++);
    } else if (x->feature < y->feature) {
      ++x;
    } else {
      ++y;
    }
  }
}

}  // namespace

ContentModel::ContentModel(std::span<const Film> films) : rows_(films.size()) {
  std::unordered_map<std::string, int> index;
  std::vector<int> counts;
  for (std::size_t film = 0; film < films.size(); ++film) {
    for_each_feature(films[film], [&](const Kind& kind, const std::string& value) {
      const auto [entry, is_new] = index.emplace(fmt::format("{}:{}", kind.name, value), static_cast<int>(names_.size()));
      if (is_new) {
        names_.push_back(entry->first);
        counts.push_back(0);
      }
      ++counts[static_cast<std::size_t>(entry->second)];
      rows_[film].push_back({.feature = entry->second, .weight = kind.weight});
    });
  }
  for (auto& row : rows_) {
    std::ranges::sort(row, {}, &Entry::feature);
    double square = 0;
    for (Entry& entry : row) {
      entry.weight *= std::log(1 + static_cast<double>(films.size()) / counts[static_cast<std::size_t>(entry.feature)]);
      square += entry.weight * entry.weight;
    }
    for (Entry& entry : row) entry.weight /= std::sqrt(square);
  }
}

double ContentModel::likeness(int a, int b) const {
  double sum = 0;
  for_each_common(rows_[static_cast<std::size_t>(a)], rows_[static_cast<std::size_t>(b)], [&](const Entry& x, const Entry& y) { sum += x.weight * y.weight; });
  return sum;
}

std::vector<SharedFeature> ContentModel::shared(int a, int b) const {
  std::vector<SharedFeature> features;
  for_each_common(rows_[static_cast<std::size_t>(a)], rows_[static_cast<std::size_t>(b)], [&](const Entry& x, const Entry& y) {
    const std::string& name = names_[static_cast<std::size_t>(x.feature)];
    const auto colon = name.find(':');
    features.push_back({.kind = name.substr(0, colon), .value = name.substr(colon + 1), .share = x.weight * y.weight});
  });
  std::ranges::stable_sort(features, std::greater(), &SharedFeature::share);
  return features;
}

std::vector<double> ContentModel::profile(std::span<const std::int32_t> films, std::span<const double> weights) const {
  std::vector<double> sum(names_.size(), 0);
  for (std::size_t i = 0; i < films.size(); ++i) {
    for (const Entry& entry : rows_[static_cast<std::size_t>(films[i])]) sum[static_cast<std::size_t>(entry.feature)] += weights[i] * entry.weight;
  }
  return sum;
}

double ContentModel::product(std::int32_t film, std::span<const double> profile) const {
  double sum = 0;
  for (const Entry& entry : rows_[static_cast<std::size_t>(film)]) sum += entry.weight * profile[static_cast<std::size_t>(entry.feature)];
  return sum;
}

NearestFilms::NearestFilms(const ContentModel& content, const std::vector<bool>& is_wanted) : content_(&content), postings_(content.names_.size()) {
  std::map<std::vector<int>, std::size_t> known;
  for (std::size_t film = 0; film < content.rows_.size(); ++film) {
    if (!is_wanted[film]) continue;
    std::vector<int> features;
    for (const auto& entry : content.rows_[film]) features.push_back(entry.feature);
    const auto [kind, is_new] = known.try_emplace(std::move(features), kinds_.size());
    if (is_new) kinds_.emplace_back();
    kinds_[kind->second].push_back(static_cast<std::int32_t>(film));
    for (std::size_t i = 0; is_new && i < content.rows_[film].size(); ++i) {
      const auto& entry = content.rows_[film][i];
      postings_[static_cast<std::size_t>(entry.feature)].push_back({.kind = kind->second, .weight = entry.weight});
    }
  }
  for (auto& postings : postings_) std::ranges::stable_sort(postings, std::greater(), &Posting::weight);
  met_.assign(kinds_.size(), 0);
}

void NearestFilms::meet(std::int32_t film, const Kind& kind, std::size_t most, std::vector<Neighbour>& nearest) const {
  const double likeness = content_->likeness(film, kind.front());
  const auto place_of = [](const Neighbour& n) { return std::pair(-n.likeness, n.film); };
  for (const std::int32_t other : kind) {
    if (other == film) continue;
    const Neighbour met{.film = other, .likeness = likeness};
    if (nearest.size() == most && place_of(nearest.back()) <= place_of(met)) return;
    nearest.insert(std::ranges::lower_bound(nearest, place_of(met), {}, place_of), met);
    if (nearest.size() > most) nearest.pop_back();
  }
}

std::vector<NearestFilms::Neighbour> NearestFilms::of(std::int32_t film, int count) {
  std::vector<Walk> walks;
  for (const auto& entry : content_->rows_[static_cast<std::size_t>(film)]) {
    walks.push_back({.weight = entry.weight, .postings = &postings_[static_cast<std::size_t>(entry.feature)]});
  }
  const auto most = static_cast<std::size_t>(std::max(1, count));
  std::vector<Neighbour> nearest;
  ++question_;
  while (!walks.empty()) {
    double unmet = 0;  // the likeness of what was not met is at most this
    for (const Walk& walk : walks) unmet += walk.ahead();
    if (unmet <= 0 || (nearest.size() == most && unmet < nearest.back().likeness - kRounding)) break;
    Walk& walk = *std::ranges::max_element(walks, {}, &Walk::ahead);
    const std::size_t kind = (*walk.postings)[walk.at++].kind;
    if (std::exchange(met_[kind], question_) != question_) meet(film, kinds_[kind], most, nearest);
  }
  return nearest;
}

}  // namespace cineloom
