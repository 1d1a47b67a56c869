#pragma once

#include <string_view>

#include "base/expected.h"
#include "domain/told_plot.h"

namespace cineloom {

/// What another reader, such as a language model, claims of a told plot in JSON, held against the text:
/// {"people": [{"name", "aliases"}], "events": [{"subject", "verb", "object", "quote", "cause"}], "key_sentences": [quote],
/// "turning_points": [{"kind", "quote"}]}; `cause` is an event of the list by its number from 1, 0 = none is named.
/// Mentions and relations are counted in the text, not taken from the answer. One claim that does not hold makes the whole answer worth
/// nothing. Errors: InvalidArgument with that claim.
Expected<ToldPlot> check_plot_claims(std::string_view answer, std::string_view text);

}  // namespace cineloom
