#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "base/secret.h"
#include "domain/ids.h"
#include "serve/room.h"

namespace cineloom::serve {

struct RoomLimits {
  std::size_t rooms = 64;               ///< at a time; past them none is opened
  std::size_t members = 16;             ///< of a room, the host among them
  std::chrono::hours quiet{3};          ///< without anybody doing anything, after which a room ends
  std::chrono::hours longest{12};       ///< after which it ends whatever happens
};

/// Rooms in which several choose together. They lie in memory alone: when a room ends nothing of it is left. Whoever knows a room's code may
/// come in; what a member sees and does asks for the key they were given. Thread-safe; the caller tells the time.
/// Errors of all calls that name a room: NotFound where there is none (any more), or nobody with that key; Conflict where the key must be the
/// host's and is not.
class Rooms {
 public:
  /// Called with each change of a room, in order; `is_over`: it has ended. It must return at once, and not ask the rooms.
  using Listener = std::function<void(std::string_view code, std::uint64_t revision, bool is_over)>;

  explicit Rooms(Listener listener, const RoomLimits& limits = {});
  ~Rooms();

  struct Joined {
    Secret key;
    RoomView room;
  };
  /// `host`: whose history counts for the one who opens it; none = no history. Errors: InvalidArgument for a name; ResourceExhausted.
  Expected<Joined> open(RoomKind kind, ViewerId host, std::string_view name, Timestamp now);
  /// Errors also: Conflict where it is locked; ResourceExhausted where it is full.
  Expected<Joined> join(std::string_view code, std::string_view name, Timestamp now);
  /// `key` may be empty: then as it is seen from before the door (RoomView).
  Expected<RoomView> view(std::string_view code, std::string_view key, Timestamp now);
  /// A guest leaves, or the host sends them out. Errors: Conflict for the host, whose leaving is end(), and for who is neither.
  Expected<void> remove(std::string_view code, std::string_view key, int guest, Timestamp now);
  Expected<RoomView> lock(std::string_view code, std::string_view key, bool is_locked, Timestamp now);
  /// Errors: InvalidArgument beyond the bounds of RoomWishes; Conflict while there is a vote.
  Expected<RoomView> wish(std::string_view code, std::string_view key, RoomWishes wishes, Timestamp now);

  /// What the host asks for everybody: all wishes, with the members' numbers.
  struct Question {
    ViewerId host;
    struct Member {
      int number = 0;
      RoomWishes wishes;
    };
    std::vector<Member> members;  ///< the host first
    std::vector<FilmId> offered;  ///< films that were put to the vote before
  };
  Expected<Question> question(std::string_view code, std::string_view key, Timestamp now);
  /// Puts the films to the vote. Errors: Conflict for a room of another kind.
  Expected<RoomView> propose(std::string_view code, std::string_view key, RoomPicks picks, Timestamp now);
  /// Puts a choice of a story to the vote for `time`; zero = until everybody voted. Errors: Conflict for a room of another kind;
  /// InvalidArgument for fewer than two options, more than eight, two of one id, or texts that are too long.
  Expected<RoomView> ask(std::string_view code, std::string_view key, std::string question, std::vector<RoomOption> options, std::chrono::seconds time,
                         Timestamp now);
  /// Errors: Conflict where there is nothing to vote about; InvalidArgument for another option.
  Expected<RoomView> vote(std::string_view code, std::string_view key, std::string_view option, Timestamp now);
  /// Ends the vote. With an option the host has decided, also against the votes, or behind them: everybody is told so. Errors: Conflict where
  /// there is no vote; InvalidArgument for another option.
  Expected<RoomView> close(std::string_view code, std::string_view key, std::string_view option, Timestamp now);
  Expected<void> end(std::string_view code, std::string_view key, Timestamp now);
  /// Ends the rooms whose time is over.
  void forget_old(Timestamp now);

 private:
  struct Room;
  struct Member;
  /// A room and who asks; nobody where the key is empty.
  struct Place {
    Room* room = nullptr;
    Member* member = nullptr;
  };
  Expected<Place> find(std::string_view code, std::string_view key, Timestamp now);
  Expected<Place> find_member(std::string_view code, std::string_view key, Timestamp now);
  Expected<Place> find_host(std::string_view code, std::string_view key, Timestamp now);
  Expected<Joined> admit(Room& room, std::string_view name, Timestamp now);
  RoomView changed(const Place& place, Timestamp now);
  void drop_old(Timestamp now);

  Listener listener_;
  RoomLimits limits_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Room>, std::less<>> rooms_;
};

/// A code as people type it ("AB2C-9XYZ ") as it is known: small letters and digits.
std::string plain_code(std::string_view typed);

}  // namespace cineloom::serve
