// Encodings of pieces of the icwb2 twins: the same texts in GBK, Big5 and UTF-8, cut at 20 and at 60 bytes.
#include "text/encoding.h"

#include <ctime>

#include "parts.h"
#include "text_corpora.h"

namespace cineloom::bench {
namespace {

struct Twin {
  std::string_view name;
  std::string_view encoding;
};
constexpr Twin kTwins[] = {{"pku_test.gbk", "GB18030"}, {"msr_test.gbk", "GB18030"}, {"as_test.big5", "BIG5"},  {"cityu_test.big5", "BIG5"},
                           {"pku_test.utf8", "UTF-8"},  {"msr_test.utf8", "UTF-8"},  {"as_test.utf8", "UTF-8"}, {"cityu_test.utf8", "UTF-8"}};

bool is_ascii(std::string_view text) {
  for (const char letter : text) {
    if (static_cast<unsigned char>(letter) >= 0x80) return false;
  }
  return true;
}

Expected<void> measure(Report& report) {
  std::size_t right = 0;
  std::size_t pieces = 0;
  std::string double_bytes;
  for (const Twin& twin : kTwins) {
    CINELOOM_TRY_ASSIGN(const std::string all, corpora::read_packed(text_folder() / ("sighan_" + std::string(twin.name) + ".xz")));
    if (twin.encoding == "GB18030") double_bytes += all;
    std::size_t own = 0;
    std::size_t own_right = 0;
    for (const std::string& line : corpora::lines_of(all)) {
      for (const std::size_t length : {20UZ, 60UZ}) {
        // Plain ASCII is the same in all three.
        if (line.size() < length || is_ascii(line.substr(0, length))) continue;
        ++own;
        own_right += detect_encoding(line.substr(0, length)) == twin.encoding ? 1U : 0U;
      }
    }
    pieces += own;
    right += own_right;
    report.add({.key = "encoding_accuracy_" + std::string(twin.name), .value = static_cast<double>(own_right) / static_cast<double>(own), .n = own});
  }
  report.add({.key = "encoding_accuracy",
              .value = static_cast<double>(right) / static_cast<double>(pieces),
              .n = pieces,
              .note = "pieces of 20 and 60 bytes",
              .bound = Bound{.995, .999, true}});
  const std::string_view deciding = std::string_view(double_bytes).substr(0, 600'000);
  const auto begin = std::clock();
  std::size_t named = 0;
  for (int run = 0; run < 20; ++run) named += detect_encoding(deciding).size();
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  if (named > 0) report.add({.key = "encoding_mb_per_s", .value = 20 * static_cast<double>(deciding.size()) / 1e6 / seconds, .unit = "MB/s", .note = "GBK"});
  return {};
}

}  // namespace

void measure_encodings(Report& report) {
  if (const auto done = measure(report); !done) report.add_missing("encoding_accuracy", done.error().describe());
}

}  // namespace cineloom::bench
