#include "recommend/evaluation/protocol.h"

#include "base/nearest_name.h"

namespace cineloom {
namespace {

using Names = std::vector<std::string>;

std::vector<std::string> with_list_metrics(Names metrics) {
  for (const char* name : {"coverage@20", "gini@20", "novelty@20", "diversity@20", "calibration_kl@20", "top100_share@20"}) metrics.emplace_back(name);
  return metrics;
}

std::vector<ProtocolInfo> make_protocols() {
  return {
      {Protocol::Strong,
       "strong",
       {"strong generalisation: held-out users are folded in with 80 % of their positive events and asked for the other 20 %; full ranking without the 80 %",
        "强泛化：留出的用户以其 80 % 的正面事件折入模型，再询问其余 20 %；在除已知 80 % 之外的全部物品中排序"},
       "ndcg@100",
       with_list_metrics({"ndcg@100", "recall@20", "recall@50", "full_recall@20", "ndcg@10", "hit_rate@10", "mrr@100"}),
       {"the 20 % are drawn at random, so a user's later events may stand among the known ones", "那 20 % 是随机抽取的，因此用户较晚的事件可能在已知部分之中"}},
      {Protocol::Next,
       "next",
       {"next item: the last event of every user is hidden, in order of time (equal times: order of the file); full ranking without the user's past",
        "下一物品：按时间顺序隐藏每位用户的最后一个事件（时间相同按文件顺序）；在其历史之外的全部物品中排序"},
       "ndcg@10",
       with_list_metrics({"ndcg@10", "hit_rate@1", "hit_rate@10", "hit_rate@50", "mrr@100"}),
       {"hiding each user's last event still lets other users' later events in; 'temporal' does not",
        "只隐藏每位用户的最后一个事件，其他用户更晚的事件仍会进入训练；“temporal”不会"}},
      {Protocol::Weak,
       "weak",
       {"weak generalisation: 10 % of every user's positive events are hidden at random; full ranking without the others",
        "弱泛化：随机隐藏每位用户 10 % 的正面事件；在其余之外的全部物品中排序"},
       "ndcg@10",
       with_list_metrics({"ndcg@10", "recall@20", "full_recall@20", "hit_rate@10", "mrr@100", "ndcg@100"}),
       {"a random split of timed events lets the future in; 'temporal' does not", "对有时间的事件随机划分会让未来进入训练；“temporal”不会"}},
      {Protocol::Temporal,
       "temporal",
       {"global split by time: models learn from the first 90 % of positive events and are asked for what came after; full ranking without the user's past",
        "全局时间划分：模型从前 90 % 的正面事件学习，询问此后发生的事；在用户历史之外的全部物品中排序"},
       "ndcg@10",
       with_list_metrics({"ndcg@10", "recall@20", "full_recall@20", "hit_rate@10", "mrr@100", "ndcg@100"}),
       {"items that appear only after the cut cannot be found by models without item features; they stay in the denominator",
        "只在切分之后出现的物品，没有物品特征的模型无法找到；它们仍留在分母中"}},
      {Protocol::Ratings,
       "ratings",
       {"random 90/10 of the ratings; forecasts are kept inside the scale", "随机 90/10 划分评分；预测值限制在评分范围之内"},
       "rmse",
       {"rmse", "mse", "mae"},
       {"ratings are missing not at random: an error in stars says nothing about rankings; a random split of timed ratings lets the future in",
        "评分并非随机缺失：星级误差说明不了排序；对有时间的评分随机划分会让未来进入训练"}},
      {Protocol::Cold,
       "cold",
       {"item cold start: every event of a fifth of the items is hidden and only these items are ranked, for users who have events with them",
        "物品冷启动：隐藏五分之一物品的全部事件，只对这些物品排序，询问与之有过事件的用户"},
       "ndcg@20",
       {"ndcg@20", "recall@20", "full_recall@20", "hit_rate@10", "mrr@100"},
       {"models without item features can only guess here", "没有物品特征的模型在这里只能猜"}},
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
