#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
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

/// What lets an answer be made anew before somebody asks for it.
struct AnswerUpkeep {
  TonightRequest request;                ///< the question, read; nobody's is not made anew
  std::function<void()> on_first_given;  ///< called once, when the answer is given for the first time; empty = it was given when it was made
};

/// A question whose answer is kept.
struct KeptQuestion {
  std::string text;
  TonightRequest request;
};

/// Answers as they were written, to be given again while they hold. Those that were not asked for longest go first. Thread-safe.
class KeptAnswers {
 public:
  explicit KeptAnswers(std::size_t most_bytes = 64U << 20U) : most_bytes_(most_bytes) {}

  /// Null if there is none, or something that it was made of has changed.
  std::shared_ptr<const std::string> find(const std::string& question, const AnswerGround& ground, Timestamp now);
  /// `until`: it does not hold from then on. One that is larger than all that may be kept is not kept.
  void keep(const std::string& question, AnswerGround ground, Timestamp until, std::shared_ptr<const std::string> answer, AnswerUpkeep upkeep = {});
  /// An answer is kept that was made of the same; it was not asked for by this.
  [[nodiscard]] bool holds(const std::string& question, const AnswerGround& ground);
  /// Up to `most` kept questions that this viewer, or company with them, asked; in no order. Whether the answers still hold is not looked at.
  std::vector<KeptQuestion> questions_of(ViewerId viewer, std::size_t most);

 private:
  struct Entry {
    std::string question;
    AnswerGround ground;
    Timestamp until;
    std::shared_ptr<const std::string> answer;  ///< shared with who is writing it out
    AnswerUpkeep upkeep;
  };
  using Place = std::list<Entry>::iterator;
  [[nodiscard]] static std::size_t bytes_of(const Entry& entry) { return 2 * entry.question.size() + entry.answer->size() + sizeof(Entry); }
  void drop(Place place);
  /// Calls `visit` with everybody who is told of in the answer.
  template <class Visit>
  static void each_viewer(const Entry& entry, Visit visit);

  std::mutex mutex_;
  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  ///< last asked for first
  std::unordered_map<std::string, Place> places_;
  std::multimap<ViewerId, Place> by_viewer_;
};

}  // namespace cineloom
