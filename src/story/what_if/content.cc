#include "story/what_if/content.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "story/what_if/words.h"

namespace cineloom::what_if {
namespace {

struct ContentWords {
  Content content;
  std::string_view name;
  int age;
  std::string_view words;    ///< between bars
  std::string_view chinese;  ///< between bars
};

constexpr std::array kContent = {
    ContentWords{
        Content::Fear, "fear", 6,
        "|afraid|scared|scare|scares|scary|terror|terrified|terrifying|horror|horrified|horrifying|scream|screams|screaming|shriek|shrieks|panic|panics|"
        "frightened|frightening|nightmare|ghost|monster|witch|creepy|storm|lightning|thunder|drown|drowns|drowning|gasping|snake|snakes|spider|spiders|wolf|"
        "wolves|",
        "|害怕|恐怖|恐惧|尖叫|噩梦|鬼|怪物|女巫|风暴|闪电|"},
    ContentWords{
        Content::Violence, "violence", 12,
        "|kill|kills|killed|killing|murder|murdered|shoot|shoots|gun|guns|rifle|pistol|knife|stab|stabs|stabbed|strangle|strangles|blood|bloody|punch|punches|"
        "punched|slap|slaps|smacks|slammed|beaten|fight|fights|fighting|attack|attacks|attacked|bomb|bombs|explosion|explodes|corpse|dead|wound|wounded|"
        "torture|weapon|",
        "|杀|枪|刀|血|打斗|袭击|炸弹|爆炸|尸体|伤口|武器|"},
    ContentWords{Content::Violence, "violence", 16, "|gore|gory|dismember|dismembered|decapitated|beheaded|mutilated|tortured|entrails|guts|",
                 "|肢解|斩首|酷刑|"},
    ContentWords{Content::Sex, "sex", 16, "|naked|nude|nudity|sex|sexual|breasts|undresses|orgasm|lingerie|stripper|prostitute|", "|裸体|性爱|妓女|"},
    ContentWords{Content::Drugs, "drugs", 12,
                 "|drunk|drunken|beer|beers|whiskey|vodka|wine|cigarette|cigarettes|cigar|smokes|smoking|drug|drugs|cocaine|heroin|marijuana|joint|bourbon|",
                 "|醉|啤酒|威士忌|香烟|毒品|海洛因|可卡因|"},
    ContentWords{Content::Language, "language", 12, "|damn|goddamn|hell|bastard|bitch|shit|crap|ass|asshole|fuck|fucking|piss|", "|他妈|混蛋|该死|"}};

bool has_any(const ContentWords& list, std::string_view text, const std::vector<Word>& words) {
  if (std::ranges::any_of(words, [&](const Word& word) { return is_among(list.words, word.lower); })) return true;
  for (std::size_t at = 1; at < list.chinese.size();) {
    const std::size_t end = list.chinese.find('|', at);
    if (text.contains(list.chinese.substr(at, end - at))) return true;
    at = end + 1;
  }
  return false;
}

}  // namespace

std::string_view chinese_name(Content content) {
  switch (content) {
    case Content::Fear: return "恐惧";
    case Content::Violence: return "暴力";
    case Content::Sex: return "性";
    case Content::Drugs: return "毒品与酒";
    case Content::Language: return "粗话";
  }
  return {};
}

Expected<Content> content_named(std::string_view name) {
  const auto found = std::ranges::find(kContent, lower(trimmed(name)), &ContentWords::name);
  if (found != kContent.end()) return found->content;
  return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("there is no kind of content '{}'", clipped(name, 40)))
                             .advise("skip one or more of: fear, violence, sex, drugs, language"));
}

std::vector<Content> content_of(std::string_view text) {
  const std::vector<Word> words = words_of(text);
  std::vector<Content> found;
  for (const ContentWords& list : kContent) {
    if (has_any(list, text, words) && std::ranges::find(found, list.content) == found.end()) found.push_back(list.content);
  }
  return found;
}

int age_of(std::string_view text) {
  const std::vector<Word> words = words_of(text);
  int age = 0;
  for (const ContentWords& list : kContent) {
    if (has_any(list, text, words)) age = std::max(age, list.age);
  }
  return age;
}

}  // namespace cineloom::what_if
