#include "llm/model_home.h"

#include "base/files.h"
#include "base/json.h"
#include "llm/remote.h"

namespace cineloom::llm {

BOOST_DESCRIBE_STRUCT(ModelChoice, (), (file, url, model, allowed_hosts, key_file, context))

ModelHome home_of(const std::filesystem::path& data, const std::filesystem::path& resources, const std::filesystem::path& program) {
  return {.folder = data / "llm", .embedded = resources / "models" / "story" / "story.gguf", .program = program.empty() ? "/proc/self/exe" : program};
}

Expected<ModelChoice> read_choice(const ModelHome& home) {
  const auto text = read_file(home.folder / "choice.json", 1U << 16U);
  if (!text && text.error().code() == ErrorCode::NotFound) return ModelChoice();
  if (!text) return std::unexpected(text.error());
  auto choice = json::read<ModelChoice>(*text);
  if (!choice)
    return std::unexpected(
        Error(ErrorCode::DataLoss, "the choice of a model cannot be read: " + choice.error().message()).advise("choose again: 'cineloom llm use NAME'"));
  return choice;
}

Expected<void> write_choice(const ModelHome& home, const ModelChoice& choice) {
  std::error_code error;
  std::filesystem::create_directories(home.folder, error);
  if (error) return fail(ErrorCode::Unavailable, "cannot make the folder '" + home.folder.string() + "': " + error.message());
  return write_file(home.folder / "choice.json", json::write(choice));
}

Expected<std::unique_ptr<LlmBackend>> open_choice(const ModelHome& home, const ModelChoice& choice) {
  if (!choice.url.empty()) return open_remote({.url = choice.url, .model = choice.model, .key_file = choice.key_file, .allowed_hosts = choice.allowed_hosts});
  const std::filesystem::path named = choice.file;
  const auto file = choice.file.empty() ? home.embedded : named.is_absolute() ? named : home.folder / named;
  return InProcessBackend::open({.program = home.program, .model = file, .context = choice.context});
}

Expected<std::unique_ptr<InProcessBackend>> open_embedded(const ModelHome& home, int sequences) {
  // Whoever went on training it with own texts ('cineloom llm tune') hears their own.
  std::error_code error;
  const auto own = home.folder / "story.gguf";
  const auto file = std::filesystem::exists(own, error) ? own : home.embedded;
  return InProcessBackend::open({.program = home.program, .model = file, .context = 256 * (sequences + 1), .sequences = sequences});
}

Expected<std::shared_ptr<LlmBackend>> SharedModel::get() {
  const std::lock_guard lock(mutex_);
  CINELOOM_TRY_ASSIGN(const ModelChoice choice, read_choice(home_));
  std::string wanted = json::write(choice);
  if (model_ && wanted == opened_) return model_;
  model_.reset();
  CINELOOM_TRY_ASSIGN(model_, open_choice(home_, choice));
  opened_ = std::move(wanted);
  return model_;
}

}  // namespace cineloom::llm
