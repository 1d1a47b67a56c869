#include "pipeline/choosing_together.h"

#include <algorithm>

#include "sentiment/group_mood.h"

namespace cineloom {
namespace {

// Far above what a store counts to.
constexpr std::int64_t kFirstGuest = std::int64_t{1} << 52;

void add_new(std::vector<std::string>& words, const std::vector<std::string>& more) {
  for (const std::string& word : more) {
    if (std::ranges::find(words, word) == words.end()) words.push_back(word);
  }
}

// As the best rating: a like alone says nothing of stars, and each member is told how many a film is expected to get from them.
Event like(ViewerId who, FilmId film, Timestamp at) {
  return {.viewer = who, .film = film, .kind = EventKind::Rate, .value = 5, .at = at, .mood = {}, .key = {}, .origin = "room"};
}

}  // namespace

ViewerId guest_id(std::size_t member) { return ViewerId(kFirstGuest + static_cast<std::int64_t>(member)); }

Expected<Recommendation> choose_together(Cinema& cinema, ViewerId host, std::span<const WishesTogether> members, int count, const CancelToken& cancel) {
  TonightRequest tonight{.viewer = host, .count = count};
  Guests guests;
  std::vector<Mood> moods;
  for (std::size_t member = 0; member < members.size(); ++member) {
    const WishesTogether& one = members[member];
    CINELOOM_TRY_ASSIGN(Mood mood, cinema.read_mood(one.mood));
    moods.push_back(std::move(mood));
    add_new(tonight.filter.no_genres, one.without);
    if (one.time) tonight.time = std::min(tonight.time.value_or(*one.time), *one.time);
    guests.vetoed.insert(guests.vetoed.end(), one.vetoed.begin(), one.vetoed.end());
    for (const FilmId film : one.liked) {
      CINELOOM_TRY(cinema.store().film(film));
      guests.likes.push_back(like(member == 0 ? host : guest_id(member), film, cinema.now()));
      guests.vetoed.push_back(film);  // they know it already
    }
  }
  guests.mood = mood_of_all(moods);
  return cinema.recommend_with(tonight, guests, cancel);
}

}  // namespace cineloom
