#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/cinema.h"

namespace cineloom {

/// Picks for the clients that people watch on, in those clients' own formats.

/// A film that was picked for somebody, with what is known of it.
struct DeliveredFilm {
  Film film;
  Pick pick;
  bool has_video = false;  ///< a file of it is known
};

/// What to deliver: the viewer's list for tonight, without mood or visit. Errors: those of recommend.
Expected<std::vector<DeliveredFilm>> films_to_deliver(Cinema& cinema, ViewerId viewer, int count, const std::string& genre = "");

/// Whom a list is for and where its page is.
struct DeliveryPlace {
  std::string viewer;  ///< name
  std::string page;    ///< "http://127.0.0.1:8787/"
  Timestamp at;
};

/// RSS 2.0, an item for each film with its reasons; the same film is the same item all day.
std::string write_rss(std::span<const DeliveredFilm> films, const DeliveryPlace& place);
/// iCalendar (RFC 5545): a film for each evening from tonight on, at eight, wherever the reader is.
std::string write_calendar(std::span<const DeliveredFilm> films, const DeliveryPlace& place);
/// Kodi's smart playlist: those of its own films that have one of the titles.
std::string write_kodi_playlist(std::span<const DeliveredFilm> films, const DeliveryPlace& place);
/// Radarr's custom list, JSON: films of which no file is known, by their numbers elsewhere; others cannot be found there and are left out.
std::string write_radarr_list(std::span<const DeliveredFilm> films);

/// A Stremio add-on (JSON): what it offers, a page of its catalogue, and one film.
std::string write_stremio_manifest(const DeliveryPlace& place, std::span<const std::string> genres);
std::string write_stremio_catalog(std::span<const DeliveredFilm> films);
std::string write_stremio_film(const Film& film);
/// The name of a film there: its IMDb number, or ours.
std::string stremio_id(const Film& film);

/// The secret part of a viewer's addresses, for clients that cannot sign in: whoever has it reads the viewer's picks, and nothing else.
/// Only its hash is kept. Making one ends the one before. Errors: NotFound.
Expected<std::string> make_feed_token(Store& store, ViewerId viewer);
Expected<void> end_feed_token(Store& store, ViewerId viewer);
/// The same for the viewer of an account that ends or is signed out everywhere; nothing where there is no viewer of that name.
Expected<void> end_feed_of(Store& store, const std::string& account);
/// Whose token it is. Errors: NotFound.
Expected<Viewer> viewer_of_feed(Store& store, std::string_view token);

}  // namespace cineloom
