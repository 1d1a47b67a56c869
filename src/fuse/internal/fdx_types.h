#pragma once

#include <array>
#include <string_view>

#include "domain/screenplay.h"

namespace cineloom::fuse {

/// A paragraph type of Final Draft and what it is here. The first entry of a kind is the one that is written.
struct FdxType {
  std::string_view name;
  ElementKind kind;
  int depth = 0;
};

inline constexpr std::array<FdxType, 21> kFdxTypes = {{{"Scene Heading", ElementKind::SceneHeading},
                                                       {"Action", ElementKind::Action},
                                                       {"Character", ElementKind::CharacterCue},
                                                       {"Parenthetical", ElementKind::Parenthetical},
                                                       {"Dialogue", ElementKind::Dialogue},
                                                       {"Transition", ElementKind::Transition},
                                                       {"Lyrics", ElementKind::Lyrics},
                                                       {"Outline Body", ElementKind::Synopsis},
                                                       {"Outline 1", ElementKind::Section, 1},
                                                       {"Outline 2", ElementKind::Section, 2},
                                                       {"Outline 3", ElementKind::Section, 3},
                                                       {"Outline 4", ElementKind::Section, 4},
                                                       {"Outline 5", ElementKind::Section, 5},
                                                       {"Outline 6", ElementKind::Section, 6},
                                                       {"New Act", ElementKind::Section, 1},
                                                       {"End of Act", ElementKind::Centered},
                                                       {"Singing", ElementKind::Lyrics},
                                                       {"General", ElementKind::Action},
                                                       {"Shot", ElementKind::Action},
                                                       {"Cast List", ElementKind::Action},
                                                       {"", ElementKind::Action}}};

}  // namespace cineloom::fuse
