// ONNX Runtime gives a table of functions whose order is fixed for each version of its interface. Only the part that is used here is
// described, by its place in the table.
#include "vision/nets/onnx_runtime.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstddef>
#include <cstdlib>
#include <utility>

namespace cineloom {
namespace {

constexpr std::uint32_t kInterface = 14;  ///< the oldest that has all of this; later libraries keep it
constexpr int kErrorsOnly = 3;
constexpr int kFloat = 1;
constexpr int kArena = 1;

/// What the library knows as its own types; here only that they differ counts.
struct Status;
struct Environment;
struct Session;
struct SessionOptions;
struct Value;
struct ShapeInfo;
struct MemoryInfo;
struct RunOptions;

/// Places in the table.
enum Entry : std::size_t {
  kErrorMessage = 2,
  kCreateEnvironment = 3,
  kCreateSessionFromArray = 8,
  kRun = 9,
  kCreateSessionOptions = 10,
  kDisableArena = 19,
  kSetThreads = 24,
  kSetThreadsBetween = 25,
  kCreateTensor = 49,
  kIsTensor = 50,
  kTensorData = 51,
  kElementType = 60,
  kElementCount = 64,
  kTensorShape = 65,
  kCreateMemoryInfo = 68,
  kReleaseEnvironment = 92,
  kReleaseStatus = 93,
  kReleaseMemoryInfo = 94,
  kReleaseSession = 95,
  kReleaseValue = 96,
  kReleaseShape = 99,
  kReleaseSessionOptions = 100,
};

struct Base {
  const void* const* (*table)(std::uint32_t version);
  const char* (*version)();
};

/// The table, with a function's type given where it is called.
class Table {
 public:
  explicit Table(const void* const* entries = nullptr) : entries_(entries) {}

  template <class Result, class... Arguments>
  Result call(Entry entry, Arguments... arguments) const {
    using Function = Result (*)(Arguments...);
    return reinterpret_cast<Function>(const_cast<void*>(entries_[entry]))(arguments...);
  }

  /// Functions that give a status: null is success.
  template <class... Arguments>
  Expected<void> try_call(Entry entry, Arguments... arguments) const {
    Status* status = call<Status*>(entry, arguments...);
    if (status == nullptr) return {};
    std::string message = call<const char*>(kErrorMessage, static_cast<const Status*>(status));
    call<void>(kReleaseStatus, status);
    constexpr std::size_t kEnough = 300;
    if (message.size() > kEnough) message.resize(kEnough);
    return fail(ErrorCode::InvalidArgument, "ONNX Runtime says: " + message);
  }

 private:
  const void* const* entries_;
};

/// Owns what the library made; it outlives neither the table nor the library.
template <class T>
class Owned {
 public:
  Owned(const Table& table, Entry release) : table_(table), release_(release) {}
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() {
    if (made_ != nullptr) table_.call<void>(release_, made_);
  }
  [[nodiscard]] T* get() const { return made_; }
  [[nodiscard]] T** place() { return &made_; }

 private:
  Table table_;
  Entry release_;
  T* made_ = nullptr;
};

std::unexpected<Error> no_runtime(ErrorCode code, std::string what) {
  return std::unexpected(
      Error(code, std::move(what)).advise("nets need libonnxruntime.so, 1.14 or later; docs/formats/vision-nets.md says where it is looked for"));
}

}  // namespace

struct OnnxRuntime::State {
  explicit State(Table functions) : table(functions), environment(table, kReleaseEnvironment), memory(table, kReleaseMemoryInfo) {}

  Table table;
  std::string version;
  Owned<Environment> environment;
  Owned<MemoryInfo> memory;
};

OnnxRuntime::OnnxRuntime(std::unique_ptr<State> state) : state_(std::move(state)) {}
OnnxRuntime::~OnnxRuntime() = default;
const std::string& OnnxRuntime::version() const { return state_->version; }

Expected<std::shared_ptr<const OnnxRuntime>> OnnxRuntime::load(const std::string& library) {
  // Builds by its makers report home, from a thread of their own, unless this is set before they begin.
  if (::setenv("ORT_DISABLE_TELEMETRY", "1", 1) != 0) return no_runtime(ErrorCode::Unavailable, "ONNX Runtime cannot be told to keep quiet");
  // Never closed: its threads and destructors may outlive whoever used it.
  void* handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return no_runtime(ErrorCode::NotFound, fmt::format("ONNX Runtime does not open: {}", ::dlerror()));
  void* symbol = ::dlsym(handle, "OrtGetApiBase");
  const Base* base = symbol == nullptr ? nullptr : reinterpret_cast<const Base* (*)()>(symbol)();
  if (base == nullptr) return no_runtime(ErrorCode::InvalidArgument, fmt::format("'{}' is no ONNX Runtime", library));
  const void* const* table = base->table(kInterface);
  if (table == nullptr) return no_runtime(ErrorCode::InvalidArgument, fmt::format("ONNX Runtime {} lacks interface {}", base->version(), kInterface));
  auto state = std::make_unique<State>(Table(table));
  state->version = base->version();
  CINELOOM_TRY(state->table.try_call(kCreateEnvironment, kErrorsOnly, "cineloom", state->environment.place()));
  CINELOOM_TRY(state->table.try_call(kCreateMemoryInfo, "Cpu", kArena, 0, 0, state->memory.place()));
  return std::shared_ptr<const OnnxRuntime>(new OnnxRuntime(std::move(state)));  // the constructor is private
}

struct OnnxModel::State {
  State(std::shared_ptr<const OnnxRuntime> library, const Table& functions) : runtime(std::move(library)), table(functions), session(table, kReleaseSession) {}

  std::shared_ptr<const OnnxRuntime> runtime;
  Table table;
  Owned<Session> session;
  std::string input;
  std::vector<std::string> outputs;

  [[nodiscard]] Expected<std::vector<float>> values_of(const Value* value) const {
    int is_tensor = 0;
    CINELOOM_TRY(table.try_call(kIsTensor, value, &is_tensor));
    if (is_tensor == 0) return fail(ErrorCode::InvalidArgument, "expected tensors from the net");
    Owned<ShapeInfo> shape(table, kReleaseShape);
    CINELOOM_TRY(table.try_call(kTensorShape, value, shape.place()));
    int type = 0;
    std::size_t count = 0;
    CINELOOM_TRY(table.try_call(kElementType, static_cast<const ShapeInfo*>(shape.get()), &type));
    CINELOOM_TRY(table.try_call(kElementCount, static_cast<const ShapeInfo*>(shape.get()), &count));
    if (type != kFloat) return fail(ErrorCode::InvalidArgument, fmt::format("expected floats from the net, found element type {}", type));
    void* data = nullptr;
    CINELOOM_TRY(table.try_call(kTensorData, const_cast<Value*>(value), &data));
    const auto* values = static_cast<const float*>(data);
    return std::vector<float>(values, values + count);
  }
};

OnnxModel::OnnxModel(std::unique_ptr<State> state) : state_(std::move(state)) {}
OnnxModel::~OnnxModel() = default;

Expected<std::shared_ptr<const OnnxModel>> OnnxModel::open(std::shared_ptr<const OnnxRuntime> runtime, std::string_view bytes, std::string input,
                                                           std::vector<std::string> outputs) {
  const Table& table = runtime->state_->table;
  Owned<SessionOptions> options(table, kReleaseSessionOptions);
  CINELOOM_TRY(table.try_call(kCreateSessionOptions, options.place()));
  // The decoders use the cores; and a single thread adds numbers in one order.
  CINELOOM_TRY(table.try_call(kSetThreads, options.get(), 1));
  CINELOOM_TRY(table.try_call(kSetThreadsBetween, options.get(), 1));
  CINELOOM_TRY(table.try_call(kDisableArena, options.get()));
  Environment* environment = runtime->state_->environment.get();
  auto state = std::make_unique<State>(std::move(runtime), table);
  CINELOOM_TRY(state->table.try_call(kCreateSessionFromArray, static_cast<const Environment*>(environment), static_cast<const void*>(bytes.data()),
                                     bytes.size(), static_cast<const SessionOptions*>(options.get()), state->session.place()));
  state->input = std::move(input);
  state->outputs = std::move(outputs);
  return std::shared_ptr<const OnnxModel>(new OnnxModel(std::move(state)));  // the constructor is private
}

Expected<std::vector<std::vector<float>>> OnnxModel::run(std::span<float> input, std::span<const std::int64_t> shape) const {
  const Table& table = state_->table;
  const MemoryInfo* memory = state_->runtime->state_->memory.get();
  Owned<Value> tensor(table, kReleaseValue);
  CINELOOM_TRY(table.try_call(kCreateTensor, memory, static_cast<void*>(input.data()), input.size_bytes(), shape.data(), shape.size(), kFloat, tensor.place()));
  const char* input_name = state_->input.c_str();
  const Value* input_value = tensor.get();
  std::vector<const char*> names;
  for (const std::string& name : state_->outputs) names.push_back(name.c_str());
  std::vector<Value*> made(names.size(), nullptr);
  const auto ran =
      table.try_call(kRun, state_->session.get(), static_cast<const RunOptions*>(nullptr), static_cast<const char* const*>(&input_name),
                     static_cast<const Value* const*>(&input_value), std::size_t{1}, static_cast<const char* const*>(names.data()), names.size(), made.data());
  Expected<std::vector<std::vector<float>>> result;
  if (!ran) result = std::unexpected(ran.error());
  for (Value* value : made) {
    if (value == nullptr) continue;
    auto values = result ? state_->values_of(value) : Expected<std::vector<float>>();
    table.call<void>(kReleaseValue, value);
    if (!values) result = std::unexpected(std::move(values).error());
    else if (result) result->push_back(*std::move(values));
  }
  return result;
}

}  // namespace cineloom
