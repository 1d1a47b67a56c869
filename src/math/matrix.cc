#include "math/matrix.h"

#include <sys/mman.h>

#include <new>
#include <tuple>

namespace cineloom {
namespace {

constexpr std::size_t kLine = 64;
constexpr std::size_t kLargePage = std::size_t{2} << 20U;

std::align_val_t alignment_of(std::size_t bytes) { return std::align_val_t{bytes < 2 * kLargePage ? kLine : kLargePage}; }

}  // namespace

void* allocate_lines(std::size_t bytes) {
  void* memory = ::operator new(bytes, alignment_of(bytes));
  // Whole pages only, so that nothing is held that was not asked for. A system without them says so, and small ones do as well.
  if (bytes >= 2 * kLargePage) std::ignore = madvise(memory, bytes / kLargePage * kLargePage, MADV_HUGEPAGE);
  return memory;
}

void free_lines(void* memory, std::size_t bytes) { ::operator delete(memory, alignment_of(bytes)); }

}  // namespace cineloom
