#pragma once

#include <string_view>

namespace cineloom::testing {

/// A screenplay of three scenes with most elements of Fountain.
inline constexpr std::string_view kScript = R"(Title: A Test
Author: Nobody

INT. KITCHEN - NIGHT #1#

MIRA, twelve, looks up.
The moon is gone.

MIRA (V.O.)
(softly)
Where did the moon go tonight?

TOBIN ^
Into the reeds, I should think.

CUT TO:

EXT. QUAY - DAY

Nobody speaks here at all.

INT. TOWER - NIGHT

MIRA
Give the moon back to the sea.
)";

}  // namespace cineloom::testing
