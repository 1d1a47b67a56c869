// Reviews, imports, stories and ratings of data sets in a sealed store, and what its export says beside events.
#include <fmt/format.h>

#include "base/bytes.h"
#include "base/json.h"
#include "store/internal/packed_ratings.h"
#include "store/internal/sealed.h"

namespace cineloom::sqlite::sealed {
namespace {

Vault::Cell ratings_cell(ViewerId viewer, std::int64_t first) { return {.table = "packed_ratings", .column = "bytes", .row = first, .viewer = viewer}; }
Vault::Cell review_cell(ViewerId viewer, ReviewId review) { return {.table = "reviews", .column = "sealed", .row = review.number(), .viewer = viewer}; }
Vault::Cell import_cell(ImportId import) { return {.table = "imports", .column = "sealed", .row = import.number(), .viewer = {}}; }
Vault::Cell story_cell(StoryId story) { return {.table = "stories", .column = "sealed", .row = story.number(), .viewer = {}}; }

std::string packed(const Review& review) {
  ByteWriter bytes;
  bytes.put(std::string_view(review.author));
  bytes.put(std::string_view(review.text));
  bytes.put(static_cast<std::uint8_t>(review.stars ? 1 : 0));
  bytes.put(review.stars.value_or(0));
  return std::move(bytes).take();
}

std::string key_of(Connection& connection, FilmId film) {
  const auto found = find_film(connection, film);
  return found && *found ? (*found)->key : std::to_string(film.number());
}

Expected<void> add_shown(Connection& connection, ViewerId viewer, boost::json::object& data) {
  CINELOOM_TRY_ASSIGN(const auto lists, sqlite::slates(connection, {.viewer = viewer, .since = {}, .limit = 1'000'000}));
  boost::json::array shown;
  for (const Slate& slate : lists) {
    for (const SlateItem& item : slate.items) {
      shown.push_back({{"at_ms", slate.at.time_since_epoch().count()},
                       {"film", key_of(connection, item.film)},
                       {"position", item.position},
                       {"score", item.score},
                       {"propensity", item.propensity},
                       {"ranker", slate.ranker},
                       {"model", slate.model_version},
                       {"context", slate.context}});
    }
  }
  data["shown"] = std::move(shown);
  return {};
}

Expected<void> add_forecasts(Connection& connection, ViewerId viewer, boost::json::object& data) {
  CINELOOM_TRY_ASSIGN(const auto all, sealed::forecasts(connection, viewer));
  boost::json::array list;
  for (const Forecast& forecast : all) {
    list.push_back({{"film", key_of(connection, forecast.film)},
                    {"stars", forecast.stars},
                    {"low", forecast.low},
                    {"high", forecast.high},
                    {"model", forecast.model_version},
                    {"at_ms", forecast.at.time_since_epoch().count()}});
  }
  data["forecasts"] = std::move(list);
  return {};
}

Expected<void> add_preferences(Connection& connection, ViewerId viewer, boost::json::object& data) {
  CINELOOM_TRY_ASSIGN(const auto all, preferences(connection, viewer));
  boost::json::array list;
  for (const Preference& preference : all) {
    CINELOOM_TRY_ASSIGN(auto value, json::parse(preference.json));
    list.push_back({{"name", preference.name}, {"value", std::move(value)}});
  }
  data["preferences"] = std::move(list);
  return {};
}

Expected<void> add_reviews(Connection& connection, ViewerId viewer, boost::json::object& data) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT id, film, language, at, sealed FROM reviews WHERE viewer=? ORDER BY id"));
  statement->bind(1, viewer.number());
  boost::json::array list;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    Review review{.id = ReviewId(statement->integer(0))};
    CINELOOM_TRY(open_review(connection, review, viewer, statement->text(4)));
    boost::json::object told{{"film", key_of(connection, FilmId(statement->integer(1)))}, {"text", review.text}, {"stars", nullptr}};
    if (review.stars) told["stars"] = *review.stars;
    told["at_ms"] = statement->integer(3);
    told["language"] = statement->text(2);
    list.push_back(std::move(told));
  }
  statement->reset();
  data["reviews"] = std::move(list);
  return {};
}

}  // namespace

Expected<std::string> seal_ratings(Connection& connection, ViewerId viewer, std::int64_t first, std::string_view bytes) {
  return connection.vault()->seal(connection, ratings_cell(viewer, first), bytes);
}

Expected<std::string> open_ratings(Connection& connection, ViewerId viewer, std::int64_t first, std::string_view cell) {
  return connection.vault()->open(connection, ratings_cell(viewer, first), cell);
}

Expected<void> seal_review(Connection& connection, ReviewId id, const Review& review) {
  CINELOOM_TRY_ASSIGN(const auto author, find_viewer(connection, review.author));
  if (!author) return {};
  CINELOOM_TRY_ASSIGN(const std::string cell, connection.vault()->seal(connection, review_cell(author->id, id), packed(review)));
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("UPDATE reviews SET author='', text='', stars=NULL, viewer=?, sealed=? WHERE id=?"));
  statement->bind(1, author->id.number());
  statement->bind_blob(2, cell);
  statement->bind(3, id.number());
  CINELOOM_TRY(statement->step());
  statement->reset();
  return {};
}

Expected<void> open_review(Connection& connection, Review& review, ViewerId viewer, std::string_view cell) {
  CINELOOM_TRY_ASSIGN(const std::string plain, connection.vault()->open(connection, review_cell(viewer, review.id), cell));
  ByteReader bytes(plain);
  std::uint8_t has_stars = 0;
  double stars = 0;
  bytes.take(review.author);
  bytes.take(review.text);
  bytes.take(has_stars);
  bytes.take(stars);
  if (!bytes.is_whole()) return fail(ErrorCode::DataLoss, "a sealed review says what this program does not know");
  if (has_stars != 0) review.stars = stars;
  return {};
}

Expected<void> put_receipt(Connection& connection, const ImportReceipt& receipt) {
  CINELOOM_TRY_ASSIGN(const std::string cell, connection.vault()->seal(connection, import_cell(receipt.id), json::write(receipt)));
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("UPDATE imports SET path='', receipt='{}', sealed=? WHERE id=?"));
  statement->bind_blob(1, cell);
  statement->bind(2, receipt.id.number());
  CINELOOM_TRY(statement->step());
  statement->reset();
  return {};
}

Expected<ImportReceipt> receipt_of(Connection& connection, ImportId import, std::string_view cell) {
  CINELOOM_TRY_ASSIGN(const std::string plain, connection.vault()->open(connection, import_cell(import), cell));
  return json::read<ImportReceipt>(plain);
}

Expected<int> blank_paths(Connection& connection, std::string_view which) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(fmt::format("SELECT id, sealed FROM imports WHERE sealed IS NOT NULL AND {}", which)));
  std::vector<ImportReceipt> told;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    const ImportId id(statement->integer(0));
    CINELOOM_TRY_ASSIGN(ImportReceipt receipt, receipt_of(connection, id, statement->text(1)));
    receipt.id = id;
    if (!receipt.path.empty()) told.push_back(std::move(receipt));
  }
  statement->reset();
  for (ImportReceipt& receipt : told) {
    receipt.path.clear();
    CINELOOM_TRY(put_receipt(connection, receipt));
  }
  return static_cast<int>(told.size());
}

Expected<StoryId> put_story(Connection& connection, StoryId id, std::string_view json) {
  CINELOOM_TRY(connection.run("INSERT INTO stories(id, json) VALUES(nullif(?,0),'') ON CONFLICT(id) DO UPDATE SET json=''", id.number()));
  const StoryId kept = id.is_none() ? StoryId(connection.last_id()) : id;
  CINELOOM_TRY_ASSIGN(const std::string cell, connection.vault()->seal(connection, story_cell(kept), json));
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("UPDATE stories SET sealed=? WHERE id=?"));
  statement->bind_blob(1, cell);
  statement->bind(2, kept.number());
  CINELOOM_TRY(statement->step());
  statement->reset();
  return kept;
}

Expected<std::string> open_story(Connection& connection, StoryId id, std::string_view cell) {
  return connection.vault()->open(connection, story_cell(id), cell);
}

Expected<std::set<FilmId>> films_spoken_of(Connection& connection) {
  std::set<FilmId> films;
  CINELOOM_TRY_ASSIGN(const auto told, tellings(connection, ViewerId(), Which::All));
  for (const Telling& telling : told) films.insert(telling.event.film);
  CINELOOM_TRY_ASSIGN(const auto forecast, sealed::forecasts(connection, ViewerId()));
  for (const Forecast& one : forecast) films.insert(one.film);
  CINELOOM_TRY_ASSIGN(const auto lists, sqlite::slates(connection, {.viewer = {}, .since = {}, .limit = 1'000'000}));
  for (const Slate& slate : lists) {
    for (const SlateItem& item : slate.items) films.insert(item.film);
  }
  return films;
}

Expected<std::string> viewer_text(Connection& connection, ViewerId viewer) {
  CINELOOM_TRY_ASSIGN(const auto known, find_viewer(connection, viewer));
  if (!known) return fail(ErrorCode::NotFound, fmt::format("there is no viewer {}", viewer.number()));
  constexpr std::string_view kOpen =
      "SELECT json_object('films', (SELECT json_group_object(id, key) FROM films), 'experiments', (SELECT json_group_array(json_object("
      "'experiment', experiment, 'variant', variant, 'at_ms', at)) FROM exposures WHERE viewer=?1), 'told', (SELECT json_group_array(json_object("
      "'url', substr(url, 1, 7 + instr(replace(substr(url, 9), '?', '/') || '/', '/')), 'topic', topic, "
      " 'at_ms', d.created, 'ended_at_ms', ended, 'status', status)) FROM webhook_deliveries d "
      "JOIN webhooks w ON w.id=d.webhook WHERE viewer=?1))";
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(kOpen));
  statement->bind(1, viewer.number());
  CINELOOM_TRY(statement->step());
  const std::string text(statement->text(0));
  statement->reset();
  CINELOOM_TRY_ASSIGN(const auto open, json::parse(text));
  boost::json::object data{{"viewer", {{"id", viewer.number()}, {"name", known->name}}}, {"films", open.at("films")}};
  CINELOOM_TRY(add_shown(connection, viewer, data));
  CINELOOM_TRY(add_forecasts(connection, viewer, data));
  data["experiments"] = open.at("experiments");
  CINELOOM_TRY(add_preferences(connection, viewer, data));
  CINELOOM_TRY(add_reviews(connection, viewer, data));
  data["told"] = open.at("told");
  return boost::json::serialize(data);
}

}  // namespace cineloom::sqlite::sealed
