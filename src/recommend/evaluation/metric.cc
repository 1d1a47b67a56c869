#include "recommend/evaluation/metric.h"

#include <array>
#include <charconv>
#include <vector>

#include "base/nearest_name.h"

namespace cineloom {
namespace {

struct NamedKind {
  std::string_view name;
  MetricKind kind;
  bool has_k;
};

constexpr std::array<NamedKind, 14> kKinds = {{{"recall", MetricKind::Recall, true},
                                               {"full_recall", MetricKind::FullRecall, true},
                                               {"ndcg", MetricKind::Ndcg, true},
                                               {"hit_rate", MetricKind::HitRate, true},
                                               {"mrr", MetricKind::Mrr, true},
                                               {"novelty", MetricKind::Novelty, true},
                                               {"diversity", MetricKind::Diversity, true},
                                               {"calibration_kl", MetricKind::CalibrationKl, true},
                                               {"top100_share", MetricKind::TopShare, true},
                                               {"coverage", MetricKind::Coverage, true},
                                               {"gini", MetricKind::Gini, true},
                                               {"rmse", MetricKind::Rmse, false},
                                               {"mse", MetricKind::Mse, false},
                                               {"mae", MetricKind::Mae, false}}};
constexpr int kLongestList = 10000;

}  // namespace

bool Metric::is_more_better() const {
  switch (kind) {
    case MetricKind::Rmse:
    case MetricKind::Mse:
    case MetricKind::Mae:
    case MetricKind::CalibrationKl:
    case MetricKind::TopShare:
    case MetricKind::Gini: return false;
    default: return true;
  }
}

Expected<Metric> parse_metric(std::string_view name) {
  const auto at = name.find('@');
  const std::string_view base = name.substr(0, at);
  std::vector<std::string> names;
  for (const NamedKind& known : kKinds) {
    names.emplace_back(known.name);
    if (known.name != base) continue;
    Metric metric{.kind = known.kind, .name = std::string(name)};
    if (!known.has_k && at == std::string_view::npos) return metric;
    const std::string_view digits = at == std::string_view::npos ? std::string_view() : name.substr(at + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), metric.k);
    if (known.has_k && error == std::errc() && end == digits.data() + digits.size() && metric.k >= 1 && metric.k <= kLongestList) return metric;
    return std::unexpected(Error(ErrorCode::InvalidArgument, "expected a metric such as ndcg@10 or rmse, found '" + std::string(name) + "'")
                               .advise("give the list's length behind @, 1 to 10000"));
  }
  return std::unexpected(unknown_name("metric", base, names));
}

}  // namespace cineloom
