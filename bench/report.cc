#include "report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "base/files.h"
#include "base/json_text.h"

namespace cineloom::bench {
namespace {

bool holds(const Figure& figure) { return !figure.bound || (figure.bound->is_least ? figure.value >= figure.bound->must : figure.value <= figure.bound->must); }

std::string machine() { return output_of("lscpu | sed -nE 's/^Model name: *(.*)/\\1/p' | head -1") + ", " + output_of("nproc") + " cores"; }

std::string pairs(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string text;
  for (const auto& [key, value] : entries) text += fmt::format("{}{}:{}", text.empty() ? "" : ",", json_string(key), json_string(value));
  return "{" + text + "}";
}

}  // namespace

std::string output_of(const std::string& command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string text;
  for (int letter = 0; pipe && (letter = std::fgetc(pipe.get())) != EOF;) text += static_cast<char>(letter);
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.empty() ? 0 : (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

void Report::add_data(const std::filesystem::path& file) {
  data_.emplace_back(file.filename().string(), output_of(fmt::format("sha256sum '{}' | cut -d' ' -f1", file.string())));
}

void Report::add(Figure figure) { figures_.push_back(std::move(figure)); }

void Report::add_missing(std::string key, std::string why) { missing_.emplace_back(std::move(key), std::move(why)); }

std::string Report::to_json() const {
  std::string figures;
  for (const Figure& figure : figures_) {
    figures += fmt::format(R"({}{}:{{"value":{},"unit":{},"n":{},"note":{}}})", figures.empty() ? "" : ",", json_string(figure.key), figure.value,
                           json_string(figure.unit), figure.n, json_string(figure.note));
  }
  return fmt::format(R"({{"bench":{},"commit":{},"seed":{},"data":{},"machine":{},"figures":{{{}}},"missing":{}}})", json_string(name_),
                     json_string(output_of("git rev-parse --short HEAD")), seed_, pairs(data_), json_string(machine()), figures, pairs(missing_)) +
         "\n";
}

void Report::print() const {
  fmt::print("{:<28} {:>12} {:<4} {:>10} {:>10}  {}\n", "figure", "value", "unit", "must", "aim", "");
  for (const Figure& figure : figures_) {
    fmt::print("{:<28} {:>12.4g} {:<4} {:>10} {:>10}  {}\n", figure.key, figure.value, figure.unit, figure.bound ? fmt::format("{}", figure.bound->must) : "",
               figure.bound ? fmt::format("{}", figure.bound->aim) : "", holds(figure) ? figure.note : "MISSED  " + figure.note);
  }
  for (const auto& [key, why] : missing_) fmt::print("{:<28} not measured: {}\n", key, why);
  fmt::print("on {}\n", machine());
}

int Report::finish(std::span<char*> arguments) const {
  print();
  for (std::size_t i = 1; i + 1 < arguments.size(); ++i) {
    if (std::string_view(arguments[i]) != "--out") continue;
    if (const auto written = write_file(arguments[i + 1], to_json()); !written) {
      fmt::print(stderr, "bench: {}\n", written.error().describe());
      return 1;
    }
  }
  return std::ranges::all_of(figures_, holds) ? 0 : 1;
}

int run_parts(Report& report, std::span<const Part> parts, std::span<char*> arguments) {
  const auto only = std::ranges::find(arguments, std::string_view("--only"));
  if (arguments.size() > 1 && std::string_view(arguments[1]) != "--only" && std::string_view(arguments[1]) != "--out") {
    std::fprintf(stderr, "usage: %s [--out FILE] [--only PART...]; parts:", arguments[0]);
    for (const Part& part : parts) std::fprintf(stderr, " %s", part.name.data());
    std::fputs("\n", stderr);
    return 2;
  }
  for (const Part& part : parts) {
    if (only == arguments.end() ? !part.is_asked_for : std::find(only, arguments.end(), part.name) != arguments.end()) part.measure(report);
  }
  return report.finish(arguments);
}

}  // namespace cineloom::bench
