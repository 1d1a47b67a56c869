#pragma once

#include <span>
#include <string>
#include <vector>

#include "domain/timeline.h"
#include "vision/faces.h"

namespace cineloom {

/// A face with its time and its own small picture.
struct WatchedFace {
  FrameTime frame;
  FilmTime at{0};
  FaceLook look;
  std::string jpeg;
};

struct PeopleFindings {
  std::vector<Face> faces;         ///< one for each that was given, in the same order
  std::vector<SeenPerson> people;  ///< without file names; those seen most first
  std::vector<std::size_t> portraits;  ///< for each person the index of the surest face
};

/// Tells people apart. Faces at one place in a shot are a track; tracks are joined, the most alike first, as long as their mean likeness
/// reaches a threshold (average linkage), never two that are seen at once. Where both have a net's print, its dot product decides, and the
/// threshold is `same_print`; else their looks do. Of films with very many tracks only the longest are joined.
/// `faces` and `shots` are in order of time. A person is seen twice at least.
PeopleFindings tell_people_apart(std::span<const WatchedFace> faces, std::span<const Shot> shots, double same_print = 0.363);

/// By the height of the largest face in the picture; Unknown without one.
ShotScale scale_of(std::span<const Face> faces_in_shot, const PictureArea& picture);

}  // namespace cineloom
