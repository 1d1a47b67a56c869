#include "pipeline/library_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

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

std::unexpected<Error> refuse(std::string what) { return fail(ErrorCode::InvalidArgument, std::move(what)); }

Expected<void> check_footage(const StoryNode& node) {
  if (std::ranges::all_of(node.footage, is_footage)) return {};
  return refuse(fmt::format("footage of '{}' is no piece of a file in the film's folder", node.id));
}

Expected<void> check_node(const StoryNode& node, const std::set<std::string_view>& ids) {
  const auto nowhere = std::ranges::find_if(node.choices, [&](const StoryChoice& choice) { return !ids.contains(choice.to); });
  if (nowhere != node.choices.end()) return refuse(fmt::format("choice '{}' of '{}' leads to '{}', which does not exist", nowhere->id, node.id, nowhere->to));
  const bool has_default = std::ranges::find(node.choices, node.default_choice, &StoryChoice::id) != node.choices.end();
  if (!node.choices.empty() && !has_default) return refuse(fmt::format("the default '{}' of '{}' is none of its choices", node.default_choice, node.id));
  return check_footage(node);
}

Expected<void> check_graph(const StoryGraph& graph) {
  std::set<std::string_view> ids;
  for (const StoryNode& node : graph.nodes) {
    if (!ids.insert(node.id).second) return refuse(fmt::format("two nodes have the id '{}'", node.id));
  }
  if (!ids.contains(graph.start)) return refuse(fmt::format("the start '{}' is no node", graph.start));
  for (const StoryNode& node : graph.nodes) CINELOOM_TRY(check_node(node, ids));
  return {};
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

bool is_footage(const FootagePiece& piece) {
  constexpr FilmTime kLongest = std::chrono::hours(1000);
  return !piece.file.empty() && !piece.file.starts_with('/') && !piece.file.contains("..") && piece.begin >= FilmTime(0) && piece.begin < piece.end &&
         piece.end <= kLongest;
}

Expected<StoryGraph> parse_branches(std::string_view text) {
  CINELOOM_TRY_ASSIGN(const boost::json::value value, json::parse(text));
  const auto* object = value.if_object();
  const auto* nodes = object == nullptr ? nullptr : object->if_contains("nodes");
  const auto* start = object == nullptr ? nullptr : object->if_contains("start");
  if (nodes == nullptr || !nodes->is_array() || start == nullptr || !start->is_string()) return refuse("expected an object with start and nodes");
  StoryGraph graph{.start = std::string(std::string_view(start->get_string()))};
  for (const auto& entry : nodes->get_array()) {
    BranchNode node;
    CINELOOM_TRY(json::read_value(entry, node));
    // "default" is a word of the language, so it cannot be a member's name.
    const auto* chosen = entry.get_object().if_contains("default");
    graph.nodes.push_back(node_of(node, chosen != nullptr && chosen->is_string() ? std::string(std::string_view(chosen->get_string())) : ""));
  }
  CINELOOM_TRY(check_graph(graph));
  return graph;
}

Expected<StoryGraph> read_branches(const fs::path& path) {
  CINELOOM_TRY_ASSIGN(const std::string text, read_file(path, 16U << 20U));
  auto graph = parse_branches(text);
  if (!graph) return fail_in(graph.error(), fmt::format("reading '{}'", path.string()));
  return graph;
}

}  // namespace cineloom
