#pragma once

#include <boost/describe.hpp>
#include <map>
#include <string>
#include <vector>

#include "domain/import.h"

namespace cineloom {

/// What an import would bring, for people.
struct ImportPreview {
  std::string source;
  std::string path;
  int films = 0;
  int films_matched = 0;             ///< of them known already
  int viewers = 0;
  int events = 0;
  std::map<std::string, int> kinds;  ///< events by kind: "watch", "rate", ...
  int reviews = 0;
  int videos = 0;                    ///< of a folder of films
  std::vector<std::string> unsure;   ///< titles that need a person: they stay films of their own
  std::vector<LocalText> warnings;   ///< what was passed over, and why
};
BOOST_DESCRIBE_STRUCT(ImportPreview, (), (source, path, films, films_matched, viewers, events, kinds, reviews, videos, unsure, warnings))

ImportPreview preview_of(const ImportBatch& batch);

}  // namespace cineloom
