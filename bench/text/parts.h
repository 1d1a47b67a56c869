#pragma once

#include <filesystem>

#include "report.h"

namespace cineloom::bench {

std::filesystem::path text_folder();
std::filesystem::path models_folder();

void measure_reviews(Report& report);
void measure_emotions(Report& report);
void measure_affect(Report& report);
void measure_chinese_affect(Report& report);
void measure_chinese(Report& report);
void measure_encodings(Report& report);
void measure_duplicates(Report& report);
void measure_search(Report& report);
void measure_turning_points(Report& report);

}  // namespace cineloom::bench
