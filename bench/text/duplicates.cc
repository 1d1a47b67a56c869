// Near duplicates among 25,000 reviews: the repeats that are there, and copies with 5 to 20 % of their words changed.
#include <ctime>

#include <algorithm>
#include <set>

#include "base/random.h"
#include "parts.h"
#include "text/near_duplicates.h"
#include "text_corpora.h"

namespace cineloom::bench {
namespace {

constexpr std::size_t kCopies = 1000;

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words(1);
  for (const char letter : text) {
    if (letter == ' ') words.emplace_back();
    else words.back() += letter;
  }
  return words;
}

/// A text with a share of its words replaced by words of another.
std::string edited(const std::string& text, const std::string& other, double share, Random& random) {
  std::vector<std::string> words = words_of(text);
  const std::vector<std::string> others = words_of(other);
  std::string result;
  for (const std::string& word : words) result += (random.uniform() < share ? others[random.below(others.size())] : word) + " ";
  return result;
}

Expected<void> measure(Report& report) {
  CINELOOM_TRY_ASSIGN(const std::string all, corpora::read_packed(text_folder() / "imdb_train.tsv.xz"));
  CINELOOM_TRY_ASSIGN(const std::string tested, corpora::read_packed(text_folder() / "imdb_test.tsv.xz"));
  std::vector<std::string> texts;
  for (const std::string* part : {&all, &tested}) {
    for (const std::string& line : corpora::lines_of(*part)) texts.push_back(line.substr(line.rfind('\t') + 1));
  }
  const std::size_t plain = texts.size();
  std::set<std::pair<std::size_t, std::size_t>> gold;
  std::vector<std::size_t> order(plain);
  for (std::size_t i = 0; i < plain; ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) -> const std::string& { return texts[i]; });
  for (std::size_t i = 0; i < plain; ++i) {
    for (std::size_t j = i + 1; j < plain && texts[order[i]] == texts[order[j]]; ++j) gold.emplace(std::minmax(order[i], order[j]));
  }
  const std::size_t repeats = gold.size();
  Random random(1);
  for (std::size_t i = 0; i < kCopies; ++i) {
    const std::size_t source = random.below(plain);
    const double share = 0.05 + 0.15 * random.uniform();
    texts.push_back(edited(texts[source], texts[random.below(plain)], share, random));
    gold.emplace(source, texts.size() - 1);
  }
  std::vector<std::string_view> views(texts.begin(), texts.end());
  const auto begin = std::clock();
  const auto found = find_near_duplicates(views);
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  std::size_t bytes = 0;
  for (const std::string& text : texts) bytes += text.size();
  double right = 0;
  double wrong = 0;
  double own = 0;
  for (const NearDuplicate& pair : found) {
    if (gold.contains({pair.first, pair.second})) right += 1;
    else if (pair.similarity >= 0.75 || pair.second >= plain) own += 1;  // reviews sent twice with changes, and copies of repeats: alike, but not in the list
    else wrong += 1;
  }
  report.add({.key = "neardup_precision",
              .value = right / (right + wrong),
              .n = found.size(),
              .note = std::to_string(static_cast<int>(own)) + " more pairs share three quarters of their words or are copies of repeats, and count neither way",
              .bound = Bound{.99, 1, true}});
  report.add({.key = "neardup_recall",
              .value = right / static_cast<double>(gold.size()),
              .n = gold.size(),
              .note = std::to_string(repeats) + " pairs of repeats, 1,000 edited copies",
              .bound = Bound{.99, 1, true}});
  report.add({.key = "neardup_mb_per_s", .value = static_cast<double>(bytes) / 1e6 / seconds, .unit = "MB/s"});
  return {};
}

}  // namespace

void measure_duplicates(Report& report) {
  if (const auto done = measure(report); !done) {
    for (const char* key : {"neardup_precision", "neardup_recall"}) report.add_missing(key, done.error().describe());
  }
}

}  // namespace cineloom::bench
