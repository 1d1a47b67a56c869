// What every store must do for feedback/; the stores are listed in store_test.cc.
#include <limits>

#include "store/testing/conformance.h"

namespace cineloom::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

Timestamp at(std::int64_t seconds) { return Timestamp(std::chrono::seconds(seconds)); }

Slate slate_of(ViewerId viewer, std::vector<FilmId> films, const std::string& key = "") {
  Slate slate{.viewer = viewer, .at = at(100), .key = key, .ranker = "thompson", .ranker_chance = 0.375, .model_version = 3, .context = "sad, 90 minutes"};
  for (const FilmId film : films) {
    slate.items.push_back({.film = film, .position = static_cast<int>(slate.items.size()) + 1, .score = -1.5, .propensity = 0.25});
  }
  return slate;
}

Forecast forecast_of(ViewerId viewer, FilmId film, double stars = 3.5) {
  return {.viewer = viewer, .film = film, .stars = stars, .low = 2.5, .high = 4.5, .model_version = 2, .at = at(50)};
}

Experiment experiment_of(const std::string& name) {
  return {
      .name = name, .salt = "s", .variants = {{.name = "control", .share = 0.5}, {.name = "new", .share = 0.5, .settings = R"({"a":1})"}}, .started_at = at(1)};
}

TEST_P(StoreConformance, KeepsASlateWithEveryItem) {
  const ViewerId viewer = add_viewer("Ada");
  const Slate slate = slate_of(viewer, {add_film("x"), add_film("y")}, "visit-1");
  const auto id = store_->put_slate(slate);
  ASSERT_TRUE(id) << id.error().describe();
  restart();
  const auto kept = store_->slates({.viewer = viewer});
  ASSERT_TRUE(kept) << kept.error().describe();
  ASSERT_THAT(*kept, SizeIs(1));
  const Slate& found = kept->front();
  EXPECT_EQ(found.id, *id);
  EXPECT_EQ(found.at, slate.at);
  EXPECT_EQ(found.key, "visit-1");
  EXPECT_EQ(found.ranker, "thompson");
  EXPECT_EQ(found.ranker_chance, 0.375);
  EXPECT_EQ(found.model_version, 3);
  EXPECT_EQ(found.context, slate.context);
  ASSERT_THAT(found.items, SizeIs(2));
  EXPECT_EQ(found.items[1].film, slate.items[1].film);
  EXPECT_EQ(found.items[1].position, 2);
  EXPECT_EQ(found.items[1].score, -1.5);
  EXPECT_EQ(found.items[1].propensity, 0.25);
}

TEST_P(StoreConformance, CountsASlateWithTheSameKeyOnce) {
  const ViewerId viewer = add_viewer("Ada");
  const FilmId film = add_film("x");
  const auto first = store_->put_slate(slate_of(viewer, {film}, "k"));
  EXPECT_EQ(*store_->put_slate(slate_of(viewer, {add_film("y")}, "k")), *first);
  EXPECT_NE(*store_->put_slate(slate_of(add_viewer("Bo"), {film}, "k")), *first);
  ASSERT_THAT(*store_->slates({.viewer = viewer}), SizeIs(1));
  EXPECT_EQ(store_->slates({.viewer = viewer})->front().items.front().film, film);
}

TEST_P(StoreConformance, DropsSlatesPastTheirRetention) {
  const ViewerId viewer = add_viewer("Ada");
  const ViewerId other = add_viewer("Bo");
  const FilmId film = add_film("x");
  Slate slate = slate_of(viewer, {film});
  for (int i = 0; i < 5; ++i) {
    slate.at = at(i);
    ASSERT_TRUE(store_->put_slate(slate, {.per_viewer = 3}));
  }
  slate = slate_of(other, {film});
  slate.at = at(0);
  ASSERT_TRUE(store_->put_slate(slate));
  const auto kept = *store_->slates({.viewer = viewer});
  ASSERT_THAT(kept, SizeIs(3));
  EXPECT_EQ(kept.front().at, at(2));
  slate.at = at(3 * 86400);
  ASSERT_TRUE(store_->put_slate(slate, {.age = std::chrono::days(2)}));
  EXPECT_THAT(*store_->slates({.viewer = other}), SizeIs(1));
  EXPECT_THAT(*store_->slates({}), SizeIs(4));
  EXPECT_THAT(*store_->slates({.since = at(4)}), SizeIs(2));
  EXPECT_EQ(store_->slates({.limit = 1})->front().at, at(3 * 86400));
}

TEST_P(StoreConformance, RefusesASlateThatCannotHaveBeenShown) {
  const ViewerId viewer = add_viewer("Ada");
  const FilmId film = add_film("x");
  const auto refuses = [&](const Slate& slate, ErrorCode code) { EXPECT_EQ(store_->put_slate(slate).error().code(), code); };
  refuses(slate_of(viewer, {}), ErrorCode::InvalidArgument);
  refuses(slate_of(viewer, {film, film}), ErrorCode::InvalidArgument);
  refuses(slate_of(viewer, {film, FilmId(99)}), ErrorCode::NotFound);
  refuses(slate_of(ViewerId(99), {film}), ErrorCode::NotFound);
  for (const double propensity : {0.0, -0.5, 1.5, std::numeric_limits<double>::quiet_NaN()}) {
    Slate slate = slate_of(viewer, {film});
    slate.items[0].propensity = propensity;
    refuses(slate, ErrorCode::InvalidArgument);
  }
  Slate slate = slate_of(viewer, {film});
  slate.items[0].score = std::numeric_limits<double>::infinity();
  refuses(slate, ErrorCode::InvalidArgument);
  slate = slate_of(viewer, {film});
  slate.items[0].position = 2;
  refuses(slate, ErrorCode::InvalidArgument);
  EXPECT_EQ(store_->put_slate(slate_of(viewer, {film}), {.per_viewer = 0}).error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(store_->slates({.limit = 0}).error().code(), ErrorCode::InvalidArgument);
  EXPECT_THAT(*store_->slates({}), SizeIs(0));
}

TEST_P(StoreConformance, LetsTheFirstForecastStand) {
  const ViewerId viewer = add_viewer("Ada");
  const FilmId film = add_film("x");
  const auto first = store_->lock_forecast(forecast_of(viewer, film, 3.5));
  ASSERT_TRUE(first) << first.error().describe();
  EXPECT_TRUE(first->is_new);
  const auto second = store_->lock_forecast(forecast_of(viewer, film, 4.5));
  EXPECT_FALSE(second->is_new);
  EXPECT_EQ(second->kept.stars, 3.5);
  restart();
  ASSERT_THAT(*store_->forecasts(viewer), SizeIs(1));
  const Forecast kept = store_->forecasts(ViewerId())->front();
  EXPECT_EQ(kept.stars, 3.5);
  EXPECT_EQ(kept.low, 2.5);
  EXPECT_EQ(kept.high, 4.5);
  EXPECT_EQ(kept.model_version, 2);
  EXPECT_EQ(kept.at, at(50));
}

TEST_P(StoreConformance, RefusesAForecastAfterTheRating) {
  const ViewerId viewer = add_viewer("Ada");
  const FilmId film = add_film("x");
  ASSERT_TRUE(store_->append_events(std::vector<Event>{{.viewer = viewer, .film = film, .kind = EventKind::Rate, .value = 4, .at = at(1)}}));
  const auto refused = store_->lock_forecast(forecast_of(viewer, film));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::Conflict);
  EXPECT_THAT(refused.error().describe(), HasSubstr("rated"));
  EXPECT_TRUE(store_->lock_forecast(forecast_of(add_viewer("Bo"), film)));
  EXPECT_THAT(*store_->forecasts(viewer), SizeIs(0));
}

TEST_P(StoreConformance, LocksWhatIsNewOfSeveralForecastsOrNothing) {
  const ViewerId viewer = add_viewer("Ada");
  const std::vector<FilmId> films = {add_film("rated"), add_film("known"), add_film("new")};
  ASSERT_TRUE(store_->append_events(std::vector<Event>{{.viewer = viewer, .film = films[0], .kind = EventKind::Rate, .value = 4, .at = at(1)}}));
  ASSERT_TRUE(store_->lock_forecast(forecast_of(viewer, films[1], 3)));
  std::vector<Forecast> forecasts;
  for (const FilmId film : films) forecasts.push_back(forecast_of(viewer, film, 4));
  std::vector<Forecast> with_a_fault = forecasts;
  with_a_fault.push_back(forecast_of(viewer, FilmId(99)));
  EXPECT_EQ(store_->lock_new_forecasts(with_a_fault).error().code(), ErrorCode::NotFound);
  EXPECT_THAT(*store_->forecasts(viewer), SizeIs(1));
  EXPECT_EQ(*store_->lock_new_forecasts(forecasts), 1);
  EXPECT_EQ(*store_->lock_new_forecasts(forecasts), 0);
  EXPECT_THAT(*store_->forecasts(viewer), SizeIs(2));
  EXPECT_EQ(store_->forecasts(viewer)->front().stars, 3);
}

TEST_P(StoreConformance, RefusesAForecastThatIsNone) {
  const ViewerId viewer = add_viewer("Ada");
  const FilmId film = add_film("x");
  for (const double stars : {0.0, 5.5, 2.0, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(store_->lock_forecast(forecast_of(viewer, film, stars)).error().code(), ErrorCode::InvalidArgument) << stars;
  }
  EXPECT_EQ(store_->lock_forecast(forecast_of(viewer, FilmId(99))).error().code(), ErrorCode::NotFound);
  EXPECT_EQ(store_->lock_forecast(forecast_of(ViewerId(99), film)).error().code(), ErrorCode::NotFound);
}

TEST_P(StoreConformance, BeginsAnExperimentOnceAndNeverChangesIt) {
  ASSERT_TRUE(store_->put_experiment(experiment_of("e")));
  EXPECT_TRUE(store_->put_experiment(experiment_of("e")));
  Experiment other = experiment_of("e");
  other.salt = "t";
  EXPECT_EQ(store_->put_experiment(other).error().code(), ErrorCode::Conflict);
  restart();
  EXPECT_EQ(store_->stop_experiment("e", at(9))->stopped_at, at(9));
  EXPECT_EQ(store_->stop_experiment("e", at(10)).error().code(), ErrorCode::Conflict);
  EXPECT_EQ(store_->stop_experiment("f", at(10)).error().code(), ErrorCode::NotFound);
  const auto all = *store_->experiments();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].stopped_at, at(9));
  ASSERT_THAT(all[0].variants, SizeIs(2));
  EXPECT_EQ(all[0].variants[1].settings, R"({"a":1})");
}

TEST_P(StoreConformance, RefusesAnExperimentThatCannotBeJudged) {
  const auto refuses = [&](auto spoil) {
    Experiment experiment = experiment_of("e");
    spoil(experiment);
    EXPECT_EQ(store_->put_experiment(experiment).error().code(), ErrorCode::InvalidArgument);
  };
  refuses([](Experiment& e) { e.name.clear(); });
  refuses([](Experiment& e) { e.salt.clear(); });
  refuses([](Experiment& e) { e.variants.pop_back(); });
  refuses([](Experiment& e) { e.variants[1].name = e.variants[0].name; });
  refuses([](Experiment& e) { e.variants[1].share = 0.6; });
  refuses([](Experiment& e) { e.variants[1].share = std::numeric_limits<double>::quiet_NaN(); });
  refuses([](Experiment& e) { e.variants[1].settings = "no JSON"; });
  EXPECT_THAT(*store_->experiments(), SizeIs(0));
}

TEST_P(StoreConformance, CountsTheFirstVariantAViewerMet) {
  const ViewerId ada = add_viewer("Ada");
  ASSERT_TRUE(store_->put_experiment(experiment_of("e")));
  ASSERT_TRUE(store_->add_exposure({.experiment = "e", .viewer = ada, .variant = "new", .at = at(5)}));
  ASSERT_TRUE(store_->add_exposure({.experiment = "e", .viewer = ada, .variant = "control", .at = at(6)}));
  ASSERT_TRUE(store_->add_exposure({.experiment = "e", .viewer = add_viewer("Bo"), .variant = "control", .at = at(4)}));
  const auto met = *store_->exposures("e");
  ASSERT_THAT(met, SizeIs(2));
  EXPECT_EQ(met[0].at, at(4));
  EXPECT_EQ(met[1].viewer, ada);
  EXPECT_EQ(met[1].variant, "new");
  EXPECT_EQ(store_->add_exposure({.experiment = "e", .viewer = ada, .variant = "none"}).error().code(), ErrorCode::NotFound);
  EXPECT_EQ(store_->add_exposure({.experiment = "f", .viewer = ada, .variant = "new"}).error().code(), ErrorCode::NotFound);
  EXPECT_EQ(store_->add_exposure({.experiment = "e", .viewer = ViewerId(99), .variant = "new"}).error().code(), ErrorCode::NotFound);
  ASSERT_TRUE(store_->stop_experiment("e", at(9)));
  EXPECT_EQ(store_->add_exposure({.experiment = "e", .viewer = add_viewer("Cy"), .variant = "new"}).error().code(), ErrorCode::Conflict);
}

TEST_P(StoreConformance, KeepsAViewersPreferences) {
  const ViewerId viewer = add_viewer("Ada");
  ASSERT_TRUE(store_->put_preference(viewer, "exploration", "0.1"));
  ASSERT_TRUE(store_->put_preference(viewer, "exploration", "0.2"));
  restart();
  EXPECT_EQ(*store_->preference(viewer, "exploration"), "0.2");
  EXPECT_FALSE(store_->preference(viewer, "other")->has_value());
  EXPECT_FALSE(store_->preference(ViewerId(99), "exploration")->has_value());
  EXPECT_EQ(store_->put_preference(ViewerId(99), "exploration", "0.2").error().code(), ErrorCode::NotFound);
  EXPECT_EQ(store_->put_preference(viewer, "exploration", "{").error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(store_->put_preference(viewer, "", "1").error().code(), ErrorCode::InvalidArgument);
}

TEST_P(StoreConformance, ForgetsWhatWasShownOfAFilmThatAnUndoneImportTakesAway) {
  ImportBatch batch{.source = "test", .path = "somewhere"};
  batch.films.push_back({.key = "new"});
  batch.viewers.push_back({.name = "Bo"});
  const auto receipt = apply(batch);
  ASSERT_TRUE(receipt);
  const FilmId film = (*store_->find_film("new"))->id;
  const ViewerId bo = (*store_->find_viewer("Bo"))->id;
  ASSERT_TRUE(store_->put_slate(slate_of(add_viewer("Ada"), {film})));
  ASSERT_TRUE(store_->put_slate(slate_of(bo, {film})));
  ASSERT_TRUE(store_->lock_forecast(forecast_of(bo, film)));
  ASSERT_TRUE(store_->undo_import(receipt->id));
  EXPECT_THAT(*store_->forecasts(ViewerId()), SizeIs(0));
  EXPECT_THAT(*store_->slates({}), SizeIs(1));
  EXPECT_TRUE(store_->check());
}

}  // namespace
}  // namespace cineloom::testing
