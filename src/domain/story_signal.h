#pragma once

#include <boost/describe.hpp>
#include <string>

namespace cineloom {

/// What somebody does while a story is told.
enum class StorySignal { Skip, SeekBack, Dwell, Like, Dislike, Choose };
BOOST_DESCRIBE_ENUM(StorySignal, Skip, SeekBack, Dwell, Like, Dislike, Choose)

struct HeardSignal {
  std::string node;  ///< where it happened; for Choose the node that was chosen
  StorySignal signal = StorySignal::Like;
};
BOOST_DESCRIBE_STRUCT(HeardSignal, (), (node, signal))

}  // namespace cineloom
