#include "store/internal/viewer_data.h"

#include <utility>

#include "base/json.h"

namespace cineloom::store {

Expected<std::string> with_events(std::string_view text, std::span<const Telling> tellings) {
  CINELOOM_TRY_ASSIGN(auto data, json::parse(text));
  boost::json::object& object = data.get_object();
  const boost::json::value films = std::exchange(object["films"], nullptr);
  object.erase("films");
  boost::json::array list;
  for (const Telling& telling : tellings) {
    boost::json::object told = json::to_value(telling.event).get_object();
    if (const auto* key = films.get_object().if_contains(std::to_string(telling.event.film.number()))) told["film"] = *key;
    told["raw"] = telling.raw;
    told["stands"] = telling.is_standing;
    list.push_back(std::move(told));
  }
  object["events"] = std::move(list);
  return boost::json::serialize(data);
}

}  // namespace cineloom::store
