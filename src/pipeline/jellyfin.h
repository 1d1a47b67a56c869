#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/secret.h"
#include "pipeline/delivery.h"

namespace cineloom {

/// Picks as a list of a Jellyfin server (10.9 and later), where every client of that server shows them.

/// Which server, and whose list there.
struct JellyfinAccess {
  std::string url;                         ///< "https://films.example.org", or http to this machine or a private network
  std::string user;                        ///< by the name that they have there
  const Secret& key;                       ///< an API key, or that user's token; borrowed
  std::vector<std::string> allowed_hosts;  ///< that the owner named; this machine always is
};

enum class JellyfinListKind {
  Playlist,   ///< that user's own, in the order of the picks
  Collection  ///< everybody's; in the server's order
};

enum class Delivery {
  Send,
  Rehearse  ///< finds out what would change, and changes nothing
};

struct JellyfinOrder {
  JellyfinListKind kind = JellyfinListKind::Playlist;
  std::string name;  ///< of the list; the one of this name is changed, or made
  Delivery delivery = Delivery::Send;
};

/// By what a film was found there.
enum class FoundBy { Imdb, Tmdb, TitleAndYear };

struct JellyfinMatch {
  FilmId film;
  std::string item;  ///< its identity there
  FoundBy by = FoundBy::Imdb;
};

enum class ListChange { None, Made, Changed };

struct JellyfinReceipt {
  ListChange change = ListChange::None;  ///< of a rehearsal: what it would be
  std::string list;                      ///< its identity there; empty where it is not made yet
  std::vector<JellyfinMatch> films;      ///< in the list now, in the order of the picks
  std::vector<FilmId> missing;           ///< that the server has not
};

/// Makes the list hold those of the films that the server has, and nothing else; doing it again changes nothing. Films are the same by
/// their IMDb number, else by their TMDb number, else by title and year where just one item has them. Errors: InvalidArgument for an
/// address that is not spoken with, or a key that is none; NotFound for an unknown user, or where the server has none of the films;
/// Conflict where two lists have the name; Unavailable where the server cannot be reached or refuses; DataLoss for answers that are not Jellyfin's.
Expected<JellyfinReceipt> deliver_to_jellyfin(std::span<const DeliveredFilm> films, const JellyfinAccess& access, const JellyfinOrder& order,
                                              const CancelToken& cancel);

}  // namespace cineloom
