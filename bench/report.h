#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cineloom::bench {

/// What a figure has to reach, and what would please us.
struct Bound {
  double must = 0;
  double aim = 0;
  bool is_least = false;  ///< true: at least `must`; false: at most
};

struct Figure {
  std::string key;
  double value = 0;
  std::string unit;
  std::uint64_t n = 1;  ///< measurements behind the value
  std::string note;
  std::optional<Bound> bound;
};

/// Collects a benchmark's figures, prints them as a table and writes build/bench/NAME.json: commit, seed, the SHA-256 of the
/// data, machine, figures, and what could not be measured with its reason.
class Report {
 public:
  Report(std::string name, std::uint64_t seed) : name_(std::move(name)), seed_(seed) {}

  void add_data(const std::filesystem::path& file);
  void add(Figure figure);
  void add_missing(std::string key, std::string why);
  [[nodiscard]] bool has_missing() const { return !missing_.empty(); }
  /// Writes to the file behind "--out"; the exit code is 1 if a figure misses what it must reach.
  [[nodiscard]] int finish(std::span<char*> arguments) const;

 private:
  [[nodiscard]] std::string to_json() const;
  void print() const;

  std::string name_;
  std::uint64_t seed_;
  std::vector<std::pair<std::string, std::string>> data_;  ///< file, SHA-256
  std::vector<Figure> figures_;
  std::vector<std::pair<std::string, std::string>> missing_;
};

/// A part of a benchmark that can be asked for alone.
struct Part {
  std::string_view name;
  void (*measure)(Report&);
  bool is_asked_for = false;  ///< runs only behind --only
};

/// Runs the parts that "--only" names, or all but those that must be asked for, and finishes the report. The exit code: of the
/// report, or 2 with the usage for other arguments.
int run_parts(Report& report, std::span<const Part> parts, std::span<char*> arguments);

/// What a command prints, without the last newline.
std::string output_of(const std::string& command);

double median(std::vector<double> values);

}  // namespace cineloom::bench
