#include "output/json.h"
#include "output/texts.h"

namespace film {
namespace {

struct Words {
  const char* english;
  const char* chinese;
};

struct Choice {
  const char* id;
  Words label;
  const char* to;
};

/// A node plays a stretch of the main cut (from the shot that begins it) or a whole take.
struct Node {
  const char* id;
  Words title;
  bool is_take;
  Words question;  ///< empty where the story simply goes on
  std::vector<Choice> choices;
  Words ending;                    ///< empty where the story does not end
  std::vector<const char*> facts;  ///< what is true after the node
};

std::vector<Node> story_nodes() {
  return {
      {"harbour",
       {"No moon, no tide", "没有月亮，没有潮水"},
       false,
       {"How will Mira bring the boats home?", "米拉要怎样让船回家？"},
       {{"find-the-moon", {"Look for the moon in the marsh", "去沼泽里找月亮"}, "lamp-house"},
        {"ring", {"Ring the harbour bell", "敲响港口的钟"}, "ring-the-bell"}},
       {},
       {"moon is missing", "sea is gone", "fleet is beyond the bar", "storm is coming"}},
      {"lamp-house",
       {"The first flame and the heron", "第一朵火苗与苍鹭"},
       false,
       {"The heron wants her flame. What does Mira answer?", "苍鹭要她的火苗，米拉怎么回答？"},
       {{"speak-first", {"Ask to speak to the moon first", "先要跟月亮说话"}, "first-speak"},
        {"trade", {"Trade the flame for the moon", "用火苗换月亮"}, "trade-the-flame"},
        {"slip", {"Slip past the heron", "从苍鹭身边溜过去"}, "slip-past"}},
       {},
       {"mira carries the first flame", "quill keeps the moon"}},
      {"first-speak", {"Speaking is free", "说话不要钱"}, false, {}, {{"go-on", {"Go on", "继续"}, "pool"}}, {}, {"mira owes one fish"}},
      {"pool",
       {"The moon in the reeds", "芦苇中的月亮"},
       false,
       {"The moon asks what Mira wants. What does she say?", "月亮问米拉想要什么，她怎么说？"},
       {{"rise", {"Rise. The sea is waiting.", "升起来吧，大海在等你"}, "rise"}, {"stay", {"Stay with me", "留在我身边"}, "stay-with-me"}},
       {},
       {"first flame is out", "moon climbed down by herself"}},
      {"rise",
       {"The night of looking up", "抬头之夜"},
       false,
       {},
       {},
       {"The Night of Looking Up", "抬头之夜"},
       {"moon is in the sky", "sea is back", "fleet is home"}},
      {"ring-the-bell",
       {"The long walk home", "漫长的归途"},
       true,
       {},
       {},
       {"The Long Walk Home", "漫长的归途"},
       {"boats are lost", "every sailor is saved", "moon is missing"}},
      {"trade-the-flame",
       {"The heron's lighthouse", "苍鹭的灯塔"},
       true,
       {},
       {},
       {"The Heron's Lighthouse", "苍鹭的灯塔"},
       {"quill keeps the first flame", "moon is in the sky", "fleet is home"}},
      {"slip-past", {"One eye open", "睁一只眼"}, true, {}, {{"go-on", {"Go on", "继续"}, "pool"}}, {}, {"mira is wet", "mira carries the first flame"}},
      {"stay-with-me",
       {"The brightest street", "最亮的街"},
       true,
       {},
       {},
       {"The Brightest Street", "最亮的街"},
       {"moon is in the lantern", "sea is gone", "fleet is lost"}},
  };
}

std::string both(const Words& words) {
  if (!words.english) return "null";
  return "{\"en\": " + quoted(words.english) + ", \"zh\": " + quoted(words.chinese) + "}";
}

std::string footage(const std::string& file, int first, int end) {
  return "[{\"file\": " + quoted(file) + ", \"begin_ms\": " + std::to_string(millis(first)) + ", \"end_ms\": " + std::to_string(millis(end)) + "}]";
}

std::string main_footage(const Timeline& main, const std::string& id) {
  int first = 0, end = main.frames;
  bool is_inside = false;
  for (const TimedShot& shot : main.shots) {
    if (shot.shot.node.empty()) continue;
    if (is_inside) {
      end = shot.first;
      break;
    }
    if (shot.shot.node == id) {
      first = shot.first;
      is_inside = true;
    }
  }
  return footage(std::string(kStem) + ".mp4", first, end);
}

std::string take_footage(const std::vector<Timeline>& takes, const std::string& id) {
  for (const Timeline& take : takes) {
    if (take.reel.name == id) return footage(std::string(kStem) + ".takes/" + id + ".mp4", 0, take.frames);
  }
  return "[]";
}

std::string node_json(const Node& node, const std::string& footage) {
  std::vector<std::string> choices, facts;
  for (const Choice& choice : node.choices) {
    choices.push_back("{\"id\": " + quoted(choice.id) + ", \"label\": " + both(choice.label) + ", \"to\": " + quoted(choice.to) + "}");
  }
  for (const char* fact : node.facts) facts.push_back(quoted(fact));
  return "    {\"id\": " + quoted(node.id) + ", \"title\": " + both(node.title) + ",\n     \"footage\": " + footage +
         ",\n     \"question\": " + both(node.question) + ",\n     \"choices\": " + listed(choices, ",\n       ") +
         ",\n     \"default\": " + (node.choices.empty() ? "null" : quoted(node.choices.front().id)) + ", \"ending\": " + both(node.ending) +
         ",\n     \"facts\": " + listed(facts) + "}";
}

}  // namespace

std::string branches(const Timeline& main, const std::vector<Timeline>& takes) {
  std::vector<std::string> nodes;
  for (const Node& node : story_nodes()) nodes.push_back(node_json(node, node.is_take ? take_footage(takes, node.id) : main_footage(main, node.id)));
  return std::string("{\n  \"film\": ") + quoted(kStem) + ",\n  \"start\": \"harbour\",\n  \"nodes\": " + listed(nodes, ",\n").insert(1, "\n") + "\n}\n";
}

}  // namespace film
