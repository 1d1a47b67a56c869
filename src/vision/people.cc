#include "vision/people.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "vision/internal/areas.h"

namespace cineloom {
namespace {

constexpr double kSamePlace = 0.3;            // overlap of two boxes in one shot that are one face
constexpr float kSamePerson = 0.81F;          // mean likeness of two groups of tracks: different people reach 0.80
constexpr float kClothesWeight = 0.06F;       // likeness that the same clothes add within a few minutes
constexpr double kClothesMinutes = 3;
constexpr std::size_t kMostTracks = 1500;     // the table of likeness has the square of it
constexpr float kNever = -std::numeric_limits<float>::infinity();

/// One face followed through a shot.
struct Track {
  std::vector<std::size_t> faces;
  std::size_t shot = 0;
  FaceLook look;  ///< the mean
};

template <class Vector>
float product(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0F);
}

template <class Vector>
void bring_to_length_one(Vector& vector) {
  const float length = std::sqrt(product(vector, vector));
  if (length > 0) std::ranges::for_each(vector, [length](float& value) { value /= length; });
}

void average(std::span<const WatchedFace> faces, Track& track) {
  const auto add = [](auto& sum, const auto& one) { std::ranges::transform(sum, one, sum.begin(), std::plus()); };
  for (const std::size_t index : track.faces) {
    add(track.look.texture, faces[index].look.texture);
    add(track.look.clothes, faces[index].look.clothes);
    const std::vector<float>& print = faces[index].look.print;
    if (track.look.print.empty()) track.look.print = print;
    else if (print.size() == track.look.print.size()) add(track.look.print, print);
  }
  bring_to_length_one(track.look.texture);
  bring_to_length_one(track.look.print);
  bring_to_length_one(track.look.clothes);
}

std::vector<Track> follow_faces(std::span<const WatchedFace> faces, std::span<const Face> placed) {
  std::vector<Track> tracks;
  std::size_t first_of_shot = 0;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const auto shot = static_cast<std::size_t>(placed[i].shot);
    if (!tracks.empty() && tracks.back().shot != shot) first_of_shot = tracks.size();
    const auto goes_on = [&](const Track& track) {
      const WatchedFace& last = faces[track.faces.back()];
      return last.frame.ordinal != faces[i].frame.ordinal && overlap(last.look.box, faces[i].look.box) >= kSamePlace;
    };
    const auto found = std::find_if(tracks.begin() + static_cast<std::ptrdiff_t>(first_of_shot), tracks.end(), goes_on);
    if (found != tracks.end()) found->faces.push_back(i);
    else tracks.push_back({.faces = {i}, .shot = shot, .look = {}});
  }
  std::ranges::for_each(tracks, [&](Track& track) { average(faces, track); });
  return tracks;
}

bool are_seen_at_once(std::span<const WatchedFace> faces, const Track& a, const Track& b) {
  if (a.shot != b.shot) return false;
  return std::ranges::any_of(a.faces, [&](std::size_t one) {
    return std::ranges::any_of(b.faces, [&](std::size_t other) { return faces[one].frame.ordinal == faces[other].frame.ordinal; });
  });
}

/// On one scale: kSamePerson is where two faces begin to be one person's, whatever told them apart.
float likeness(std::span<const WatchedFace> faces, const Track& a, const Track& b, float same_print) {
  if (are_seen_at_once(faces, a, b)) return kNever;
  if (!a.look.print.empty() && a.look.print.size() == b.look.print.size()) return kSamePerson + product(a.look.print, b.look.print) - same_print;
  const auto distance = faces[a.faces.front()].at - faces[b.faces.front()].at;
  const double minutes = std::abs(static_cast<double>(distance.count())) / 60'000;
  const float clothes = product(a.look.clothes, b.look.clothes) * static_cast<float>(std::exp(-minutes / kClothesMinutes));
  return product(a.look.texture, b.look.texture) + kClothesWeight * clothes;
}

/// Average linkage over a table of likeness; a pair that must not be joined forbids all that contain it.
class Joiner {
 public:
  Joiner(std::span<const WatchedFace> faces, std::span<const Track> tracks, float same_print) : count_(tracks.size()), sizes_(count_, 1), group_(count_) {
    std::iota(group_.begin(), group_.end(), 0);
    table_.resize(count_ * count_, kNever);
    for (std::size_t i = 0; i < count_; ++i) {
      for (std::size_t j = 0; j < i; ++j) at(i, j) = at(j, i) = likeness(faces, tracks[i], tracks[j], same_print);
    }
    best_.resize(count_);
    for (std::size_t i = 0; i < count_; ++i) find_best(i);
  }

  /// The number of each track's group: that of one of its members.
  std::vector<std::size_t> join() {
    for (;;) {
      std::size_t one = count_;
      for (std::size_t i = 0; i < count_; ++i) {
        if (sizes_[i] > 0 && best_[i] != i && (one == count_ || at(i, best_[i]) > at(one, best_[one]))) one = i;
      }
      if (one == count_ || at(one, best_[one]) < kSamePerson) return group_;
      merge(one, best_[one]);
    }
  }

 private:
  float& at(std::size_t i, std::size_t j) { return table_[i * count_ + j]; }

  void find_best(std::size_t i) {
    best_[i] = i;
    for (std::size_t j = 0; j < count_; ++j) {
      if (j != i && sizes_[j] > 0 && (best_[i] == i || at(i, j) > at(i, best_[i]))) best_[i] = j;
    }
  }

  void merge(std::size_t kept, std::size_t gone) {
    const auto weight = static_cast<float>(sizes_[gone]) / static_cast<float>(sizes_[kept] + sizes_[gone]);
    for (std::size_t k = 0; k < count_; ++k) {
      if (k != kept && k != gone) at(kept, k) = at(k, kept) = (1 - weight) * at(kept, k) + weight * at(gone, k);
    }
    sizes_[kept] += sizes_[gone];
    sizes_[gone] = 0;
    std::ranges::replace(group_, gone, kept);
    find_best(kept);
    for (std::size_t k = 0; k < count_; ++k) {
      if (sizes_[k] > 0 && k != kept && (best_[k] == gone || best_[k] == kept || at(k, kept) > at(k, best_[k]))) find_best(k);
    }
  }

  std::size_t count_;
  std::vector<std::size_t> sizes_;
  std::vector<std::size_t> group_;
  std::vector<float> table_;
  std::vector<std::size_t> best_;
};

std::vector<Face> place_faces(std::span<const WatchedFace> faces, std::span<const Shot> shots) {
  std::vector<Face> placed;
  for (const WatchedFace& face : faces) {
    const auto behind = std::ranges::upper_bound(shots, face.frame.ordinal, {}, [](const Shot& shot) { return shot.first.ordinal; });
    placed.push_back({.frame = face.frame,
                      .at = face.at,
                      .shot = std::max(0, static_cast<int>(behind - shots.begin()) - 1),
                      .box = face.look.box,
                      .confidence = face.look.confidence});
  }
  return placed;
}

/// The faces of each group, the largest group first; of one face alone nobody can tell who it is.
std::vector<std::vector<std::size_t>> gather_groups(std::span<const Track> tracks, std::span<const std::size_t> group) {
  std::vector<std::vector<std::size_t>> members(tracks.size());
  for (std::size_t i = 0; i < tracks.size(); ++i) members[group[i]].insert(members[group[i]].end(), tracks[i].faces.begin(), tracks[i].faces.end());
  std::erase_if(members, [](const auto& one) { return one.size() < 2; });
  std::ranges::for_each(members, [](auto& one) { std::ranges::sort(one); });
  std::ranges::stable_sort(members, std::ranges::greater(), &std::vector<std::size_t>::size);
  return members;
}

}  // namespace

PeopleFindings tell_people_apart(std::span<const WatchedFace> faces, std::span<const Shot> shots, double same_print) {
  PeopleFindings findings{.faces = place_faces(faces, shots), .people = {}, .portraits = {}};
  std::vector<Track> tracks = follow_faces(faces, findings.faces);
  std::ranges::stable_sort(tracks, std::ranges::greater(), [](const Track& track) { return track.faces.size(); });
  if (tracks.size() > kMostTracks) tracks.erase(tracks.begin() + kMostTracks, tracks.end());
  const std::vector<std::size_t> group = Joiner(faces, tracks, static_cast<float>(same_print)).join();
  for (const auto& members : gather_groups(tracks, group)) {
    SeenPerson person{.faces = static_cast<int>(members.size()), .shots = {}, .file = {}};
    for (const std::size_t member : members) {
      Face& face = findings.faces[member];
      face.person = static_cast<int>(findings.people.size());
      if (person.shots.empty() || person.shots.back() != face.shot) person.shots.push_back(face.shot);
    }
    findings.portraits.push_back(*std::ranges::max_element(members, {}, [&](std::size_t member) { return faces[member].look.confidence; }));
    findings.people.push_back(std::move(person));
  }
  return findings;
}

ShotScale scale_of(std::span<const Face> faces_in_shot, const PictureArea& picture) {
  double height = 0;
  for (const Face& face : faces_in_shot) height = std::max(height, face.box.bottom - face.box.top);
  const double share = height / std::max(0.1, picture.bottom - picture.top);
  if (height <= 0) return ShotScale::Unknown;
  if (share >= 0.6) return ShotScale::ExtremeCloseUp;
  if (share >= 0.32) return ShotScale::CloseUp;
  return share >= 0.18 ? ShotScale::MediumCloseUp : ShotScale::Medium;
}

}  // namespace cineloom
