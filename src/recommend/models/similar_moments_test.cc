#include "recommend/models/similar_moments.h"

#include <gtest/gtest.h>

namespace cineloom {
namespace {

TEST(SimilarMoments, VoteMoreForWhatFollowedALikerMoment) {
  // Both users went from 2 on; only the first came from 0 and 1, as the one who asks.
  const Sequences sequences{.item_count = 6, .users = {{0, 1, 2, 3}, {5, 1, 2, 4}}};
  const auto moments = SimilarMoments::of(sequences, {.anchors = 1, .context_decay = 0.5F});
  ASSERT_TRUE(moments);
  Matrix votes(6, SimilarMoments::kKinds);
  moments->vote(std::vector<std::int32_t>{0, 1, 2}, votes);
  // Item 1 weighs .5, item 0 .25: likeness .75 and .5.
  EXPECT_FLOAT_EQ(votes.at(3, 0), 0.75F);
  EXPECT_FLOAT_EQ(votes.at(3, 1), 0.5625F);
  EXPECT_FLOAT_EQ(votes.at(4, 0), 0.5F);
  EXPECT_FLOAT_EQ(votes.at(4, 2), 0.125F);
  EXPECT_EQ(votes.at(0, 0), 0);
}

TEST(SimilarMoments, AreReadBackAndRefusedInPieces) {
  const auto moments = SimilarMoments::of({.item_count = 3, .users = {{0, 1, 2}, {2, 1}, {}}}, {});
  ASSERT_TRUE(moments);
  ByteWriter out;
  moments->write(out);
  const std::string bytes = std::move(out).take();
  ByteReader whole(bytes);
  EXPECT_TRUE(SimilarMoments::read(whole));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ByteReader piece(std::string_view(bytes).substr(0, size));
    EXPECT_FALSE(SimilarMoments::read(piece));
  }
}

TEST(SimilarMoments, RefuseOptionsOutOfRange) { EXPECT_FALSE(SimilarMoments::of({}, {.anchors = 0})); }

}  // namespace
}  // namespace cineloom
