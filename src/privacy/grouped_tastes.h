#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/expected.h"
#include "privacy/random_bytes.h"

namespace cineloom::privacy {

/// One person's word about an item.
struct Opinion {
  std::int32_t item = 0;
  float value = 0;        ///< stars
  std::int32_t year = 0;
};
using Person = std::vector<Opinion>;  ///< items rising, none twice

struct GroupOptions {
  int size = 20;          ///< people in a group, at least; >= 5
};

/// What a group as a whole says of an item.
struct GroupOpinion {
  int quarters = 0;       ///< how many quarters of the group spoke of it, rounded down; 1 .. 4
  std::int32_t item = 0;
  double value = 0;       ///< mean to the half
  std::int32_t year = 0;  ///< the middle one
};

struct TasteGroup {
  std::string name;                        ///< 16 hexadecimal digits, keyed with a key that is thrown away
  std::vector<std::int32_t> members;       ///< for tests and for nobody else
  std::vector<GroupOpinion> opinions;      ///< items rising; only items of which at least a quarter of the group spoke
};

/// Puts people with like tastes into groups (microaggregation, Domingo-Ferrer and Mateo-Sanz 2002): what is told of a group is the same
/// for each of its members, so nobody is told from `size` - 1 others. Groups and members come in no order.
/// Errors: InvalidArgument for a size below 5 or fewer people than that.
Expected<std::vector<TasteGroup>> group_tastes(std::span<const Person> people, const GroupOptions& options, RandomBytes& bytes);

}  // namespace cineloom::privacy
