#include <algorithm>
#include <cstdio>
#include <functional>
#include <set>

extern "C" {
#include <libavformat/avformat.h>
}

#include "output/json.h"
#include "output/library.h"
#include "output/screenplay.h"
#include "output/texts.h"

namespace film {
namespace {

class Tally {
 public:
  void expect(bool is_true, const std::string& claim) {
    is_true ? ++passed_ : ++failed_;
    if (!is_true) std::printf("failed: %s\n", claim.c_str());
  }
  int report() const {
    std::printf("%d passed, %d failed\n", passed_, failed_);
    return failed_;
  }

 private:
  int passed_ = 0, failed_ = 0;
};

const Json* node_of(const Json& graph, const std::string& id) {
  for (const Json& node : graph["nodes"].items) {
    if (node["id"].text == id) return &node;
  }
  return nullptr;
}

long long duration_ms(const std::string& path) {
  AVFormatContext* format = nullptr;
  if (avformat_open_input(&format, path.c_str(), nullptr, nullptr) < 0) return -1;
  const bool is_known = avformat_find_stream_info(format, nullptr) >= 0;
  const AVStream* video = is_known && format->nb_streams > 0 ? format->streams[0] : nullptr;
  const long long result = video ? av_rescale_q(video->duration, video->time_base, {1, 1000}) : -1;
  avformat_close_input(&format);
  return result;
}

void check_truth(const Json& truth, Tally& tally) {
  std::set<std::string> speakers;
  int next = 0;
  for (const Json& shot : truth["shots"].items) {
    tally.expect(shot["first"].whole() == next && shot["last"].whole() >= next, "shots follow each other without a gap at frame " + std::to_string(next));
    next = shot["last"].whole() + 1;
  }
  tally.expect(next == truth["frames"].whole(), "the shots fill the film");
  tally.expect(truth["shots"].items.size() >= 40, "at least 40 shots");
  tally.expect(truth["scenes"].items.size() >= 6, "at least 6 scenes");
  for (const Json& line : truth["lines"].items) {
    speakers.insert(line["speaker"].text);
    const auto holds = [&](const Json& shot) {
      return line["begin_ms"].number >= static_cast<double>(millis(shot["first"].whole())) &&
             line["end_ms"].number <= static_cast<double>(millis(shot["last"].whole() + 1));
    };
    tally.expect(std::ranges::any_of(truth["shots"].items, holds), "inside one shot: " + line["text"].text);
  }
  tally.expect(speakers.size() >= 4, "at least 4 speakers");
}

bool is_acyclic(const Json& graph, const std::string& id, std::set<std::string> above) {
  if (!above.insert(id).second) return false;
  const Json* node = node_of(graph, id);
  if (!node) return false;
  return std::ranges::all_of((*node)["choices"].items, [&](const Json& choice) { return is_acyclic(graph, choice["to"].text, above); });
}

void reach(const Json& graph, const std::string& id, std::set<std::string>& seen) {
  if (!seen.insert(id).second) return;
  if (const Json* node = node_of(graph, id)) {
    for (const Json& choice : (*node)["choices"].items) reach(graph, choice["to"].text, seen);
  }
}

void check_footage(const Json& graph, const std::string& folder, Tally& tally) {
  for (const Json& node : graph["nodes"].items) {
    tally.expect(!node["footage"].items.empty(), node["id"].text + " has footage");
    for (const Json& piece : node["footage"].items) {
      const long long length = duration_ms(folder + "/" + piece["file"].text);
      tally.expect(length > 0, piece["file"].text + " can be opened");
      tally.expect(piece["begin_ms"].number < piece["end_ms"].number && piece["end_ms"].number <= static_cast<double>(length) + 1,
                   "the footage of " + node["id"].text + " exists");
    }
  }
}

void check_default_path(const Json& graph, const Json& truth, Tally& tally) {
  double clock = 0;
  const Json* node = node_of(graph, graph["start"].text);
  for (std::size_t guard = 0; node && guard <= graph["nodes"].items.size(); ++guard) {
    for (const Json& piece : (*node)["footage"].items) {
      tally.expect(piece["file"].text == std::string(kStem) + ".mp4" && piece["begin_ms"].number == clock,
                   "the default path plays the main cut at " + (*node)["id"].text);
      clock = piece["end_ms"].number;
    }
    const Json* next = nullptr;
    for (const Json& choice : (*node)["choices"].items) {
      if (choice["id"].text == (*node)["default"].text) next = node_of(graph, choice["to"].text);
    }
    node = next;
  }
  tally.expect(clock == static_cast<double>(millis(truth["frames"].whole())), "the default path plays the main cut to its end");
}

void check_graph(const Json& graph, Tally& tally) {
  int questions = 0, endings = 0;
  std::set<std::string> reached;
  reach(graph, graph["start"].text, reached);
  for (const Json& node : graph["nodes"].items) {
    tally.expect(reached.contains(node["id"].text), node["id"].text + " can be reached");
    const bool is_end = node["ending"].kind == Json::Kind::Object;
    tally.expect(is_end == node["choices"].items.empty(), node["id"].text + " either ends or goes on");
    endings += is_end;
    questions += node["question"].kind == Json::Kind::Object && node["choices"].items.size() >= 2;
  }
  tally.expect(is_acyclic(graph, graph["start"].text, {}), "the graph has no circle");
  tally.expect(questions >= 3, "at least 3 choice points");
  tally.expect(endings >= 3, "at least 3 endings");
}

void check_screenplay(const std::string& screenplay, Tally& tally) {
  const auto compare = [&](const Reel& reel, const std::string& part) {
    tally.expect(spoken_in(reel) == spoken_in(part), "the screenplay says what is spoken in " + (reel.name.empty() ? "the main cut" : reel.name));
    tally.expect(headings_in(reel) == headings_in(part), "the screenplay has the scenes of " + (reel.name.empty() ? "the main cut" : reel.name));
  };
  compare(main_cut(), main_part(screenplay));
  for (const Reel& reel : alternative_takes()) compare(reel, take_part(screenplay, reel.name));
}

}  // namespace

Expected<int> verify_library(const std::string& folder) {
  const std::string base = folder + "/" + kStem;
  std::vector<std::string> texts;
  for (const char* ending : {".truth.json", ".branches.json", ".fountain"}) {
    const Expected<std::string> text = read_file(base + ending);
    if (!text) return std::unexpected(text.error());
    texts.push_back(*text);
  }
  const auto truth = parse_json(texts[0]), graph = parse_json(texts[1]);
  if (!truth || !graph) return std::unexpected("truth or branches: " + (truth ? graph.error() : truth.error()));
  Tally tally;
  check_truth(*truth, tally);
  check_graph(*graph, tally);
  check_footage(*graph, folder, tally);
  check_default_path(*graph, *truth, tally);
  check_screenplay(texts[2], tally);
  return tally.report();
}

}  // namespace film
