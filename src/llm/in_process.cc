#include "llm/in_process.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "base/json.h"
#include "base/memory.h"
#include "base/thread_pool.h"
#include "base/utf8.h"
#include "confine/worker_process.h"
#include "llm/internal/orders.h"
#include "llm/schema.h"
#include "llm/worker.h"

namespace cineloom::llm {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMostDeaths = 3;
constexpr std::size_t kMostPromptBytes = 4U << 20U;
/// The longest answers of many requests are a few megabytes.
constexpr std::size_t kMostUnreadBytes = 128U << 20U;
/// What llama.cpp and its buffers take beside weights and cache.
constexpr std::uint64_t kWorkingBytes = 192ULL << 20U;
/// Address space that libraries and thread stacks claim without using it.
constexpr std::uint64_t kClaimedBytes = 4ULL << 30U;
constexpr auto kLoadTime = std::chrono::minutes(10);
constexpr auto kWake = std::chrono::milliseconds(20);

Error error_of(const Report& report) {
  ErrorCode code = ErrorCode::Internal;
  for (const ErrorCode known : {ErrorCode::InvalidArgument, ErrorCode::ResourceExhausted, ErrorCode::Unavailable, ErrorCode::DataLoss, ErrorCode::Cancelled}) {
    if (name_of(known) == report.error_code) code = known;
  }
  return Error(code, report.error).advise(report.advice);
}

/// What it holds in memory, about.
std::size_t bytes_of(const Report& report) {
  std::size_t bytes = sizeof(Report) + report.text.size() + report.tokens.size() * sizeof(std::int32_t) + report.vector.size() * sizeof(float);
  for (const CandidateReport& one : report.candidates) bytes += sizeof(one) + one.text.size();
  return bytes;
}

Finish finish_of(const std::string& name) { return name == "length" ? Finish::Length : name == "repetition" ? Finish::Repetition : Finish::Stop; }

void set_sampling(Order& order, const Sampling& sampling) {
  order.max_tokens = sampling.max_tokens;
  order.temperature = sampling.temperature;
  order.top_p = sampling.top_p;
  order.top_k = sampling.top_k;
  order.repeat_penalty = sampling.repeat_penalty;
  order.seed = sampling.seed;
  order.is_exact = sampling.is_exact;
  order.stops = sampling.stops;
}

/// A living child and the requests that wait for its reports. The reader's thread ends with the child.
class Child {
 public:
  explicit Child(std::unique_ptr<WorkerProcess> process) : process_(std::move(process)), reader_([this] { read(); }) {}
  ~Child() {
    process_->stop();
    reader_.join();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  Expected<void> send(std::string_view bytes) {
    const std::lock_guard lock(sending_);
    return process_->send(bytes);
  }
  void listen(std::int64_t id) {
    const std::lock_guard lock(mutex_);
    waiting_[id];
  }
  void forget(std::int64_t id) {
    const std::lock_guard lock(mutex_);
    for (const Report& report : waiting_[id]) unread_bytes_ -= bytes_of(report);
    waiting_.erase(id);
  }
  /// The next report for this request; none within the time is a report of kind Piece without text.
  Expected<Report> next(std::int64_t id, std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    ready_.wait_for(lock, patience, [&] { return death_ || !waiting_[id].empty(); });
    Reports& reports = waiting_[id];
    if (reports.empty()) return death_ ? Expected<Report>(std::unexpected(*death_)) : Report{.id = id, .kind = ReportKind::Piece};
    Report report = std::move(reports.front());
    reports.pop_front();
    unread_bytes_ -= bytes_of(report);
    return report;
  }
  [[nodiscard]] bool is_dead() {
    const std::lock_guard lock(mutex_);
    return death_.has_value();
  }

 private:
  using Reports = std::deque<Report>;

  void read() {
    while (true) {
      auto message = process_->receive();
      auto report = message ? read_report(*message) : Expected<Report>(std::unexpected(message.error()));
      const std::lock_guard lock(mutex_);
      const auto kept = report ? keep(*std::move(report)) : std::unexpected(report.error());
      if (!kept) death_ = kept.error();
      ready_.notify_all();
      if (death_) return;
    }
  }

  Expected<void> keep(Report report) {
    const auto found = waiting_.find(report.id);
    if (found == waiting_.end()) return {};
    unread_bytes_ += bytes_of(report);
    if (unread_bytes_ > kMostUnreadBytes) return fail(ErrorCode::DataLoss, "the model's process says more than can be read");
    found->second.push_back(std::move(report));
    return {};
  }

  std::unique_ptr<WorkerProcess> process_;
  std::mutex sending_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::map<std::int64_t, Reports> waiting_;
  std::size_t unread_bytes_ = 0;  ///< of all that wait
  std::optional<Error> death_;
  std::jthread reader_;
};

/// Waits for the reports of one request, keeps its deadlines and tells the child when nobody waits any more.
class Wait {
 public:
  Wait(std::shared_ptr<Child> child, std::int64_t id) : child_(std::move(child)), id_(id) { child_->listen(id); }
  ~Wait() {
    child_->forget(id_);
    if (!is_done_) std::ignore = child_->send(json::write(Order{.id = id_, .kind = OrderKind::Cancel}));  // a dead child needs no telling
  }
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  Expected<Report> run(const Deadlines& deadlines, const TextSink& sink, const CancelToken& cancel) {
    const auto begin = Clock::now();
    auto heard = begin;
    bool has_begun = false;
    while (true) {
      CINELOOM_TRY(cancel.check());
      const auto now = Clock::now();
      if (now - begin > deadlines.total) return fail(ErrorCode::ResourceExhausted, "the model did not finish in the time allowed");
      if (now - heard > (has_begun ? deadlines.idle : deadlines.first_token)) return fail(ErrorCode::ResourceExhausted, "the model was silent for too long");
      CINELOOM_TRY_ASSIGN(Report report, child_->next(id_, kWake));
      if (report.kind == ReportKind::Failed) {
        is_done_ = true;
        return std::unexpected(error_of(report));
      }
      if (report.kind != ReportKind::Piece) {
        is_done_ = true;
        return report;
      }
      if (report.text.empty()) continue;
      heard = Clock::now();
      has_begun = true;
      if (sink) CINELOOM_TRY(sink(report.text));
    }
  }

 private:
  std::shared_ptr<Child> child_;
  std::int64_t id_;
  bool is_done_ = false;
};

class ConfinedModel final : public InProcessBackend {
 public:
  ConfinedModel(InProcessOptions options, GgufHeader header) : options_(std::move(options)), header_(std::move(header)) {}

  Expected<void> start() {
    const std::lock_guard lock(mutex_);
    return start_child();
  }

  [[nodiscard]] ModelInfo info() const override {
    return {.name = header_.name.empty() ? options_.model.stem().string() : to_valid_utf8(header_.name),
            .architecture = header_.architecture,
            .context = context_of_one_,
            .can_embed = true,
            .is_local = true};
  }
  [[nodiscard]] const GgufHeader& header() const override { return header_; }

  Expected<Answer> chat(const ChatRequest& request, const TextSink& sink, const CancelToken& cancel) override {
    if (request.messages.empty() || request.messages.size() > 256) return fail(ErrorCode::InvalidArgument, "expected 1 to 256 messages");
    Order order;
    for (const Message& message : request.messages) order.turns.push_back({std::string(name_of_role(message.role)), message.text});
    return answer(std::move(order), request.sampling, request.schema, request.deadlines, sink, cancel);
  }

  Expected<Answer> complete(const CompletionRequest& request, const TextSink& sink, const CancelToken& cancel) override {
    Order order;
    order.prompt.push_back({request.prompt, false});
    return answer(std::move(order), request.sampling, request.schema, request.deadlines, sink, cancel);
  }

  Expected<std::vector<Answer>> candidates(const CandidateRequest& request, const CancelToken& cancel) override {
    CINELOOM_TRY(check(request.sampling));
    Order order = prompted(request.prompt);
    set_sampling(order, request.sampling);
    order.candidates = request.candidates;
    order.min_tokens = request.min_tokens;
    order.wanted = request.wanted;
    order.favour = request.favour;
    order.controls = request.controls;
    order.must_end_sentence = request.must_end_sentence;
    CINELOOM_TRY_ASSIGN(const Report report, ask(std::move(order), {}, {}, cancel));
    std::vector<Answer> answers;
    answers.reserve(report.candidates.size());
    for (const CandidateReport& one : report.candidates) answers.push_back(answer_of(report, one));
    return answers;
  }

  Expected<TextScore> score(const std::vector<CandidateRequest::Part>& prompt, std::string_view text, const CancelToken& cancel) override {
    Order order = prompted(prompt);
    order.kind = OrderKind::Score;
    order.continuation = text;
    CINELOOM_TRY_ASSIGN(const Report report, ask(std::move(order), {}, {}, cancel));
    return TextScore{.log_probability = report.log_probability, .tokens = report.tokens};
  }

  Expected<std::vector<std::vector<float>>> embed(const std::vector<std::string>& texts, const CancelToken& cancel) override {
    std::vector<std::vector<float>> vectors;
    for (const std::string& text : texts) {
      Order order{.kind = OrderKind::Embed};
      order.prompt.push_back({text, false});
      CINELOOM_TRY_ASSIGN(Report report, ask(std::move(order), {}, {}, cancel));
      vectors.push_back(std::move(report.vector));
    }
    return vectors;
  }

  Expected<int> count_tokens(std::string_view text) override {
    CINELOOM_TRY_ASSIGN(const auto tokens, tokens_of({std::string(text), false}));
    return static_cast<int>(tokens.size());
  }

  Expected<std::vector<std::int32_t>> tokenize(std::string_view text) override { return tokens_of({std::string(text), true}); }

  Expected<void> health() override {
    CINELOOM_TRY(count_tokens("a"));
    return {};
  }

 private:
  Expected<std::vector<std::int32_t>> tokens_of(PromptPart part) {
    Order order{.kind = OrderKind::Tokenize};
    order.prompt.push_back(std::move(part));
    CINELOOM_TRY_ASSIGN(Report report, ask(std::move(order), {}, {}, CancelToken()));
    return std::move(report.tokens);
  }

  static Order prompted(const std::vector<CandidateRequest::Part>& parts) {
    Order order;
    for (const auto& part : parts) order.prompt.push_back({part.text, part.has_control});
    return order;
  }

  static Answer answer_of(const Report& report, const CandidateReport& one) {
    return {.text = one.text,
            .finish = finish_of(one.finish),
            .prompt_tokens = report.prompt_tokens,
            .evaluated_tokens = report.evaluated_tokens,
            .completion_tokens = one.tokens,
            .processor_seconds = report.processor_seconds,
            .log_probability = one.log_probability};
  }

  Expected<Answer> answer(Order order, const Sampling& sampling, const std::string& schema, const Deadlines& deadlines, const TextSink& sink,
                          const CancelToken& cancel) {
    CINELOOM_TRY(check(sampling));
    set_sampling(order, sampling);
    if (!schema.empty()) {
      CINELOOM_TRY_ASSIGN(Grammar grammar, grammar_of_schema(schema));
      order.grammar = std::move(grammar.text);
      // A cut answer would fit no schema; half of the context is left for the question.
      order.max_tokens = std::max(order.max_tokens, std::min(static_cast<int>(grammar.longest_bytes) + 2, context_of_one_ / 2));
    }
    CINELOOM_TRY_ASSIGN(const Report report, ask(std::move(order), deadlines, sink, cancel));
    Answer given = answer_of(report, report.candidates.front());
    if (!schema.empty()) {
      if (auto fits = check_schema(schema, given.text); !fits)
        return std::unexpected(Error(ErrorCode::DataLoss, fmt::format("the answer does not fit its schema: {}", fits.error().message())));
    }
    return given;
  }

  Expected<Report> ask(Order order, const Deadlines& deadlines, const TextSink& sink, const CancelToken& cancel) {
    CINELOOM_TRY(cancel.check());
    std::size_t bytes = order.continuation.size();
    for (const PromptPart& part : order.prompt) bytes += part.text.size();
    for (const ChatTurn& turn : order.turns) bytes += turn.text.size();
    if (bytes > kMostPromptBytes) return fail(ErrorCode::ResourceExhausted, "context_length_exceeded: the text is longer than 4 MiB");
    CINELOOM_TRY_ASSIGN(const std::shared_ptr<Child> child, living_child());
    order.id = ++last_id_;
    Wait wait(child, order.id);
    CINELOOM_TRY(child->send(json::write(order)));
    CINELOOM_TRY_ASSIGN(Report report, wait.run(deadlines, sink, cancel));
    CINELOOM_TRY(check_answer(order, report));
    deaths_ = 0;
    return report;
  }

  Expected<std::shared_ptr<Child>> living_child() {
    const std::lock_guard lock(mutex_);
    if (child_ && child_->is_dead()) {
      child_.reset();
      if (++deaths_ >= kMostDeaths)
        return std::unexpected(
            Error(ErrorCode::Unavailable, "the model's process died three times in a row").advise("use another model file: 'cineloom llm list'"));
    }
    if (!child_) CINELOOM_TRY(start_child());
    return child_;
  }

  Expected<void> start_child() {
    CINELOOM_TRY_ASSIGN(const LoadOrder order, plan());
    CINELOOM_TRY_ASSIGN(const FileDescriptor input, FileDescriptor::open_for_reading(options_.model));
    const WorkerOptions worker{.executable = options_.program, .arguments = {"worker", "llm"}, .max_message_bytes = 64U << 20U};
    CINELOOM_TRY_ASSIGN(auto process, WorkerProcess::start(worker, input));
    auto child = std::make_shared<Child>(std::move(process));
    Wait wait(child, 0);
    CINELOOM_TRY(child->send(json::write(order)));
    auto ready = wait.run({.first_token = kLoadTime, .total = kLoadTime}, {}, CancelToken());
    if (!ready) return fail_in(ready.error(), fmt::format("loading {}", options_.model.filename().string()));
    CINELOOM_TRY(check_ready(*ready));
    context_of_one_ = ready->context;
    child_ = std::move(child);
    return {};
  }

  /// How much context there is memory for, before any of it is taken.
  Expected<LoadOrder> plan() const {
    const auto made_for = header_.of_architecture("context_length");
    const auto wanted = std::max<std::uint64_t>(256, options_.context > 0 ? static_cast<std::uint64_t>(options_.context) : made_for);
    const std::uint64_t cache = header_.cache_bytes(wanted);
    const std::uint64_t needed = header_.data_bytes + cache + kWorkingBytes + header_.vocabulary * 512 * sizeof(float);
    const std::uint64_t free = available_memory();
    if (free != 0 && needed > free) {
      return std::unexpected(Error(ErrorCode::ResourceExhausted,
                                   fmt::format("the model needs {} MB with a context of {} tokens, {} MB are free", needed >> 20U, wanted, free >> 20U))
                                 .advise("use a smaller model, or a smaller --context"));
    }
    // Weights may be held twice: mapped, and arranged for this processor.
    return LoadOrder{.memory_bytes = 2 * header_.data_bytes + 2 * cache + kWorkingBytes + kClaimedBytes,
                     .context = static_cast<int>(wanted),
                     .sequences = std::clamp(options_.sequences, 1, 64),
                     .threads = options_.threads > 0 ? options_.threads : model_threads()};
  }

  InProcessOptions options_;
  GgufHeader header_;
  std::mutex mutex_;
  std::shared_ptr<Child> child_;  ///< shared with the requests that run
  std::atomic<std::int64_t> last_id_ = 0;
  std::atomic<int> deaths_ = 0;
  std::atomic<int> context_of_one_ = 0;
};

}  // namespace

int model_threads() { return std::max(1, available_cores() - 1); }

Expected<std::unique_ptr<InProcessBackend>> InProcessBackend::open(const InProcessOptions& options) {
  auto header = read_gguf_file(options.model);
  if (!header) return fail_in(header.error(), fmt::format("reading {}", options.model.filename().string()));
  if (!has_llama())
    return std::unexpected(Error(ErrorCode::Unavailable, "this program was built without llama.cpp")
                               .advise("run ./dev build where npm can be reached, or use the address of a server"));
  auto model = std::make_unique<ConfinedModel>(options, *std::move(header));
  CINELOOM_TRY(model->start());
  return model;
}

}  // namespace cineloom::llm
