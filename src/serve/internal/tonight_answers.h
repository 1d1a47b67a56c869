#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <string>

#include "pipeline/answer_renewer.h"
#include "pipeline/cinema.h"
#include "pipeline/kept_answers.h"
#include "pipeline/showing_recorder.h"

namespace cineloom::serve {

/// The picks with the film each is, so that a page needs no second request; for a drawn evening with how each runs like it, null = its course
/// is not known.
Expected<boost::json::value> recommendation_value(Cinema& cinema, const TonightRequest& request, const LastingRecommendation& made);

/// Viewers' lists for tonight as they are written: given again while they hold, made anew behind the viewer's next act, and noted as shown
/// when they are given for the first time. Thread-safe.
class TonightAnswers {
 public:
  /// The cinema must outlive it.
  explicit TonightAnswers(Cinema& cinema);

  /// `question`: the whole question as it was asked, which `request` is read from. Errors: those of Cinema::recommend.
  Expected<std::shared_ptr<const std::string>> answer(const std::string& question, const TonightRequest& request);
  /// The viewer did something that lists depend on; returns at once.
  void note_act(ViewerId viewer) { renewer_.note(viewer); }
  /// Waits until nothing is being made anew and all that was shown is noted.
  void settle();

 private:
  enum class Given { Now, Later };
  Expected<std::shared_ptr<const std::string>> make(const std::string& question, const TonightRequest& request, const std::optional<AnswerGround>& ground,
                                                    Given given);
  void renew(ViewerId viewer);

  Cinema& cinema_;
  ShowingRecorder recorder_;
  KeptAnswers kept_;
  AnswerRenewer renewer_;  ///< ends first
};

}  // namespace cineloom::serve
