#include "fuse/internal/face_names.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace cineloom::fuse {
namespace {

constexpr int kFewestLines = 2;
constexpr double kClearMajority = 0.6;

struct Votes {
  double weight = 0;
  int lines = 0;
};
using Ballot = std::map<std::string, Votes>;

std::vector<std::set<int>> people_in_shots(const VideoFindings& video) {
  std::vector<std::set<int>> seen(video.shots.size());
  for (const Face& face : video.faces) {
    if (face.person >= 0 && face.shot >= 0 && std::cmp_less(face.shot, seen.size())) seen[static_cast<std::size_t>(face.shot)].insert(face.person);
  }
  return seen;
}

std::vector<Ballot> count_votes(std::span<const Line> lines, const VideoFindings& video) {
  const std::vector<std::set<int>> seen = people_in_shots(video);
  std::vector<Ballot> ballots(video.people.size());
  for (const Line& line : lines) {
    if (line.speaker.empty() || line.kind != LineKind::Spoken) continue;
    const FilmTime middle = line.begin + (line.end - line.begin) / 2;
    const auto shot = std::ranges::upper_bound(video.shots, middle, {}, &Shot::end);
    if (shot == video.shots.end() || middle < shot->begin) continue;
    const auto& people = seen[static_cast<std::size_t>(shot - video.shots.begin())];
    for (const int person : people) {
      if (std::cmp_greater_equal(person, ballots.size())) continue;
      Votes& votes = ballots[static_cast<std::size_t>(person)][line.speaker];
      votes.weight += line.confidence / static_cast<double>(people.size());
      ++votes.lines;
    }
  }
  return ballots;
}

}  // namespace

std::vector<PersonName> name_people(std::span<const Line> lines, const VideoFindings& video) {
  const std::vector<Ballot> ballots = count_votes(lines, video);
  std::vector<PersonName> names;
  for (std::size_t i = 0; i < ballots.size(); ++i) {
    double all = 0;
    for (const auto& [character, votes] : ballots[i]) all += votes.weight;
    const auto best = std::ranges::max_element(ballots[i], {}, [](const auto& entry) { return entry.second.weight; });
    if (best == ballots[i].end() || best->second.lines < kFewestLines || best->second.weight < kClearMajority * all) continue;
    names.push_back({.person = static_cast<int>(i), .character = best->first, .confidence = best->second.weight / all, .lines = best->second.lines});
  }
  return names;
}

}  // namespace cineloom::fuse
