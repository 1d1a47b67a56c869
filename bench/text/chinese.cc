// Words of the PKU test part of SIGHAN 2005 by position, and speed on its plain text.
#include <ctime>

#include <unordered_set>

#include "base/files.h"
#include "parts.h"
#include "text/chinese_segmenter.h"
#include "text_corpora.h"

namespace cineloom::bench {
namespace {

constexpr int kRuns = 5;

struct GoldLine {
  std::string text;
  std::vector<Span> words;
};

GoldLine gold_line(std::string_view line) {
  GoldLine gold;
  while (!line.empty()) {
    const auto length = std::min(line.find(' '), line.size());
    if (length > 0) {
      gold.words.push_back({.begin = gold.text.size(), .end = gold.text.size() + length});
      gold.text += line.substr(0, length);
    }
    line.remove_prefix(std::min(length + 1, line.size()));
  }
  return gold;
}

Expected<void> measure(Report& report) {
  CINELOOM_TRY_ASSIGN(const std::string bytes, read_file(models_folder() / "segmenter.zh.bin"));
  CINELOOM_TRY_ASSIGN(const ChineseSegmenter segmenter, ChineseSegmenter::load(bytes));
  CINELOOM_TRY_ASSIGN(const std::string all, corpora::read_packed(text_folder() / "sighan_pku_test_gold.utf8.xz"));
  std::string plain;
  double right = 0;
  double found = 0;
  double gold_words = 0;
  for (const std::string& line : corpora::lines_of(all)) {
    const GoldLine gold = gold_line(line);
    plain += gold.text + "\n";
    gold_words += static_cast<double>(gold.words.size());
    std::size_t next = 0;
    std::size_t covered = 0;
    for (const Span& word : segmenter.segment(gold.text)) {
      found += 1;
      covered += word.end - word.begin;
      while (next < gold.words.size() && gold.words[next].begin < word.begin) ++next;
      right += next < gold.words.size() && gold.words[next] == word ? 1 : 0;
    }
    // Blanks inside words of the gold part do not occur, so every byte must be in a word.
    if (covered != gold.text.size()) return fail(ErrorCode::Internal, "a character was lost in '" + gold.text + "'");
  }
  report.add({.key = "pku_f1", .value = 2 * right / (found + gold_words), .n = static_cast<std::uint64_t>(gold_words), .bound = Bound{.957, .965, true}});
  std::vector<double> speeds;
  for (int run = 0; run < kRuns; ++run) {
    const auto begin = std::clock();
    std::size_t words = 0;
    for (int again = 0; again < 10; ++again) words += segmenter.segment(plain).size();
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    if (words > 0) speeds.push_back(10 * static_cast<double>(plain.size()) / 1e6 / seconds);
  }
  report.add({.key = "segment_mb_per_s", .value = median(speeds), .unit = "MB/s", .n = kRuns, .note = "processor time", .bound = Bound{20, 40, true}});
  return {};
}

}  // namespace

void measure_chinese(Report& report) {
  if (const auto done = measure(report); !done) {
    for (const char* key : {"pku_f1", "segment_mb_per_s"}) report.add_missing(key, done.error().describe());
  }
}

}  // namespace cineloom::bench
