#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/text.h"
#include "sentiment/internal/tokens.h"

namespace cineloom::sentiment {

/// Whether a clause tells how it is, what is wanted, or begins with a denial and nobody in it: "nothing stupid", "no problems".
enum class Stance { State, Order, Wish };
/// Who feels it.
enum class Holder { Viewer, Other };

/// A viewer's sentence in clauses: for a place in it, who feels what stands there, whether it is wanted, and whether it is denied.
class MoodClauses {
 public:
  explicit MoodClauses(std::string_view sentence);

  [[nodiscard]] std::string_view lower() const { return lower_; }
  /// Where a word stands, as a whole word (Han words anywhere).
  [[nodiscard]] std::vector<Span> find(std::string_view word) const;
  [[nodiscard]] Stance stance(std::size_t at) const;
  [[nodiscard]] Holder holder(std::size_t at) const;
  [[nodiscard]] bool is_denied(std::size_t at) const;
  /// Whether the clause up to there tells of something that is over: "we watched a comedy yesterday".
  [[nodiscard]] bool is_past(std::size_t at) const;
  /// Whether the words are who the clause is about ("my friend is sad", "他的朋友很难过"), not who comes along.
  [[nodiscard]] bool is_subject(Span span) const;
  /// Clauses in which the viewer tells how they are.
  [[nodiscard]] std::vector<Span> own_states() const;

 private:
  [[nodiscard]] const Span& clause_at(std::size_t at) const;
  /// The words of a clause that end before a place.
  [[nodiscard]] std::vector<std::string_view> before(const Span& clause, std::size_t at) const;
  [[nodiscard]] bool has_before(const Span& clause, std::size_t at, std::string_view phrase) const;
  [[nodiscard]] Stance stance(const Span& clause, std::size_t at) const;
  [[nodiscard]] Holder holder(const Span& clause, std::size_t at) const;
  [[nodiscard]] bool is_whole_word(std::size_t at, std::size_t size) const;

  std::string lower_;
  std::vector<Span> clauses_;  ///< without gaps, at least one
  std::vector<Token> tokens_;
};

}  // namespace cineloom::sentiment
