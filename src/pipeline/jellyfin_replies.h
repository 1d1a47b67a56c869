#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"

/// What a Jellyfin server answers. Nothing that it says is trusted: identities go into addresses, so they are letters, digits and '-'.
namespace cineloom::jellyfin {

/// A film, or a list of films. Texts of more than a thousand bytes are left out.
struct Item {
  std::string id;
  std::string name;
  std::string original;  ///< title
  int year = 0;          ///< 0 = not said
  std::string imdb;      ///< empty = not said, as the next
  std::string tmdb;
};

/// Whether it is an identity of a user, an item or a key: 1 to 64 letters, digits or '-'.
bool is_identity(std::string_view text);

/// A page of items, as of /Items. Errors: DataLoss that says what is missing.
Expected<std::vector<Item>> items_in(std::string_view body);

/// The identity of the user whose name is that one, whatever its capitals and accents, as of /Users. Errors: as items_in.
Expected<std::optional<std::string>> user_in(std::string_view body, std::string_view name);

/// The identity of what was made. Errors: as items_in.
Expected<std::string> identity_in(std::string_view body);

}  // namespace cineloom::jellyfin
