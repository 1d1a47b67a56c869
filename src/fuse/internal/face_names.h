#pragma once

#include <span>
#include <vector>

#include "domain/knowledge.h"

namespace cineloom::fuse {

/// Names people by who speaks while their face is seen (after Everingham, Sivic and Zisserman 2006, without reading lips): a line votes for
/// each person in its shot, less the more there are. A name is claimed from two lines and three of five votes on; several people may
/// be one character whose faces were not recognised as one person's.
std::vector<PersonName> name_people(std::span<const Line> lines, const VideoFindings& video);

}  // namespace cineloom::fuse
