#include "confine/sandbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <tuple>

#include "base/sanitizers.h"

namespace cineloom {
namespace {

/// The kernel's structure as of landlock 6; older kernels are given its first bytes only.
struct LandlockRules {
  std::uint64_t file_system = 0;
  std::uint64_t network = 0;
  std::uint64_t scoped = 0;
};

int landlock_abi() {
  const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return abi < 0 ? 0 : static_cast<int>(abi);
}

LandlockRules everything_of(int abi) {
  const int rights = abi >= 5 ? 16 : abi >= 3 ? 15 : abi == 2 ? 14 : 13;
  return {(std::uint64_t{1} << static_cast<unsigned>(rights)) - 1, abi >= 4 ? 3U : 0U, abi >= 6 ? 3U : 0U};
}

/// Handles every right and allows none. Returns the ABI in force, 0 if the kernel has no landlock.
int close_file_system() {
  const int abi = landlock_abi();
  if (abi == 0) return 0;
  const LandlockRules rules = everything_of(abi);
  const std::size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
  const long set = ::syscall(SYS_landlock_create_ruleset, &rules, size, 0);
  if (set < 0) return 0;
  const long restricted = ::syscall(SYS_landlock_restrict_self, set, 0);
  std::ignore = ::close(static_cast<int>(set));  // the rules hold whether or not the handle closes
  return restricted == 0 ? abi : 0;
}

Expected<void> limit(__rlimit_resource_t resource, std::uint64_t value) {
  const rlimit bounds{value, value};
  if (::setrlimit(resource, &bounds) == 0) return {};
  return fail(ErrorCode::Unavailable, fmt::format("cannot limit resource {}: {}", static_cast<int>(resource), std::strerror(errno)));
}

Expected<void> limit_resources(const SandboxLimits& limits) {
  if (limits.memory_bytes > 0 && CINELOOM_IS_SANITIZED == 0) CINELOOM_TRY(limit(RLIMIT_AS, limits.memory_bytes));
  if (limits.processor_seconds > 0) CINELOOM_TRY(limit(RLIMIT_CPU, limits.processor_seconds));
  if (limits.threads == Threads::Refuse) CINELOOM_TRY(limit(RLIMIT_NPROC, 0));
  CINELOOM_TRY(limit(RLIMIT_FSIZE, 0));
  CINELOOM_TRY(limit(RLIMIT_CORE, 0));
  return limit(RLIMIT_NOFILE, 16);
}

struct FilterDeleter {
  void operator()(void* filter) const { seccomp_release(filter); }
};

/// What decoding needs of the kernel once its libraries are loaded.
constexpr std::array kAllowed = {
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(pread64),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(close),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(sendto),
    SCMP_SYS(recvfrom),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(rseq),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(getcpu),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom),
    SCMP_SYS(sysinfo),
    SCMP_SYS(uname),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

/// Libraries try these by habit and can live with a refusal; death would be too hard.
constexpr std::array kRefused = {
    SCMP_SYS(open),        SCMP_SYS(openat),    SCMP_SYS(access),     SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),  SCMP_SYS(readlink),  SCMP_SYS(readlinkat), SCMP_SYS(stat),
    SCMP_SYS(lstat),       SCMP_SYS(ioctl),     SCMP_SYS(fcntl),      SCMP_SYS(sched_setaffinity),
    SCMP_SYS(getdents64),  SCMP_SYS(fadvise64), SCMP_SYS(mlock),      SCMP_SYS(sched_setscheduler),
    SCMP_SYS(setpriority), SCMP_SYS(mbind),
};

/// What sanitizers do beside the program: asking through a pipe which memory can be read, and waiting in a thread of their own.
constexpr std::array kSanitizers = {SCMP_SYS(pipe2), SCMP_SYS(nanosleep)};

int allow_in_part(scmp_filter_ctx filter, Threads threads) {
  const auto executable = scmp_datum_t{PROT_EXEC};
  int code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, executable, 0));
  if (code == 0) code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, executable, 0));
  if (code == 0) code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1, SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH));
  if (code == 0) code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME));
  // Memory allocators name their mappings where the kernel knows how; a refusal is fine with them.
  if (code == 0) code = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_NE, PR_SET_NAME));
  // Reading one's own limits, as thread stacks need it; setting them is not allowed.
  if (code == 0) code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, 0), SCMP_A2(SCMP_CMP_EQ, 0));
  // Matrix units of the processor are asked for by those who multiply; nothing else of this call.
  const auto ask_for_unit = scmp_datum_t{0x1023};  // ARCH_REQ_XCOMP_PERM
  if (code == 0) code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(arch_prctl), 1, SCMP_A0(SCMP_CMP_EQ, ask_for_unit));
  if (code == 0) code = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(arch_prctl), 1, SCMP_A0(SCMP_CMP_NE, ask_for_unit));
  // A filter cannot look into clone3's structure: refused, so that glibc falls back to clone.
  if (code == 0) code = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  if (code != 0 || threads == Threads::Refuse) return code;
  const auto thread = scmp_datum_t{CLONE_VM | CLONE_THREAD};
  return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, thread, thread));
}

Expected<void> filter_system_calls(Threads threads) {
  const std::unique_ptr<void, FilterDeleter> filter(seccomp_init(SCMP_ACT_KILL_PROCESS));
  if (!filter) return fail(ErrorCode::Unavailable, "no memory for the system call filter");
  // A library may have begun a thread while it was loaded: the filter holds for that one too.
  int code = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);
  if (code == 0) code = allow_in_part(filter.get(), threads);
  for (const int call : kAllowed) {
    if (code == 0) code = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0);
  }
  for (const int call : kRefused) {
    if (code == 0) code = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EACCES), call, 0);
  }
  if (code == 0 && threads == Threads::Refuse) code = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EAGAIN), SCMP_SYS(clone), 0);
  for (const int call : kSanitizers) {
    if (code == 0 && CINELOOM_IS_SANITIZED != 0) code = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0);
  }
  if (code == 0) code = seccomp_load(filter.get());
  if (code == 0) return {};
  return fail(ErrorCode::Unavailable, fmt::format("the system call filter cannot be set: {}", std::strerror(-code)));
}

}  // namespace

std::string SandboxLevel::describe() const {
  const std::string files = landlock_abi > 0 ? fmt::format("file system closed (landlock {})", landlock_abi) : "no landlock in this kernel";
  return files + (is_filtered ? ", system calls filtered" : ", system calls not filtered");
}

SandboxLevel available_sandbox() { return {landlock_abi(), seccomp_api_get() >= 1}; }

Expected<SandboxLevel> confine_this_process(const SandboxLimits& limits) {
  CINELOOM_TRY(limit_resources(limits));
  const bool is_set = ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::prctl(PR_SET_DUMPABLE, 0) == 0 && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  if (!is_set) return fail(ErrorCode::Unavailable, fmt::format("privileges cannot be given up: {}", std::strerror(errno)));
  SandboxLevel level;
  level.landlock_abi = close_file_system();
  CINELOOM_TRY(filter_system_calls(limits.threads));
  level.is_filtered = true;
  return level;
}

}  // namespace cineloom
