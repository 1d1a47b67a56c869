#include "pipeline/emotion_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "base/json_text.h"
#include "base/markup.h"
#include "base/svg_canvas.h"

namespace cineloom {
namespace {

constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--paper:#f6f7f9;--card:#fff;--ink:#1c2530;--soft:#5a6673;--line:#dfe4ea;--good:#1f7a5c;--bar:#3b6fb5;--band:#3b6fb555}
@media(prefers-color-scheme:dark){:root{--paper:#0e1217;--card:#151a21;--ink:#e8edf2;--soft:#9aa7b4;--line:#29313b;--good:#5cc9a0;--bar:#7fb0f0;--band:#7fb0f055}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,"Segoe UI","Noto Sans","Noto Sans CJK SC",sans-serif}
main{max-width:960px;margin:0 auto;padding:28px 16px 64px}h1{font-size:26px;margin:0 0 4px}h2{font-size:19px;margin:32px 0 10px}.soft{color:var(--soft)}
.facts{display:flex;flex-wrap:wrap;gap:10px;margin:16px 0}.facts div,.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:10px 16px}
.facts b{display:block;font-size:20px;font-variant-numeric:tabular-nums}.facts span{color:var(--soft);font-size:13px}.card svg{display:block;width:100%;height:auto}
.narrow{display:none}@media(max-width:620px){.wide{display:none}.narrow{display:block}}
blockquote{margin:6px 0;padding:4px 12px;border-left:3px solid var(--line)}blockquote small{color:var(--soft)}summary{cursor:pointer;padding:6px 0}a{color:var(--bar)}
)";
// Presentation attributes, not classes: a chart that was downloaded looks the same without the page.
struct Layout {
  double width = 760;
  double left = 170;   ///< for names
  double right = 110;  ///< for numbers
};
constexpr Layout kWide;
// A phone's: letters of a wide chart would be too small to read there.
constexpr Layout kNarrow{.width = 340, .left = 100, .right = 102};
constexpr double kRow = 26;

struct Named {
  std::string_view english;
  std::string_view chinese;
};
constexpr std::array kNames = {Named{"en", "英语"},
                               Named{"beginning", "开头"},
                               Named{"middle", "中段"},
                               Named{"end", "结尾"},
                               Named{"zh", "汉语"},
                               Named{"story", "故事"},
                               Named{"acting", "表演"},
                               Named{"picture", "画面"},
                               Named{"music", "音乐"},
                               Named{"pace", "节奏"},
                               Named{"ending", "结局"},
                               Named{"characters", "人物"},
                               Named{"dialogue", "台词"},
                               Named{"effects", "音效"},
                               Named{"value", "值不值"},
                               Named{"admiration", "赞赏"},
                               Named{"amusement", "好笑"},
                               Named{"anger", "愤怒"},
                               Named{"annoyance", "厌烦"},
                               Named{"approval", "认同"},
                               Named{"caring", "关怀"},
                               Named{"confusion", "困惑"},
                               Named{"curiosity", "好奇"},
                               Named{"desire", "渴望"},
                               Named{"disappointment", "失望"},
                               Named{"disapproval", "不认同"},
                               Named{"disgust", "厌恶"},
                               Named{"embarrassment", "尴尬"},
                               Named{"excitement", "兴奋"},
                               Named{"fear", "恐惧"},
                               Named{"gratitude", "感激"},
                               Named{"grief", "悲痛"},
                               Named{"joy", "喜悦"},
                               Named{"love", "喜爱"},
                               Named{"nervousness", "紧张"},
                               Named{"optimism", "乐观"},
                               Named{"pride", "自豪"},
                               Named{"realization", "领悟"},
                               Named{"relief", "宽慰"},
                               Named{"remorse", "懊悔"},
                               Named{"sadness", "悲伤"},
                               Named{"surprise", "惊讶"}};

class Page {
 public:
  Page(const EmotionReport& report, const std::string& language) : report_(report), is_chinese_(language == "zh") {}

  [[nodiscard]] std::string write() const {
    const std::string title = say("How audiences feel about ", "观众对影片的感受：") + report_.film;
    std::string html = fmt::format(
        "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width\"><title>{}</title><style>{}</style><main>",
        is_chinese_ ? "zh-CN" : "en", escape_markup(title), kStyle);
    html += fmt::format("<h1>{}</h1>{}", escape_markup(title), facts());
    html += charts(say("Aspects", "各方面"), [this](const Layout& layout) { return aspects_chart(layout); });
    html += fmt::format("<p class=\"soft\">{}</p>{}",
                        say("Praise among the clauses that judge an aspect, with 95 % intervals; the dashed line is the share over all "
                            "aspects of all films that were read.",
                            "评价该方面的分句中褒扬所占的比例与 95% 区间；虚线为所读全部影片所有方面的总体比例。") +
                            baseline_words(),
                        quotes());
    html += charts(say("Emotions", "情绪"), [this](const Layout& layout) { return emotions_chart(layout); });
    html += charts(say("Positive reviews by language", "各语言的好评比例"), shares_drawer(report_.segments, 0.5, say("Positive reviews", "好评")));
    html += charts(say("Positive reviews over time", "各时期的好评比例"), shares_drawer(report_.periods, 0.5, say("Positive reviews over time", "各时期好评")));
    html += charts(say("Stars of ten, given or estimated from the text", "十分制评分（给出或由文本估计）"),
                   [this](const Layout& layout) { return stars_chart(layout); });
    if (!report_.arc.empty())
      html += charts(say("The film's course of feeling, and what reviews say of its moments", "影片的情感曲线与影评对各处的评价"),
                     [this](const Layout& layout) { return arc_chart(layout); }) +
              arc_words();
    html += charts(say("What is said of its beginning, middle and end", "对开头、中段与结尾的评价"),
                   shares_drawer(report_.parts, 0.5, say("Praise by part", "各部分褒扬比例")));
    return html + downloads() + limits() + "</main></html>\n";
  }

 private:
  [[nodiscard]] std::string say(const char* english, const char* chinese) const { return is_chinese_ ? chinese : english; }
  [[nodiscard]] std::string name(const std::string& english) const {
    const auto found = std::ranges::find(kNames, std::string_view(english), &Named::english);
    if (english == "en" && !is_chinese_) return "English";
    if (english == "zh" && !is_chinese_) return "Chinese";
    return is_chinese_ && found != kNames.end() ? std::string(found->chinese) : english;
  }
  static std::string percent(double share) { return fmt::format("{:.0f} %", 100 * share); }
  [[nodiscard]] std::string section(const std::string& title, const std::string& body) const {
    return fmt::format("<h2>{}</h2><div class=\"card\">{}</div>", title, body.empty() ? say("too few reviews", "评论太少") : body);
  }

  /// What the hollow marks are read from, if there are any.
  [[nodiscard]] std::string baseline_words() const {
    if (std::ranges::none_of(report_.aspects, [](const ReportedAspect& aspect) { return aspect.baseline.of > 0; })) return "";
    return fmt::format(fmt::runtime(say(" Hollow marks: the same aspect in {} reviews of other films.", "空心标记：{} 篇其他影片评论中的同一方面。")),
                       report_.baseline_reviews);
  }

  /// A chart for wide and one for narrow screens; `draw` takes the layout.
  template <class Draw>
  [[nodiscard]] std::string charts(const std::string& title, Draw draw) const {
    const std::string wide = draw(kWide);
    if (wide.empty()) return section(title, "");
    return section(title, "<div class=\"wide\">" + wide + "</div><div class=\"narrow\">" + draw(kNarrow) + "</div>");
  }

  [[nodiscard]] std::function<std::string(const Layout&)> shares_drawer(const std::vector<MeasuredShare>& shares, double mark, const std::string& title) const {
    return [this, &shares, mark, title](const Layout& layout) { return chart(layout, shares, mark, title); };
  }

  [[nodiscard]] std::string facts() const {
    const auto fact = [](const std::string& value, const std::string& label) { return fmt::format("<div><b>{}</b><span>{}</span></div>", value, label); };
    return "<div class=\"facts\">" + fact(std::to_string(report_.reviews), say("reviews read", "篇评论")) +
           fact(fmt::format("{} <small>({}–{})</small>", percent(report_.positive.share), percent(report_.positive.low), percent(report_.positive.high)),
                say("positive, 95 % interval", "好评及 95% 区间")) +
           fact(fmt::format("{:.2f}", report_.controversy), say("controversy, 0 to 1", "争议度（0 至 1）")) +
           fact(std::to_string(report_.repeated), say("near duplicates left out", "篇近似重复已剔除")) +
           fact(std::to_string(report_.groups_left_out), say("groups too small to tell", "组样本过少未列出")) + "</div>";
  }

  static std::string open_svg(const Layout& layout, double height, const std::string& title) {
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" font-family=\"sans-serif\" font-size=\"13\" "
        "fill=\"currentColor\"><title>{}</title>",
        layout.width, height, escape_markup(title));
  }

  /// Shares as bars with whiskers; `mark` >= 0 draws a dashed line.
  [[nodiscard]] std::string chart(const Layout& layout, const std::vector<MeasuredShare>& shares, double mark, const std::string& title) const {
    if (shares.empty()) return "";
    const double height = kRow * static_cast<double>(shares.size()) + 8;
    const PlotAxis axis{.low = 0, .high = 1, .begin = layout.left, .end = layout.width - layout.right};
    std::string svg = open_svg(layout, height, title);
    for (std::size_t i = 0; i < shares.size(); ++i) {
      const MeasuredShare& share = shares[i];
      const double y = 4 + kRow * static_cast<double>(i);
      svg += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>", layout.left - 8, y + 17, escape_markup(name(share.name)));
      svg += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{:.1f}\" height=\"16\" rx=\"2\" fill=\"#3b6fb5\"/>", layout.left, y + 4,
                         axis.at(share.share) - layout.left);
      svg += fmt::format("<path d=\"M{:.1f} {}H{:.1f}\" stroke=\"currentColor\" stroke-width=\"2\" opacity=\".65\"/>", axis.at(share.low), y + 12,
                         axis.at(share.high));
      svg += fmt::format("<text x=\"{}\" y=\"{}\">{} ({}/{})</text>", layout.width - layout.right + 8, y + 17, percent(share.share), share.count, share.of);
    }
    if (mark >= 0) svg += fmt::format("<path d=\"M{0:.1f} 2V{1}\" stroke=\"currentColor\" stroke-dasharray=\"4 4\"/>", axis.at(mark), height - 2);
    return svg + "</svg>";
  }

  [[nodiscard]] std::string aspects_chart(const Layout& layout) const {
    std::vector<MeasuredShare> shares;
    for (const ReportedAspect& aspect : report_.aspects) shares.push_back(aspect.positive);
    std::string svg = chart(layout, shares, report_.aspect_baseline, say("Praise by aspect", "各方面的褒扬比例"));
    if (svg.empty()) return svg;
    const PlotAxis axis{.low = 0, .high = 1, .begin = layout.left, .end = layout.width - layout.right};
    std::string marks;
    for (std::size_t i = 0; i < report_.aspects.size(); ++i) {
      if (report_.aspects[i].baseline.of == 0) continue;
      marks += fmt::format("<circle cx=\"{:.1f}\" cy=\"{}\" r=\"5\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/>",
                           axis.at(report_.aspects[i].baseline.share), 16 + kRow * static_cast<double>(i));
    }
    return svg.insert(svg.rfind("</svg>"), marks);
  }
  [[nodiscard]] std::string emotions_chart(const Layout& layout) const {
    return chart(layout, report_.emotions, -1, say("Reviews that speak of an emotion", "提到该情绪的评论比例"));
  }
  [[nodiscard]] std::string stars_chart(const Layout& layout) const {
    std::vector<MeasuredShare> shares;
    for (std::size_t i = 0; i < report_.stars.size(); ++i) {
      shares.push_back({.name = std::to_string(i + 1), .count = report_.stars[i], .of = report_.reviews});
      shares.back().share = report_.reviews == 0 ? 0 : static_cast<double>(report_.stars[i]) / report_.reviews;
      shares.back().low = shares.back().high = shares.back().share;
    }
    return chart(layout, shares, -1, say("Stars", "星级"));
  }

  /// The film's valence with its band, and the audience's praise and blame where enough speak of the moment.
  [[nodiscard]] std::string arc_chart(const Layout& layout) const {
    constexpr double kEdge = 34;
    const double whole = static_cast<double>(std::max<std::int64_t>(report_.arc.back().at.count(), 1));
    const PlotAxis x{.low = 0, .high = whole, .begin = kEdge, .end = layout.width - 10};
    // Lines of films and reviews are mostly mild; half the plane is shown where that is enough.
    const bool is_mild = std::ranges::all_of(report_.arc, [](const ArcPoint& point) {
      return std::max({-point.low, point.high, std::abs(point.valence), std::abs(point.audience.value_or(0))}) <= 0.5;
    });
    const double reach = is_mild ? 0.5 : 1;
    const PlotAxis y{.low = -reach, .high = reach, .begin = 190, .end = 10};
    std::string course;
    std::string band;
    std::string lower;
    std::string audience;
    bool is_open = false;
    for (const ArcPoint& point : report_.arc) {
      const double at = x.at(static_cast<double>(point.at.count()));
      course += fmt::format("{}{:.1f} {:.1f}", course.empty() ? "M" : "L", at, y.at(point.valence));
      band += fmt::format("{}{:.1f} {:.1f}", band.empty() ? "M" : "L", at, y.at(point.high));
      lower = fmt::format("L{:.1f} {:.1f}", at, y.at(point.low)) + lower;
      if (point.audience) audience += fmt::format("{}{:.1f} {:.1f}", is_open ? "L" : "M", at, y.at(*point.audience));
      is_open = point.audience.has_value();
    }
    std::string svg = open_svg(layout, 222, say("Valence over the film and the audience's judgement of its moments", "影片情感走向与观众对各处的评价"));
    for (const double level : {-reach, 0.0, reach}) {
      svg +=
          fmt::format("<path d=\"M{0} {1:.1f}H{2}\" stroke=\"currentColor\" opacity=\".25\"/><text x=\"{3}\" y=\"{4:.1f}\" text-anchor=\"end\">{5:.2g}</text>",
                      kEdge, y.at(level), layout.width - 10, kEdge - 6, y.at(level) + 4, level);
    }
    for (int quarter = 0; quarter <= 4; ++quarter) {
      const char* anchor = quarter == 0 ? "start" : quarter == 4 ? "end" : "middle";
      svg += fmt::format("<text x=\"{:.1f}\" y=\"214\" text-anchor=\"{}\">{}</text>", x.at(whole * quarter / 4), anchor,
                         clock_text(std::llround(whole * quarter / 4) + 500));
    }
    svg += fmt::format("<path d=\"{}{}Z\" fill=\"#3b6fb5\" opacity=\".2\"/><path d=\"{}\" fill=\"none\" stroke=\"#3b6fb5\" stroke-width=\"2.5\"/>", band, lower,
                       course);
    if (!audience.empty()) svg += fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"#c2571a\" stroke-width=\"2.5\" stroke-dasharray=\"8 4\"/>", audience);
    return svg + "</svg>";
  }

  [[nodiscard]] std::string arc_words() const {
    const bool has_audience = std::ranges::any_of(report_.arc, [](const ArcPoint& point) { return point.audience.has_value(); });
    const std::string film = say("<b style=\"color:#3b6fb5\">Solid</b>: how pleasant the film's own lines are, with a 90 % band.",
                                 "<b style=\"color:#3b6fb5\">实线</b>：影片台词本身的愉快程度及 90% 区间。");
    if (!has_audience) {
      return "<p class=\"soft\">" + film + " " +
             say("Too few reviews speak of one moment to draw the audience's line.", "谈到同一处的评论太少，未画观众曲线。") + "</p>";
    }
    return "<p class=\"soft\">" + film + " " +
           say("<b style=\"color:#c2571a\">Dashed</b>: praise (above 0) or blame in reviews that speak of that moment; broken where too few do. The two are "
               "not the same "
               "thing: a sad scene can be praised.",
               "<b style=\"color:#c2571a\">虚线</b>：影评谈到该处时的褒（0 以上）贬，人数过少处中断。两者不是一回事：悲伤的段落也可以受到称赞。") +
           "</p>";
  }

  /// The quote with the words that judge in it marked.
  static std::string marked(const AspectQuote& quote) {
    // Words that stood between tags were moved: then nothing is marked rather than the wrong thing.
    if (quote.text.size() != quote.span.end - quote.span.begin) return escape_markup(quote.text);
    std::string html;
    std::size_t at = 0;
    for (const Span& span : quote.because) {
      const std::size_t begin = span.begin - std::min(span.begin, quote.span.begin);
      const std::size_t end = span.end - std::min(span.end, quote.span.begin);
      if (begin < at || end > quote.text.size() || begin >= end) continue;
      html += escape_markup(std::string_view(quote.text).substr(at, begin - at)) + "<mark>" +
              escape_markup(std::string_view(quote.text).substr(begin, end - begin)) + "</mark>";
      at = end;
    }
    return html + escape_markup(std::string_view(quote.text).substr(at));
  }

  [[nodiscard]] std::string quotes() const {
    std::string html;
    for (const ReportedAspect& aspect : report_.aspects) {
      html += fmt::format("<details><summary>{}</summary>",
                          fmt::format(fmt::runtime(say("{}: {} quotes", "{}：{} 条引文")), escape_markup(name(aspect.positive.name)), aspect.quotes.size()));
      for (const AspectQuote& quote : aspect.quotes) {
        html += fmt::format("<blockquote lang=\"{}\">{} <small>{} {}, {:+.1f}</small></blockquote>", escape_markup(quote.language), marked(quote),
                            say("row", "第"), is_chinese_ ? fmt::format("{} 行", quote.review.number()) : std::to_string(quote.review.number()), quote.valence);
      }
      html += "</details>";
    }
    return html;
  }

  [[nodiscard]] std::string csv() const {
    std::string text = "kind,name,count,of,share,low,high\n";
    const auto add = [&](const std::string& kind, const MeasuredShare& share) {
      text += fmt::format("{},{},{},{},{:.4f},{:.4f},{:.4f}\n", kind, share.name, share.count, share.of, share.share, share.low, share.high);
    };
    add("all", report_.positive);
    for (const auto& share : report_.segments) add("language", share);
    for (const auto& share : report_.periods) add("period", share);
    for (const auto& share : report_.parts) add("part", share);
    for (const auto& aspect : report_.aspects) add("aspect", aspect.positive);
    for (const auto& aspect : report_.aspects) {
      if (aspect.baseline.of > 0) add("aspect of other films: " + aspect.positive.name, aspect.baseline);
    }
    for (const auto& share : report_.emotions) add("emotion", share);
    text += "\nseconds,film valence,low,high,audience,mentions\n";
    for (const ArcPoint& point : report_.arc) {
      text += fmt::format("{:.1f},{:.4f},{:.4f},{:.4f},{},{}\n", static_cast<double>(point.at.count()) / 1000, point.valence, point.low, point.high,
                          point.audience ? fmt::format("{:.4f}", *point.audience) : "", point.mentions);
    }
    return text;
  }

  [[nodiscard]] std::string vega() const {
    std::string values;
    for (const auto& aspect : report_.aspects) {
      values += fmt::format(R"({}{{"aspect":{},"share":{:.4f},"low":{:.4f},"high":{:.4f}}})", values.empty() ? "" : ",", json_string(aspect.positive.name),
                            aspect.positive.share, aspect.positive.low, aspect.positive.high);
    }
    return R"({"$schema":"https://vega.github.io/schema/vega-lite/v5.json","data":{"values":[)" + values +
           R"(]},"encoding":{"y":{"field":"aspect","type":"nominal","sort":null}},"layer":[{"mark":"bar","encoding":{"x":{"field":"share","type":"quantitative"}}},{"mark":"rule","encoding":{"x":{"field":"low","type":"quantitative"},"x2":{"field":"high"}}}]})";
  }

  static std::string data_address(std::string_view type, std::string_view bytes) {
    std::string address = fmt::format("data:{};charset=utf-8,", type);
    for (const char byte : bytes) address += fmt::format("%{:02X}", static_cast<unsigned char>(byte));
    return address;
  }

  [[nodiscard]] std::string downloads() const {
    return fmt::format(
        "<h2>{}</h2><p><a download=\"emotions.csv\" href=\"{}\">CSV</a> · <a download=\"aspects.svg\" href=\"{}\">SVG</a> · <a download=\"aspects.vl.json\" "
        "href=\"{}\">Vega-Lite</a></p>",
        say("Downloads", "下载"), data_address("text/csv", csv()), data_address("image/svg+xml", aspects_chart(kWide)),
        data_address("application/json", vega()));
  }

  /// What a language model had a hand in; empty if none was asked.
  [[nodiscard]] std::string who_read() const {
    if (report_.language_model.empty()) return "";
    return fmt::format(
        fmt::runtime(say(
            "The language model '{}' read {} texts, each finding held against the words it quotes; {} answers did not hold and {} never came: those and all "
            "other texts were read by the trained models.",
            "语言模型“{}”阅读了 {} 篇文本，其说法逐一与所引原文核对；{} 个回答不符、{} 个未答复，这些与其余文本由随附模型阅读。")),
        escape_markup(report_.language_model), report_.read_by_model, report_.model_refused, report_.model_unanswered);
  }

  [[nodiscard]] std::string limits() const {
    const std::array<std::string, 6> points = {
        say("Who writes reviews is not who watches: shares are of the writers, and intervals know only chance.",
            "写评论的人不等于观众：比例只代表写作者，区间只反映随机误差。"),
        fmt::format(fmt::runtime(say("Groups of fewer than {} are not shown, {} were left out; {} reviews were in other languages.",
                                     "少于 {} 条的组不显示，已略去 {} 组；另有 {} 篇评论为其他语言。")),
                    report_.minimum_group, report_.groups_left_out, report_.unread),
        fmt::format(fmt::runtime(say("Models read words: irony is taken at its word. Where writers gave clear stars, the text alone was read the same way in "
                                     "{} of {} reviews; opinions go by the stars where there are any.",
                                     "模型只读字面：反讽会被照字面理解。在给出明确星级的评论中，仅凭文本判断与之一致的有 {}/{} 篇；有星级时以星级为准。")),
                    report_.agreement.count, report_.agreement.of),
        say("Aspects are found by key words; what is meant but not named is missed.", "各方面靠关键词识别，未点明的含义会被漏掉。"),
        who_read(),
        say("It says how people feel, not why tickets sell.", "它说明人们的感受，不说明票房原因。")};
    std::string html = fmt::format("<h2>{}</h2><div class=\"card\"><ul>", say("What this cannot say", "本报告不能说明什么"));
    for (const std::string& point : points) {
      if (!point.empty()) html += "<li>" + point + "</li>";
    }
    return html + "</ul></div>";
  }

  const EmotionReport& report_;
  bool is_chinese_;
};

}  // namespace

std::string emotion_page(const EmotionReport& report, const std::string& language) { return Page(report, language).write(); }

}  // namespace cineloom
