#pragma once

#include <string>
#include <vector>

#include "story/shot.h"

namespace film {

/// The part of a Fountain text before the alternative takes, and the part of one take.
std::string main_part(const std::string& fountain);
std::string take_part(const std::string& fountain, const std::string& take);

/// "NAME: words" for every line of dialogue, parentheticals left out.
std::vector<std::string> spoken_in(const std::string& fountain);
std::vector<std::string> spoken_in(const Reel& reel);
std::vector<std::string> headings_in(const std::string& fountain);
std::vector<std::string> headings_in(const Reel& reel);

}  // namespace film
