#include "pipeline/library_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/files.h"
#include "base/json.h"

namespace cineloom {
namespace {

namespace fs = std::filesystem;

/// The file's own names for its parts; they are short because people write them.
struct BranchText {
  std::string en;
  std::string zh;
};
BOOST_DESCRIBE_STRUCT(BranchText, (), (en, zh))

struct BranchChoice {
  std::string id;
  BranchText label;
  std::string to;
};
BOOST_DESCRIBE_STRUCT(BranchChoice, (), (id, label, to))

struct BranchNode {
  std::string id;
  BranchText title;
  CutList footage;
  std::optional<BranchText> question;
  std::vector<BranchChoice> choices;
  std::optional<BranchText> ending;
};
BOOST_DESCRIBE_STRUCT(BranchNode, (), (id, title, footage, question, choices, ending))

LocalText local(const BranchText& text) { return {.english = text.en, .chinese = text.zh}; }

StoryNode node_of(const BranchNode& from, const std::string& default_choice) {
  StoryNode node{.id = from.id, .title = local(from.title), .footage = from.footage, .default_choice = default_choice};
  if (from.question) node.question = local(*from.question);
  if (from.ending) node.ending = local(*from.ending);
  for (const BranchChoice& choice : from.choices) node.choices.push_back({.id = choice.id, .label = local(choice.label), .to = choice.to, .effect = {}});
  return node;
}

/// Place of a file among those that may hold a screenplay: the richest format first.
std::size_t screenplay_rank(const fs::path& file) {
  constexpr std::array<std::string_view, 6> kSuffixes = {".fountain", ".spmd", ".fdx", ".txt", ".html", ".htm"};
  return static_cast<std::size_t>(std::ranges::find(kSuffixes, file.extension().string()) - kSuffixes.begin());
}

/// A ".sub" beside an ".idx" holds pictures of text.
bool is_subtitle_file(const fs::path& file) {
  constexpr std::array<std::string_view, 13> kSuffixes = {".srt",  ".vtt",  ".ass", ".ssa", ".sub", ".smi", ".sami",
                                                          ".ttml", ".dfxp", ".mpl", ".jss", ".rt",  ".lrc"};
  std::error_code error;
  if (file.extension() == ".sub" && fs::exists(fs::path(file).replace_extension(".idx"), error)) return false;
  return std::ranges::find(kSuffixes, file.extension().string()) != kSuffixes.end();
}

bool is_side_file(const fs::path& file, const std::string& stem) { return file.filename().string().starts_with(stem + "."); }

}  // namespace

FilmFiles files_beside(const fs::path& video) {
  FilmFiles files{.video = video.string()};
  const std::string stem = video.stem().string();
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(video.parent_path(), error)) {
    const fs::path& file = entry.path();
    if (!is_side_file(file, stem) || !entry.is_regular_file(error)) continue;
    if (screenplay_rank(file) < screenplay_rank(files.screenplay)) files.screenplay = file.string();
    if (is_subtitle_file(file)) files.subtitles.push_back(file.string());
    if (file.filename().string() == stem + ".branches.json") files.branches = file.string();
  }
  std::ranges::sort(files.subtitles);
  return files;
}

fs::path takes_folder(const FilmFiles& files) { return fs::path(files.video).replace_extension(".takes"); }

void add_library_files(const fs::path& folder, ImportBatch& batch) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) return;
  for (const auto& entry : fs::directory_iterator(fs::absolute(folder, error), error)) {
    const std::string stem = entry.path().stem().string();
    const bool is_of_film = std::ranges::any_of(batch.films, [&](const Film& film) { return film.key == stem; });
    if (entry.path().extension() != ".mp4" || !is_of_film) continue;
    batch.files.push_back(files_beside(entry.path()));
    batch.file_keys.push_back(stem);
  }
}

Expected<StoryGraph> read_branches(const fs::path& path) {
  CINELOOM_TRY_ASSIGN(const std::string text, read_file(path, 16U << 20U));
  const std::string action = fmt::format("reading '{}'", path.string());
  CINELOOM_TRY_ASSIGN_IN(const boost::json::value value, json::parse(text), action);
  const auto* object = value.if_object();
  const auto* nodes = object == nullptr ? nullptr : object->if_contains("nodes");
  const auto* start = object == nullptr ? nullptr : object->if_contains("start");
  if (nodes == nullptr || !nodes->is_array() || start == nullptr || !start->is_string()) {
    return fail(ErrorCode::InvalidArgument, action + ": expected an object with start and nodes");
  }
  StoryGraph graph{.start = std::string(std::string_view(start->get_string()))};
  for (const auto& entry : nodes->get_array()) {
    BranchNode node;
    if (auto read = json::read_value(entry, node); !read) return fail_in(read.error(), action);
    // "default" is a word of the language, so it cannot be a member's name.
    const auto* chosen = entry.get_object().if_contains("default");
    graph.nodes.push_back(node_of(node, chosen != nullptr && chosen->is_string() ? std::string(std::string_view(chosen->get_string())) : ""));
  }
  return graph;
}

}  // namespace cineloom
