#include "collect/internal/teller.h"

#include <fmt/format.h>

#include "collect/film_key.h"
#include "domain/complete_film.h"

namespace cineloom::collect {
namespace {

LocalText words_of(PassedOver reason, int rows) {
  switch (reason) {
    case PassedOver::NotAFilm: return {fmt::format("{} rows are not of films and were passed over", rows), fmt::format("{} 行不是电影，已略过", rows)};
    case PassedOver::TooShort: return {fmt::format("{} plays were too short to count as watched", rows), fmt::format("{} 次播放太短，不算看过", rows)};
    case PassedOver::Extra: return {fmt::format("{} plays were of trailers and other extras", rows), fmt::format("{} 次播放是预告片或花絮", rows)};
    case PassedOver::Deleted: return {fmt::format("{} deleted rows stay deleted", rows), fmt::format("{} 行已被删除，不再导入", rows)};
    case PassedOver::List: return {fmt::format("{} lists were passed over", rows), fmt::format("{} 个片单未导入", rows)};
    case PassedOver::NoFilm: return {fmt::format("{} rows name no film that is told of", rows), fmt::format("{} 行没有对应的影片", rows)};
    case PassedOver::NoDate: return {fmt::format("{} rows say no date and were passed over", rows), fmt::format("{} 行没有日期，已略过", rows)};
    case PassedOver::InProgress: break;
  }
  return {fmt::format("{} films are being watched and were passed over", rows), fmt::format("{} 部影片在看，已略过", rows)};
}

}  // namespace

std::size_t Teller::film(Film film, std::string_view id) {
  const std::string& any = film.title.english.empty() ? (film.title.original.empty() ? film.title.chinese : film.title.original) : film.title.english;
  film.key = film_key(any, film.year);
  const std::string name = id.empty() ? "=" + film.key : std::string(id);
  const auto [place, is_new] = places_.try_emplace(name, films_.size());
  if (is_new) films_.push_back(std::move(film));
  else complete_film(films_[place->second], film);
  return place->second;
}

std::vector<LocalText> Teller::warnings() const {
  std::vector<LocalText> all = warnings_;
  for (const auto& [reason, rows] : passed_over_) all.push_back(words_of(reason, rows));
  return all;
}

}  // namespace cineloom::collect
