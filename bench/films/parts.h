#pragma once

#include <filesystem>
#include <string_view>

#include "report.h"

/// The parts of `bench films`; each adds its figures.
namespace cineloom::bench {

std::filesystem::path films_folder();      ///< ../shared/data/films
std::filesystem::path demo_folder();       ///< demo/library

void measure_shots(Report& report);
void measure_camera(Report& report);
void measure_watching(Report& report);
void measure_reading(Report& report);
/// One run of measure_watching(), in a process of its own; its exit code.
int run_watching(std::string_view mode, const std::filesystem::path& film);

}  // namespace cineloom::bench
