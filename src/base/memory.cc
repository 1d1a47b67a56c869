#include "base/memory.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>

namespace cineloom {
namespace {

std::optional<std::uint64_t> number_in(const char* file) {
  std::ifstream in(file);
  std::uint64_t number = 0;
  if (in >> number) return number;
  return std::nullopt;
}

std::optional<std::uint64_t> system_memory() {
  std::ifstream in("/proc/meminfo");
  std::string name;
  std::uint64_t kilobytes = 0;
  for (std::string unit; in >> name >> kilobytes; std::getline(in, unit)) {
    if (name == "MemAvailable:") return kilobytes << 10U;
  }
  return std::nullopt;
}

// Without a limit memory.max holds a word.
std::optional<std::uint64_t> cgroup_memory() {
  const auto most = number_in("/sys/fs/cgroup/memory.max");
  const auto used = number_in("/sys/fs/cgroup/memory.current");
  if (!most || !used) return std::nullopt;
  return *most - std::min(*most, *used);
}

}  // namespace

std::uint64_t available_memory() {
  const auto system = system_memory();
  const auto cgroup = cgroup_memory();
  if (system && cgroup) return std::min(*system, *cgroup);
  return system ? *system : cgroup.value_or(0);
}

}  // namespace cineloom
