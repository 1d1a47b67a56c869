#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "domain/film.h"
#include "domain/text.h"
#include "domain/time.h"

/// What is said in a room in which several choose together, each on a device of their own; as api/openapi.yaml has it.
namespace cineloom::serve {

enum class RoomKind {
  Picks,  ///< choosing a film
  Story   ///< voting in a story that plays
};
BOOST_DESCRIBE_ENUM(RoomKind, Picks, Story)

enum class RoomPhase { Gathering, Voting, Decided };
BOOST_DESCRIBE_ENUM(RoomPhase, Gathering, Voting, Decided)

/// What one member wants tonight; empty = anything.
struct RoomWishes {
  std::string mood;                  ///< a sentence, <= 400 characters
  std::vector<FilmId> liked;         ///< <= 12
  std::vector<FilmId> vetoed;        ///< that must not come, <= 24
  std::vector<std::string> without;  ///< genres that must not come, <= 12 of 40 characters
  int minutes = 0;                   ///< most, 0 .. 1000; 0 = any
};
BOOST_DESCRIBE_STRUCT(RoomWishes, (), (mood, liked, vetoed, without, minutes))

/// As much of a film as guests are told.
struct RoomFilm {
  FilmId id;
  std::string key;  ///< what posters are drawn from
  Titles title;
  int year = 0;
  std::vector<std::string> genres;
  std::chrono::minutes runtime{0};
};
BOOST_DESCRIBE_STRUCT(RoomFilm, (), (id, key, title, year, genres, runtime))

struct MemberStars {
  int number = 0;    ///< of the member
  double stars = 0;  ///< that they are expected to give
};
BOOST_DESCRIBE_STRUCT(MemberStars, (), (number, stars))

struct RoomPick {
  RoomFilm film;
  std::vector<MemberStars> members;
  std::vector<LocalText> reasons;
};
BOOST_DESCRIBE_STRUCT(RoomPick, (), (film, members, reasons))

struct MemberService {
  int number = 0;
  double satisfaction = 0;  ///< MemberSatisfaction
};
BOOST_DESCRIBE_STRUCT(MemberService, (), (number, satisfaction))

/// What was found for everybody in a room.
struct RoomPicks {
  std::vector<RoomPick> picks;
  std::vector<MemberService> fairness;
  std::vector<LocalText> notes;
};

struct RoomOption {
  std::string id;    ///< 1 .. 100 characters; a film's for picks
  std::string text;  ///< <= 400 characters
};
BOOST_DESCRIBE_STRUCT(RoomOption, (), (id, text))

struct CountedOption {
  std::string id;
  std::string text;
  int votes = 0;
};
BOOST_DESCRIBE_STRUCT(CountedOption, (), (id, text, votes))

struct RoomBallot {
  std::string question;
  std::vector<CountedOption> options;
  std::optional<Timestamp> closes_at;  ///< none = when everybody voted, or the host closes it
};
BOOST_DESCRIBE_STRUCT(RoomBallot, (), (question, options, closes_at))

/// Why an option won: of equals, the film that serves best whom it serves least, or the first one; also where nobody voted. HostChoice: the host
/// took it, whatever the votes say.
enum class ResultRule { MostVotes, LeastServed, First, NoVotes, HostChoice };
BOOST_DESCRIBE_ENUM(ResultRule, MostVotes, LeastServed, First, NoVotes, HostChoice)

struct RoomResult {
  std::string option;
  int votes = 0;
  ResultRule rule = ResultRule::MostVotes;
};
BOOST_DESCRIBE_STRUCT(RoomResult, (), (option, votes, rule))

/// How the vote before this one ended: who looks late still learns it.
struct PastResult {
  std::string text;  ///< of the option
  int votes = 0;
  ResultRule rule = ResultRule::MostVotes;
};
BOOST_DESCRIBE_STRUCT(PastResult, (), (text, votes, rule))

struct RoomMember {
  int number = 0;
  std::string name;
  bool is_host = false;
  bool has_wishes = false;
  bool has_voted = false;
};
BOOST_DESCRIBE_STRUCT(RoomMember, (), (number, name, is_host, has_wishes, has_voted))

/// How a room stands, as one of its members sees it. Whoever is none learns what a door tells: code, kind, phase, whether it is locked.
struct RoomView {
  std::string code;
  RoomKind kind = RoomKind::Picks;
  RoomPhase phase = RoomPhase::Gathering;
  bool is_locked = false;
  std::uint64_t revision = 0;        ///< grows with every change
  std::vector<RoomMember> members;   ///< the host first
  std::optional<int> you;            ///< none without a key
  std::optional<RoomWishes> wishes;  ///< one's own, so is the vote
  std::optional<std::string> vote;
  std::vector<RoomPick> picks;
  std::vector<MemberService> fairness;
  std::vector<LocalText> notes;
  std::optional<RoomBallot> ballot;
  std::optional<RoomResult> result;
  std::optional<PastResult> before;  ///< of the kind Story
};
BOOST_DESCRIBE_STRUCT(RoomView, (), (code, kind, phase, is_locked, revision, members, you, wishes, vote, picks, fairness, notes, ballot, result, before))

}  // namespace cineloom::serve
