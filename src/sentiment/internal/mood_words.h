#pragma once

#include <array>
#include <string_view>

#include "domain/feeling.h"

/// Words by which a viewer's sentence is understood, English (lower case) and Chinese (simplified).
namespace cineloom::sentiment {

struct WordMeaning {
  std::string_view word;
  std::string_view meaning;
};

inline constexpr std::array<WordMeaning, 58> kGenreWords = {{{"comedy", "comedy"},
                                                             {"comedies", "comedy"},
                                                             {"funny", "comedy"},
                                                             {"laugh", "comedy"},
                                                             {"horror", "horror"},
                                                             {"scary", "horror"},
                                                             {"thriller", "thriller"},
                                                             {"romance", "romance"},
                                                             {"romantic", "romance"},
                                                             {"romcom", "romance"},
                                                             {"rom-com", "romance"},
                                                             {"love story", "romance"},
                                                             {"action", "action"},
                                                             {"wild", "action"},
                                                             {"adventure", "adventure"},
                                                             {"animation", "animation"},
                                                             {"animated", "animation"},
                                                             {"cartoon", "animation"},
                                                             {"documentary", "documentary"},
                                                             {"documentaries", "documentary"},
                                                             {"drama", "drama"},
                                                             {"dramas", "drama"},
                                                             {"sci-fi", "science fiction"},
                                                             {"science fiction", "science fiction"},
                                                             {"fantasy", "fantasy"},
                                                             {"musical", "musical"},
                                                             {"musicals", "musical"},
                                                             {"western", "western"},
                                                             {"war film", "war"},
                                                             {"war movie", "war"},
                                                             {"war", "war"},
                                                             {"crime", "crime"},
                                                             {"mystery", "mystery"},
                                                             {"detective", "mystery"},
                                                             {"whodunit", "mystery"},
                                                             {"喜剧", "comedy"},
                                                             {"搞笑", "comedy"},
                                                             {"笑", "comedy"},
                                                             {"恐怖", "horror"},
                                                             {"鬼片", "horror"},
                                                             {"惊悚", "thriller"},
                                                             {"爱情", "romance"},
                                                             {"浪漫", "romance"},
                                                             {"动作", "action"},
                                                             {"刺激", "action"},
                                                             {"冒险", "adventure"},
                                                             {"动画", "animation"},
                                                             {"纪录", "documentary"},
                                                             {"科幻", "science fiction"},
                                                             {"奇幻", "fantasy"},
                                                             {"歌舞", "musical"},
                                                             {"西部", "western"},
                                                             {"战争", "war"},
                                                             {"犯罪", "crime"},
                                                             {"悬疑", "mystery"},
                                                             {"侦探", "mystery"},
                                                             {"温暖", "family"},
                                                             {"家庭", "family"}}};

/// Themes that are only ever asked not to be there.
inline constexpr std::array<WordMeaning, 27> kThemeWords = {
    {{"stupid", "stupid"}, {"dumb", "stupid"},    {"silly", "stupid"},     {"violent", "violence"}, {"violence", "violence"}, {"gore", "violence"},
     {"gory", "violence"}, {"blood", "violence"}, {"bloody", "violence"},  {"loud", "loud"},        {"noisy", "loud"},        {"slow", "slow"},
     {"boring", "slow"},   {"heavy", "heavy"},    {"depressing", "heavy"}, {"sad", "heavy"},        {"sappy", "sentimental"}, {"cheesy", "sentimental"},
     {"暴力", "violence"}, {"血腥", "violence"},  {"吵", "loud"},          {"闹", "loud"},          {"无聊", "slow"},         {"闷", "slow"},
     {"沉重", "heavy"},    {"悲", "heavy"},       {"蠢", "stupid"}}};

/// What is wished for by how it should feel, not by its genre.
struct WishedWord {
  std::string_view word;
  Feeling feeling;
};
inline constexpr std::array<WishedWord, 31> kWishedWords = {
    {{"calm", {0.3, 0.2}},        {"quiet", {0.2, 0.15}},    {"gentle", {0.4, 0.2}},    {"relax", {0.4, 0.2}},        {"relaxing", {0.4, 0.2}},
     {"cosy", {0.5, 0.2}},        {"cozy", {0.5, 0.2}},      {"warm", {0.6, 0.3}},      {"heartwarming", {0.7, 0.4}}, {"uplifting", {0.7, 0.5}},
     {"light", {0.5, 0.4}},       {"cheer", {0.7, 0.5}},     {"cheerful", {0.7, 0.5}},  {"cry", {-0.5, 0.5}},         {"sad", {-0.5, 0.35}},
     {"tearjerker", {-0.5, 0.5}}, {"exciting", {0.4, 0.85}}, {"thrilling", {0.2, 0.9}}, {"intense", {-0.1, 0.9}},     {"dark", {-0.5, 0.6}},
     {"平静", {0.3, 0.15}},       {"安静", {0.2, 0.15}},     {"放松", {0.4, 0.2}},      {"轻松", {0.5, 0.35}},        {"温暖", {0.6, 0.3}},
     {"治愈", {0.6, 0.3}},        {"感人", {0.2, 0.5}},      {"哭", {-0.5, 0.5}},       {"热血", {0.5, 0.9}},         {"紧张", {-0.1, 0.9}},
     {"吵", {0.1, 0.9}}}};

inline constexpr std::array<WordMeaning, 27> kCompanyWords = {
    {{"kids", "children"},     {"kid", "children"},    {"children", "children"}, {"child", "children"},  {"son", "children"},    {"daughter", "children"},
     {"孩子", "children"},     {"小孩", "children"},   {"儿子", "children"},     {"女儿", "children"},   {"partner", "partner"}, {"girlfriend", "partner"},
     {"boyfriend", "partner"}, {"wife", "partner"},    {"husband", "partner"},   {"女朋友", "partner"},  {"男朋友", "partner"},  {"老婆", "partner"},
     {"老公", "partner"},      {"妻子", "partner"},    {"丈夫", "partner"},      {"friends", "friends"}, {"friend", "friends"},  {"朋友", "friends"},
     {"alone", "alone"},       {"by myself", "alone"}, {"一个人", "alone"}}};

inline constexpr std::array<WordMeaning, 23> kLanguageWords = {
    {{"french", "French"},   {"japanese", "Japanese"}, {"italian", "Italian"},  {"german", "German"},     {"korean", "Korean"},       {"spanish", "Spanish"},
     {"russian", "Russian"}, {"hindi", "Hindi"},       {"chinese", "Mandarin"}, {"mandarin", "Mandarin"}, {"cantonese", "Cantonese"}, {"法语", "French"},
     {"法国", "French"},     {"日本", "Japanese"},     {"日语", "Japanese"},    {"韩国", "Korean"},       {"韩语", "Korean"},         {"国产", "Mandarin"},
     {"中文", "Mandarin"},   {"英语", "English"},      {"德国", "German"},      {"粤语", "Cantonese"},    {"意大利", "Italian"}}};

/// Before a word in its clause: it is not wanted.
inline constexpr std::array<std::string_view, 21> kDenials = {"no",    "not",  "nothing", "without", "don't",  "dont", "never",
                                                              "avoid", "hate", "isn't",   "less",    "enough", "不要", "不想",
                                                              "别",    "不看", "不是",    "不太",    "没有",   "讨厌", "不"};
/// Before a word in its clause: it is wanted, not felt.
inline constexpr std::array<std::string_view, 32> kWishes = {"want",
                                                             "wanna",
                                                             "would like",
                                                             "i'd like",
                                                             "something",
                                                             "give me",
                                                             "looking for",
                                                             "need a",
                                                             "need some",
                                                             "in the mood for",
                                                             "feel like watching",
                                                             "feel like a",
                                                             "feel like some",
                                                             "hope for",
                                                             "anything",
                                                             "show me",
                                                             "let me",
                                                             "make me",
                                                             "cheer me",
                                                             "recommend",
                                                             "watch",
                                                             "想看",
                                                             "想要",
                                                             "想笑",
                                                             "想哭",
                                                             "来点",
                                                             "来部",
                                                             "给我",
                                                             "希望",
                                                             "要看",
                                                             "推荐",
                                                             "要一部"};

inline constexpr std::array<std::string_view, 16> kFirstPersons = {"i",     "i'm", "im",     "i've", "i'd",  "me", "we",   "we're",
                                                                   "we've", "us",  "myself", "我",   "我们", "咱", "咱们", "本人"};
inline constexpr std::array<std::string_view, 45> kOthers = {
    "he",         "he's", "she",  "she's",    "they", "they're", "him",      "her",    "them",   "friend", "friends", "wife", "husband", "partner", "boyfriend",
    "girlfriend", "boss", "son",  "daughter", "kid",  "kids",    "children", "mother", "father", "mom",    "mum",     "dad",  "brother", "sister",  "people",
    "他",         "她",   "他们", "她们",     "朋友", "孩子",    "老婆",     "老公",   "儿子",   "女儿",   "妈妈",    "爸爸", "同事",    "大家",    "别人"};
/// Between the viewer and somebody: they feel together.
inline constexpr std::array<std::string_view, 7> kTogether = {"and", "with", "和", "跟", "与", "同", "&"};

}  // namespace cineloom::sentiment
