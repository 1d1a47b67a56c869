#include "pipeline/jellyfin_replies.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/json.h"
#include "collect/film_key.h"

namespace cineloom::jellyfin {
namespace {

namespace bj = boost::json;

constexpr std::size_t kLongestText = 1000;

std::unexpected<Error> not_jellyfin(std::string_view what) {
  return std::unexpected(
      Error(ErrorCode::DataLoss, fmt::format("the answer has no {}", what)).advise("see whether the address is that of a Jellyfin server, 10.9 or later"));
}

const bj::value* field(const bj::value& object, std::string_view name) { return object.is_object() ? object.get_object().if_contains(name) : nullptr; }

std::string text_of(const bj::value& object, std::string_view name) {
  const bj::value* found = field(object, name);
  const auto* text = found == nullptr ? nullptr : found->if_string();
  return text == nullptr || text->size() > kLongestText ? std::string() : std::string(std::string_view(*text));
}

int year_of(const bj::value& item) {
  const bj::value* found = field(item, "ProductionYear");
  boost::system::error_code error;
  return found != nullptr && found->is_number() ? std::max(0, found->to_number<int>(error)) : 0;
}

Expected<bj::value> parse(std::string_view body) {
  auto value = json::parse(body);
  if (!value) return not_jellyfin("JSON");
  return value;
}

Expected<std::string> identity_of(const bj::value& object) {
  std::string id = text_of(object, "Id");
  if (!is_identity(id)) return not_jellyfin("Id");
  return id;
}

Expected<Item> item_of(const bj::value& value) {
  Item item{.name = text_of(value, "Name"), .original = text_of(value, "OriginalTitle"), .year = year_of(value)};
  CINELOOM_TRY_ASSIGN(item.id, identity_of(value));
  if (const bj::value* numbers = field(value, "ProviderIds")) {
    item.imdb = text_of(*numbers, "Imdb");
    item.tmdb = text_of(*numbers, "Tmdb");
  }
  return item;
}

}  // namespace

bool is_identity(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '-';
  });
}

Expected<std::vector<Item>> items_in(std::string_view body) {
  CINELOOM_TRY_ASSIGN(const bj::value page, parse(body));
  const bj::value* list = field(page, "Items");
  if (list == nullptr || !list->is_array()) return not_jellyfin("Items");
  std::vector<Item> items;
  for (const bj::value& value : list->get_array()) {
    CINELOOM_TRY_ASSIGN(Item item, item_of(value));
    items.push_back(std::move(item));
  }
  return items;
}

Expected<std::optional<std::string>> user_in(std::string_view body, std::string_view name) {
  CINELOOM_TRY_ASSIGN(const bj::value users, parse(body));
  if (!users.is_array()) return not_jellyfin("users");
  const auto& all = users.get_array();
  const auto found = std::ranges::find_if(all, [&](const bj::value& user) { return fold_latin(text_of(user, "Name")) == fold_latin(name); });
  if (found == all.end()) return std::nullopt;
  CINELOOM_TRY_ASSIGN(std::string id, identity_of(*found));
  return id;
}

Expected<std::string> identity_in(std::string_view body) {
  CINELOOM_TRY_ASSIGN(const bj::value made, parse(body));
  return identity_of(made);
}

}  // namespace cineloom::jellyfin
