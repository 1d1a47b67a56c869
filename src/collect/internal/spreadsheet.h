#pragma once

#include <span>
#include <string>
#include <vector>

#include "collect/csv.h"
#include "collect/internal/source_files.h"

namespace cineloom::collect {

/// A sheet of a workbook as rows of texts.
struct Sheet {
  std::string name;
  std::vector<CsvRow> rows;
};

/// Whether a file is a part of an Office Open XML workbook.
bool is_workbook_part(const SourceFile& file);

/// The sheets of a workbook whose parts these are: cells with inline, shared or computed texts and numbers; formats are not read, so
/// dates that are numbers stay numbers. Errors: InvalidArgument for XML that is none, a shared text that is not there, and more than
/// a million rows.
Expected<std::vector<Sheet>> read_workbook(std::span<const SourceFile* const> parts);

}  // namespace cineloom::collect
