#include "serve/rooms.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "privacy/password.h"
#include "privacy/random_bytes.h"

namespace cineloom::serve {
namespace {

constexpr std::size_t kMostName = 40;
constexpr std::size_t kMostText = 400;
constexpr std::size_t kMostLiked = 12;
constexpr std::size_t kMostVetoed = 24;
constexpr std::size_t kMostGenres = 12;
constexpr int kMostMinutes = 1000;
constexpr std::size_t kMostOptions = 8;
constexpr std::size_t kMostId = 100;
constexpr std::string_view kCodeLetters = "23456789abcdefghjkmnpqrstuvwxyz";  // none that look alike
constexpr std::size_t kCodeSize = 8;                                          // some 40 bits

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

Expected<std::string> checked_name(std::string_view name) {
  const std::string_view plain = trimmed(name);
  const bool is_printable = std::ranges::none_of(plain, [](char letter) { return static_cast<unsigned char>(letter) < ' '; });
  if (!plain.empty() && count_characters(plain) <= kMostName && is_printable) return std::string(plain);
  return fail(ErrorCode::InvalidArgument, fmt::format("name: expected 1 to {} characters on one line", kMostName));
}

Expected<void> check_wishes(const RoomWishes& wishes) {
  if (count_characters(wishes.mood) > kMostText) return fail(ErrorCode::InvalidArgument, fmt::format("mood: expected at most {} characters", kMostText));
  if (wishes.liked.size() > kMostLiked) return fail(ErrorCode::InvalidArgument, fmt::format("liked: expected at most {} films", kMostLiked));
  if (wishes.vetoed.size() > kMostVetoed) return fail(ErrorCode::InvalidArgument, fmt::format("vetoed: expected at most {} films", kMostVetoed));
  const bool are_short = std::ranges::all_of(wishes.without, [](const std::string& genre) { return count_characters(genre) <= kMostName; });
  if (wishes.without.size() > kMostGenres || !are_short)
    return fail(ErrorCode::InvalidArgument, fmt::format("without: expected at most {} genres", kMostGenres));
  if (wishes.minutes < 0 || wishes.minutes > kMostMinutes) return fail(ErrorCode::InvalidArgument, fmt::format("minutes: expected 0 to {}", kMostMinutes));
  return {};
}

Expected<void> check_options(std::string_view question, const std::vector<RoomOption>& options) {
  const bool are_fit = std::ranges::all_of(
      options, [](const RoomOption& one) { return !one.id.empty() && count_characters(one.id) <= kMostId && count_characters(one.text) <= kMostText; });
  if (count_characters(question) > kMostText || options.size() < 2 || options.size() > kMostOptions || !are_fit) {
    return fail(ErrorCode::InvalidArgument, fmt::format("expected a question of at most {} characters with 2 to {} options", kMostText, kMostOptions));
  }
  for (const RoomOption& option : options) {
    if (std::ranges::count(options, option.id, &RoomOption::id) > 1)
      return fail(ErrorCode::InvalidArgument, fmt::format("option '{}' is there twice", option.id));
  }
  return {};
}

std::unexpected<Error> no_option() { return fail(ErrorCode::InvalidArgument, "option: expected one of those that are voted about"); }

Expected<std::string> new_code() {
  CINELOOM_TRY_ASSIGN(const auto bytes, privacy::secret_bytes());
  privacy::RandomIntegers random(*bytes);
  std::string code;
  while (code.size() < kCodeSize) code += kCodeLetters[random.below(kCodeLetters.size())];
  return code;
}

}  // namespace

struct Rooms::Member {
  int number = 0;
  std::string name;
  Secret key;
  RoomWishes wishes;
  bool has_wishes = false;
  std::string vote;  ///< empty = none
};

struct Rooms::Room {
  std::string code;
  RoomKind kind = RoomKind::Picks;
  ViewerId host;
  RoomPhase phase = RoomPhase::Gathering;
  bool is_locked = false;
  std::uint64_t revision = 0;
  Timestamp opened;
  Timestamp touched;
  int members_so_far = 0;
  std::vector<Member> members;  ///< the host first
  RoomPicks found;
  std::vector<FilmId> offered;  ///< so far: who looks again wants others
  std::string question;
  std::vector<RoomOption> options;
  std::optional<Timestamp> closes_at;
  std::optional<RoomResult> result;
  std::optional<PastResult> before;

  /// Of those who are asked: in a story that plays the host sees what the others choose.
  [[nodiscard]] bool have_all_voted() const {
    const auto first = members.begin() + (kind == RoomKind::Story ? 1 : 0);
    return first != members.end() && std::all_of(first, members.end(), [](const Member& member) { return !member.vote.empty(); });
  }
  [[nodiscard]] int votes_for(const std::string& option) const { return static_cast<int>(std::ranges::count(members, option, &Member::vote)); }
  /// Stars of the one whom the film of this option serves least; nothing where it is no film.
  [[nodiscard]] std::optional<double> least_served(const std::string& option) const {
    for (const RoomPick& pick : found.picks) {
      if (std::to_string(pick.film.id.number()) == option && !pick.members.empty()) return std::ranges::min(pick.members, {}, &MemberStars::stars).stars;
    }
    return std::nullopt;
  }
  void begin_vote(std::string text, std::vector<RoomOption> among) {
    if (kind == RoomKind::Story && result) {
      before = PastResult{.text = std::ranges::find(options, result->option, &RoomOption::id)->text, .votes = result->votes, .rule = result->rule};
    }
    question = std::move(text);
    options = std::move(among);
    result.reset();
    closes_at.reset();
    for (Member& member : members) member.vote.clear();
    phase = RoomPhase::Voting;
  }
  [[nodiscard]] bool offers(std::string_view option) const { return std::ranges::find(options, option, &RoomOption::id) != options.end(); }
  void decide();
  /// What most want stays the room's choice where the host wants the same.
  void take(std::string_view option) {
    if (phase == RoomPhase::Voting) decide();
    if (result->option == option && result->votes > 0) return;
    result = RoomResult{.option = std::string(option), .votes = votes_for(std::string(option)), .rule = ResultRule::HostChoice};
  }
  void decide_if_due(Timestamp now) {
    if (phase == RoomPhase::Voting && (have_all_voted() || (closes_at && now >= *closes_at))) decide();
  }
  void remember_offered() {
    const auto was_offered = [this](const RoomPick& pick) { return std::ranges::find(offered, pick.film.id) != offered.end(); };
    // There were no others left: it begins anew.
    if (std::ranges::any_of(found.picks, was_offered)) offered.clear();
    for (const RoomPick& pick : found.picks) offered.push_back(pick.film.id);
  }
  [[nodiscard]] RoomView seen_by(const Member* member) const;
};

void Rooms::Room::decide() {
  const auto most = std::ranges::max(options, {}, [this](const RoomOption& option) { return votes_for(option.id); });
  RoomResult won{.option = options.front().id, .votes = votes_for(most.id), .rule = ResultRule::NoVotes};
  if (won.votes > 0) {
    std::vector<std::string> best;
    for (const RoomOption& option : options) {
      if (votes_for(option.id) == won.votes) best.push_back(option.id);
    }
    const bool are_films = std::ranges::all_of(best, [this](const std::string& option) { return least_served(option).has_value(); });
    won.option = are_films ? *std::ranges::max_element(best, {}, [this](const std::string& option) { return *least_served(option); }) : best.front();
    won.rule = best.size() == 1 ? ResultRule::MostVotes : are_films ? ResultRule::LeastServed : ResultRule::First;
  }
  result = won;
  phase = RoomPhase::Decided;
}

RoomView Rooms::Room::seen_by(const Member* member) const {
  RoomView view{.code = code, .kind = kind, .phase = phase, .is_locked = is_locked, .revision = revision};
  if (member == nullptr) return view;
  for (const Member& one : members) {
    view.members.push_back({.number = one.number, .name = one.name, .is_host = one.number == 0, .has_wishes = one.has_wishes, .has_voted = !one.vote.empty()});
  }
  view.you = member->number;
  view.wishes = member->wishes;
  if (!member->vote.empty()) view.vote = member->vote;
  view.picks = found.picks;
  view.fairness = found.fairness;
  view.notes = found.notes;
  if (!options.empty()) {
    view.ballot = RoomBallot{.question = question, .closes_at = closes_at};
    for (const RoomOption& option : options) view.ballot->options.push_back({.id = option.id, .text = option.text, .votes = votes_for(option.id)});
  }
  view.result = result;
  view.before = before;
  return view;
}

std::string plain_code(std::string_view typed) {
  std::string code;
  for (const char letter : typed) {
    if (letter == '-' || letter == ' ') continue;
    code += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return code;
}

Rooms::Rooms(Listener listener, const RoomLimits& limits) : listener_(std::move(listener)), limits_(limits) {}

Rooms::~Rooms() = default;

void Rooms::forget_old(Timestamp now) {
  const std::lock_guard lock(mutex_);
  drop_old(now);
}

void Rooms::drop_old(Timestamp now) {
  std::erase_if(rooms_, [&](const auto& entry) {
    const Room& room = *entry.second;
    const bool is_old = now - room.touched > limits_.quiet || now - room.opened > limits_.longest;
    if (is_old) listener_(room.code, room.revision + 1, true);
    return is_old;
  });
}

Expected<Rooms::Place> Rooms::find(std::string_view code, std::string_view key, Timestamp now) {
  drop_old(now);
  const auto found = rooms_.find(plain_code(code));
  if (found == rooms_.end()) {
    return std::unexpected(Error(ErrorCode::NotFound, "there is no room with this code").advise("ask the host for the code: rooms end with the evening"));
  }
  Place place{.room = found->second.get()};
  if (key.empty()) return place;
  for (Member& member : place.room->members) {
    if (privacy::are_same(member.key.reveal(), key)) place.member = &member;
  }
  if (place.member == nullptr) {
    return std::unexpected(Error(ErrorCode::NotFound, "nobody with this key is in the room").advise("come in again, if the host lets you"));
  }
  if (const RoomPhase before = place.room->phase; before == RoomPhase::Voting) {
    place.room->decide_if_due(now);
    if (place.room->phase != before) changed(place, place.room->touched);  // that time went by is nobody's act
  }
  return place;
}

Expected<Rooms::Place> Rooms::find_member(std::string_view code, std::string_view key, Timestamp now) {
  CINELOOM_TRY_ASSIGN(const Place place, find(code, key, now));
  if (place.member == nullptr) return fail(ErrorCode::NotFound, "this needs the key of a member");
  return place;
}

Expected<Rooms::Place> Rooms::find_host(std::string_view code, std::string_view key, Timestamp now) {
  CINELOOM_TRY_ASSIGN(const Place place, find_member(code, key, now));
  if (place.member->number != 0) return std::unexpected(Error(ErrorCode::Conflict, "only the host may do this").advise("ask the host"));
  return place;
}

RoomView Rooms::changed(const Place& place, Timestamp now) {
  place.room->touched = now;
  listener_(place.room->code, ++place.room->revision, false);
  return place.room->seen_by(place.member);
}

Expected<Rooms::Joined> Rooms::admit(Room& room, std::string_view name, Timestamp now) {
  CINELOOM_TRY_ASSIGN(std::string checked, checked_name(name));
  CINELOOM_TRY_ASSIGN(Secret key, privacy::new_token("room_"));
  Joined joined{.key = Secret(std::string(key.reveal())), .room = {}};
  room.members.push_back({.number = room.members_so_far++, .name = std::move(checked), .key = std::move(key), .wishes = {}, .vote = {}});
  joined.room = changed({.room = &room, .member = &room.members.back()}, now);
  return joined;
}

Expected<Rooms::Joined> Rooms::open(RoomKind kind, ViewerId host, std::string_view name, Timestamp now) {
  const std::lock_guard lock(mutex_);
  drop_old(now);
  if (rooms_.size() >= limits_.rooms) {
    return std::unexpected(Error(ErrorCode::ResourceExhausted, fmt::format("there are {} rooms already", rooms_.size())).advise("end one of them"));
  }
  CINELOOM_TRY_ASSIGN(std::string code, new_code());
  auto room = std::make_unique<Room>(Room{.code = code, .kind = kind, .host = host, .opened = now, .touched = now});
  CINELOOM_TRY_ASSIGN(Joined joined, admit(*room, name, now));
  rooms_[std::move(code)] = std::move(room);
  return joined;
}

Expected<Rooms::Joined> Rooms::join(std::string_view code, std::string_view name, Timestamp now) {
  const std::lock_guard lock(mutex_);
  CINELOOM_TRY_ASSIGN(const Place place, find(code, {}, now));
  if (place.room->is_locked) return std::unexpected(Error(ErrorCode::Conflict, "the room is locked").advise("ask the host to let you in"));
  if (place.room->members.size() >= limits_.members) {
    return fail(ErrorCode::ResourceExhausted, fmt::format("the room is full: {} are in it", place.room->members.size()));
  }
  return admit(*place.room, name, now);
}

Expected<RoomView> Rooms::view(std::string_view code, std::string_view key, Timestamp now) {
  const std::lock_guard lock(mutex_);
  CINELOOM_TRY_ASSIGN(const Place place, find(code, key, now));
  return place.room->seen_by(place.member);
}

Expected<void> Rooms::remove(std::string_view code, std::string_view key, int guest, Timestamp now) {
  const std::lock_guard lock(mutex_);
  CINELOOM_TRY_ASSIGN(const Place place, find_member(code, key, now));
  if (guest == 0) return fail(ErrorCode::Conflict, "the host does not leave the room: the room ends");
  if (place.member->number != 0 && place.member->number != guest) return fail(ErrorCode::Conflict, "only the host may send others out");
  if (std::erase_if(place.room->members, [&](const Member& member) { return member.number == guest; }) == 0) {
    return fail(ErrorCode::NotFound, fmt::format("there is no guest {} in the room", guest));
  }
  const auto drop_number = [guest](auto& list) { std::erase_if(list, [&](const auto& one) { return one.number == guest; }); };
  for (RoomPick& pick : place.room->found.picks) drop_number(pick.members);
  drop_number(place.room->found.fairness);
  place.room->decide_if_due(now);
  changed({.room = place.room}, now);
  return {};
}

Expected<RoomView> Rooms::lock(std::string_view code, std::string_view key, bool is_locked, Timestamp now) {
  const std::lock_guard lock(mutex_);
  CINELOOM_TRY_ASSIGN(const Place place, find_host(code, key, now));
  place.room->is_locked = is_locked;
  return changed(place, now);
}

Expected<RoomView> Rooms::wish(std::string_view code, std::string_view key, RoomWishes wishes, Timestamp now) {
  const std::lock_guard lock(mutex_);
  CINELOOM_TRY_ASSIGN(const Place place, find_member(code, key, now));
  CINELOOM_TRY(check_wishes(wishes));
  if (place.room->phase == RoomPhase::Voting) return std::unexpected(Error(ErrorCode::Conflict, "the vote has begun").advise("ask the host to choose anew"));
  place.member->wishes = std::move(wishes);
  place.member->has_wishes = true;
  return changed(place, now);
}

Expected<Rooms::Question> Rooms::question(std::string_view code, std::string_view key, Timestamp now) {
  const std::lock_guard lock(mutex_);
  CINELOOM_TRY_ASSIGN(const Place place, find_host(code, key, now));
  if (place.room->kind != RoomKind::Picks) return fail(ErrorCode::Conflict, "in this room a story is voted about, not films");
  Question question{.host = place.room->host, .members = {}, .offered = place.room->offered};
  for (const Member& member : place.room->members) question.members.push_back({.number = member.number, .wishes = member.wishes});
  return question;
}

Expected<RoomView> Rooms::propose(std::string_view code, std::string_view key, RoomPicks picks, Timestamp now) {
  const std::lock_guard lock(mutex_);
  CINELOOM_TRY_ASSIGN(const Place place, find_host(code, key, now));
  if (place.room->kind != RoomKind::Picks) return fail(ErrorCode::Conflict, "in this room a story is voted about, not films");
  std::vector<RoomOption> options;
  for (const RoomPick& pick : picks.picks) options.push_back({.id = std::to_string(pick.film.id.number()), .text = pick.film.title.english});
  place.room->found = std::move(picks);
  place.room->remember_offered();
  place.room->begin_vote("", std::move(options));
  if (place.room->options.empty()) place.room->phase = RoomPhase::Gathering;  // nothing fits them all: they may wish for something else
  return changed(place, now);
}

Expected<RoomView> Rooms::ask(std::string_view code, std::string_view key, std::string question, std::vector<RoomOption> options, std::chrono::seconds time,
                              Timestamp now) {
  const std::lock_guard lock(mutex_);
  CINELOOM_TRY_ASSIGN(const Place place, find_host(code, key, now));
  if (place.room->kind != RoomKind::Story) return fail(ErrorCode::Conflict, "in this room films are voted about, not a story");
  CINELOOM_TRY(check_options(question, options));
  place.room->begin_vote(std::move(question), std::move(options));
  if (time.count() > 0) place.room->closes_at = now + time;
  return changed(place, now);
}

Expected<RoomView> Rooms::vote(std::string_view code, std::string_view key, std::string_view option, Timestamp now) {
  const std::lock_guard lock(mutex_);
  CINELOOM_TRY_ASSIGN(const Place place, find_member(code, key, now));
  if (place.room->phase != RoomPhase::Voting) return fail(ErrorCode::Conflict, "there is nothing to vote about now");
  if (!place.room->offers(option)) return no_option();
  place.member->vote = option;
  place.room->decide_if_due(now);
  return changed(place, now);
}

Expected<RoomView> Rooms::close(std::string_view code, std::string_view key, std::string_view option, Timestamp now) {
  const std::lock_guard lock(mutex_);
  CINELOOM_TRY_ASSIGN(const Place place, find_host(code, key, now));
  Room& room = *place.room;
  if (room.phase == RoomPhase::Gathering) return fail(ErrorCode::Conflict, "there is no vote to close");
  if (!option.empty() && !room.offers(option)) return no_option();
  const bool is_decided = room.phase == RoomPhase::Decided;  // all had voted, or its time was over
  if (is_decided && (option.empty() || option == room.result->option)) return room.seen_by(place.member);
  if (option.empty()) room.decide();
  else room.take(option);
  return changed(place, now);
}

Expected<void> Rooms::end(std::string_view code, std::string_view key, Timestamp now) {
  const std::lock_guard lock(mutex_);
  CINELOOM_TRY_ASSIGN(const Place place, find_host(code, key, now));
  listener_(place.room->code, place.room->revision + 1, true);
  rooms_.erase(rooms_.find(place.room->code));
  return {};
}

}  // namespace cineloom::serve
