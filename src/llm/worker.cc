#include "llm/worker.h"

#include "confine/sandbox.h"
#include "confine/worker_process.h"
#include "llm/internal/orders.h"

#ifdef CINELOOM_HAS_LLAMA
#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <ggml-backend.h>
#include <llama.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <tuple>

#include "base/json.h"
#include "llm/internal/engine.h"
#endif

namespace cineloom::llm {

#ifdef CINELOOM_HAS_LLAMA
namespace {

/// Prebuilt libraries keep the code for each kind of processor in files beside them.
void load_processor_code() {
  if (ggml_backend_dev_count() > 0) return;
  Dl_info info{};
  if (::dladdr(reinterpret_cast<void*>(&llama_backend_init), &info) == 0) return;
  ggml_backend_load_all_from_path(std::filesystem::path(info.dli_fname).parent_path().c_str());
}

struct FileCloser {
  void operator()(std::FILE* file) const { std::ignore = std::fclose(file); }  // only read from
};

/// llama.cpp writes what it thinks of a model; that is no answer of ours.
void silence() {
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0) return;
  std::ignore = ::dup2(nowhere, STDERR_FILENO);
  std::ignore = ::close(nowhere);
}

/// Everything that needs files is done before the first byte of the model is read.
Expected<LoadOrder> prepare(const std::string& request) {
  CINELOOM_TRY_ASSIGN(const LoadOrder order, json::read<LoadOrder>(request));
  ::setenv("GGML_NO_BACKTRACE", "1", 1);  // an abort must not look for a debugger
  silence();
  llama_log_set([](ggml_log_level, const char*, void*) {}, nullptr);
  load_processor_code();
  llama_backend_init();
  CINELOOM_TRY(confine_this_process({.memory_bytes = order.memory_bytes, .processor_seconds = 0, .threads = Threads::Allow}));
  if (ggml_backend_dev_count() == 0) return fail(ErrorCode::Unavailable, "llama.cpp found no code for this processor beside its libraries");
  return order;
}

Expected<void> serve(const WorkerChannel& channel, Engine& engine) {
  while (true) {
    while (channel.has_request(std::chrono::milliseconds(engine.is_idle() ? -1 : 0))) {
      CINELOOM_TRY_ASSIGN(const std::string request, channel.receive_request());
      CINELOOM_TRY_ASSIGN(Order order, json::read<Order>(request));
      engine.take(std::move(order));
    }
    CINELOOM_TRY(engine.step());
  }
}

Expected<void> load_and_serve(const WorkerChannel& channel) {
  CINELOOM_TRY_ASSIGN(const std::string request, channel.receive_request());
  const std::unique_ptr<std::FILE, FileCloser> file(::fdopen(kWorkerInput, "rb"));
  if (!file) return fail(ErrorCode::Unavailable, "the model file cannot be read");
  CINELOOM_TRY_ASSIGN(const LoadOrder order, prepare(request));
  const auto send = [&channel](const Report& report) { return channel.send_data(json::write(report)); };
  CINELOOM_TRY_ASSIGN(const auto engine, Engine::load(file.get(), order, send));
  CINELOOM_TRY(send({.kind = ReportKind::Ready, .text = llama_print_system_info(), .context = engine->context_of_one()}));
  return serve(channel, *engine);
}

}  // namespace

Expected<void> run_llm_worker() {
  const WorkerChannel channel;
  try {
    auto served = load_and_serve(channel);
    return served ? served : channel.send_error(served.error());
  } catch (const std::exception& exception) { return channel.send_error(Error(ErrorCode::DataLoss, fmt::format("llama.cpp gave up: {}", exception.what()))); }
}

bool has_llama() { return true; }
std::string describe_llama() { return fmt::format("llama.cpp {} ({})", llama_version(), CINELOOM_LLAMA_ROUTE); }

#else

Expected<void> run_llm_worker() {
  return WorkerChannel().send_error(Error(ErrorCode::Unavailable, "this program was built without llama.cpp")
                                        .advise("run ./dev build where npm can be reached, or use the address of a server"));
}

bool has_llama() { return false; }
std::string describe_llama() { return "none: models run on a server only"; }

#endif

}  // namespace cineloom::llm
