#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace cineloom {

/// Which one of many; a FilmId is never a ViewerId. 0 = none yet; the store hands out positive numbers.
template <class Tag>
class Id {
 public:
  using IdTag = Tag;

  constexpr Id() = default;
  constexpr explicit Id(std::int64_t number) : number_(number) {}
  [[nodiscard]] constexpr std::int64_t number() const { return number_; }
  [[nodiscard]] constexpr bool is_none() const { return number_ == 0; }
  friend constexpr auto operator<=>(Id, Id) = default;

 private:
  std::int64_t number_ = 0;
};

using FilmId = Id<struct FilmTag>;
using ViewerId = Id<struct ViewerTag>;
using EventId = Id<struct EventTag>;
using ReviewId = Id<struct ReviewTag>;
using StoryId = Id<struct StoryTag>;
using ImportId = Id<struct ImportTag>;

}  // namespace cineloom

template <class Tag>
struct std::hash<cineloom::Id<Tag>> {
  std::size_t operator()(cineloom::Id<Tag> id) const noexcept { return std::hash<std::int64_t>()(id.number()); }
};
