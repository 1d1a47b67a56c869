// What a language model answers is held against its text; nothing it says may point outside.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "sentiment/claims.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cineloom;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto cut = input.find('\n');
  const std::string_view text = input.substr(0, cut);
  const std::string_view answer = cut == std::string_view::npos ? std::string_view() : input.substr(cut + 1);
  if (const auto claims = check_review_claims(answer, text)) {
    for (const ClaimedJudgement& judgement : claims->judgements) {
      if (judgement.span.begin >= judgement.span.end || judgement.span.end > text.size()) std::abort();
    }
  }
  if (const auto mood = check_mood_claims(answer, text)) {
    for (const MoodEvidence& evidence : mood->evidence) {
      if (text.substr(evidence.span.begin, evidence.span.end - evidence.span.begin) != evidence.text) std::abort();
    }
  }
  return 0;
}
