#pragma once

#include <boost/describe.hpp>
#include <span>
#include <string>
#include <vector>

#include "domain/event.h"

namespace cineloom {

/// How well a source knows when something happened: to the second, the day, or only when it was noted down.
enum class Precision { Clock, Day, Marking };
BOOST_DESCRIBE_ENUM(Precision, Clock, Day, Marking)

/// An event as one source tells it. Several sources may tell of one act; one telling stands for all of them.
struct Telling {
  Event event;                             ///< `key` is "origin:kind:id of the origin"
  double step = 0.5;                       ///< of the source's rating scale, in stars; sources with a wide step round
  Precision precision = Precision::Clock;
  std::string raw;                         ///< what the source said, as a JSON object; empty = told here
  bool is_standing = true;                 ///< false: another telling stands for the same act
};
BOOST_DESCRIBE_STRUCT(Telling, (), (event, step, precision, raw, is_standing))

/// Decides which of one viewer's tellings stand, in any order of the sources:
/// - of ratings the finest scale's; a coarser one only confirms it, unless it disagrees by its whole step and is a day or more younger;
/// - of viewings on the same or the next day by different sources one; a day of noting down only where nobody knows the day;
/// - of likes, wishes and hides one each.
/// What was told here ("cineloom") always stands, and what one source tells several times stands as often.
void settle_tellings(std::span<Telling> told);

}  // namespace cineloom
