#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <unordered_map>

#include "data.h"
#include "parts.h"
#include "privacy/grouped_tastes.h"
#include "privacy/testing/seeded_bytes.h"

namespace cineloom::bench {
namespace {

constexpr int kTargets = 10'000;
constexpr int kKnown = 8;
constexpr int kWrong = 2;
constexpr double kDays = 14;
constexpr double kSecondsPerDay = 86'400;

/// What an attacker heard, or a record says, of one film.
struct Word {
  std::int32_t item = 0;
  double stars = 0;
  double day = 0;
};

/// Records by item, so that an attack only touches those who know the film.
struct Records {
  struct Entry {
    std::int32_t record = 0;
    double stars = 0;
    double day = 0;
  };
  std::vector<std::vector<Entry>> by_item;
  std::size_t count = 0;
};

/// The place of the record that stands out, or -1: Scoreboard-RH of Narayanan and Shmatikov 2008.
std::int32_t match(const Records& records, const std::vector<Word>& heard) {
  constexpr double kStarScale = 1.5;
  constexpr double kDayScale = 30;
  constexpr double kEccentricity = 1.5;
  std::vector<double> scores(records.count, 0);
  for (const Word& word : heard) {
    const auto& entries = records.by_item[static_cast<std::size_t>(word.item)];
    const double weight = 1 / std::log(std::max(static_cast<double>(entries.size()), 2.0));
    for (const Records::Entry& entry : entries) {
      scores[static_cast<std::size_t>(entry.record)] +=
          weight * (std::exp(-std::abs(entry.stars - word.stars) / kStarScale) + std::exp(-std::abs(entry.day - word.day) / kDayScale));
    }
  }
  double sum = 0;
  double squares = 0;
  for (const double score : scores) {
    sum += score;
    squares += score * score;
  }
  const auto count = static_cast<double>(scores.size());
  const double deviation = std::sqrt(std::max(squares / count - sum / count * sum / count, 0.0));
  const auto best = std::ranges::max_element(scores);
  double second = 0;
  for (auto score = scores.begin(); score != scores.end(); ++score) {
    if (score != best) second = std::max(second, *score);
  }
  return deviation > 0 && (*best - second) / deviation > kEccentricity ? static_cast<std::int32_t>(best - scores.begin()) : -1;
}

/// What an attacker believes of a record's words: how far they may be from what was heard and still be the same.
struct Closeness {
  double stars = 0;
  double days = 0;
};

/// The record that is more likely than not, nine to one, by Bayes' rule, or -1: three of four words are true, and a true word is worth
/// how few records it fits. Stronger where nearly everybody knows the same films.
std::int32_t likeliest(const Records& records, const std::vector<Word>& heard, const Closeness& closeness) {
  constexpr double kTrue = static_cast<double>(kKnown - kWrong) / kKnown;
  constexpr double kSure = 0.9;
  std::vector<double> scores(records.count, 0);
  for (const Word& word : heard) {
    const auto fits = [&](const Records::Entry& entry) {
      return std::abs(entry.stars - word.stars) <= closeness.stars && std::abs(entry.day - word.day) <= closeness.days;
    };
    const auto& entries = records.by_item[static_cast<std::size_t>(word.item)];
    const auto fitting = static_cast<double>(std::ranges::count_if(entries, fits));
    for (const Records::Entry& entry : entries) {
      if (fits(entry)) scores[static_cast<std::size_t>(entry.record)] += std::log1p(kTrue / (1 - kTrue) * static_cast<double>(records.count) / fitting);
    }
  }
  const auto best = std::ranges::max_element(scores);
  double total = 0;
  for (const double score : scores) total += std::exp(score - *best);
  return 1 / total > kSure ? static_cast<std::int32_t>(best - scores.begin()) : -1;
}

std::vector<std::vector<Word>> histories_of(const RatingFile& file) {
  std::vector<std::vector<Word>> histories(file.user_ids.size());
  for (const Interaction& rating : file.ratings) {
    histories[static_cast<std::size_t>(rating.user)].push_back(
        {.item = rating.item, .stars = static_cast<double>(rating.value), .day = static_cast<double>(rating.time) / kSecondsPerDay});
  }
  return histories;
}

/// Six true words with days off by up to two weeks, and two that are wrong altogether.
std::vector<Word> overheard(const std::vector<Word>& history, std::size_t items, Random& random) {
  std::vector<Word> heard;
  while (heard.size() < kKnown - kWrong) {
    Word word = history[random.below(history.size())];
    if (std::ranges::find(heard, word.item, &Word::item) != heard.end()) continue;
    word.day += kDays * (2 * random.uniform() - 1);
    heard.push_back(word);
  }
  while (heard.size() < kKnown) {
    heard.push_back({.item = static_cast<std::int32_t>(random.below(items)), .stars = static_cast<double>(1 + random.below(5)), .day = heard[0].day});
  }
  return heard;
}

Records as_they_are(const std::vector<std::vector<Word>>& histories, std::size_t items) {
  Records records{.by_item = std::vector<std::vector<Records::Entry>>(items), .count = histories.size()};
  for (std::size_t user = 0; user < histories.size(); ++user) {
    for (const Word& word : histories[user]) {
      records.by_item[static_cast<std::size_t>(word.item)].push_back({.record = static_cast<std::int32_t>(user), .stars = word.stars, .day = word.day});
    }
  }
  return records;
}

double middle_of(int year) {
  const auto day = std::chrono::sys_days(std::chrono::year(year) / std::chrono::July / 1);
  return static_cast<double>(day.time_since_epoch().count());
}

std::vector<privacy::Person> people_of(const std::vector<std::vector<Word>>& histories) {
  std::vector<privacy::Person> people;
  for (const auto& history : histories) {
    auto& person = people.emplace_back();
    for (const Word& word : history) {
      const std::chrono::year_month_day day(std::chrono::sys_days(std::chrono::days(static_cast<int>(word.day))));
      person.push_back({.item = word.item, .value = static_cast<float>(word.stars), .year = static_cast<int>(day.year())});
    }
    std::ranges::sort(person, {}, &privacy::Opinion::item);
  }
  return people;
}

/// Attacks every target once: `of_user` names the record a user is in, `share` what naming that record is worth.
struct Attack {
  double named = 0;    ///< share of targets for whom the right record stood out
  double success = 0;  ///< share of targets that are told from everybody else
};
template <class Find, class OfUser, class Share>
Attack attack(const std::vector<std::vector<Word>>& histories, const Records& records, std::size_t items, Find find, OfUser of_user, Share share) {
  Random random(31);
  Attack outcome;
  for (int target = 0; target < kTargets; ++target) {
    const std::size_t user = random.below(histories.size());
    const std::int32_t found = find(records, overheard(histories[user], items, random));
    if (found < 0 || found != of_user(user)) continue;
    outcome.named += 1.0 / kTargets;
    outcome.success += share(found) / kTargets;
  }
  return outcome;
}

Expected<void> measure(Report& report) {
  CINELOOM_TRY_ASSIGN(const RatingFile file, load_ml1m());
  const auto histories = histories_of(file);
  const std::size_t items = file.item_ids.size();
  const Records open = as_they_are(histories, items);
  const auto own = [](std::size_t user) { return static_cast<std::int32_t>(user); };
  const auto whole = [](std::int32_t) { return 1.0; };
  const auto exactly = [](const Records& records, const std::vector<Word>& heard) { return likeliest(records, heard, {.stars = 0, .days = kDays}); };
  const Attack scoreboard = attack(histories, open, items, match, own, whole);
  const Attack bayes = attack(histories, open, items, exactly, own, whole);
  report.add({.key = "linkage_raw",
              .value = std::max(scoreboard.success, bayes.success),
              .unit = "share",
              .n = kTargets,
              .note = fmt::format(
                  "viewers named in ml-1m with new numbers for names: 8 ratings heard, 2 of them wrong, days +-14; by Bayes {:.4f}, by Scoreboard-RH {:.4f}",
                  bayes.success, scoreboard.success),
              .bound = Bound{.must = 0.90, .aim = 0.90, .is_least = true}});
  privacy::testing::SeededBytes bytes(1);
  CINELOOM_TRY_ASSIGN(const auto groups, privacy::group_tastes(people_of(histories), {}, bytes));
  Records records{.by_item = std::vector<std::vector<Records::Entry>>(items), .count = groups.size()};
  std::vector<std::int32_t> group_of(histories.size());
  std::size_t rows = 0;
  for (std::size_t group = 0; group < groups.size(); ++group) {
    for (const std::int32_t member : groups[group].members) group_of[static_cast<std::size_t>(member)] = static_cast<std::int32_t>(group);
    for (const privacy::GroupOpinion& opinion : groups[group].opinions) {
      records.by_item[static_cast<std::size_t>(opinion.item)].push_back(
          {.record = static_cast<std::int32_t>(group), .stars = opinion.value, .day = middle_of(opinion.year)});
      ++rows;
    }
  }
  const auto group_is = [&](std::size_t user) { return group_of[user]; };
  const auto guess = [&](std::int32_t group) { return 1.0 / static_cast<double>(groups[static_cast<std::size_t>(group)].members.size()); };
  // Means to the half, and years: a word may lie this far off and be true.
  const auto nearly = [](const Records& found, const std::vector<Word>& heard) { return likeliest(found, heard, {.stars = 1, .days = 200}); };
  const Attack scored = attack(histories, records, items, match, group_is, guess);
  const Attack believed = attack(histories, records, items, nearly, group_is, guess);
  report.add({.key = "linkage_export",
              .value = std::max(scored.success, believed.success),
              .unit = "share",
              .n = kTargets,
              .note = fmt::format(
                  "the same against `privacy export --anonymous`: {} groups of 20 or more, {} rows; the right group was named for {:.4f} (Bayes) and {:.4f} "
                  "(Scoreboard-RH) of the targets, and a guess among its members counts by its chance",
                  groups.size(), rows, believed.named, scored.named),
              .bound = Bound{.must = 0.01, .aim = 0.01}});
  return {};
}

}  // namespace

void measure_linkage(Report& report) {
  const auto done = measure(report);
  if (done) return;
  for (const char* key : {"linkage_raw", "linkage_export"}) report.add_missing(key, done.error().describe());
}

}  // namespace cineloom::bench
