#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cstdlib>
#include <iostream>

#include "base/files.h"
#include "base/json_text.h"
#include "cli/internal/commands.h"
#include "llm/catalogue.h"
#include "llm/model_home.h"
#include "llm/model_speed.h"
#include "llm/worker.h"

namespace cineloom::cli {
namespace {

namespace fs = std::filesystem;

/// Models below this are not read from memory for every token.
constexpr std::uint64_t kCacheBytes = 32ULL << 20U;

llm::ModelHome home_of(const Session& session) { return llm::home_of(session.data, session.resources, session.program); }

struct NoOptions {};

std::string chosen_name(const llm::ModelChoice& choice) { return !choice.url.empty() ? choice.url : choice.file.empty() ? "embedded" : choice.file; }

Expected<void> list_models(Session& session, const NoOptions&) {
  const auto home = home_of(session);
  CINELOOM_TRY_ASSIGN(const llm::ModelChoice choice, llm::read_choice(home));
  const auto files = llm::models_in(home);
  if (session.format == Format::Json) {
    std::string fetched;
    for (const auto& file : files) fetched += (fetched.empty() ? "" : ",") + json_string(file.filename().string());
    std::string offered;
    for (const auto& one : llm::catalogue()) {
      offered += fmt::format("{}{{\"name\":{},\"bytes\":{},\"license\":{},\"sha256\":{}}}", offered.empty() ? "" : ",", json_string(one.name), one.bytes,
                             json_string(one.license), json_string(one.sha256));
    }
    print(fmt::format("{{\"chosen\":{},\"runtime\":{},\"fetched\":[{}],\"catalogue\":[{}]}}\n", json_string(chosen_name(choice)),
                      json_string(llm::describe_llama()), fetched, offered));
    return {};
  }
  print(fmt::format("{}  {}\n{}  {}\n\n", bold("chosen "), chosen_name(choice), bold("runtime"), llm::describe_llama()));
  for (const auto& file : files) print(fmt::format("  {}\n", file.filename().string()));
  print("to fetch with 'cineloom llm pull NAME':\n");
  for (const auto& one : llm::catalogue())
    print(fmt::format("  {:<24} {:>5.1f} GB  {}  {}\n", one.name, static_cast<double>(one.bytes) / 1e9, one.license, faint(one.note)));
  return {};
}

struct PullOptions {
  llm::PullRequest request;
};

Expected<void> pull(Session& session, const PullOptions& options) {
  Progress progress(default_progress());
  CINELOOM_TRY_ASSIGN(const auto file, llm::pull_model(home_of(session), options.request, progress, session.cancel));
  print(session.format == Format::Json ? fmt::format("{{\"file\":{}}}\n", json_string(file.string()))
                                       : fmt::format("{}\nuse it: cineloom llm use {}\n", file.string(), file.filename().string()));
  return {};
}

struct UseOptions {
  std::string what;
  llm::ModelChoice choice;
};

/// A choice that does not work is not kept.
Expected<void> use(Session& session, const UseOptions& options) {
  const auto home = home_of(session);
  llm::ModelChoice choice = options.choice;
  if (options.what.starts_with("http://") || options.what.starts_with("https://")) {
    choice.url = options.what;
  } else if (options.what != "embedded") {
    std::error_code error;
    const bool is_here = fs::exists(home.folder / options.what, error);
    choice.file = is_here ? options.what : fs::absolute(options.what, error).string();
  }
  CINELOOM_TRY_ASSIGN(const auto model, llm::open_choice(home, choice));
  CINELOOM_TRY(model->health());
  CINELOOM_TRY(llm::write_choice(home, choice));
  const auto info = model->info();
  print(session.format == Format::Json
            ? fmt::format("{{\"model\":{},\"context\":{}}}\n", json_string(info.name), info.context)
            : fmt::format("{} answers from now on{}\n", info.name, info.is_local ? "; nothing leaves this machine" : "; texts are sent to its server"));
  return {};
}

struct ChatOptions {
  std::string text;
  std::string system;
  std::string schema_file;
  llm::Sampling sampling;
};

Expected<void> chat(Session& session, const ChatOptions& options) {
  const auto home = home_of(session);
  CINELOOM_TRY_ASSIGN(const llm::ModelChoice choice, llm::read_choice(home));
  CINELOOM_TRY_ASSIGN(const auto model, llm::open_choice(home, choice));
  llm::ChatRequest request{.sampling = options.sampling};
  request.sampling.is_exact = true;
  if (!options.schema_file.empty()) { CINELOOM_TRY_ASSIGN(request.schema, read_file(options.schema_file, 1U << 20U)); }
  if (!options.system.empty()) request.messages.push_back({llm::Role::System, options.system});
  const auto sink = [&session](std::string_view piece) -> Expected<void> {
    if (session.format == Format::Text) {
      print(piece);
      std::cout.flush();
    }
    return {};
  };
  const bool is_talk = options.text.empty();
  for (std::string line = options.text; !is_talk || std::getline(std::cin, line);) {
    request.messages.push_back({llm::Role::User, line});
    CINELOOM_TRY_ASSIGN(const llm::Answer answer, model->chat(request, sink, session.cancel));
    print(session.format == Format::Json ? fmt::format("{{\"text\":{},\"prompt_tokens\":{},\"completion_tokens\":{}}}\n", json_string(answer.text),
                                                       answer.prompt_tokens, answer.completion_tokens)
                                         : "\n");
    request.messages.push_back({llm::Role::Assistant, answer.text});
    if (!is_talk) break;
  }
  return {};
}

struct BenchOptions {
  std::string model;
  int threads = 0;
};

Expected<void> bench(Session& session, const BenchOptions& options) {
  const auto home = home_of(session);
  CINELOOM_TRY_ASSIGN(const llm::ModelChoice choice, llm::read_choice(home));
  if (options.model.empty() && !choice.url.empty()) return fail(ErrorCode::InvalidArgument, "a server's speed is not this machine's: name a file with --model");
  std::error_code error;
  const fs::path named = options.model.empty() ? choice.file : options.model;
  const fs::path file = named.empty() ? home.embedded : fs::exists(home.folder / named, error) ? home.folder / named : named;
  const int threads = options.threads > 0 ? options.threads : llm::model_threads();
  CINELOOM_TRY_ASSIGN(const auto model, llm::InProcessBackend::open({.program = home.program, .model = file, .context = 4096, .threads = threads}));
  const int prompt = std::min(256, model->info().context / 2);
  CINELOOM_TRY_ASSIGN(const auto one, llm::measure_model(*model, {.prompt_tokens = prompt, .answer_tokens = std::min(64, prompt), .candidates = 1}, threads));
  CINELOOM_TRY_ASSIGN(const auto eight, llm::measure_model(*model, {.prompt_tokens = prompt, .answer_tokens = std::min(64, prompt), .candidates = 8}, threads));
  const double bandwidth = llm::measure_read_bandwidth(threads);
  const double ceiling = bandwidth / static_cast<double>(model->header().data_bytes);
  if (session.format == Format::Json) {
    print(fmt::format(
        "{{\"model\":{},\"threads\":{},\"prefill_per_s\":{:.1f},\"decode_per_s\":{:.1f},\"decode_8_per_s\":{:.1f},\"bandwidth_gb_s\":{:.2f},\"ceiling_per_s\":{"
        ":.1f}}}\n",
        json_string(model->info().name), threads, one.prefill_per_second, one.decode_per_second, eight.decode_per_second, bandwidth / 1e9, ceiling));
    return {};
  }
  print(fmt::format("{}  {:.1f} MB, {} thread{}\n", bold(model->info().name), static_cast<double>(model->header().data_bytes) / 1e6, threads,
                    threads == 1 ? "" : "s"));
  print(fmt::format("reading the prompt   {:>9.1f} tokens/s\nwriting              {:>9.1f} tokens/s\nwriting, 8 at once   {:>9.1f} tokens/s\n",
                    one.prefill_per_second, one.decode_per_second, eight.decode_per_second));
  if (model->header().data_bytes < kCacheBytes) print(faint("the weights fit into the processor's caches: memory does not bound this model\n"));
  print(fmt::format("memory is read at    {:>9.1f} GB/s: at most {:.1f} tokens/s one by one; {:.0f} % of it is reached\n", bandwidth / 1e9, ceiling,
                    100 * one.decode_per_second / ceiling));
  return {};
}

struct TuneOptions {
  std::vector<std::string> texts;
  int minutes = 20;
};

/// Training is the work of tools/train_story_model; it is Python with Debian's packages.
Expected<void> tune(Session& session, const TuneOptions& options) {
  const auto home = home_of(session);
  std::error_code error;
  fs::create_directories(home.folder, error);
  std::vector<std::string> words = {"/usr/bin/python3",
                                    (session.resources / "tools" / "train_story_model" / "tune.py").string(),
                                    "--model",
                                    home.embedded.string(),
                                    "--out",
                                    (home.folder / "story.gguf").string(),
                                    "--minutes",
                                    std::to_string(options.minutes)};
  words.insert(words.end(), options.texts.begin(), options.texts.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (::posix_spawn(&child, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0) return fail(ErrorCode::Unavailable, "Python cannot be started");
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  CINELOOM_TRY(session.cancel.check());
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return std::unexpected(Error(ErrorCode::Unavailable, "the model was not trained")
                             .advise("its words above say why; it needs the Debian packages python3-torch, python3-numpy and python3-sentencepiece"));
}

}  // namespace

void add_llm_commands(Commands& commands) {
  CLI::App* group = commands.group("llm", "language models: what there is, fetch, choose, talk, measure, train further");
  commands.add<NoOptions>("list", "models that are here and that can be fetched", [](CLI::App&, NoOptions&) {}, list_models, group);
  commands.add<PullOptions>(
      "pull", "fetch a model; what was begun goes on",
      [](CLI::App& command, PullOptions& options) {
        command.add_option("model", options.request.what, "a name of 'llm list', or the https address of a .gguf file")->required();
        command.add_option("--sha256", options.request.sha256, "that the file must have");
      },
      pull, group);
  commands.add<UseOptions>(
      "use", "choose the model that answers",
      [](CLI::App& command, UseOptions& options) {
        command.add_option("model", options.what, "a fetched file, a path, the address of a server that speaks OpenAI's protocol, or 'embedded'")->required();
        command.add_option("--model", options.choice.model, "the server's name for the model; otherwise its first");
        command.add_option("--allow", options.choice.allowed_hosts, "host of a server that is not on this machine");
        command.add_option("--key-file", options.choice.key_file, "file with the server's key; otherwise CINELOOM_LLM_KEY");
        command.add_option("--context", options.choice.context, "tokens that are kept")->check(CLI::Range(0, 1 << 20));
      },
      use, group);
  commands.add<ChatOptions>(
      "chat", "talk with the model; without a text line by line",
      [](CLI::App& command, ChatOptions& options) {
        command.add_option("text", options.text, "what to say");
        command.add_option("--system", options.system, "what the model is told beforehand");
        command.add_option("--schema", options.schema_file, "JSON schema that the answer has to fit");
        command.add_option("--max-tokens", options.sampling.max_tokens)->capture_default_str();
        command.add_option("--temperature", options.sampling.temperature)->capture_default_str();
        command.add_option("--seed", options.sampling.seed)->capture_default_str();
      },
      chat, group);
  commands.add<BenchOptions>(
      "bench", "how fast a model is here, and how fast it could be",
      [](CLI::App& command, BenchOptions& options) {
        command.add_option("--model", options.model, "a file instead of the chosen one");
        command.add_option("--threads", options.threads, "0 = those that are free less one")->check(CLI::Range(0, 256));
      },
      bench, group);
  commands.add<TuneOptions>(
      "tune", "go on training the story model with your own texts",
      [](CLI::App& command, TuneOptions& options) {
        command.add_option("texts", options.texts, "plain texts of stories or scripts, in English and in the present tense")
            ->required()
            ->check(CLI::ExistingFile);
        command.add_option("--minutes", options.minutes)->capture_default_str()->check(CLI::Range(1, 600));
      },
      tune, group);
}

}  // namespace cineloom::cli
