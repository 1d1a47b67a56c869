#include "fault_page.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <new>
#include <utility>

#include "base/files.h"

namespace cineloom::torture {

Expected<FaultPage> FaultPage::make(const std::filesystem::path& file, const std::filesystem::path& folder) {
  const FileDescriptor descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (descriptor.get() < 0 || ::ftruncate(descriptor.get(), sizeof(FaultControl)) != 0) return fail(ErrorCode::Unavailable, "cannot make the control page");
  void* const page = ::mmap(nullptr, sizeof(FaultControl), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor.get(), 0);
  if (page == MAP_FAILED) return fail(ErrorCode::Unavailable, "cannot map the control page");
  return FaultPage(new (page) FaultControl, {fmt::format("LD_PRELOAD={}", CINELOOM_FAULT_LIBRARY), fmt::format("{}={}", kControlVariable, file.string()),
                                             fmt::format("{}={}", kFolderVariable, folder.string())});
}

FaultPage::FaultPage(FaultPage&& other) noexcept : control_(std::exchange(other.control_, nullptr)), environment_(std::move(other.environment_)) {}

FaultPage::~FaultPage() {
  if (control_ != nullptr) ::munmap(control_, sizeof(FaultControl));
}

void FaultPage::reset() const {
  control_->calls = 0;
  control_->kill_at = -1;
  control_->fail_from = -1;
  control_->fail_count = 0;
  control_->is_swallowing = 0;
  control_->room = -1;
}

}  // namespace cineloom::torture
