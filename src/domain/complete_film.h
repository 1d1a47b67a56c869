#pragma once

#include "domain/film.h"

namespace cineloom {

/// Fills in what is not known of a film from what another source says of it; what is known stays.
void complete_film(Film& known, const Film& other);

}  // namespace cineloom
