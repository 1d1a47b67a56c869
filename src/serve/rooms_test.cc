#include "serve/rooms.h"

#include <gmock/gmock.h>

namespace cineloom::serve {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A room with its host and two guests.
class RoomsTest : public ::testing::Test {
 protected:
  struct Heard {
    std::string code;
    std::uint64_t revision = 0;
    bool is_over = false;
  };
  RoomsTest() { enter(RoomKind::Picks); }

  void enter(RoomKind kind) {
    auto opened = rooms_.open(kind, ViewerId(7), "Ada", now_);
    ASSERT_TRUE(opened) << opened.error().describe();
    code_ = opened->room.code;
    host_ = opened->key.reveal();
    bo_ = join("Bo");
    cy_ = join("Cy");
  }
  std::string join(const std::string& name) {
    auto joined = rooms_.join(code_, name, now_);
    EXPECT_TRUE(joined) << joined.error().describe();
    return std::string(joined->key.reveal());
  }
  RoomView seen(const std::string& key) {
    auto view = rooms_.view(code_, key, now_);
    EXPECT_TRUE(view) << view.error().describe();
    return view ? *view : RoomView();
  }
  /// Film 1 serves Bo badly, film 2 everybody well enough, film 3 like film 2 but for Cy.
  void propose() {
    const auto pick = [](std::int64_t film, double ada, double bo, double cy) {
      return RoomPick{.film = {.id = FilmId(film), .title = {.english = "Film " + std::to_string(film)}},
                      .members = {{.number = 0, .stars = ada}, {.number = 1, .stars = bo}, {.number = 2, .stars = cy}},
                      .reasons = {}};
    };
    const auto view = rooms_.propose(code_, host_, {.picks = {pick(1, 5, 1, 5), pick(2, 3, 3.5, 4), pick(3, 3, 3, 2)}, .fairness = {}, .notes = {}}, now_);
    ASSERT_TRUE(view) << view.error().describe();
    EXPECT_EQ(view->phase, RoomPhase::Voting);
  }
  RoomView vote(const std::string& key, const std::string& option) {
    auto view = rooms_.vote(code_, key, option, now_);
    EXPECT_TRUE(view) << view.error().describe();
    return view ? *view : RoomView();
  }
  void ask(int time) {
    const auto asked = rooms_.ask(code_, host_, "Which way?", {{.id = "left", .text = "Left"}, {.id = "right", .text = "Right"}}, seconds(time), now_);
    ASSERT_TRUE(asked) << asked.error().describe();
  }

  Timestamp now_ = Timestamp(std::chrono::days(20'000));
  std::vector<Heard> heard_;
  Rooms rooms_{[this](std::string_view code, std::uint64_t revision, bool is_over) {
    heard_.push_back({.code = std::string(code), .revision = revision, .is_over = is_over});
  }};
  std::string code_;
  std::string host_;
  std::string bo_;
  std::string cy_;
};

TEST_F(RoomsTest, EachSeesEverybodyAndOnlyTheirOwnWishes) {
  EXPECT_THAT(code_, SizeIs(8));
  ASSERT_TRUE(rooms_.wish(code_, bo_, {.mood = "something light", .liked = {FilmId(3)}, .without = {"war"}, .minutes = 100}, now_));
  const RoomView bo = seen(bo_);
  EXPECT_EQ(bo.you, 1);
  EXPECT_EQ(bo.wishes->mood, "something light");
  EXPECT_THAT(bo.members, ElementsAre(Field(&RoomMember::name, "Ada"), Field(&RoomMember::name, "Bo"), Field(&RoomMember::name, "Cy")));
  EXPECT_TRUE(bo.members[0].is_host);
  EXPECT_TRUE(bo.members[1].has_wishes);
  EXPECT_FALSE(bo.members[2].has_wishes);
  EXPECT_EQ(seen(cy_).wishes->mood, "");
}

TEST_F(RoomsTest, WhoStandsBeforeTheDoorSeesNobody) {
  propose();
  const RoomView door = seen("");
  EXPECT_EQ(door.phase, RoomPhase::Voting);
  EXPECT_FALSE(door.you);
  EXPECT_FALSE(door.wishes);
  EXPECT_FALSE(door.ballot);
  EXPECT_THAT(door.members, IsEmpty());
  EXPECT_THAT(door.picks, IsEmpty());
}

TEST_F(RoomsTest, ACodeIsFoundHoweverItIsTyped) {
  std::string typed = code_.substr(0, 4) + "-" + code_.substr(4) + " ";
  std::ranges::transform(typed, typed.begin(), [](char letter) { return static_cast<char>(std::toupper(letter)); });
  EXPECT_TRUE(rooms_.view(typed, {}, now_));
  EXPECT_EQ(rooms_.view("zzzzzzzz", {}, now_).error().code(), ErrorCode::NotFound);
}

TEST_F(RoomsTest, MostVotesWinOnceAllHaveVoted) {
  propose();
  vote(host_, "1");
  vote(bo_, "3");
  vote(bo_, "1");  // they think again
  EXPECT_EQ(seen(host_).phase, RoomPhase::Voting);
  EXPECT_EQ(seen(host_).ballot->options[0].votes, 2);
  EXPECT_EQ(seen(host_).ballot->options[2].votes, 0);
  const RoomView done = vote(cy_, "2");
  EXPECT_EQ(done.phase, RoomPhase::Decided);
  EXPECT_EQ(done.result->option, "1");
  EXPECT_EQ(done.result->votes, 2);
  EXPECT_EQ(done.result->rule, ResultRule::MostVotes);
  EXPECT_EQ(rooms_.vote(code_, bo_, "2", now_).error().code(), ErrorCode::Conflict);
}

TEST_F(RoomsTest, OfEqualsTheFilmWinsThatServesBestWhomItServesLeast) {
  propose();
  vote(host_, "1");
  vote(bo_, "2");
  const RoomView done = vote(cy_, "3");
  EXPECT_EQ(done.result->option, "2");
  EXPECT_EQ(done.result->rule, ResultRule::LeastServed);
}

TEST_F(RoomsTest, WhereNobodyVotedTheFirstCounts) {
  propose();
  EXPECT_EQ(rooms_.close(code_, bo_, "", now_).error().code(), ErrorCode::Conflict) << "only the host closes a vote";
  const auto done = rooms_.close(code_, host_, "", now_);
  EXPECT_EQ(done->result->option, "1");
  EXPECT_EQ(done->result->rule, ResultRule::NoVotes);
  EXPECT_EQ(rooms_.close(code_, host_, "", now_)->result->option, "1") << "closing twice is no other result";
}

TEST_F(RoomsTest, WhereNothingFitsThemAllTheyMayWishForSomethingElse) {
  const auto none = rooms_.propose(code_, host_, {.picks = {}, .fairness = {}, .notes = {{.english = "Nothing fits.", .chinese = "没有合适的。"}}}, now_);
  EXPECT_EQ(none->phase, RoomPhase::Gathering);
  EXPECT_THAT(none->notes, SizeIs(1));
  EXPECT_TRUE(rooms_.wish(code_, bo_, {.mood = "anything"}, now_));
}

TEST_F(RoomsTest, AStoryIsVotedAboutByTheGuestsUntilItsTimeIsOver) {
  enter(RoomKind::Story);
  EXPECT_EQ(rooms_.propose(code_, host_, {}, now_).error().code(), ErrorCode::Conflict);
  ask(10);
  vote(cy_, "right");
  now_ += seconds(9);
  EXPECT_EQ(seen(cy_).phase, RoomPhase::Voting);
  now_ += seconds(1);
  const RoomView done = seen(cy_);
  EXPECT_EQ(done.phase, RoomPhase::Decided);
  EXPECT_EQ(done.result->option, "right");
  ask(0);
  EXPECT_FALSE(seen(host_).result) << "the next choice begins anew";
  EXPECT_EQ(seen(host_).ballot->options[1].votes, 0);
  vote(bo_, "right");
  EXPECT_EQ(vote(cy_, "left").result->option, "left") << "of equals the first";
  EXPECT_EQ(seen(host_).result->rule, ResultRule::First);
}

TEST_F(RoomsTest, WhatTheHostTakesIsToldToThoseWhoVotedForSomethingElse) {
  enter(RoomKind::Story);
  ask(0);
  vote(bo_, "right");
  EXPECT_EQ(rooms_.close(code_, bo_, "left", now_).error().code(), ErrorCode::Conflict);
  EXPECT_EQ(rooms_.close(code_, host_, "up", now_).error().code(), ErrorCode::InvalidArgument);
  ASSERT_TRUE(rooms_.close(code_, host_, "left", now_));
  EXPECT_EQ(seen(bo_).phase, RoomPhase::Decided);
  EXPECT_EQ(seen(bo_).result->option, "left");
  EXPECT_EQ(seen(bo_).result->votes, 0);
  EXPECT_EQ(seen(bo_).result->rule, ResultRule::HostChoice);
  ask(0);
  EXPECT_EQ(seen(bo_).before->text, "Left") << "also to those who look when the next vote has begun";
  EXPECT_EQ(seen(bo_).before->rule, ResultRule::HostChoice);
  vote(bo_, "right");
  EXPECT_EQ(rooms_.close(code_, host_, "right", now_)->result->rule, ResultRule::MostVotes) << "the room wanted the same";
  ask(0);
  vote(bo_, "right");
  vote(cy_, "right");
  EXPECT_EQ(rooms_.close(code_, host_, "left", now_)->result->rule, ResultRule::HostChoice) << "also behind the votes";
  const auto heard = heard_.size();
  EXPECT_EQ(rooms_.close(code_, host_, "left", now_)->result->option, "left");
  EXPECT_EQ(heard_.size(), heard) << "nothing new is told";
}

TEST_F(RoomsTest, WhoIsSentOutTakesTheirVoteWithThem) {
  propose();
  vote(host_, "2");
  vote(bo_, "1");
  EXPECT_EQ(rooms_.remove(code_, bo_, 2, now_).error().code(), ErrorCode::Conflict);
  EXPECT_EQ(rooms_.remove(code_, host_, 0, now_).error().code(), ErrorCode::Conflict);
  ASSERT_TRUE(rooms_.remove(code_, host_, 2, now_)) << "Cy had not voted: now all have";
  EXPECT_EQ(rooms_.view(code_, cy_, now_).error().code(), ErrorCode::NotFound);
  const RoomView left = seen(host_);
  EXPECT_EQ(left.phase, RoomPhase::Decided);
  EXPECT_THAT(left.members, SizeIs(2));
  EXPECT_THAT(left.picks[0].members, SizeIs(2)) << "nothing of them is left";
  ASSERT_TRUE(rooms_.remove(code_, bo_, 1, now_)) << "and one may go";
}

TEST_F(RoomsTest, ALockedOrFullRoomLetsNobodyIn) {
  EXPECT_EQ(rooms_.lock(code_, bo_, true, now_).error().code(), ErrorCode::Conflict);
  ASSERT_TRUE(rooms_.lock(code_, host_, true, now_));
  EXPECT_EQ(rooms_.join(code_, "Di", now_).error().code(), ErrorCode::Conflict);
  ASSERT_TRUE(rooms_.lock(code_, host_, false, now_));
  for (int guest = 3; guest < 16; ++guest) join("Guest " + std::to_string(guest));
  EXPECT_EQ(rooms_.join(code_, "One too many", now_).error().code(), ErrorCode::ResourceExhausted);
}

TEST_F(RoomsTest, FilmsThatWereOfferedAreKnownUntilTheyComeAgain) {
  propose();
  EXPECT_THAT(rooms_.question(code_, host_, now_)->offered, ElementsAre(FilmId(1), FilmId(2), FilmId(3)));
  const auto again = [this](std::int64_t film) {
    return rooms_.propose(code_, host_, {.picks = {{.film = {.id = FilmId(film)}, .members = {}, .reasons = {}}}, .fairness = {}, .notes = {}}, now_);
  };
  ASSERT_TRUE(again(4));
  EXPECT_THAT(rooms_.question(code_, host_, now_)->offered, SizeIs(4));
  ASSERT_TRUE(again(1));
  EXPECT_THAT(rooms_.question(code_, host_, now_)->offered, ElementsAre(FilmId(1)));
}

TEST_F(RoomsTest, LengthsAreThoseOfCharacters) {
  std::string chinese;
  for (int sign = 0; sign < 400; ++sign) chinese += "笑";
  EXPECT_TRUE(rooms_.wish(code_, bo_, {.mood = chinese}, now_));
  EXPECT_FALSE(rooms_.wish(code_, bo_, {.mood = chinese + "笑"}, now_));
}

TEST_F(RoomsTest, WhatIsTooMuchIsRefused) {
  EXPECT_FALSE(rooms_.join(code_, "  ", now_));
  EXPECT_FALSE(rooms_.join(code_, std::string(41, 'x'), now_));
  EXPECT_FALSE(rooms_.join(code_, "two\nlines", now_));
  EXPECT_FALSE(rooms_.wish(code_, bo_, {.mood = std::string(401, 'x')}, now_));
  EXPECT_FALSE(rooms_.wish(code_, bo_, {.liked = std::vector<FilmId>(13, FilmId(1))}, now_));
  EXPECT_FALSE(rooms_.wish(code_, bo_, {.vetoed = std::vector<FilmId>(25, FilmId(1))}, now_));
  EXPECT_FALSE(rooms_.wish(code_, bo_, {.without = {std::string(41, 'x')}}, now_));
  EXPECT_FALSE(rooms_.wish(code_, bo_, {.minutes = -1}, now_));
  EXPECT_EQ(seen(bo_).wishes->mood, "") << "nothing of it was taken";
  enter(RoomKind::Story);
  EXPECT_FALSE(rooms_.ask(code_, host_, "?", {{.id = "a", .text = ""}}, seconds(0), now_));
  EXPECT_FALSE(rooms_.ask(code_, host_, "?", {{.id = "a", .text = ""}, {.id = "a", .text = ""}}, seconds(0), now_));
  EXPECT_FALSE(rooms_.ask(code_, host_, "?", std::vector<RoomOption>(9, {.id = "a", .text = ""}), seconds(0), now_));
  EXPECT_EQ(rooms_.vote(code_, bo_, "a", now_).error().code(), ErrorCode::Conflict);
}

TEST_F(RoomsTest, OfARoomThatEndedNothingIsLeft) {
  EXPECT_EQ(rooms_.end(code_, bo_, now_).error().code(), ErrorCode::Conflict);
  ASSERT_TRUE(rooms_.end(code_, host_, now_));
  EXPECT_TRUE(heard_.back().is_over);
  for (const std::string& key : {std::string(), host_, bo_}) EXPECT_EQ(rooms_.view(code_, key, now_).error().code(), ErrorCode::NotFound);
}

TEST_F(RoomsTest, RoomsEndWithTheEvening) {
  now_ += hours(3);
  EXPECT_TRUE(rooms_.wish(code_, bo_, {.mood = "calm"}, now_));
  now_ += hours(3) + seconds(1);
  EXPECT_FALSE(rooms_.view(code_, bo_, now_)) << "nobody did anything for three hours";
  EXPECT_TRUE(heard_.back().is_over);
  enter(RoomKind::Picks);
  for (int hour = 0; hour < 12; hour += 2) {
    now_ += hours(2);
    ASSERT_TRUE(rooms_.wish(code_, bo_, {.mood = "calm"}, now_)) << hour;
  }
  now_ += seconds(1);
  EXPECT_FALSE(rooms_.view(code_, bo_, now_)) << "twelve hours are an evening";
}

TEST_F(RoomsTest, ARoomIsForgottenThoughNobodyAsks) {
  rooms_.forget_old(now_ + hours(3));
  EXPECT_FALSE(heard_.back().is_over);
  rooms_.forget_old(now_ + hours(3) + seconds(1));
  EXPECT_TRUE(heard_.back().is_over);
}

TEST_F(RoomsTest, ThereIsAnEndToHowManyThereAre) {
  Rooms few([](std::string_view, std::uint64_t, bool) {}, {.rooms = 2});
  ASSERT_TRUE(few.open(RoomKind::Picks, ViewerId(1), "Ada", now_));
  ASSERT_TRUE(few.open(RoomKind::Picks, ViewerId(1), "Ada", now_));
  EXPECT_EQ(few.open(RoomKind::Picks, ViewerId(1), "Ada", now_).error().code(), ErrorCode::ResourceExhausted);
  EXPECT_TRUE(few.open(RoomKind::Picks, ViewerId(1), "Ada", now_ + hours(4))) << "those that are over make room";
}

TEST_F(RoomsTest, EveryChangeIsHeardInOrder) {
  const auto before = heard_.size();
  ASSERT_TRUE(rooms_.wish(code_, bo_, {.mood = "calm"}, now_));
  propose();
  ASSERT_EQ(heard_.size(), before + 2);
  EXPECT_EQ(heard_.back().revision, seen(host_).revision);
  EXPECT_EQ(heard_[before].revision + 1, heard_.back().revision);
}

}  // namespace
}  // namespace cineloom::serve
