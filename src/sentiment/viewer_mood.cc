#include "sentiment/viewer_mood.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace cineloom {
namespace {

struct GenreWord {
  std::string_view word;
  std::string_view genre;
};
constexpr std::array<GenreWord, 46> kGenres = {{{"comedy", "comedy"},
                                                {"funny", "comedy"},
                                                {"laugh", "comedy"},
                                                {"horror", "horror"},
                                                {"scary", "horror"},
                                                {"thriller", "thriller"},
                                                {"romance", "romance"},
                                                {"romantic", "romance"},
                                                {"love story", "romance"},
                                                {"action", "action"},
                                                {"wild", "action"},
                                                {"adventure", "adventure"},
                                                {"animation", "animation"},
                                                {"animated", "animation"},
                                                {"cartoon", "animation"},
                                                {"documentary", "documentary"},
                                                {"drama", "drama"},
                                                {"sci-fi", "science fiction"},
                                                {"science fiction", "science fiction"},
                                                {"fantasy", "fantasy"},
                                                {"musical", "musical"},
                                                {"western", "western"},
                                                {"war", "war"},
                                                {"crime", "crime"},
                                                {"mystery", "mystery"},
                                                {"detective", "mystery"},
                                                {"喜剧", "comedy"},
                                                {"搞笑", "comedy"},
                                                {"笑", "comedy"},
                                                {"恐怖", "horror"},
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
                                                {"温暖", "family"}}};

struct Named {
  std::string_view word;
  std::string_view value;
};
constexpr std::array<Named, 14> kCompany = {{{"kids", "children"},
                                             {"children", "children"},
                                             {"child", "children"},
                                             {"孩子", "children"},
                                             {"小孩", "children"},
                                             {"partner", "partner"},
                                             {"girlfriend", "partner"},
                                             {"boyfriend", "partner"},
                                             {"wife", "partner"},
                                             {"husband", "partner"},
                                             {"女朋友", "partner"},
                                             {"friends", "friends"},
                                             {"朋友", "friends"},
                                             {"alone", "alone"}}};
constexpr std::array<Named, 14> kLanguages = {{{"french", "French"},
                                               {"japanese", "Japanese"},
                                               {"italian", "Italian"},
                                               {"german", "German"},
                                               {"korean", "Korean"},
                                               {"spanish", "Spanish"},
                                               {"russian", "Russian"},
                                               {"hindi", "Hindi"},
                                               {"法语", "French"},
                                               {"法国", "French"},
                                               {"日本", "Japanese"},
                                               {"日语", "Japanese"},
                                               {"韩国", "Korean"},
                                               {"国产", "Mandarin"}}};
constexpr std::array<std::string_view, 9> kDenials = {"no ", "not ", "nothing ", "without ", "don't ", "不要", "不想", "别", "不看"};
constexpr std::array<std::string_view, 12> kWishes = {"want to",         "want a",    "want something", "give me", "looking for", "need a",
                                                      "in the mood for", "feel like", "想看",           "想要",    "来点",        "给我"};

/// Reads one sentence; positions are bytes of the sentence, words are compared in lower case.
class Reader {
 public:
  Reader(std::string_view sentence, const FeelingLexicon& lexicon) : sentence_(sentence), lexicon_(lexicon), lower_(sentence) {
    for (char& letter : lower_) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }

  Mood read() {
    find_genres();
    find_named(kCompany, mood_.constraints.company, "company ");
    find_named(kLanguages, mood_.constraints.language, "language ");
    find_minutes();
    find_feeling();
    return std::move(mood_);
  }

 private:
  void add_evidence(Span span, std::string effect) {
    mood_.evidence.push_back({.span = span, .text = std::string(sentence_.substr(span.begin, span.end - span.begin)), .effect = std::move(effect)});
  }

  [[nodiscard]] bool is_word_at(std::size_t at, std::string_view word) const {
    if (static_cast<unsigned char>(word[0]) >= 0x80) return true;  // Han words have no blanks around them
    const auto is_letter = [&](std::size_t place) { return place < lower_.size() && std::isalpha(static_cast<unsigned char>(lower_[place])) != 0; };
    return (at == 0 || !is_letter(at - 1)) && !is_letter(at + word.size());
  }

  [[nodiscard]] std::size_t find(std::string_view word) const {
    for (auto at = lower_.find(word); at != std::string::npos; at = lower_.find(word, at + 1)) {
      if (is_word_at(at, word)) return at;
    }
    return std::string::npos;
  }

  /// The clause's part before a position, where a denial or a wish would stand.
  [[nodiscard]] std::string_view before(std::size_t at) const {
    const std::string_view head = std::string_view(lower_).substr(0, at);
    std::size_t begin = 0;
    for (const std::string_view stop : {", ", ". ", "; ", "! ", " but ", "，", "。", "！", "但"}) {
      const auto found = head.rfind(stop);
      if (found != std::string_view::npos) begin = std::max(begin, found + stop.size());
    }
    return head.substr(begin);
  }

  template <std::size_t Size>
  [[nodiscard]] static bool has_any(std::string_view text, const std::array<std::string_view, Size>& words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return text.contains(word); });
  }

  void find_genres() {
    for (const GenreWord& entry : kGenres) {
      const auto at = find(entry.word);
      if (at == std::string::npos) continue;
      const bool is_denied = has_any(before(at), kDenials);
      auto& list = is_denied ? mood_.constraints.avoid : mood_.constraints.genres;
      const std::string genre(entry.genre);
      if (std::ranges::find(list, genre) != list.end()) continue;
      // "we watched a comedy yesterday" speaks of no wish, but a genre without any wish word is one: "romantic, 90 minutes".
      list.push_back(genre);
      add_evidence({.begin = at, .end = at + entry.word.size()}, (is_denied ? "no " : "genre ") + genre);
    }
  }

  template <std::size_t Size>
  void find_named(const std::array<Named, Size>& names, std::string& into, const std::string& effect) {
    for (const Named& entry : names) {
      const auto at = find(entry.word);
      if (at == std::string::npos || !into.empty()) continue;
      into = entry.value;
      add_evidence({.begin = at, .end = at + entry.word.size()}, effect + into);
    }
  }

  void find_minutes() {
    for (std::size_t at = 0; at < lower_.size(); ++at) {
      if (std::isdigit(static_cast<unsigned char>(lower_[at])) == 0) continue;
      int number = 0;
      const auto [end, error] = std::from_chars(lower_.data() + at, lower_.data() + lower_.size(), number);
      const auto length = static_cast<std::size_t>(end - (lower_.data() + at));
      std::string_view rest = std::string_view(lower_).substr(at + length);
      while (rest.starts_with(' ') || rest.starts_with('-')) rest.remove_prefix(1);
      int factor = 0;
      for (const std::string_view unit : {"min", "分钟"}) factor = rest.starts_with(unit) ? 1 : factor;
      for (const std::string_view unit : {"hour", "h ", "小时", "个小时"}) factor = rest.starts_with(unit) ? 60 : factor;
      if (error == std::errc() && factor > 0 && number > 0 && number * factor <= 1000) {
        mood_.constraints.max_runtime = std::chrono::minutes(number * factor);
        add_evidence({.begin = at, .end = at + length}, fmt::format("at most {} minutes", number * factor));
      }
      at += length;
    }
  }

  /// True where the words were understood as something else already: "something funny" asks for a comedy, it does not report a mood.
  [[nodiscard]] bool is_taken(Span span) const {
    return std::ranges::any_of(mood_.evidence, [&](const auto& known) { return known.span.begin < span.end && span.begin < known.span.end; });
  }

  void find_feeling() {
    double valence = 0;
    double arousal = 0;
    int count = 0;
    for (const FeelingHit& hit : lexicon_.read(sentence_).hits) {
      const std::string_view head = before(hit.span.begin);
      // What is wished for, denied or felt by somebody else is not the viewer's state.
      const bool is_of_others = head.contains("my friend") || head.contains("she ") || head.contains("he ") || head.contains("朋友");
      if (has_any(head, kWishes) || is_of_others || is_taken(hit.span)) continue;
      valence += hit.feeling.valence;
      arousal += hit.feeling.arousal;
      ++count;
      add_evidence(hit.span, fmt::format("valence {:+.1f}, arousal {:.1f}", hit.feeling.valence, hit.feeling.arousal));
    }
    if (count == 0) {
      mood_.uncertainty = mood_.evidence.empty() ? 1 : 0.8;
      return;
    }
    mood_.feeling = {.valence = valence / count, .arousal = arousal / count};
    mood_.uncertainty = 1.0 / (1 + count);
    mood_.emotions.push_back({.name = emotion_name(), .weight = std::min(1.0, std::abs(mood_.feeling.valence) + 0.2)});
  }

  [[nodiscard]] std::string emotion_name() const {
    const bool is_excited = mood_.feeling.arousal > 0.55;
    if (mood_.feeling.valence >= 0) return is_excited ? "excitement" : "contentment";
    return is_excited ? "fear or anger" : "sadness";
  }

  std::string_view sentence_;
  const FeelingLexicon& lexicon_;
  std::string lower_;
  Mood mood_;
};

}  // namespace

Mood read_mood(std::string_view sentence, const FeelingLexicon& lexicon) { return Reader(sentence, lexicon).read(); }

}  // namespace cineloom
