#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "domain/story.h"
#include "llm/in_process.h"
#include "llm/model_home.h"
#include "llm/prompts.h"
#include "story/realizer.h"

namespace cineloom {

/// Who puts a story into words.
enum class TellWith { Templates, Embedded, Model };

/// The embedded story model: English only, a sentence for each fact that has a saying, kept only if it says who does what to whom.
story::Teller embedded_teller(std::shared_ptr<llm::InProcessBackend> model, CancelToken cancel);

/// A model that answers prompts, with models/prompts/tell_event: it lists the facts that its sentences state.
/// Errors: those of read_prompt.
Expected<story::Teller> model_teller(std::shared_ptr<llm::LlmBackend> model, std::string name, const std::filesystem::path& prompts, CancelToken cancel);

/// Tells a story anew: by the model that was chosen, then the embedded one, then templates; `with` says where to begin.
/// Errors: Unavailable if no model was chosen or none runs here; those of retell_story.
Expected<story::Retelling> tell_story_with(TellWith with, Story story, const llm::ModelHome& home, const std::filesystem::path& models,
                                           const SchemaLibrary& library, Progress& progress, const CancelToken& cancel,
                                           const story::NodeListener& on_told = {});

/// What a viewer should know of how a story was told: by whom, and why not by the one that was asked for.
std::string describe_telling(TellWith with, const story::Retelling& retelling);

}  // namespace cineloom
