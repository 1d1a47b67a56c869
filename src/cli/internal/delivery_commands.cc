#include "cli/internal/delivery_commands.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/files.h"
#include "base/json_text.h"
#include "cli/internal/commands.h"
#include "pipeline/jellyfin.h"

namespace cineloom::cli {
namespace {

constexpr const char* kKeyVariable = "CINELOOM_JELLYFIN_KEY";

struct JellyfinOptions {
  std::string url;
  std::string user;
  std::string their_user;
  std::string key_file;
  std::string name;
  std::vector<std::string> allowed_hosts;
  int count = 20;
  bool is_collection = false;
  bool is_rehearsed = false;
};

Expected<Secret> read_key(const JellyfinOptions& options) {
  if (options.key_file.empty()) {
    if (const char* found = std::getenv(kKeyVariable); found != nullptr) return Secret(found);
    return std::unexpected(Error(ErrorCode::InvalidArgument, "the server wants a key")
                               .advise(fmt::format("make one there (Dashboard, API keys), and give it with --key-file or in {}", kKeyVariable)));
  }
  CINELOOM_TRY_ASSIGN(std::string text, read_file(options.key_file, 4096));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  return Secret(std::move(text));
}

std::string_view name_of(FoundBy by) {
  switch (by) {
    case FoundBy::Imdb: return "imdb";
    case FoundBy::Tmdb: return "tmdb";
    case FoundBy::TitleAndYear: return "title and year";
  }
  return "";
}

std::string_view name_of(ListChange change) {
  switch (change) {
    case ListChange::None: return "unchanged";
    case ListChange::Made: return "made";
    case ListChange::Changed: return "changed";
  }
  return "";
}

std::string as_json(const JellyfinReceipt& receipt, bool is_rehearsed) {
  std::string films;
  for (const JellyfinMatch& match : receipt.films)
    films += fmt::format(R"({}{{"film":"{}","item":{},"by":"{}"}})", films.empty() ? "" : ",", match.film.number(), json_string(match.item), name_of(match.by));
  std::string missing;
  for (const FilmId film : receipt.missing) missing += fmt::format(R"({}"{}")", missing.empty() ? "" : ",", film.number());
  return fmt::format(R"({{"change":"{}","rehearsed":{},"list":{},"films":[{}],"missing":[{}]}})"
                     "\n",
                     name_of(receipt.change), is_rehearsed, json_string(receipt.list), films, missing);
}

std::string title_in(std::span<const DeliveredFilm> films, FilmId id) {
  for (const DeliveredFilm& delivered : films) {
    if (delivered.film.id == id) return fmt::format("{} ({})", delivered.film.title.english, delivered.film.year);
  }
  return {};
}

std::string as_text(const JellyfinReceipt& receipt, std::span<const DeliveredFilm> films, const std::string& list, bool is_rehearsed) {
  std::string text = fmt::format("'{}' {} {}: {} films\n", list, is_rehearsed ? "would be" : "is", name_of(receipt.change), receipt.films.size());
  for (const JellyfinMatch& match : receipt.films) text += fmt::format("  {}   by {}\n", title_in(films, match.film), name_of(match.by));
  for (const FilmId film : receipt.missing) text += fmt::format("  {}   is not there\n", title_in(films, film));
  return text;
}

Expected<void> deliver(Session& session, const JellyfinOptions& options) {
  CINELOOM_TRY_ASSIGN(const Secret key, read_key(options));
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY_ASSIGN(const Viewer viewer, cinema->find_viewer(options.user));
  CINELOOM_TRY_ASSIGN(const auto films, films_to_deliver(*cinema, viewer.id, options.count));
  const JellyfinAccess access{
      .url = options.url, .user = options.their_user.empty() ? viewer.name : options.their_user, .key = key, .allowed_hosts = options.allowed_hosts};
  const JellyfinOrder order{.kind = options.is_collection ? JellyfinListKind::Collection : JellyfinListKind::Playlist,
                            .name = options.name.empty() ? fmt::format("Tonight for {}", viewer.name) : options.name,
                            .delivery = options.is_rehearsed ? Delivery::Rehearse : Delivery::Send};
  CINELOOM_TRY_ASSIGN_IN(const JellyfinReceipt receipt, deliver_to_jellyfin(films, access, order, session.cancel), "delivering to Jellyfin");
  print(session.format == Format::Json ? as_json(receipt, options.is_rehearsed) : as_text(receipt, films, order.name, options.is_rehearsed));
  return {};
}

}  // namespace

void add_delivery_commands(Commands& commands) {
  CLI::App* group = commands.group("deliver", "put picks where people watch");
  commands.add<JellyfinOptions>(
      "jellyfin", "keep a playlist or collection of a Jellyfin server (10.9 or later) like the picks",
      [](CLI::App& command, JellyfinOptions& options) {
        command.add_option("url", options.url, "of the server: https, or http to this machine or a private network")->required();
        command.add_option("--user", options.user, "whose picks")->required();
        command.add_option("--as", options.their_user, "that person's name there; otherwise the same");
        command.add_option("--key-file", options.key_file, fmt::format("file with an API key; otherwise {}", kKeyVariable));
        command.add_option("--allow", options.allowed_hosts, "host of a server that is not on this machine");
        command.add_option("--name", options.name, "of the list; otherwise 'Tonight for NAME'");
        command.add_option("--count", options.count, "picks")->check(CLI::Range(1, 50))->capture_default_str();
        command.add_flag("--collection", options.is_collection, "everybody's collection, not that person's playlist");
        command.add_flag("--dry-run", options.is_rehearsed, "say what would change, and change nothing");
      },
      deliver, group);
}

}  // namespace cineloom::cli
