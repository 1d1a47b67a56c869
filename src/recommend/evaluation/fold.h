#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/expected.h"
#include "base/random.h"
#include "domain/evaluation.h"
#include "domain/event_table.h"
#include "recommend/data/interactions.h"
#include "recommend/evaluation/protocol.h"

namespace cineloom {

/// Settings are chosen on one part and reported on the other.
enum class FoldPart { Validation, Test };

/// One question: what a user is known to have done, and what is hidden.
struct RankingCase {
  std::int32_t user = 0;               ///< position in the table
  std::vector<HistoryEntry> history;   ///< oldest first
  std::vector<std::int32_t> hidden;    ///< sorted, at least one
};

/// One part of a split: what models may see and what they are asked. Items and users are numbered anew, without those that
/// the protocol leaves out. Protocols that rank give every event the value 1; Ratings keeps the stars.
struct Fold {
  Interactions train;
  std::vector<RankingCase> cases;           ///< of the protocols that rank
  std::vector<std::uint8_t> is_candidate;   ///< items that are ranked; empty = all
  std::vector<Interaction> held_out;        ///< ratings to be forecast, of Protocol::Ratings
  std::vector<std::int32_t> user_of;        ///< position in the table by new user number
  std::vector<std::int32_t> item_of;
  std::vector<SplitFact> facts;
  std::vector<LocalText> warnings;
};

struct FoldRequest {
  Protocol protocol = Protocol::Strong;
  FoldPart part = FoldPart::Test;
  Seed seed = 1;
  std::size_t most_cases = 20000;  ///< more are thinned out at random; items never are
};

/// Splits a table. A table that brings its own parts (train, validation, test) keeps them under Strong and Ratings.
/// Same table and request, same fold. Errors: InvalidArgument if the table cannot answer the protocol (no times, no ratings,
/// too few users), with what to do.
Expected<Fold> make_fold(const EventTable& table, const FoldRequest& request);

/// Takes second words about the same item out (the last counts; counts are added up) and warns of contradictions, of times in
/// the future of `now`, and of times that carry no order. Errors: InvalidArgument for an empty table and numbers that are not finite.
Expected<void> tidy(EventTable& table, std::int64_t now);

}  // namespace cineloom
