#include "pipeline/jellyfin.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json.hpp>
#include <iterator>
#include <optional>
#include <set>
#include <unordered_map>

#include "collect/film_key.h"
#include "outbound/transfer.h"
#include "pipeline/jellyfin_replies.h"

namespace cineloom {
namespace {

namespace bj = boost::json;
using jellyfin::Item;

constexpr int kPage = 500;
constexpr std::size_t kMostItems = 200'000;
constexpr outbound::Deadlines kDeadlines{
    .connect = std::chrono::seconds(5), .first_byte = std::chrono::seconds(60), .idle = std::chrono::seconds(30), .total = std::chrono::seconds(120)};

std::string encoded(std::string_view text) {
  std::string result;
  for (const char letter : text) {
    const bool is_plain = jellyfin::is_identity(std::string_view(&letter, 1)) || letter == '_' || letter == '.' || letter == '~';
    result += is_plain ? std::string(1, letter) : fmt::format("%{:02X}", static_cast<unsigned char>(letter));
  }
  return result;
}

/// Speaks with one server.
class JellyfinClient {
 public:
  static Expected<JellyfinClient> open(const JellyfinAccess& access, const CancelToken& cancel) {
    if (!jellyfin::is_identity(access.key.reveal())) {
      return std::unexpected(Error(ErrorCode::InvalidArgument, "this is no key of a Jellyfin server").advise("make one there: Dashboard, API keys"));
    }
    CINELOOM_TRY_ASSIGN(outbound::CheckedUrl url, outbound::check_url(access.url, access.allowed_hosts, outbound::PlainHttp::PrivateNetworks));
    return JellyfinClient(std::move(url), access.key, cancel);
  }

  Expected<std::string> ask(const char* method, const std::string& path, const std::string& body = {}) const {
    std::string text;
    outbound::HttpCall call{
        .url = url_.url + path, .method = method, .body = body, .headers = headers(), .pinned = url_.pinned, .deadlines = kDeadlines, .reach = url_.reach()};
    const auto take = [&](const outbound::HttpReply&, std::string_view bytes) -> Expected<void> {
      text += bytes;
      return {};
    };
    CINELOOM_TRY_ASSIGN(const outbound::HttpReply reply, outbound::transfer(call, take, cancel_));
    if (reply.status == 401 || reply.status == 403)
      return std::unexpected(
          Error(ErrorCode::Unavailable, fmt::format("the server refuses the key ({})", reply.status)).advise("make a key there: Dashboard, API keys"));
    if (reply.status < 200 || reply.status >= 300) return fail(ErrorCode::Unavailable, fmt::format("the server answers {} to {}", reply.status, method));
    return text;
  }

  /// All items of a query, page by page.
  Expected<std::vector<Item>> items(const std::string& query) const {
    std::vector<Item> all;
    for (;;) {
      CINELOOM_TRY_ASSIGN(const std::string page, ask("GET", fmt::format("{}startIndex={}&limit={}", query, all.size(), kPage)));
      CINELOOM_TRY_ASSIGN(std::vector<Item> found, jellyfin::items_in(page));
      std::ranges::move(found, std::back_inserter(all));
      if (found.size() < kPage) return all;
      if (all.size() > kMostItems) return fail(ErrorCode::ResourceExhausted, fmt::format("the server has more than {} items", kMostItems));
    }
  }

 private:
  JellyfinClient(outbound::CheckedUrl url, const Secret& key, const CancelToken& cancel) : url_(std::move(url)), key_(key), cancel_(cancel) {}
  [[nodiscard]] std::vector<std::string> headers() const {
    return {
        "Content-Type: application/json", "Accept: application/json", "Expect:",
        fmt::format(R"(Authorization: MediaBrowser Client="Cineloom", Device="Cineloom", DeviceId="cineloom", Version="0.1.0", Token="{}")", key_.reveal())};
  }

  outbound::CheckedUrl url_;
  const Secret& key_;
  const CancelToken& cancel_;
};

Expected<std::string> user_named(const JellyfinClient& client, const std::string& name) {
  CINELOOM_TRY_ASSIGN(const std::string users, client.ask("GET", "/Users"));
  CINELOOM_TRY_ASSIGN(auto user, jellyfin::user_in(users, name));
  if (user) return *std::move(user);
  return std::unexpected(Error(ErrorCode::NotFound, fmt::format("the server has no user '{}'", name)).advise("name a user as the server spells them"));
}

/// The server's films by what identifies them.
class JellyfinLibrary {
 public:
  explicit JellyfinLibrary(std::span<const Item> items) {
    for (const Item& item : items) {
      by_imdb_.try_emplace(item.imdb, item.id);
      by_tmdb_.try_emplace(item.tmdb, item.id);
      for (const std::string& name : std::set{title_key(item.name, item.year), title_key(item.original, item.year)}) by_title_[name].push_back(item.id);
    }
  }

  [[nodiscard]] std::optional<JellyfinMatch> find(const Film& film) const {
    if (film.external.imdb) {
      if (const auto found = by_imdb_.find(*film.external.imdb); found != by_imdb_.end())
        return JellyfinMatch{.film = film.id, .item = found->second, .by = FoundBy::Imdb};
    }
    if (film.external.tmdb) {
      if (const auto found = by_tmdb_.find(std::to_string(*film.external.tmdb)); found != by_tmdb_.end())
        return JellyfinMatch{.film = film.id, .item = found->second, .by = FoundBy::Tmdb};
    }
    for (const std::string& title : {film.title.english, film.title.original, film.title.chinese}) {
      if (title.empty() || film.year == 0) continue;
      const auto found = by_title_.find(title_key(title, film.year));
      if (found != by_title_.end() && found->second.size() == 1)
        return JellyfinMatch{.film = film.id, .item = found->second.front(), .by = FoundBy::TitleAndYear};
    }
    return std::nullopt;
  }

 private:
  static std::string title_key(std::string_view title, int year) { return fmt::format("{} {}", comparable_title(title), year); }

  std::unordered_map<std::string, std::string> by_imdb_;
  std::unordered_map<std::string, std::string> by_tmdb_;
  std::unordered_map<std::string, std::vector<std::string>> by_title_;
};

std::string films_query(const std::string& user, std::string_view kind, std::string_view fields) {
  return fmt::format("/Items?userId={}&recursive=true&includeItemTypes={}&fields={}&", user, kind, fields);
}

/// The list of that name, or nothing.
Expected<std::optional<std::string>> list_named(const JellyfinClient& client, const std::string& user, const JellyfinOrder& order) {
  CINELOOM_TRY_ASSIGN(const auto lists, client.items(films_query(user, order.kind == JellyfinListKind::Playlist ? "Playlist" : "BoxSet", "")));
  std::optional<std::string> found;
  for (const Item& list : lists) {
    if (list.name != order.name) continue;
    if (found)
      return std::unexpected(
          Error(ErrorCode::Conflict, fmt::format("two lists there are called '{}'", order.name)).advise("rename one, or choose another name with --name"));
    found = list.id;
  }
  return found;
}

Expected<std::vector<std::string>> items_in(const JellyfinClient& client, const std::string& user, const JellyfinOrder& order, const std::string& list) {
  const std::string query = order.kind == JellyfinListKind::Playlist ? fmt::format("/Playlists/{}/Items?userId={}&", list, user)
                                                                     : fmt::format("/Items?userId={}&parentId={}&", user, list);
  CINELOOM_TRY_ASSIGN(const auto items, client.items(query));
  std::vector<std::string> identities;
  std::ranges::transform(items, std::back_inserter(identities), &Item::id);
  return identities;
}

Expected<std::string> make_list(const JellyfinClient& client, const std::string& user, const JellyfinOrder& order, const std::vector<std::string>& items) {
  std::string made;
  if (order.kind == JellyfinListKind::Playlist) {
    const bj::value body{{"Name", order.name}, {"Ids", bj::value_from(items)}, {"UserId", user}, {"MediaType", "Video"}, {"IsPublic", false}};
    CINELOOM_TRY_ASSIGN(made, client.ask("POST", "/Playlists", bj::serialize(body)));
  } else {
    CINELOOM_TRY_ASSIGN(made, client.ask("POST", fmt::format("/Collections?name={}&ids={}", encoded(order.name), fmt::join(items, ","))));
  }
  return jellyfin::identity_in(made);
}

std::vector<std::string> without(const std::vector<std::string>& items, const std::vector<std::string>& others) {
  std::vector<std::string> rest;
  std::ranges::copy_if(items, std::back_inserter(rest), [&](const std::string& item) { return std::ranges::find(others, item) == others.end(); });
  return rest;
}

/// A playlist takes a new list of items as a whole; of a collection what is new is added first, so that it is never empty.
Expected<void> change_list(const JellyfinClient& client, const JellyfinOrder& order, const std::string& list, const std::vector<std::string>& before,
                           const std::vector<std::string>& items) {
  if (order.kind == JellyfinListKind::Playlist) {
    CINELOOM_TRY(client.ask("POST", "/Playlists/" + list, bj::serialize(bj::value{{"Ids", bj::value_from(items)}})));
    return {};
  }
  const auto added = without(items, before);
  const auto removed = without(before, items);
  if (!added.empty()) CINELOOM_TRY(client.ask("POST", fmt::format("/Collections/{}/Items?ids={}", list, fmt::join(added, ","))));
  if (!removed.empty()) CINELOOM_TRY(client.ask("DELETE", fmt::format("/Collections/{}/Items?ids={}", list, fmt::join(removed, ","))));
  return {};
}

bool are_same(JellyfinListKind kind, std::vector<std::string> before, std::vector<std::string> items) {
  if (kind == JellyfinListKind::Collection) {
    std::ranges::sort(before);
    std::ranges::sort(items);
  }
  return before == items;
}

/// Two films of ours may be one item there.
void add_matches(JellyfinReceipt& receipt, const JellyfinLibrary& library, std::span<const DeliveredFilm> films) {
  for (const DeliveredFilm& delivered : films) {
    const auto match = library.find(delivered.film);
    if (!match) {
      receipt.missing.push_back(delivered.film.id);
    } else if (std::ranges::find(receipt.films, match->item, &JellyfinMatch::item) == receipt.films.end()) {
      receipt.films.push_back(*match);
    }
  }
}

}  // namespace

Expected<JellyfinReceipt> deliver_to_jellyfin(std::span<const DeliveredFilm> films, const JellyfinAccess& access, const JellyfinOrder& order,
                                              const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const JellyfinClient client, JellyfinClient::open(access, cancel));
  CINELOOM_TRY_ASSIGN(const std::string user, user_named(client, access.user));
  CINELOOM_TRY_ASSIGN(const auto movies, client.items(films_query(user, "Movie", "ProviderIds,OriginalTitle")));
  JellyfinReceipt receipt;
  add_matches(receipt, JellyfinLibrary(movies), films);
  if (receipt.films.empty())
    return std::unexpected(Error(ErrorCode::NotFound, fmt::format("the server has none of the {} films", films.size()))
                               .advise("let it scan its library, or ask for more with --count"));
  std::vector<std::string> items(receipt.films.size());
  std::ranges::transform(receipt.films, items.begin(), &JellyfinMatch::item);
  CINELOOM_TRY_ASSIGN(const auto list, list_named(client, user, order));
  if (!list) {
    receipt.change = ListChange::Made;
    if (order.delivery == Delivery::Send) { CINELOOM_TRY_ASSIGN(receipt.list, make_list(client, user, order, items)); }
    return receipt;
  }
  receipt.list = *list;
  CINELOOM_TRY_ASSIGN(const auto before, items_in(client, user, order, *list));
  if (are_same(order.kind, before, items)) return receipt;
  receipt.change = ListChange::Changed;
  if (order.delivery == Delivery::Send) CINELOOM_TRY(change_list(client, order, *list, before, items));
  return receipt;
}

}  // namespace cineloom
