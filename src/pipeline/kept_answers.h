#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "pipeline/cinema.h"

namespace cineloom {

/// What an answer to a question for tonight is made of, counted: the same counts, the same answer.
struct AnswerGround {
  std::vector<Revisions> viewers;  ///< the viewer's, then the companions'
  std::uint64_t model = 0;
  friend bool operator==(const AnswerGround&, const AnswerGround&) = default;
};

/// To be asked before the answer is made. Nothing where nobody can vouch for it: another process may write.
std::optional<AnswerGround> ground_of(Cinema& cinema, const TonightRequest& request);

/// Answers as they were written, to be given again while they hold. Those that were not asked for longest go first. Thread-safe.
class KeptAnswers {
 public:
  explicit KeptAnswers(std::size_t most_bytes = 64U << 20U) : most_bytes_(most_bytes) {}

  /// Null if there is none, or something that it was made of has changed.
  std::shared_ptr<const std::string> find(const std::string& question, const AnswerGround& ground, Timestamp now);
  /// `until`: it does not hold from then on. One that is larger than all that may be kept is not kept.
  void keep(const std::string& question, AnswerGround ground, Timestamp until, std::string answer);

 private:
  struct Entry {
    std::string question;
    AnswerGround ground;
    Timestamp until;
    std::shared_ptr<const std::string> answer;  ///< shared with who is writing it out
  };
  using Place = std::list<Entry>::iterator;
  [[nodiscard]] static std::size_t bytes_of(const Entry& entry) { return 2 * entry.question.size() + entry.answer->size() + sizeof(Entry); }
  void drop(Place place);

  std::mutex mutex_;
  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  ///< last asked for first
  std::unordered_map<std::string, Place> places_;
};

}  // namespace cineloom
