#include "recommend/evaluation/protocol.h"

#include "recommend/evaluation/nearest_name.h"

namespace cineloom {
namespace {

using Names = std::vector<std::string>;

std::vector<std::string> with_list_metrics(Names metrics) {
  for (const char* name : {"coverage@20", "gini@20", "novelty@20", "diversity@20", "calibration_kl@20", "top100_share@20"}) metrics.emplace_back(name);
  return metrics;
}

std::vector<ProtocolInfo> make_protocols() {
  return {
      {Protocol::Strong, "strong",
       "strong generalisation: held-out users are folded in with 80 % of their positive events and asked for the other 20 %; full ranking without the 80 %",
       "ndcg@100",
       with_list_metrics({"ndcg@100", "recall@20", "recall@50", "full_recall@20", "ndcg@10", "hit_rate@10", "mrr@100"}),
       "the 20 % are drawn at random, so a user's later events may stand among the known ones"},
      {Protocol::Next, "next",
       "next item: the last event of every user is hidden, in order of time (equal times: order of the file); full ranking without the user's past",
       "ndcg@10",
       with_list_metrics({"ndcg@10", "hit_rate@1", "hit_rate@10", "hit_rate@50", "mrr@100"}),
       "hiding each user's last event still lets other users' later events in; 'temporal' does not"},
      {Protocol::Weak, "weak", "weak generalisation: 10 % of every user's positive events are hidden at random; full ranking without the others", "ndcg@10",
       with_list_metrics({"ndcg@10", "recall@20", "full_recall@20", "hit_rate@10", "mrr@100", "ndcg@100"}),
       "a random split of timed events lets the future in; 'temporal' does not"},
      {Protocol::Temporal, "temporal",
       "global split by time: models learn from the first 90 % of positive events and are asked for what came after; full ranking without the user's past",
       "ndcg@10",
       with_list_metrics({"ndcg@10", "recall@20", "full_recall@20", "hit_rate@10", "mrr@100", "ndcg@100"}),
       "items that appear only after the cut cannot be found by models without item features; they stay in the denominator"},
      {Protocol::Ratings, "ratings", "random 90/10 of the ratings; forecasts are kept inside the scale", "rmse", {"rmse", "mse", "mae"},
       "ratings are missing not at random: an error in stars says nothing about rankings; a random split of timed ratings lets the future in"},
      {Protocol::Cold, "cold",
       "item cold start: every event of a fifth of the items is hidden and only these items are ranked, for users who have events with them", "ndcg@20",
       {"ndcg@20", "recall@20", "full_recall@20", "hit_rate@10", "mrr@100"},
       "models without item features can only guess here"},
  };
}

constexpr std::string_view kSampled[] = {"ncf", "sampled", "leave-one-out-99", "negatives"};

}  // namespace

std::span<const ProtocolInfo> protocols() {
  static const std::vector<ProtocolInfo> all = make_protocols();
  return all;
}

Expected<ProtocolInfo> find_protocol(std::string_view name) {
  std::vector<std::string> names;
  for (const ProtocolInfo& info : protocols()) {
    if (info.name == name) return info;
    names.push_back(info.name);
  }
  for (const std::string_view sampled : kSampled) {
    if (name != sampled) continue;
    return std::unexpected(Error(ErrorCode::InvalidArgument, "ranking among sampled negatives is refused: it reorders models (Krichene and Rendle 2020)")
                               .advise("use 'next' or 'strong', which rank all items"));
  }
  return std::unexpected(unknown_name("protocol", name, names));
}

}  // namespace cineloom
