// Kills, power cuts, full disks and too much work, against the real program.
//   ./dev torture                            everything, with the table
//   cineloom_torture --short --only kills    a short part that is the same every time, as ./dev test runs it
#include <array>
#include <vector>

#include "torture.h"

namespace cineloom::torture {
namespace {

bool is_short_run = false;

constexpr std::array kParts{bench::Part{"kills", measure_kills},     bench::Part{"sweeps", measure_sweeps},     bench::Part{"replays", measure_replays},
                            bench::Part{"cuts", measure_power_cuts}, bench::Part{"copies", measure_backups},    bench::Part{"stops", measure_draining},
                            bench::Part{"full", measure_full_disk},  bench::Part{"overload", measure_overload}, bench::Part{"hostile", measure_hostile}};

}  // namespace

bool is_short() { return is_short_run; }

}  // namespace cineloom::torture

int main(int count, char** arguments) {
  using namespace cineloom;
  std::vector<char*> words(arguments, arguments + count);
  torture::is_short_run = std::erase_if(words, [](const char* word) { return std::string_view(word) == "--short"; }) > 0;
  bench::Report report("torture", 1);
  const int code = bench::run_parts(report, torture::kParts, words);
  return code != 0 || report.has_missing() ? 1 : 0;
}
