#include "story/internal/fact_flow.h"

#include <algorithm>
#include <bit>
#include <tuple>

namespace cineloom::story {
namespace {

std::uint64_t bit_of(std::uint32_t fact) { return std::uint64_t{1} << (fact % FactFlow::kWord); }

}  // namespace

std::size_t FactFlow::FactHash::operator()(const Fact& fact) const {
  const std::hash<std::string> hash;
  return hash(fact.predicate) ^ (hash(fact.subject) * 3) ^ (hash(fact.object) * 5);
}

std::optional<std::uint32_t> FactFlow::find(const Fact& fact) const {
  const auto found = numbers_.find(fact);
  return found == numbers_.end() ? std::nullopt : std::optional(found->second);
}

std::uint32_t FactFlow::number_of(const Fact& fact) {
  const auto [found, is_new] = numbers_.try_emplace(fact, count_);
  if (is_new) ++count_;
  return found->second;
}

std::uint32_t FactFlow::ask(std::uint32_t word, std::uint64_t facts, Place place) {
  touches_.push_back({word * kWord, place, Kind::Ask, static_cast<std::uint32_t>(questions_.size())});
  questions_.push_back(facts);
  return touches_.back().question;
}

// What asks at a moment hears what was so before anything that happens at it: "Before" asks, then takes promises up.
void FactFlow::sort() {
  std::ranges::stable_sort(touches_, {}, [](const Touch& touch) {
    return std::tuple(touch.fact / kWord, touch.place.node, touch.place.event, touch.place.moment, touch.kind == Kind::Ask ? 0 : 1);
  });
}

void FactFlow::gather(Touches touches, Bits& bits) const {
  for (const Touch& touch : touches) {
    std::uint64_t& gives = bits.gives[touch.place.node];
    std::uint64_t& takes = bits.takes[touch.place.node];
    const std::uint64_t bit = bit_of(touch.fact);
    if (touch.kind == Kind::Add) {
      gives |= bit;
      takes &= ~bit;
    } else if (touch.kind == Kind::Remove) {
      gives &= ~bit;
      takes |= bit;
    }
  }
}

bool FactFlow::pass(std::uint64_t at_start, Bits& bits) const {
  bool has_changed = false;
  for (const std::uint32_t node : index_.order()) {
    const bool is_start = node == *index_.start();
    std::uint64_t some = is_start ? at_start : 0;
    std::uint64_t all = is_start ? at_start : ~std::uint64_t{0};
    for (const std::uint32_t before : index_.before(node)) {
      if (!index_.is_reached(before)) continue;
      some |= (bits.some[before] & ~bits.takes[before]) | bits.gives[before];
      all &= (bits.all[before] & ~bits.takes[before]) | bits.gives[before];
    }
    has_changed = has_changed || some != bits.some[node] || all != bits.all[node];
    bits.some[node] = some;
    bits.all[node] = all;
  }
  return has_changed;
}

// Nothing is known to be true on some path at first, and everything on all of them: both can only give way.
void FactFlow::flow(std::uint64_t at_start, Bits& bits) const {
  std::ranges::fill(bits.some, 0);
  std::ranges::fill(bits.all, ~std::uint64_t{0});
  const bool has_loops = !index_.returned_to().empty();
  while (pass(at_start, bits) && has_loops) {}
}

void FactFlow::answer(Touches touches, const Bits& bits, const Hear& hear) const {
  for (std::size_t at = 0; at < touches.size();) {
    const std::uint32_t node = touches[at].place.node;
    std::uint64_t some = bits.some[node];
    std::uint64_t all = bits.all[node];
    for (; at < touches.size() && touches[at].place.node == node; ++at) {
      const Touch& touch = touches[at];
      if (touch.kind == Kind::Ask) {
        const std::uint64_t facts = questions_[touch.question];
        if (index_.is_reached(node)) hear(touch.question, some & facts, all & facts);
        continue;
      }
      const std::uint64_t bit = bit_of(touch.fact);
      some = touch.kind == Kind::Add ? some | bit : some & ~bit;
      all = touch.kind == Kind::Add ? all | bit : all & ~bit;
    }
  }
}

void FactFlow::note_changes(Touches touches, const Bits& bits, std::vector<std::vector<std::uint32_t>>& changes) const {
  for (std::size_t at = 0; at < touches.size(); ++at) {
    const std::uint32_t node = touches[at].place.node;
    if (at > 0 && touches[at - 1].place.node == node) continue;
    const std::uint32_t first = touches[at].fact / kWord * kWord;
    const std::uint64_t given = bits.gives[node] & ~bits.all[node];
    const std::uint64_t taken = bits.takes[node] & bits.some[node];
    for (std::uint64_t left = given | taken; left != 0; left &= left - 1) {
      const auto bit = static_cast<std::uint32_t>(std::countr_zero(left));
      changes[node].push_back(2 * (first + bit) + ((given >> bit) & 1U));
    }
  }
}

std::vector<std::vector<std::uint32_t>> FactFlow::run(const Hear& hear) {
  std::vector<std::vector<std::uint32_t>> changes(index_.size());
  if (!index_.start()) return changes;
  sort();
  Bits bits;
  for (auto* one : {&bits.gives, &bits.takes, &bits.some, &bits.all}) one->resize(index_.size());
  for (std::size_t at = 0; at < touches_.size();) {
    const std::uint32_t word = touches_[at].fact / kWord;
    const std::size_t begin = at;
    while (at < touches_.size() && touches_[at].fact / kWord == word) ++at;
    const Touches touches = Touches(touches_).subspan(begin, at - begin);
    std::uint64_t at_start = 0;
    for (auto fact = true_at_start_.lower_bound(word * kWord); fact != true_at_start_.end() && *fact / kWord == word; ++fact) at_start |= bit_of(*fact);
    std::ranges::fill(bits.gives, 0);
    std::ranges::fill(bits.takes, 0);
    gather(touches, bits);
    flow(at_start, bits);
    answer(touches, bits, hear);
    note_changes(touches, bits, changes);
  }
  return changes;
}

}  // namespace cineloom::story
