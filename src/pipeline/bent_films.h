#pragma once

#include <filesystem>

#include "base/cancel.h"
#include "domain/script_order.h"
#include "domain/what_if.h"
#include "pipeline/cinema.h"

namespace cineloom {

/// A film with what a what-if or a cut needs to know of it.
struct KnownFilm {
  FilmKnowledge knowledge;
  ScriptOrder order;  ///< empty = no screenplay
  LocalText title;
  std::string file;   ///< name of its footage; empty = it was never shot
};

/// What is known of an analysed film of the library. A screenplay that can no longer be read is done without.
/// Errors: NotFound for an unknown film or one that was not analysed.
Expected<KnownFilm> known_film(Cinema& cinema, FilmId film);

/// A film that exists as a screenplay only: its scenes as long as they take to read. Errors: those of reading a screenplay; InvalidArgument for one
/// without scenes.
Expected<KnownFilm> film_on_paper(const std::filesystem::path& screenplay, const std::filesystem::path& resources, const CancelToken& cancel);

/// Bends a film. Errors: those of bend_film.
Expected<WhatIf> bend(const KnownFilm& film, const WhatIfRequest& request, const CancelToken& cancel);
/// The same, and the story that plays is kept.
Expected<WhatIf> bend(Cinema& cinema, const KnownFilm& film, const WhatIfRequest& request, const CancelToken& cancel);
/// The same with a film of the library.
Expected<WhatIf> bend(Cinema& cinema, const WhatIfRequest& request, const CancelToken& cancel);

/// What can be changed in a film. Errors: those of change_choices.
Expected<ChangeChoices> what_can_change(const KnownFilm& film, const CancelToken& cancel);

/// Cuts a film. Errors: those of cut_film.
Expected<FilmCut> cut(const KnownFilm& film, const CutWish& wish, const CancelToken& cancel);

/// A cut for other programs: "edl", "otio", "m3u", "vtt" (the cards as subtitles of the cut). Errors: InvalidArgument for another format, or
/// without footage.
Expected<std::string> write_cut(const KnownFilm& film, const FilmCut& cut, const std::string& format);

}  // namespace cineloom
