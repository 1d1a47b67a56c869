#include <fmt/format.h>

#include "base/random.h"
#include "llm/schema.h"
#include "parts.h"

namespace cineloom::bench {
namespace {

constexpr int kAnswers = 1000;

/// A schema of a seed: nested objects, lists, choices, numbers with bounds, texts with lengths.
std::string random_schema(Random& random, int depth) {
  switch (random.below(depth > 2 ? 5 : 8)) {
    case 0: return fmt::format(R"({{"type":"string","maxLength":{}}})", 1 + random.below(12));
    case 1: {
      const auto low = static_cast<int>(random.below(400)) - 200;
      return fmt::format(R"({{"type":"integer","minimum":{},"maximum":{}}})", low, low + static_cast<int>(random.below(3000)));
    }
    case 2: return R"({"type":"boolean"})";
    case 3: return fmt::format(R"({{"type":"number","minimum":{},"maximum":{}}})", -static_cast<int>(random.below(5)), 1 + random.below(50));
    case 4: return R"({"enum":["calm","tense \"and\" dark","七",null,12]})";
    case 5: return fmt::format(R"({{"type":"array","items":{},"minItems":{},"maxItems":3}})", random_schema(random, depth + 1), random.below(3));
    case 6: return fmt::format(R"({{"anyOf":[{},{}]}})", random_schema(random, depth + 1), random_schema(random, depth + 1));
    default:
      return fmt::format(R"({{"type":"object","properties":{{"a":{},"b \"q\"":{},"c":{}}},"required":[{}]}})", random_schema(random, depth + 1),
                         random_schema(random, depth + 1), random_schema(random, depth + 1), random.below(2) == 0 ? R"("a","c")" : "");
  }
}

}  // namespace

/// The model's weights are random: whatever it would like to say, the answers fit.
void measure_schemas(Report& report) {
  const auto model = open_model(report, random_model("tiny", {}, llm::WeightType::F32), 8192, 4, 1, {"schema_valid_share"});
  if (!model) return;
  Random random(3);
  int valid = 0;
  std::string worst;
  for (int i = 0; i < kAnswers; ++i) {
    llm::ChatRequest wanted{.messages = {{llm::Role::User, fmt::format("question {}", i)}}, .schema = random_schema(random, 0)};
    wanted.sampling = {.max_tokens = 16, .temperature = 1.5, .seed = static_cast<Seed>(i)};
    const auto answer = model->chat(wanted, {}, CancelToken());
    const bool fits = answer && llm::check_schema(wanted.schema, answer->text);
    valid += fits ? 1 : 0;
    if (!fits && worst.empty()) worst = fmt::format("{}: {}", wanted.schema, answer ? answer->text : answer.error().describe());
  }
  report.add({"schema_valid_share", static_cast<double>(valid) / kAnswers, "", kAnswers,
              worst.empty() ? "random schemas, a model of random weights, temperature 1.5" : worst, Bound{.must = 1, .aim = 1, .is_least = true}});
}

}  // namespace cineloom::bench
