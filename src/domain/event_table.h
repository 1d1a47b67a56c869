#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/text.h"

namespace cineloom {

/// What the number beside an event says.
enum class ValueMeaning {
  None,    ///< nothing: it happened
  Rating,  ///< an opinion on a scale
  Count,   ///< how often or how long: plays, hours
};

/// Which part of a split that somebody else drew an event belongs to.
enum class SplitPart : std::uint8_t { None, Train, ValidationKnown, ValidationHidden, TestKnown, TestHidden };

/// Who did something with what, by positions in the table's lists of names.
struct TableEvent {
  std::int32_t user = 0;
  std::int32_t item = 0;
  float value = 1;
  SplitPart part = SplitPart::None;
  std::int64_t time = 0;  ///< seconds since 1970; 0 = not known
};

/// Users, items and events of any domain, as a file gives them: books and readers as well as films and viewers.
struct EventTable {
  std::string name;     ///< what it is called in reports
  std::string sha256;   ///< of the file, 64 hexadecimal digits; empty where there is no file
  std::vector<std::string> users;   ///< names by position, in the order they appear
  std::vector<std::string> items;
  std::vector<std::string> titles;  ///< by item, for people; empty = none are known
  std::vector<TableEvent> events;   ///< in the order of the file
  ValueMeaning meaning = ValueMeaning::None;
  bool has_times = false;
  double scale_low = 0;      ///< of ratings, as declared or found
  double scale_high = 0;
  double positive_from = 0;  ///< a rating from here on says that the user liked it
  std::vector<std::string> feature_names;              ///< "genre: comedy"
  std::vector<std::vector<std::int32_t>> features;     ///< by item, rising positions in feature_names; empty = none are known
  std::vector<LocalText> warnings;                   ///< what was odd and what was done about it
};

}  // namespace cineloom
