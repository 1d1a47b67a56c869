#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "domain/event.h"
#include "domain/film.h"
#include "domain/time.h"

namespace cineloom::collect {

/// A moment as exports write it: "2024-03-09", with a time behind 'T' or ' ', with "Z" or "+08:00" or, without either, at `zone`
/// east of UTC. A day without a time is put at noon UTC. Nothing if it is no date.
std::optional<Timestamp> parse_time(std::string_view text, std::chrono::minutes zone = {});
/// Whether the text that parse_time takes has a time behind its day.
bool has_clock(std::string_view text);
/// "02:16:00" or "16:00"; nothing for anything else.
std::optional<std::chrono::seconds> parse_length(std::string_view text);
/// A finite number without anything behind it; nothing otherwise.
std::optional<double> parse_number(std::string_view text);
inline constexpr int kFirstYear = 1870;
inline constexpr int kLastYear = 2100;
inline constexpr int kMostMinutes = 10'000;  ///< that a film may run

/// A running time as foreign files have it: minutes brought into 0 .. kMostMinutes, 0 where there are none.
std::chrono::minutes runtime_of(std::optional<double> minutes);
/// A year from kFirstYear to kLastYear that the text begins with ("1999-03-31", "1999 / drama"); 0 otherwise.
int parse_year(std::string_view text);
/// "tt" and seven or more digits, from "tt0133093", "0133093", "133093" or an address that holds it.
std::optional<std::string> parse_imdb(std::string_view text);
std::optional<std::int64_t> parse_tmdb(std::string_view text);
/// Parts of a list, without blanks around them and without empty ones.
std::vector<std::string> split_list(std::string_view text, std::string_view separator);
std::string_view trim(std::string_view text);
/// The catalogue's word for a genre: lower case, "sci-fi" is "science fiction".
std::string genre_word(std::string_view genre);

/// Errors: InvalidArgument with file and line if the text is not UTF-8.
Expected<void> require_utf8(std::string_view file, std::string_view text);
/// Errors: InvalidArgument for a film without a title or whose year or length no film has.
Expected<void> check_film(const Film& film);
/// Errors: InvalidArgument for a value that events of this kind do not have, or a mood that is none (domain/event_value.h).
Expected<void> check_event(EventKind kind, const std::optional<double>& value, const std::optional<Feeling>& mood);
/// Errors: InvalidArgument for stars that are none.
Expected<void> check_stars(const std::optional<double>& stars);
/// Latin-1 bytes as UTF-8; text that is valid UTF-8 already stays.
std::string from_latin1(std::string_view bytes);

}  // namespace cineloom::collect
